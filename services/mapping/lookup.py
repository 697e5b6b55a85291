"""Tables that answer a million questions at once: sorted keys, binary search, no loop."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from services.mapping.columns import Int32, Int64, spans

ArrayT = TypeVar("ArrayT", Int32, Int64)


@dataclass(frozen=True, slots=True)
class Table:
    """From a key to one row."""

    keys: Int64
    rows: Int32

    @classmethod
    def first(cls, keys: Int64, rows: Int32) -> "Table":
        """Keep the first row of each key."""
        unique, at = np.unique(keys, return_index=True)
        return cls(unique, rows[at])

    @classmethod
    def only(cls, keys: Int64, rows: Int32) -> "Table":
        """Keep the keys that have one row."""
        unique, at, count = np.unique(keys, return_index=True, return_counts=True)
        single = count == 1
        return cls(unique[single], rows[at[single]])

    def at(self, keys: Int64) -> Int64:
        """Give the position of each key in the table, -1 where it is not there."""
        if not len(self.keys):
            return np.full(len(keys), -1, np.int64)
        position = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[position] == keys, position, -1)

    def get(self, keys: Int64) -> Int32:
        """Give the row of each key, -1 where there is none."""
        position = self.at(keys)
        found = position >= 0
        rows = np.full(len(keys), -1, np.int32)
        rows[found] = self.rows[position[found]]
        return rows


@dataclass(frozen=True, slots=True)
class MultiTable:
    """From a key to any number of rows, ascending."""

    keys: Int64
    rows: Int32

    @classmethod
    def of(cls, keys: Int64, rows: Int32) -> "MultiTable":
        """Sort rows by key; rows of a key keep their order."""
        order = np.argsort(keys, kind="stable")
        return cls(keys[order], rows[order])

    def count(self, keys: Int64) -> Int64:
        """Say how many rows each key has."""
        lengths = np.searchsorted(self.keys, keys, side="right") - np.searchsorted(self.keys, keys, side="left")
        return lengths.astype(np.int64)

    def every(self, keys: Int64, *, most: int | None = None) -> tuple[Int64, Int32]:
        """Give all rows of all keys, or the first `most` of each, as (position in `keys`, row) pairs in order."""
        start = np.searchsorted(self.keys, keys, side="left").astype(np.int64)
        length = np.searchsorted(self.keys, keys, side="right") - start
        if most is not None:
            length = np.minimum(length, most)
        owner = np.repeat(np.arange(len(keys), dtype=np.int64), length)
        return owner, self.rows[spans(start, length)]


def unique(values: ArrayT) -> ArrayT:
    """Give the distinct values, ascending: `np.unique` takes five times as long, since it hashes them."""
    ordered = np.sort(values)
    return ordered[first_of_each(ordered)]


def numbered(values: Int32, *, below: int) -> tuple[Int64, Int32]:
    """Give the distinct values, ascending, and of each value its position among them, as `np.unique` does.

    Without a sort: `below` bounds the values, which are 0 or more.
    """
    known = np.zeros(below, np.bool_)
    known[values] = True
    position = np.cumsum(known, dtype=np.int32) - 1
    return np.flatnonzero(known), position[values]


def first_of_each(owner: Int32 | Int64) -> Int64:
    """Give the positions at which a new value begins in an ascending array."""
    if not len(owner):
        return np.empty(0, np.int64)
    return np.flatnonzero(np.concatenate([[True], owner[1:] != owner[:-1]]))


def nearest(count: int, at: Int64, rows: Int32) -> Int32:
    """Give the first row of each of `count` positions, or -1; `at` is ascending."""
    found = np.full(count, -1, np.int32)
    first = first_of_each(at)
    found[at[first]] = rows[first]
    return found
