"""Names taken apart: `HTTPServer_v2` is http, server, v, 2; and what a word has in common with its kin."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np

from services.mapping.columns import Int64

WORD: Final = re.compile(r"[^\W_]+(?:_+[^\W_]+)*")
"""An identifier or a plain word within any text."""
_PART: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W_A-Za-z0-9]+")
_ENDINGS: Final = ("ations", "ation", "ings", "ing", "ers", "ed", "er", "es", "s", "e")
SHORTEST_STEM: Final = 4
_STOP_WORDS: Final = (
    "a an and are as at be by do does for from how i if in into is it its me my no not of on or our self show so "
    "that the their then there these this to us use we what when where which who why will with you your def fn func "
    "function class struct enum interface const let var return none null true false int str bool string void public "
    "private static async await py js ts go rs"
)
STOP_WORDS: Final = frozenset(_STOP_WORDS.split())
"""Words that say nothing about code: of English, and of every signature."""

NO_PART, CAPITAL, SMALL, DIGIT = range(4)
SORTS: Final = np.asarray(
    [
        CAPITAL if c.isupper() else SMALL if c.islower() else DIGIT if c.isdigit() else NO_PART
        for c in map(chr, range(128))
    ],
    np.uint8,
)
"""Of each ASCII character."""
LOWERED: Final = np.asarray([ord(c.lower()) if c.isalnum() else ord(" ") for c in map(chr, range(128))], np.uint8)


def parts(name: str) -> list[str]:
    """Split a name at its humps, underscores and digits, in lower case."""
    if name.islower() and name.isalpha():
        return [name]
    return list(map(str.lower, _PART.findall(name)))


def letters(name: str) -> list[str]:
    """Split a name for a search: its parts, or all of it where it has none, as `+=` or `_`. Never white space."""
    return parts(name) or ["".join(name.lower().split())]


def squashed(name: str) -> str:
    """Give a name as a search compares it: `build_repo_map` and `buildRepoMap` are `buildrepomap`."""
    return "".join(letters(name))


@dataclass(frozen=True, slots=True)
class SplitNames:
    """Many names taken apart: the parts of all of them in a row, and how many each name has."""

    parts: list[str]
    counts: Int64

    @classmethod
    def of(cls, names: Sequence[str]) -> "SplitNames":
        """Split as `parts` does; a name without a letter or digit is one part itself. Some 0.5 µs a name."""
        every, counts = _split_plain([name if name.isascii() and "\n" not in name else "" for name in names])
        start = (np.cumsum(counts) - counts).tolist()
        result: list[str] = []
        done = 0
        for at in np.flatnonzero(counts == 0).tolist():  # not plain, or no parts
            own = parts(names[at]) or [names[at].lower()]
            result += every[done : start[at]] + own
            done, counts[at] = start[at], len(own)
        return cls(result + every[done:], counts)

    def each(self) -> list[list[str]]:
        """Give the parts of each name."""
        ends = np.cumsum(self.counts).tolist()
        return [self.parts[start:end] for start, end in pairwise([0, *ends])]

    def in_order(self, order: Sequence[int]) -> "SplitNames":
        """Give the names in another order."""
        parted = self.each()
        return SplitNames([part for at in order for part in parted[at]], self.counts[order])


def _split_plain(names: list[str]) -> tuple[list[str], Int64]:
    """Split names of ASCII in one text, with a blank before each part; a line is a name."""
    text = np.frombuffer("\n".join(["", *names, ""]).encode(), np.uint8)
    sort = SORTS[text]
    before, here, after = sort[:-2], sort[1:-1], sort[2:]
    last_capital = (here == CAPITAL) & (before == CAPITAL) & (after == SMALL)
    begins = (here != NO_PART) & (here != before) & ((before != CAPITAL) | (here != SMALL)) | last_capital
    spaced = np.full(len(here) + np.count_nonzero(begins), ord(" "), np.uint8)
    spaced[np.arange(len(here), dtype=np.int32) + np.cumsum(begins, dtype=np.int32)] = LOWERED[text[1:-1]]
    ends = np.flatnonzero(text[1:] == ord("\n"))
    counts = np.diff(np.cumsum(np.append(begins, [False]), dtype=np.int64)[ends], prepend=0)
    return spaced.tobytes().decode().split(), counts


@lru_cache(maxsize=1 << 17)
def stem(word: str) -> str:
    """Cut one common ending, so that clone, cloned and cloning meet."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            return word[: -len(ending)]
    return word


def terms(text: str) -> list[str]:
    """Give the stems of all parts of all words of a text, without stop words."""
    return [stem(part) for word in WORD.findall(text) for part in parts(word) if part not in STOP_WORDS]
