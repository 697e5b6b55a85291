"""Symbols by name: exact, prefix, a sub-token inside, any substring, initials; and how good a match is.

Case and underscores do not count, so that `repoMap` finds `build_repo_map`. A page costs the same wherever
it stands: matches are marked in the order of the rank, and never sorted.
"""

from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.mapping.columns import Columns, Groups, Int32, Int64, Texts, spans
from services.mapping.name_index import LONGEST, NameIndex
from services.mapping.qualified import APART, ENCLOSED, NEAREST, Surroundings, segments
from services.mapping.words import squashed

SAME_CASE: Final = 6
EXACT: Final = 5
PREFIX: Final = 4
PART: Final = 3
"""Begins where a sub-token of the name begins."""
INSIDE: Final = 2
INITIALS: Final = 1
"""`brm` for `build_repo_map`."""
LEVELS: Final = 8
"""More than the highest grade: what a query names around a name comes before how well the name fits."""
WHOLE: Final = LEVELS * (ENCLOSED + 1)
"""A name that is the whole query, with what else would part it."""
INITIALS_LENGTHS: Final = range(3, 9)

Grades = NDArray[np.int8]


class NameSearch:
    """Finds names, and the definitions that have them, in a map's columns."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._index = NameIndex(columns)
        self._names = Texts.of(columns, "name")
        self._surroundings = Surroundings(columns, self._equal_to)

    def by_rank(self, query: str) -> Grades:
        """Say of each definition, by rank, at which level it matches, 0: not at all; `Class.method` asks for both."""
        *outer, last = segments(query) or [""]
        levels: Grades = self.grade(last).take(self._name_by_rank)
        if outer:
            found = np.flatnonzero(levels)
            fit = self._surroundings.fit(self._columns["definition.order"].take(found), outer)
            levels[found] = np.where(fit > APART, levels[found] + LEVELS * fit, 0)
            if whole := self._written(query.strip()):
                levels[np.isin(self._name_by_rank, whole)] = WHOLE
        return levels

    def best(self, query: str, *, least: int) -> Int32:
        """Give the rows of the best matches of a name by rank, if their grade is enough."""
        *outer, last = segments(query) or [""]
        if outer and (whole := self._written(query.strip())):
            rows, _ = self._definitions(np.asarray(whole, np.int64), np.zeros(len(self._names), np.int8))
            return self._ranked(rows)
        best = np.empty(0, np.int32)
        for floor in (least,) if least >= PREFIX else (PREFIX, least):  # what is rarer is found faster
            grades = self.grade(last, least=floor)
            rows, levels = self._definitions(np.flatnonzero(grades >= floor), grades)
            if outer:
                fit = self._surroundings.fit(rows, outer)
                levels = np.where(fit >= NEAREST, levels + LEVELS * fit, 0).astype(np.int8)
            best = rows[levels == levels.max(initial=1)]
            if len(best):
                break
        return self._ranked(best)

    def grade(self, query: str, *, least: int = INITIALS) -> Grades:
        """Grade every distinct name for a query of words in any order, all of which must match; 0: no match.

        About 2 ms for 300,000 names. From a `least` of PREFIX on 0.1 ms: what is lower is not looked for.
        """
        words = sorted(dict.fromkeys(query.split()), key=len, reverse=True)
        grades = np.full(len(self._names), SAME_CASE if words else 0, np.int8)
        for nth, word in enumerate(words):
            among = np.flatnonzero(grades) if nth else None
            if among is not None and not len(among):
                break
            grades = np.minimum(grades, self._grade_word(word, least, among))
        return grades

    def _grade_word(self, word: str, least: int, among: Int64 | None) -> Grades:
        """Grade names by one word; of those that are not among some names nothing is said."""
        grades = np.zeros(len(self._names), np.int8)
        pattern = _pattern(word)
        begin, exact, end = self._index.range(pattern)
        # One letter is inside of nearly every name: only beginnings are of use.
        if len(pattern) > 1 and least < PREFIX:
            if len(pattern) in INITIALS_LENGTHS and pattern.isascii():
                grades[self._index.with_initials(pattern)] = INITIALS
            for names, beginning in self._index.inside(pattern, among):
                grades[names] = INSIDE
                grades[beginning] = PART
        grades[begin:end] = PREFIX
        grades[begin:exact] = EXACT
        for same in range(begin, exact):
            grades[same] += self._names[same] == word
        return grades

    def _ranked(self, rows: Int32) -> Int32:
        return rows[np.argsort(-self._columns["definition.rank"][rows], kind="stable")]

    def _written(self, query: str) -> list[int]:
        """Give the names that have the marks of a query in them, as `my::func` of a shell or `a.b` of a table."""
        begin, exact, _ = self._index.range(_pattern(query))
        return [name for name in range(begin, exact) if self._names[name].lower() == query.lower()]

    def _equal_to(self, word: str) -> range:
        """Give the names that are this word but for case and underscores."""
        begin, end, _ = self._index.range(_pattern(word))
        return range(begin, end)

    def _definitions(self, names: Int64, grades: Grades) -> tuple[Int32, Grades]:
        """Give the definitions of some names in their order, with the grades of their names."""
        groups = Groups.of(self._columns, "name.definitions")
        start = groups.offsets[names]
        count = groups.offsets[names + 1] - start
        rows = groups.items[spans(start, count)]
        order = np.argsort(rows)
        return rows[order], np.repeat(grades[names], count)[order]

    @cached_property
    def _name_by_rank(self) -> NDArray[np.intp]:
        names = self._columns["definition.name"].take(self._columns["definition.order"])
        return names.astype(np.intp)  # indices of this size are followed a third faster


def _pattern(word: str) -> bytes:
    return squashed(word).encode("utf-8", "backslashreplace")[:LONGEST]
