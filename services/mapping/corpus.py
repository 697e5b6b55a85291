"""The records of all files as one table: what the linker works on.

Records are joined with one `b"".join` a column set, and each file's own string numbers are
replaced by numbers of one table for the whole repository: no loop over definitions or references.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final

import numpy as np

from services.mapping.columns import Bool, Int32, Int64
from services.mapping.languages import can_call
from services.mapping.records import (
    DEFINITION_COLUMNS,
    IMPORT_COLUMNS,
    REFERENCE_COLUMNS,
    TYPING_COLUMNS,
    DefinitionKind,
    FileRecord,
)

CONTAINERS: Final = (
    DefinitionKind.CLASS,
    DefinitionKind.INTERFACE,
    DefinitionKind.STRUCT,
    DefinitionKind.ENUM,
    DefinitionKind.TRAIT,
    DefinitionKind.TYPE,
)
"""Kinds whose children are reached through them: `Class.member`."""
MEMBERS: Final = (
    DefinitionKind.METHOD,
    DefinitionKind.CONSTRUCTOR,
    DefinitionKind.PROPERTY,
    DefinitionKind.FIELD,
)


@dataclass(frozen=True, slots=True)
class Definitions:
    """One row a definition, by file and then in source order. `parent` is a row of this table, or -1."""

    file: Int32
    name: Int32
    kind: Int32
    parent: Int32
    start_line: Int32
    end_line: Int32
    name_line: Int32
    signature: Int32


@dataclass(frozen=True, slots=True)
class Sites:
    """One row a use of a name in a scope. `scope` is a row of the definitions, or -1 at top level."""

    file: Int32
    name: Int32
    kind: Int32
    scope: Int32
    line: Int32
    qualifier: Int32
    count: Int32
    arguments: Int32
    """Of a call in a language with overloads: how many it has, else -1."""


@dataclass(frozen=True, slots=True)
class Imports:
    """One row a name that a file brings in."""

    file: Int32
    module: Int32
    name: Int32
    alias: Int32
    level: Int32
    line: Int32
    flags: Int32


@dataclass(frozen=True, slots=True)
class Typings:
    """One row a thing that is said of a name's value.

    `scope` is the row of the definition that the name belongs to, `within` that of the code; -1 for the file.
    """

    file: Int32
    scope: Int32
    within: Int32
    name: Int32
    says: Int32
    type: Int32
    qualifier: Int32


@dataclass(frozen=True, slots=True)
class Corpus:
    """All parsed files of a commit. Every text is a number into `strings`; -1 is none."""

    paths: tuple[str, ...]
    languages: tuple[str, ...]
    lines: Int32
    strings: tuple[str, ...]
    definitions: Definitions
    definition_start: Int64
    sites: Sites
    imports: Imports
    typings: Typings
    family: Int32
    """Of each file: files whose languages can call each other share a number."""
    generated: Bool
    """Of each file: whether it says itself that a program wrote it."""

    number: Mapping[str, int]
    """Of each string."""

    def numbers_of(self, texts: Iterable[str]) -> list[int]:
        """Look texts up in `strings`, in ascending order; those that nobody wrote are left out."""
        return sorted(self.number[text] for text in texts if text in self.number)


def join(paths: Sequence[str], records: Sequence[FileRecord]) -> Corpus:
    """Join the records of files; `paths` must be sorted and as long as `records`."""
    table: defaultdict[str, int] = defaultdict(count().__next__)
    intern = table.__getitem__
    numbers = [np.fromiter(map(intern, record.strings), np.int32, len(record.strings)) for record in records]
    string_start = _starts([len(one) for one in numbers])
    global_number = np.concatenate([*numbers, np.empty(0, np.int32)])

    def joined(parts: list[bytes], columns: tuple[str, ...], texts: tuple[str, ...]) -> dict[str, Int32]:
        width = len(columns)
        matrix = np.frombuffer(b"".join(parts), np.int32).reshape(-1, width)
        rows = np.asarray([len(part) // (4 * width) for part in parts], np.int64)
        result = {name: np.ascontiguousarray(matrix[:, index]) for index, name in enumerate(columns)}
        result["file"] = np.repeat(np.arange(len(parts), dtype=np.int32), rows)
        first = string_start[result["file"]]
        for name in texts:
            result[name] = _shifted(result[name], first, through=global_number)
        return result

    definitions = joined([record.definitions for record in records], DEFINITION_COLUMNS, ("name", "signature"))
    start = _starts([len(record.definitions) // (4 * len(DEFINITION_COLUMNS)) for record in records])
    definitions["parent"] = _shifted(definitions["parent"], start[definitions["file"]])
    sites = joined([record.references for record in records], REFERENCE_COLUMNS, ("name", "qualifier"))
    sites["scope"] = _shifted(sites["scope"], start[sites["file"]])
    imports = joined([record.imports for record in records], IMPORT_COLUMNS, ("module", "name", "alias"))
    typings = joined([record.typings for record in records], TYPING_COLUMNS, ("name", "type", "qualifier"))
    for name in ("scope", "within"):
        typings[name] = _shifted(typings[name], start[typings["file"]])
    languages = tuple(record.language for record in records)
    return Corpus(
        paths=tuple(paths),
        languages=languages,
        lines=np.asarray([record.lines for record in records], np.int32),
        strings=tuple(table),
        definitions=Definitions(**definitions),
        definition_start=start,
        sites=Sites(**sites),
        imports=Imports(**imports),
        typings=Typings(**typings),
        family=_families(languages),
        generated=np.asarray([record.generated for record in records], np.bool_),
        number=dict(table),
    )


def _starts(lengths: Sequence[int]) -> Int64:
    starts = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(np.asarray(lengths, np.int64), out=starts[1:])
    return starts


def _shifted(local: Int32, first: Int64, *, through: Int32 | None = None) -> Int32:
    """Turn numbers within a file into numbers within the corpus; -1 stays -1."""
    known = local >= 0
    result = np.full(len(local), -1, np.int32)
    moved = local[known] + first[known]
    result[known] = moved if through is None else through[moved]
    return result


def _families(languages: Sequence[str]) -> Int32:
    """Give each file a number so that those whose languages can call each other are equal."""
    known = sorted(set(languages))
    family = {
        language: next(number for number, other in enumerate(known) if can_call(language, other)) for language in known
    }
    return np.asarray([family[language] for language in languages], np.int32)
