"""Read the definitions of a file without parsing it: one expression a language, some thirteen times as fast.

For a first outline while the parse still runs: what it takes for a definition may be a line of a string, and
what is written strangely is missed. Indentation says what stands in what, and where it ends.
"""

from array import array
from collections.abc import Iterator
from re import Match
from typing import Final, NamedTuple

import numpy as np

from services.mapping.languages import says_generated, skip_content
from services.mapping.records import REFERENCE_COLUMNS, FileRecord, FileSkipped, ReferenceKind
from services.mapping.records import DefinitionKind as Kind
from services.mapping.skim_patterns import KINDS, MANNERS, Manner
from services.mapping.strings import Strings

KIND: Final = "skim."
"""Before a language: a content that is to be skimmed, and not parsed."""
MOST_BYTES: Final = 400
"""Of a head that goes over several lines."""
MOST_CHARACTERS: Final = 200
MOST_DEFINITIONS: Final = 5_000
"""Of one file: more are a table that a program wrote."""
TAB: Final = 4
"""Columns that a tab is taken for."""
CLASSES: Final = frozenset({Kind.CLASS, Kind.INTERFACE, Kind.STRUCT, Kind.ENUM, Kind.TRAIT})
OF_GROUP: Final = {"macro": Kind.MACRO, "member": Kind.STRUCT}
WORDS: Final = bytes(byte if f"_{chr(byte)}".isidentifier() else 32 for byte in range(128)) + b" " * 128
"""Of each byte: itself, or a space where no identifier goes on."""
SHORTEST: Final = 4
"""Letters of a word that says something."""
MENTION: Final = (0, ReferenceKind.NAME, -1, 1, -1, 1, -1)
"""A use of a name of which nothing else is known, in `REFERENCE_COLUMNS`."""
ELSEWHERE: Final = -2
"""The row of a type that the file does not define."""


class _Open(NamedTuple):
    """A definition that what follows may stand in."""

    indent: int
    row: int
    kind: Kind


def skim(content: bytes, *, language: str) -> FileRecord | FileSkipped:
    """Give the definitions of a file, and nothing of what it uses: some 20 MB/s. Languages are those of `MANNERS`."""
    return skip_content(content, language) or _Skimmer(content, language).record()


class _Skimmer:
    """One pass over one file."""

    def __init__(self, content: bytes, language: str) -> None:
        self._content = content
        self._language = language
        self._strings = Strings()
        self._rows: list[list[int]] = []
        self._types: dict[str, int] = {}
        self._stack: list[_Open] = []
        self._line = 1
        self._counted = 0

    def record(self) -> FileRecord:
        content = self._content
        lines = content.count(b"\n") + (not content.endswith(b"\n") and bool(content))
        for match in MANNERS[self._language].pattern.finditer(content):
            self._take(match, MANNERS[self._language])
            if len(self._rows) >= MOST_DEFINITIONS:
                break
        self._close(-1, lines)
        columns = array("i", [value for row in self._rows for value in row])
        mentions = self._mentions()
        generated = says_generated(content)
        return FileRecord(
            self._language, lines, self._strings.all(), columns.tobytes(), mentions, b"", generated=generated
        )

    def _mentions(self) -> bytes:
        """Give every word of the file as a use of a name: once each, at the first line."""
        words = [word for word in dict.fromkeys(self._content.translate(WORDS).split()) if len(word) >= SHORTEST]
        rows = np.empty((len(words), len(REFERENCE_COLUMNS)), np.int32)
        rows[:] = MENTION
        rows[:, 0] = list(map(self._strings.number, b" ".join(words).decode().split()))
        return rows.tobytes()

    def _take(self, match: Match[bytes], manner: Manner) -> None:
        start = match.end(1)
        indent = len(match[1]) + (TAB - 1) * match[1].count(b"\t")
        line = self._line_of(start)
        self._close(indent, line - 1)
        if match.lastgroup == "extended":
            row = self._types.get(_extended(match[match.lastgroup]), ELSEWHERE)
            self._stack.append(_Open(indent, row, Kind.CLASS))
        elif self._is_definition(match, manner):
            self._define(match, indent, line)

    def _is_definition(self, match: Match[bytes], manner: Manner) -> bool:
        """Say whether a match is more than a call that looks like a method."""
        if match.lastgroup != "bare" or self._inside:
            return True
        return not manner.members_only and not match[0].endswith(b";")

    @property
    def _inside(self) -> bool:
        return bool(self._stack) and self._stack[-1].kind in CLASSES

    def _kind(self, match: Match[bytes]) -> Kind:
        kind = OF_GROUP.get(match.lastgroup or "")
        if kind is None:
            kind = KINDS.get(match["word"], Kind.FUNCTION) if match.lastgroup == "name" else Kind.FUNCTION
        if kind is Kind.FUNCTION and (self._inside or self._has_receiver(match.end(1))):
            return Kind.METHOD
        return kind

    def _has_receiver(self, start: int) -> bool:
        return self._language == "go" and self._content.startswith(b"func (", start)

    def _define(self, match: Match[bytes], indent: int, line: int) -> None:
        kind, row = self._kind(match), len(self._rows)
        parent, name = self._placed(match[match.lastgroup or 0].decode("utf-8", "replace").strip("`#"))
        name_line = self._line_of(match.start(match.lastgroup or 0))
        signature = _signature(self._content, match.end(1))
        number = self._strings.number
        self._rows.append([number(name), kind, max(parent, -1), line, line, name_line, number(signature)])
        if kind in CLASSES:
            self._types.setdefault(name, row)
        self._stack.append(_Open(indent, row, kind))

    def _placed(self, name: str) -> tuple[int, str]:
        """Give the row that a definition belongs to, and its own name: `A::m`, `A.m` and `A:m` name both."""
        parent = self._stack[-1].row if self._stack else -1
        for mark in ("::", ".", ":"):
            owner, _, last = name.rpartition(mark)
            if owner and last:
                return self._types.get(owner.rpartition(mark)[2], parent), last
        return parent, name

    def _close(self, indent: int, line: int) -> None:
        """End what is not further out than this indentation at a line."""
        while self._stack and self._stack[-1].indent >= indent:
            row = self._stack.pop().row
            if row >= 0:
                self._rows[row][4] = max(line, self._rows[row][3])

    def _line_of(self, position: int) -> int:
        self._line += self._content.count(b"\n", self._counted, position)
        self._counted = position
        return self._line


def _extended(text: bytes) -> str:
    """Give the type that an `impl … for Type<T>` or an `extension Type` is about."""
    whole = text.decode("utf-8", "replace")
    of = whole.rpartition(" for ")[2].partition(" where ")[0].strip()
    if of.startswith("<"):
        of = of.rpartition("> ")[2]
    return of.partition("<")[0].rpartition("::")[2].strip("&' ").rpartition(" ")[2]


def _heads(content: bytes, start: int) -> Iterator[bytes]:
    """Give a head line by line, as far as its parentheses are open."""
    depth = 0
    for line in content[start : start + MOST_BYTES].split(b"\n"):
        yield line
        depth += line.count(b"(") - line.count(b")")
        if depth <= 0:
            return


def _signature(content: bytes, start: int) -> str:
    """Give one line without the body."""
    text = " ".join(b" ".join(_heads(content, start)).decode("utf-8", "replace").split())
    head = text.partition(" {")[0].removesuffix("{")
    return head[:MOST_CHARACTERS].rstrip()
