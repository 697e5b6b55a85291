"""What differs between two snapshots, most important first: changes as columns, shown as rows on demand.

Nothing is claimed that the two maps do not say. That a body changed is not among it: a map keeps where a
definition is, not what it does.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Final

import numpy as np

from services.mapping.affected import Affected, Change
from services.mapping.change_views import AffectedCaller, ChangeKind, DiffTotals, FileRename, SymbolChange
from services.mapping.columns import Float64, Int32, Int64
from services.mapping.matching import Matches, compared, match
from services.mapping.renames import pair_files
from services.mapping.snapshot import Snapshot

LEADING: Final = 100
"""Rank moves are looked for among the first so many of either side: below, ranks are close and places are noise."""
LEAST_PLACES: Final = 10
LEAST_RATIO: Final = 1.5
"""Of the rank after to the one before, over the median of the leading ones: what a larger repository takes from all
of them is no move."""
MOST_RANK_MOVES: Final = 20
MOST_CALLERS: Final = 50
"""Shown of one change; the others are counted."""
WEIGHT: Final = {
    ChangeKind.REMOVED: 2.0,
    ChangeKind.SIGNATURE_CHANGED: 2.0,
    ChangeKind.MOVED: 1.0,
    ChangeKind.ADDED: 1.0,
    ChangeKind.RANK_MOVED: 0.1,
}
"""What a kind of change makes of a symbol's rank."""


class Comparison:
    """Two snapshots compared once. `changes` stand in order of importance: those that concern callers first."""

    def __init__(self, base: Snapshot, head: Snapshot) -> None:
        self.base = base
        self.head = head
        self.files = pair_files(base, head)
        of_base, of_head, self._not_compared = compared(base, head, self.files)
        matches = match(base, head, self.files, of_base, of_head)
        found = list(_changes(base, head, matches))
        if self.same_engine:
            found += _rank_moves(base, head, matches.head_of, said={change.after for change in found})
        self._affected = Affected(base, head, self.files, matches.head_of)
        uses = self._affected.uses(found)
        worth = _worth(base, head, found)
        concerned = np.diff(uses.offsets) > 0
        self._uses = uses
        self.concerned = int(concerned.sum())
        """How many of `changes`, the first ones, concern callers."""
        self._at: Sequence[int] = np.lexsort((np.arange(len(found)), -worth, ~concerned)).tolist()
        self.changes: Sequence[Change] = [found[at] for at in self._at]

    @property
    def same_engine(self) -> bool:
        """Whether one version made both maps; else a difference may be one of the reading."""
        return self.base.engine_version == self.head.engine_version

    @property
    def renames(self) -> tuple[FileRename, ...]:
        """The files that have another path at head, by the old one."""
        return self.files.renames

    @cached_property
    def totals(self) -> DiffTotals:
        """How many there are of each kind."""
        kinds = [change.kind for change in self.changes]
        files = self.files
        return DiffTotals(
            added=kinds.count(ChangeKind.ADDED),
            removed=kinds.count(ChangeKind.REMOVED),
            moved=kinds.count(ChangeKind.MOVED),
            signature_changed=kinds.count(ChangeKind.SIGNATURE_CHANGED),
            rank_moved=kinds.count(ChangeKind.RANK_MOVED),
            files_added=int((files.base_of < 0).sum()),
            files_removed=int((files.head_of < 0).sum()),
            files_changed=int(((files.head_of >= 0) & ~files.same).sum()),
            files_renamed=len(files.renames),
            files_not_compared=self._not_compared,
        )

    @cached_property
    def renamed_paths(self) -> Sequence[str]:
        """The paths at head of renamed files, by rank."""
        numbers = [self.head.file_number(rename.after) for rename in self.renames]
        order = np.argsort(-self.head.columns["file.rank"][numbers], kind="stable") if numbers else ()
        return [self.renames[at].after for at in order]

    @property
    def all_callers(self) -> int:
        """How many uses all changes concern."""
        return int(self._uses.offsets[-1])

    def side(self, change: Change) -> tuple[Snapshot, int]:
        """Give the snapshot and the row in which a change is read: at head, or, of what is gone, at base."""
        return (self.head, change.after) if change.after >= 0 else (self.base, change.before)

    def callers_total(self, at: int) -> int:
        """Count the uses that a change concerns."""
        return self._uses.total(self._at[at])

    def callers_untouched(self, at: int) -> int:
        """Count those in files that did not change."""
        return self._uses.untouched_of(self._at[at])

    def show(self, at: int, *, callers: int = MOST_CALLERS) -> SymbolChange:
        """Show a change with its first callers: about 20 µs, and as much a caller."""
        change = self.changes[at]
        before = self.base.symbol(change.before) if change.before >= 0 else None
        after = self.head.symbol(change.after) if change.after >= 0 else None
        places = self.places(at) if change.kind is ChangeKind.RANK_MOVED else (None, None)
        return SymbolChange(
            kind=change.kind,
            before=before,
            after=after,
            rank_before=before.rank if before else None,
            rank_after=after.rank if after else None,
            members=change.members,
            place_before=places[0],
            place_after=places[1],
            callers=tuple(self.callers(at, 0, callers)),
            callers_total=self.callers_total(at),
            callers_untouched=self.callers_untouched(at),
        )

    def callers(self, at: int, start: int, end: int) -> Iterator[AffectedCaller]:
        """Show some of the uses that a change concerns: about 20 µs each."""
        first = int(self._uses.offsets[self._at[at]])
        for use in range(first + start, first + min(end, self.callers_total(at))):
            edge, untouched = int(self._uses.edges[use]), bool(self._uses.untouched[use])
            yield self._affected.show(self.changes[at], edge, untouched=untouched)

    def places(self, at: int) -> tuple[int, int]:
        """Give the positions by rank at base and at head, from 1."""
        change = self.changes[at]
        return int(_places(self.base)[change.before]) + 1, int(_places(self.head)[change.after]) + 1


def _changes(base: Snapshot, head: Snapshot, matches: Matches) -> Iterator[Change]:
    """Give all changes but those of ranks, in the order of their rows."""
    yield from (Change(ChangeKind.SIGNATURE_CHANGED, one, other) for one, other in sorted(matches.changed))
    for one, other, members in sorted(matches.moved):
        same = base.declaration_of(one) == head.declaration_of(other)
        yield Change(ChangeKind.MOVED, one, other, members, same)
    yield from (Change(ChangeKind.REMOVED, one, -1) for one in matches.removed)
    yield from (Change(ChangeKind.ADDED, -1, other) for other in matches.added)


def _rank_moves(base: Snapshot, head: Snapshot, head_of: Int32, *, said: Iterable[int]) -> list[Change]:
    """Find what leads on one side and has a clearly different place on the other, the clearest first."""
    known = np.flatnonzero(head_of >= 0)
    other = head_of[known]
    before, after = _places(base)[known], _places(head)[other]
    leading = ((before < LEADING) | (after < LEADING)) & ~np.isin(other, list(said))
    known, other, before, after = known[leading], other[leading], before[leading], after[leading]
    ranks = base.columns["definition.rank"][known], head.columns["definition.rank"][other]
    ratio = np.log(np.maximum(ranks[1], 1e-12)) - np.log(np.maximum(ranks[0], 1e-12))
    ratio = np.abs(ratio - np.median(ratio)) if len(ratio) else ratio
    clear = np.flatnonzero((np.abs(before - after) >= LEAST_PLACES) & (ratio >= np.log(LEAST_RATIO)))
    clear = clear[np.argsort(-ratio[clear], kind="stable")][:MOST_RANK_MOVES]
    return [Change(ChangeKind.RANK_MOVED, int(known[at]), int(other[at])) for at in clear.tolist()]


def _places(snapshot: Snapshot) -> Int64:
    """Give the position of each definition by rank, from 0."""
    return snapshot.attached("places", lambda: np.argsort(snapshot.columns["definition.order"], kind="stable"))


def _worth(base: Snapshot, head: Snapshot, changes: Sequence[Change]) -> Float64:
    """Weigh changes: the rank of the symbol where it was higher, by the kind."""
    before = _ranks(base, [change.before for change in changes])
    after = _ranks(head, [change.after for change in changes])
    return np.maximum(before, after) * np.asarray([WEIGHT[change.kind] for change in changes], np.float64)


def _ranks(snapshot: Snapshot, rows: Sequence[int]) -> Float64:
    at = np.asarray(rows, np.int64)
    ranks = np.zeros(len(at))
    ranks[at >= 0] = snapshot.columns["definition.rank"][at[at >= 0]]
    return ranks
