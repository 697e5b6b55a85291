"""Everything that an outline could show, as one chain of steps that is the same for every budget.

Names enter by score, what encloses one before it, and names that have been in for a while become
signatures. A budget pays the longest beginning of the chain that it can, so a larger one shows no
symbol less, and the budget at which the next symbol appears is known exactly. All of it is
arithmetic on columns: 20 ms for the 40,000 steps of 200,000 tokens.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from services.mapping.columns import Bool, Float32, Int32, Int64
from services.mapping.lines import HEADING, NAME, SIGNATURE, Lines

NAMES_BEHIND: Final = 4
"""One in so many of the names shown waits for its signature: those that came last."""
LEAST_NAMES_BEHIND: Final = 2
NEVER: Final = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Paid:
    """A beginning of the chain: the first `named` definitions are shown, of these the first `signed` in full."""

    named: int
    signed: int
    tokens: int
    tokens_for_next: int | None
    """At which one more definition is shown; None when there is none."""


@dataclass(frozen=True, slots=True)
class Steps:
    """When each definition enters, and when its signature is shown (`NEVER`: in a longer chain); by position."""

    enters: Int64
    signs: Int64
    count: int

    @classmethod
    def of(cls, definitions: int, *, whole: bool) -> "Steps":
        """Interleave them; signatures that wait for names to come have their turn when these are all there."""
        shown = np.arange(definitions + 1)
        signed = np.maximum(0, shown - np.maximum(LEAST_NAMES_BEHIND, shown // NAMES_BEHIND))
        position = np.arange(definitions)
        signs = position + np.searchsorted(signed, position, side="right")
        late = position >= signed[-1]
        signs[late] = position[late] + definitions if whole else NEVER
        return cls(position + signed[:-1], signs, definitions + (definitions if whole else int(signed[-1])))


class Chain:
    """The chain of some definitions, in the order in which they enter, and what each beginning of it takes."""

    def __init__(self, rows: Int32, files: Int32, lines: Lines, paths: Lines, *, frame: int, whole: bool) -> None:
        self.rows = rows
        self._whole = whole
        self._steps = Steps.of(len(rows), whole=whole)
        lines.prepare(rows)
        paths.prepare(np.unique(files))
        added = self._added(files, lines.tokens[rows], paths, frame)
        if not frame:
            self._add_endings(added, files, lines.endings[rows].astype(np.int64))
        self._tokens = np.cumsum(added)
        self._least = np.maximum.accumulate(self._tokens)

    @property
    def tokens(self) -> int:
        """Give what all of it takes."""
        return int(self._tokens[-1]) if len(self._tokens) else 0

    def reaches(self, limit: int) -> bool:
        """Whether no definition that is not in this chain could be paid, too, and the next one is known."""
        return self._whole or bool(len(self.rows) and self._least[self._steps.enters[-1]] > limit)

    def pay(self, limit: int) -> Paid:
        """Take steps while they can be paid."""
        taken = int(self._least.searchsorted(limit, side="right"))
        named = int(self._steps.enters.searchsorted(taken))
        following = int(self._least[self._steps.enters[named]]) if named < len(self.rows) else None
        return Paid(named, taken - named, int(self._tokens[taken - 1]) if taken else 0, following)

    def _added(self, files: Int32, tokens: Int32, paths: Lines, frame: int) -> Int64:
        """Give the tokens of each step; the first definition of a file brings its path and what is around a block."""
        enters, signs = self._steps.enters, self._steps.signs
        added = np.zeros(self._steps.count, np.int64)
        added[enters] = tokens[:, NAME]
        first_file, first = np.unique(files, return_index=True)
        added[enters[first]] += paths.tokens[first_file, HEADING] + frame
        ever = signs != NEVER
        added[signs[ever]] = (tokens[:, SIGNATURE] - tokens[:, NAME])[ever]
        return added

    def _add_endings(self, added: Int64, files: Int32, endings: Int64) -> None:
        """Add what the empty line after a block takes, which the last line of the block decides at each step."""
        if not endings.any():
            return
        enters, signs = self._steps.enters, self._steps.signs
        by_file = np.argsort(files, kind="stable")
        rows = self.rows[by_file]  # of a later file they are higher
        last = by_file[rows > np.concatenate(([-1], np.maximum.accumulate(rows)[:-1]))]
        same = np.flatnonzero(files[last][1:] == files[last][:-1])
        before, after = last[same], last[same + 1]
        until = np.full(len(last), NEVER)
        until[same] = enters[after]
        added[enters[last]] += endings[last, NAME]
        added[enters[after]] -= np.where(
            signs[before] < enters[after], endings[before, SIGNATURE], endings[before, NAME]
        )
        in_place = last[signs[last] < until]
        added[signs[in_place]] += endings[in_place, SIGNATURE] - endings[in_place, NAME]


def entering(order: Int32, parent: Int32) -> Int32:
    """Put what encloses a definition before it, the outermost first; the beginning is the same for a longer order."""
    turn = np.full(len(parent), NEVER)
    turn[order] = np.arange(len(order))
    outwards = np.zeros(len(parent), np.int32)
    rows, level = order, 0
    while len(rows):
        level += 1
        rows = rows[parent[rows] >= 0]
        rows = rows[turn[rows] < turn[parent[rows]]]
        np.minimum.at(turn, parent[rows], turn[rows])
        rows = parent[rows]
        outwards[rows] = level
    entered = np.flatnonzero(turn != NEVER)
    return entered[np.lexsort((-outwards[entered], turn[entered]))].astype(np.int32)


def best(scores: Float32, allowed: Bool | None, most: int) -> Int32:
    """Give so many rows of the highest scores in order; the beginning is the same for every `most`."""
    counted = scores if allowed is None else scores[allowed]
    chosen = np.ones(len(scores), np.bool_) if allowed is None else allowed
    if len(counted) > most:
        chosen = (scores >= np.partition(counted, len(counted) - most)[len(counted) - most]) & chosen
    rows = np.flatnonzero(chosen)
    return rows[np.argsort(-scores[rows], kind="stable")][:most].astype(np.int32)
