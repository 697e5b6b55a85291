"""The records of all files as one table: what the linker works on.

Records are joined with one `b"".join` a column set, and each file's own string numbers are
replaced by numbers of one table for the whole repository: no loop over definitions or references.
"""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final

import numpy as np

from services.mapping.columns import Bool, Int32
from services.mapping.languages import can_call
from services.mapping.records import (
    BRANCH_COLUMNS,
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
class Branches:
    """One row a definition with branches, or the code outside of any (-1), and how many they are."""

    file: Int32
    definition: Int32
    count: Int32


@dataclass(frozen=True, slots=True)
class Corpus:
    """All parsed files of a commit. Every text is a number into `strings`; -1 is none."""

    paths: tuple[str, ...]
    languages: tuple[str, ...]
    lines: Int32
    strings: tuple[str, ...]
    definitions: Definitions
    definition_start: Int32
    sites: Sites
    imports: Imports
    typings: Typings
    branches: Branches
    family: Int32
    """Of each file: files whose languages can call each other share a number."""
    generated: Bool
    """Of each file: whether it says itself that a program wrote it."""

    number: Mapping[str, int]
    """Of each string."""

    def say(self, numbers: Int32, judge: Callable[[str], object]) -> Bool:
        """Judge the texts of these numbers, each distinct one once; -1 is judged false."""
        said = np.zeros(len(self.strings) + 1, np.bool_)
        said[numbers] = True
        said[-1] = False
        asked = np.flatnonzero(said)
        strings = self.strings
        said[asked] = [bool(judge(strings[one])) for one in asked.tolist()]
        answers: Bool = said[numbers]
        return answers

    def numbers_of(self, texts: Iterable[str]) -> list[int]:
        """Look texts up in `strings`, in ascending order; those that nobody wrote are left out."""
        return sorted(self.number[text] for text in texts if text in self.number)


def join(files: Iterable[tuple[str, FileRecord]]) -> Corpus:
    """Join the records of files, in the order of their paths: each is read once, and nothing of it is kept but bytes.

    The texts of ten thousand records, most of which others have as well, would take more memory than all else.
    """
    joining = _Joining()
    for path, record in files:
        joining.add(path, record)
    return joining.corpus()


class _Joining:
    """The records of the files so far, with their texts replaced by numbers."""

    def __init__(self) -> None:
        self._table: defaultdict[str, int] = defaultdict(count().__next__)
        self._numbers = array("i")
        self._texts: list[int] = []
        self._paths: list[str] = []
        self._languages: list[str] = []
        self._lines: list[int] = []
        self._generated: list[bool] = []
        self._rows = tuple(_Rows() for _ in range(5))

    def add(self, path: str, record: FileRecord) -> None:
        """Take the next file."""
        self._numbers.extend(map(self._table.__getitem__, record.strings))
        self._texts.append(len(record.strings))
        self._paths.append(path)
        self._languages.append(record.language)
        self._lines.append(record.lines)
        self._generated.append(record.generated)
        of_record = (record.definitions, record.references, record.imports, record.typings, record.branches)
        for rows, more in zip(self._rows, of_record, strict=True):
            rows.add(more)

    def corpus(self) -> Corpus:
        """Put the tables together; what was added is used up."""
        definitions, sites, imports, typings, branches = self._rows
        text_start = _starts(np.asarray(self._texts, np.int32))
        number = np.frombuffer(self._numbers, np.int32)
        row_start = _starts(definitions.counts(len(DEFINITION_COLUMNS)))

        def joined(rows: _Rows, columns: tuple[str, ...], texts: tuple[str, ...], *inner: str) -> dict[str, Int32]:
            result = rows.taken(columns)
            for name in texts:
                result[name] = _shifted(result[name], text_start, result["file"], number)
            for name in inner:
                result[name] = _shifted(result[name], row_start, result["file"])
            return result

        languages = tuple(self._languages)
        self._table.default_factory = None
        return Corpus(
            paths=tuple(self._paths),
            languages=languages,
            lines=np.asarray(self._lines, np.int32),
            strings=tuple(self._table),
            definitions=Definitions(**joined(definitions, DEFINITION_COLUMNS, ("name", "signature"), "parent")),
            definition_start=row_start,
            sites=Sites(**joined(sites, REFERENCE_COLUMNS, ("name", "qualifier"), "scope")),
            imports=Imports(**joined(imports, IMPORT_COLUMNS, ("module", "name", "alias"))),
            typings=Typings(**joined(typings, TYPING_COLUMNS, ("name", "type", "qualifier"), "scope", "within")),
            branches=Branches(**joined(branches, BRANCH_COLUMNS, (), "definition")),
            family=_families(languages),
            generated=np.asarray(self._generated, np.bool_),
            number=self._table,
        )


class _Rows:
    """The rows of one table, file after file."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._sizes: list[int] = []

    def add(self, rows: bytes) -> None:
        self._data += rows
        self._sizes.append(len(rows))

    def counts(self, columns: int) -> Int32:
        """Say how many rows each file has."""
        return np.asarray(self._sizes, np.int32) // np.int32(4 * columns)

    def taken(self, columns: tuple[str, ...]) -> dict[str, Int32]:
        """Give the columns and the file of each row; the rows are used up."""
        matrix = np.frombuffer(self._data, np.int32).reshape(-1, len(columns))
        result = {name: np.ascontiguousarray(matrix[:, index]) for index, name in enumerate(columns)}
        result["file"] = np.repeat(np.arange(len(self._sizes), dtype=np.int32), self.counts(len(columns)))
        self._data = bytearray()
        return result


def _starts(lengths: Int32) -> Int32:
    starts = np.zeros(len(lengths) + 1, np.int32)
    np.cumsum(lengths, out=starts[1:])
    return starts


def _shifted(local: Int32, start: Int32, file: Int32, through: Int32 | None = None) -> Int32:
    """Turn numbers within a file into numbers within the corpus; -1 stays -1."""
    moved = local + start[file]
    if through is not None:
        moved = through[np.where(local >= 0, moved, 0)] if len(through) else moved
    moved[local < 0] = -1
    return moved


def _families(languages: Sequence[str]) -> Int32:
    """Give each file a number so that those whose languages can call each other are equal."""
    known = sorted(set(languages))
    family = {
        language: next(number for number, other in enumerate(known) if can_call(language, other)) for language in known
    }
    return np.asarray([family[language] for language in languages], np.int32)
