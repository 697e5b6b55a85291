"""What a parser process makes of one file: bytes in, columns out. Pure, and the same every time."""

import re
from array import array
from bisect import bisect_right
from typing import Final, NamedTuple

import numpy as np
from tree_sitter import Node

from services.mapping import skim, typings, uses
from services.mapping.arguments import OVERLOADED, Arguments
from services.mapping.branches import count_branches
from services.mapping.builtin_names import C_WORDS
from services.mapping.definitions import SPAN, Collector
from services.mapping.encoding import Record, decode_record, encode_record
from services.mapping.grammars import grammar_of
from services.mapping.import_rows import MOST_BYTES, ImportRow, import_rows
from services.mapping.languages import says_generated, skip_content
from services.mapping.macros import without_macros
from services.mapping.manifests import READERS, read_manifest
from services.mapping.records import DECLARES, REFERENCE_COLUMNS, FileRecord
from services.mapping.spoken import spoken
from services.mapping.strings import Strings
from services.mapping.titles import KIND, read_title
from services.mapping.wrapped import unwrapped

NEWLINE: Final = 10
HEAD: Final = re.compile(r"\.|::|->|\\|\(")
"""Ends the first name of a receiver."""
__all__ = ["decode_record", "encode_record", "extract", "parse_batch", "read"]

HOPELESS_CHILDREN: Final = 5000
"""An ERROR root with more children is noise: 100 kB of "(" parses in 60 ms and then queries for 16 s."""
PLAIN: Final = bytes(range(128)) + b"_" * 128
"""Of each byte: itself, or an underscore where it is no ASCII."""
PREPROCESSED: Final = frozenset({"c", "cpp"})
CAPITALISED: Final = frozenset({"go", "rust", "java", "c", "cpp", "csharp", "ruby", "php", "kotlin", "scala", "swift"})
"""Languages where a capitalised mention may mean something that neither this file nor an import names."""


class _Source(NamedTuple):
    """A file that has been parsed."""

    content: bytes
    language: str
    lines: int
    root: Node


class _Queried(NamedTuple):
    """A file whose tree has been asked for everything."""

    content: bytes
    language: str
    lines: int
    captures: dict[str, list[Node]]


def parse_batch(batch: list[tuple[str, str, bytes]]) -> list[tuple[str, bytes]]:
    """Read a batch of (blob, language, content) and give (blob, encoded record), in the same order.

    Every step is done for all files before the next one: a processor that stays in the same code is some 8 % quicker.
    """
    parsed = [_parsed(content, language) for _, language, content in batch]
    queried = [_queried(source) if isinstance(source, _Source) else source for source in parsed]
    records = [_tags(source) if isinstance(source, _Queried) else source for source in queried]
    return [(blob, encode_record(record)) for (blob, _, _), record in zip(batch, records, strict=True)]


def read(content: bytes, *, language: str) -> Record:
    """Give the tags of a file, or why its content has none; of a manifest (its kind is the language) what it says.

    Of a document, whose kind is the language as well, it is the title; of what is only to be skimmed, the definitions.
    """
    source = _parsed(content, language)
    return _tags(_queried(source)) if isinstance(source, _Source) else source


def extract(content: bytes, *, language: str) -> FileRecord:
    """Read the definitions, uses and imports of one file: some 2 MB/s."""
    source = _source(content, language)
    return _tags(_queried(source)) if isinstance(source, _Source) else source


def _parsed(content: bytes, language: str) -> _Source | Record:
    if language.startswith(KIND):
        return read_title(content, kind=language)
    if language in READERS:
        return read_manifest(content, kind=language)
    if language.startswith(skim.KIND):
        return skim.skim(content, language=language.removeprefix(skim.KIND))
    return skip_content(content, language) or _source(content, language)


def _source(content: bytes, language: str) -> _Source | FileRecord:
    """Parse; noise is not asked for anything."""
    content = unwrapped(content) if language == "rust" else content
    root = grammar_of(language).parse(_readable(content, language))
    lines = content.count(b"\n") + (not content.endswith(b"\n") and bool(content))
    if root.is_error and root.child_count > HOPELESS_CHILDREN:
        return FileRecord(language, lines, (), b"", b"", b"", root.child_count)
    return _Source(content, language, lines, root)


def _queried(source: _Source) -> _Queried:
    content, language, lines, root = source
    return _Queried(content, language, lines, grammar_of(language).captures(root))


def _tags(source: _Queried) -> FileRecord:
    content, language, lines, captures = source
    starts = np.flatnonzero(np.frombuffer(b"\n" + content, np.uint8) == NEWLINE)  # a line starts behind a newline
    line_starts = starts.tolist()
    strings = Strings()
    imported = _imports(captures, content, line_starts, strings, language)
    definitions = Collector(content, line_starts, strings, language, imported.places).collect(captures)
    names = frozenset(name.encode() for name in definitions.top_level | imported.bound)
    receivers = names | uses.OWN_RECEIVERS | definitions.receivers
    wanted = uses.Wanted(names, language in CAPITALISED, receivers, _declared(captures, content, language))
    arguments = Arguments(content, language) if language in OVERLOADED else None
    references = uses.collect(captures, content, starts, definitions, strings, wanted=wanted, arguments=arguments)
    called_on = _called_on(references, strings.all())
    told = typings.collect(captures, content, definitions.scopes, strings, used=called_on, required=imported.places)
    said = spoken(content, language, _used_names(references, strings.all()))
    return FileRecord(
        language,
        lines,
        strings.all(),
        array("i", definitions.columns).tobytes(),
        references.tobytes(),
        imported.columns.tobytes(),
        len(captures.get("error", ())),
        says_generated(content),
        count_branches(captures, definitions.scopes).tobytes(),
        told.tobytes(),
        said.words,
        said.counts,
    )


def _readable(content: bytes, language: str) -> bytes:
    """Give what a grammar can read in place of a content, byte for byte: about 1 ms for 1 MB of plain text.

    A pattern that asks for text which is no UTF-8 ends the process.
    """
    if not content.isascii():
        try:
            content.decode()
        except UnicodeDecodeError:
            content = content.translate(PLAIN)
    return without_macros(content) if language in PREPROCESSED else content


def _called_on(references: "array[int]", strings: tuple[str, ...]) -> frozenset[str]:
    """Give the names that stand alone, or at the head of a receiver."""
    width = len(REFERENCE_COLUMNS)
    names, qualifiers = references[0::width], references[REFERENCE_COLUMNS.index("qualifier") :: width]
    alone = {name for name, qualifier in zip(names, qualifiers, strict=True) if qualifier < 0}
    heads = {HEAD.split(strings[one], maxsplit=1)[0] for one in set(qualifiers) if one >= 0}
    return frozenset(heads.union(strings[one] for one in alone))


def _used_names(references: "array[int]", strings: tuple[str, ...]) -> set[str]:
    """Give the names that are used, whatever they mean."""
    return {strings[one] for one in set(references[0 :: len(REFERENCE_COLUMNS)])}


def _declared(captures: dict[str, list[Node]], content: bytes, language: str) -> frozenset[bytes] | None:
    """Give the names of local variables and parameters of C, where each must be declared."""
    if language != "c":
        return None
    return C_WORDS.union(content[start:end] for start, end in map(SPAN, captures.get("local", ())))


class _Imported(NamedTuple):
    """Rows of `IMPORT_COLUMNS`, the local names that they bind, and where they stand."""

    columns: "array[int]"
    bound: set[str]
    places: set[tuple[int, int]]


def _imports(
    captures: dict[str, list[Node]], content: bytes, line_starts: list[int], strings: Strings, language: str
) -> _Imported:
    spans = {*map(SPAN, captures.get("import", ())), *map(SPAN, captures.get("require", ()))}
    found = _Imported(array("i"), set(), set())
    for start, end in sorted(spans):
        line = bisect_right(line_starts, start)
        for row in import_rows(content[start : min(end, start + MOST_BYTES)], language):
            found.columns.extend(_import_columns(row, strings, line))
            found.places.add((start, end))
            if row.alias:
                found.bound.add(row.alias)
    declared = {content[start:end]: start for start, end in sorted(map(SPAN, captures.get("declares", ())))}
    for name, start in declared.items():
        row = ImportRow("", name.decode("utf-8", "replace"), None, 0, DECLARES)
        found.columns.extend(_import_columns(row, strings, bisect_right(line_starts, start)))
    return found


def _import_columns(row: ImportRow, strings: Strings, line: int) -> tuple[int, ...]:
    number = strings.number
    name = -1 if row.name is None else number(row.name)
    alias = -1 if not row.alias else number(row.alias)
    return number(row.module), name, alias, row.level, line, row.flags
