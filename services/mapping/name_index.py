"""The distinct names of a map as a search reads them: in lower case, without underscores, ascending.

What begins with a word is one range of names, found in 50 µs. For what contains it the names lie in groups of
256 bytes, and a table tells for every pair of letters in which groups it occurs: all pairs of a word are
together in few of them, and only those are looked at. The table is 3 % of a large artifact. Each name begins
at a multiple of eight bytes and lies in one group, so that the place of a hit tells the name.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain, pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.mapping.columns import Array, Bool, Columns, Int32, Int64
from services.mapping.occurrences import occurrences
from services.mapping.words import SplitNames

BLOCK: Final = 8
BLOCKS: Final = 32
"""Of a group."""
GROUP: Final = BLOCK * BLOCKS
LONGEST: Final = GROUP - 1
"""Bytes of a name that are searched; whoever writes one of a megabyte is not found by its end."""
CLASSES: Final = 32
AT_ONCE: Final = 1024
"""Groups, 256 KiB of text: what stays in a processor's own cache."""


def _classes() -> NDArray[np.uint8]:
    """Give each byte a number below 32: letters their own, digits four, the end of a name one, all else another."""
    classes = np.full(256, CLASSES - 2, np.uint8)
    classes[ord("a") : ord("z") + 1] = np.arange(26)
    classes[ord("0") : ord("9") + 1] = 26 + np.arange(10) % 4
    classes[ord("\n")] = CLASSES - 1
    return classes


def search_columns(names: SplitNames) -> tuple[list[int], dict[str, Array]]:
    """Give the order in which distinct names must stand, and the columns for names in that order."""
    parted = [parts if "".join(parts).isalnum() else list(map(_bare, parts)) for parts in names.each()]
    parted = [parts if "".join(parts).isascii() else list(map(_bytewise, parts)) for parts in parted]
    texts = ["".join(parts).encode("latin-1")[:LONGEST] for parts in parted]
    order = sorted(range(len(texts)), key=texts.__getitem__)
    first = _places([len(texts[at]) // BLOCK + 1 for at in order])
    blob = b"".join(
        [texts[at].ljust((end - start) * BLOCK, b"\n") for at, (start, end) in zip(order, pairwise(first), strict=True)]
    )
    text, places = np.frombuffer(blob, np.uint8), np.asarray(first, np.int32)
    name, nth, at = _starts([parted[at] for at in order], places)
    return order, {
        "search.blob": text,
        "search.first": places,
        "search.initials": _initials(text, name, nth, at, count=len(parted)),
        "search.pairs": _pairs(text),
        "search.starts": _bits(at, size=len(text)),
    }


def _places(blocks: Sequence[int]) -> list[int]:
    """Give the block at which each name begins, none across two groups, and where all end: at the end of a group."""
    first: list[int] = []
    place = 0
    for count in blocks:
        if place % BLOCKS + count > BLOCKS:
            place += -place % BLOCKS
        first.append(place)
        place += count
    return [*first, place + -place % BLOCKS]


def _starts(parted: Sequence[Sequence[str]], first: Int32) -> tuple[Int64, Int64, Int64]:
    """Give for each sub-token its name, the how many-th it is there, and at which byte of the blob it begins."""
    counts = np.asarray([len(parts) for parts in parted], np.int64)
    sizes = np.fromiter(map(len, chain.from_iterable(parted)), np.int64, int(counts.sum()))
    name = np.repeat(np.arange(len(parted)), counts)
    opening = np.cumsum(counts) - counts
    before = np.cumsum(sizes) - sizes
    within = before - before[opening[name]]
    known = np.flatnonzero(within < LONGEST)
    name = name[known]
    return name, known - opening[name], first[name].astype(np.int64) * BLOCK + within[known]


def _bare(part: str) -> str:
    """Give a name that has no letters, as `operator ()`, without its white space."""
    return "".join(part.split())


def _bytewise(part: str) -> str:
    """Give a text with a character for each byte."""
    return part.encode("utf-8", "backslashreplace").decode("latin-1")


def _bits(at: Int64, *, size: int) -> Array:
    """Set a bit for each of these bytes: one byte for each block."""
    bits = np.zeros(size, np.uint8)
    bits[at] = 1
    return np.packbits(bits, bitorder="little")


def _initials(text: Array, name: Int64, nth: Int64, at: Int64, *, count: int) -> Array:
    """Give the first letters of the first eight sub-tokens of each name, as one number."""
    letters_of = np.zeros(count * BLOCK, np.uint8)
    kept = nth < BLOCK
    letters_of[name[kept] * BLOCK + nth[kept]] = text[at[kept]]
    return letters_of.view(np.uint64)


def _pairs(text: Array) -> Array:
    """Set a bit for each pair of classes and group, pair by pair."""
    groups = len(text) // GROUP
    classes = _classes()[text].reshape(groups, GROUP)
    packed = []
    for start in range(0, groups, AT_ONCE):
        some = classes[start : start + AT_ONCE].astype(np.int32)
        has = np.zeros((CLASSES * CLASSES, len(some)), np.bool_)
        has[some[:, :-1] * CLASSES + some[:, 1:], np.arange(len(some))[:, None]] = True
        packed.append(np.packbits(has, axis=1))
    return np.concatenate([*packed, np.empty((CLASSES * CLASSES, 0), np.uint8)], axis=1)


class NameIndex:
    """Reads the columns that `search_columns` made; names are numbered in their order there."""

    def __init__(self, columns: Columns) -> None:
        self._text = columns["search.blob"]
        self._first = columns["search.first"]
        self._starts = columns["search.starts"]
        self._initials = columns["search.initials"]
        self._pairs = columns["search.pairs"]
        self._classes = _classes()

    def __len__(self) -> int:
        return len(self._first) - 1

    def range(self, pattern: bytes) -> tuple[int, int, int]:
        """Give where names that begin with a pattern begin, where those that are no longer end, and where all end."""
        names = range(len(self))
        begin = bisect_left(names, pattern, key=self._text_of)
        exact = bisect_right(names, pattern, begin, key=self._text_of)
        return begin, exact, bisect_left(names, pattern + b"\xff", exact, key=self._text_of)

    def inside(self, pattern: bytes, among: Int64 | None = None) -> Iterator[tuple[Int32, Int32]]:
        """Give the names that contain a pattern of two bytes or more, and those where a sub-token begins with it.

        They come in pieces, a name in one of them, perhaps twice: about 2 ms for the most frequent pair of letters
        in 300,000 names. Names that are not among some may be left out.
        """
        groups = self._groups(pattern)
        if among is not None:
            wanted = np.zeros(len(self._text) // GROUP, np.bool_)
            wanted[self._first.take(among) // BLOCKS] = True
            groups = groups[wanted.take(groups)]
        for start in range(0, len(groups), AT_ONCE):
            some = groups[start : start + AT_ONCE]
            text = self._text.reshape(-1, GROUP).take(some, axis=0).reshape(-1)
            names = self._name_of_block.reshape(-1, BLOCKS).take(some, axis=0).reshape(-1)
            starts = self._starts.reshape(-1, BLOCKS).take(some, axis=0).reshape(-1)
            hits = np.packbits(occurrences(text, pattern), bitorder="little")  # a byte for each block
            yield names[np.flatnonzero(hits != 0)], names[np.flatnonzero(hits & starts[: len(hits)] != 0)]

    def with_initials(self, pattern: bytes) -> Bool:
        """Say of each name whether its sub-tokens begin with these letters, eight at most, from the first on."""
        mask = np.frombuffer((b"\xff" * len(pattern)).ljust(BLOCK, b"\0"), np.uint64)
        found: Bool = (self._initials & mask) == np.frombuffer(pattern.ljust(BLOCK, b"\0"), np.uint64)
        return found

    def _groups(self, pattern: bytes) -> Int64:
        """Give the groups in which all pairs of a pattern occur."""
        classes = self._classes[np.frombuffer(pattern, np.uint8)].astype(np.int64)
        together = np.bitwise_and.reduce(self._pairs[classes[:-1] * CLASSES + classes[1:]], axis=0)
        return np.flatnonzero(np.unpackbits(together, count=len(self._text) // GROUP))

    def _text_of(self, name: int) -> bytes:
        return self._text[self._first[name] * BLOCK : self._first[name + 1] * BLOCK].tobytes().rstrip(b"\n")

    @cached_property
    def _name_of_block(self) -> Int32:
        return np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self._first))
