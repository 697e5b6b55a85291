"""Answers many equal objects at once, column by column, where every field asked for only reads what is there.

Object by object a leaf costs 0.6 µs of calls; a column of 64 is read, checked and written by a few calls that
loop in C. Whatever is not exactly as expected raises, and the general way answers these objects one by one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from schema.plain import Column, Read, UnexpectedError


@dataclass(frozen=True, slots=True)
class Table:
    """The fields of a selection by their names in the answer, at least one."""

    names: tuple[str, ...]
    columns: tuple[Column, ...]

    def answer(self, sources: Sequence[Any]) -> list[dict[str, Any]]:
        """Give the answers about these objects, none of which is None; raises for what is not as expected."""
        if type(None) in set(map(type, sources)):
            raise UnexpectedError
        columns = [column(sources) for column in self.columns]
        return [dict(zip(self.names, row, strict=True)) for row in zip(*columns, strict=True)]


def below(read: Read, table: Table, *, optional: bool) -> Column:
    """Make the column of an object below each object."""

    def column(sources: Sequence[Any]) -> Sequence[Any]:
        found = list(map(read, sources))
        there = [one for one in found if one is not None] if optional else found
        answers = table.answer(there)
        if len(there) == len(found):
            return answers
        rest = iter(answers)
        return [None if one is None else next(rest) for one in found]

    return column
