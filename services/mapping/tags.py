"""What a parser process makes of one file: bytes in, columns out. Pure, and the same every time."""

import re
from array import array
from typing import Final

import msgspec
from tree_sitter import Node

from services.mapping import uses
from services.mapping.definitions import Collector, Definitions
from services.mapping.grammars import grammar_of
from services.mapping.import_rows import ImportRow, import_rows
from services.mapping.languages import skip_content
from services.mapping.records import FileRecord, FileSkipped
from services.mapping.strings import Strings

NEWLINE: Final = re.compile(rb"\n")
HOPELESS_CHILDREN: Final = 5000
"""An ERROR root with more children is noise: 100 kB of "(" parses in 60 ms and then queries for 16 s."""
CAPITALISED: Final = frozenset({"go", "rust", "java", "c", "cpp", "csharp", "ruby", "php"})
"""Languages where a capitalised mention may mean something that neither this file nor an import names."""


class _Record(msgspec.Struct, frozen=True, array_like=True, tag=0):
    """A record on its way to the cache."""

    record: FileRecord


class _Skip(msgspec.Struct, frozen=True, array_like=True, tag=1):
    """A reason on its way to the cache."""

    skipped: FileSkipped


_DECODER: Final = msgspec.msgpack.Decoder(_Record | _Skip)
_ENCODER: Final = msgspec.msgpack.Encoder()


def encode_record(record: FileRecord | FileSkipped) -> bytes:
    """Pack a record for the cache and the way between processes; equal records give equal bytes."""
    return _ENCODER.encode(_Skip(record) if isinstance(record, FileSkipped) else _Record(record))


def decode_record(data: bytes) -> FileRecord | FileSkipped:
    """Unpack what `encode_record` gave; `msgspec.DecodeError` for anything else."""
    found = _DECODER.decode(data)
    return found.skipped if isinstance(found, _Skip) else found.record


def parse_batch(batch: list[tuple[str, str, bytes]]) -> list[tuple[str, bytes]]:
    """Read a batch of (blob, language, content) and give (blob, encoded record), in the same order."""
    return [(blob, encode_record(read(content, language=language))) for blob, language, content in batch]


def read(content: bytes, *, language: str) -> FileRecord | FileSkipped:
    """Give the tags of a file, or why its content has none."""
    return skip_content(content, language) or extract(content, language=language)


def extract(content: bytes, *, language: str) -> FileRecord:
    """Read the definitions, uses and imports of one file: some 5 MB/s."""
    grammar = grammar_of(language)
    root = grammar.parse(content).root_node
    lines = content.count(b"\n") + (not content.endswith(b"\n") and bool(content))
    if root.is_error and root.child_count > HOPELESS_CHILDREN:
        return FileRecord(language, lines, (), b"", b"", b"", root.child_count)
    captures = grammar.captures(root)
    line_starts = [0, *(match.end() for match in NEWLINE.finditer(content))]
    strings = Strings()
    definitions = Collector(content, line_starts, strings, language).collect(captures)
    imports, bound = _imports(captures, content, line_starts, strings, language)
    wanted = _Wanted(language, definitions, bound)
    references = uses.collect(captures, content, line_starts, definitions, strings, wanted=wanted)
    return FileRecord(
        language,
        lines,
        strings.all(),
        definitions.columns.tobytes(),
        references.tobytes(),
        imports.tobytes(),
        len(captures.get("error", ())),
    )


class _Wanted:
    """The names that a plain mention may mean outside its function; everything else is a local variable."""

    def __init__(self, language: str, definitions: Definitions, bound: set[str]) -> None:
        self._names = {name.encode() for name in definitions.top_level | bound}
        self._capitalised = language in CAPITALISED

    def __contains__(self, text: bytes) -> bool:
        return text in self._names or (self._capitalised and text[:1].isupper() and len(text) > 1)


def _imports(
    captures: dict[str, list[Node]], content: bytes, line_starts: list[int], strings: Strings, language: str
) -> "tuple[array[int], set[str]]":
    """Give rows of `IMPORT_COLUMNS`, and the local names that they bind."""
    nodes = [*captures.get("import", ()), *captures.get("require", ())]
    columns, bound = array("i"), set[str]()
    for start, end in sorted({(node.start_byte, node.end_byte) for node in nodes}):
        line = uses.bisect_right(line_starts, start)
        for row in import_rows(content[start:end], language):
            columns.extend(_import_columns(row, strings, line))
            if row.alias:
                bound.add(row.alias)
    return columns, bound


def _import_columns(row: ImportRow, strings: Strings, line: int) -> tuple[int, ...]:
    number = strings.number
    name = -1 if row.name is None else number(row.name)
    alias = -1 if not row.alias else number(row.alias)
    return number(row.module), name, alias, row.level, line, row.flags
