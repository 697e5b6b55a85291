"""Symbols by name: exact, prefix, a sub-token inside, any substring; and how good a match is.

All distinct names lie in one lower-case blob without underscores, so that `repoMap` finds
`build_repo_map`: one search over the blob costs about 1 ms per 100,000 names.
"""

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.mapping.columns import Array, Columns, Groups, Int32, Texts
from services.mapping.words import parts

EXACT: Final = 4
PREFIX: Final = 3
PART: Final = 2
"""Begins where a sub-token of the name begins."""
INSIDE: Final = 1
QUALIFIED: Final = re.compile(r"::|[.#/]|->")
NEWLINE: Final = 10


def search_columns(names: Sequence[str]) -> dict[str, Array]:
    r"""Make the blob `\\nfirst\\nsecond\\n` and a bit for each of its bytes at which a sub-token begins."""
    split = [parts(name) or [name.lower()] for name in names]
    squashed = ["".join(one).encode() for one in split]
    blob = b"\n" + b"".join(one + b"\n" for one in squashed)
    sizes = [len(part.encode()) for one in split for part in (*one, "\n")]
    starts = np.zeros(len(blob) + 1, np.uint8)
    if sizes:
        starts[1 + np.concatenate([[0], np.cumsum(sizes)])] = 1
    lengths = np.fromiter(map(len, squashed), np.int64, len(squashed))
    offsets = 1 + np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths + 1)])
    return {
        "search.blob": np.frombuffer(blob, np.uint8),
        "search.offsets": offsets,
        "search.starts": np.packbits(starts),
    }


class NameSearch:
    """Reads the columns that `search_columns` made."""

    def __init__(self, columns: Columns) -> None:
        self._blob = columns["search.blob"].tobytes()
        self._offsets = columns["search.offsets"]
        self._starts = columns["search.starts"]
        self._names = Texts.of(columns, "name")
        self._definitions = Groups.of(columns, "name.definitions")
        self._parent = columns["definition.parent"]
        self._name = columns["definition.name"]

    def grade(self, query: str) -> NDArray[np.int8]:
        """Grade every distinct name for a query of one or more words, all of which must match; 0: no match."""
        grades = np.full(len(self._names), EXACT + 1, np.int8)
        words = query.split()
        for word in words:
            grades = np.minimum(grades, self._grade_word(word))
        if not words:
            return np.zeros(len(self._names), np.int8)
        return grades

    def definitions(self, query: str) -> tuple[Int32, NDArray[np.int8]]:
        """Give the definitions whose name matches, with grades; `Class.method` asks for the parent as well."""
        outer, _, last = self._split(query)
        grades = self.grade(last)
        found = grades[self._name] if len(self._name) else grades[:0]
        if outer:
            of_parent = self.grade(outer)
            fits = (self._parent >= 0) & (of_parent[self._name[np.maximum(self._parent, 0)]] >= EXACT)
            found = np.where(fits, found, 0).astype(np.int8)
        rows = np.flatnonzero(found).astype(np.int32)
        return rows, found[rows]

    @staticmethod
    def _split(query: str) -> tuple[str, str, str]:
        segments = [segment for segment in QUALIFIED.split(query.strip()) if segment]
        if len(segments) < 2:  # noqa: PLR2004 - a class and a member
            return "", "", segments[0] if segments else ""
        return segments[-2], ".", segments[-1]

    def _grade_word(self, word: str) -> NDArray[np.int8]:
        grades = np.zeros(len(self._names), np.int8)
        pattern = "".join(parts(word)).encode() or word.lower().encode("utf-8", "backslashreplace")
        # One letter is inside of nearly every name: only beginnings are of use.
        shortest = len(pattern) == 1
        sought = b"\n" + pattern if shortest else pattern
        found = [match.start() for match in re.finditer(re.escape(sought), self._blob)]
        if not found:
            return grades
        at = np.asarray(found, np.int64) + (1 if shortest else 0)
        name = np.searchsorted(self._offsets, at, side="right") - 1
        begins = at == self._offsets[name]
        ends = np.frombuffer(self._blob, np.uint8)[at + len(pattern)] == NEWLINE
        part = (self._starts[at >> 3] >> (7 - (at & 7))) & 1
        grade = np.where(begins & ends, EXACT, np.where(begins, PREFIX, np.where(part == 1, PART, INSIDE)))
        np.maximum.at(grades, name, grade.astype(np.int8))
        for same in np.flatnonzero(grades == EXACT).tolist():
            grades[same] += self._names[same] == word
        return grades
