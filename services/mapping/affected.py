"""Whom a change concerns: uses of what has another signature, and uses that a removal has left behind.

Of a changed signature these are its callers at head. Of a removed symbol they are its callers at base in
files whose content is still the same, so that the use is certainly there, where head knows no other
definition of that name, or in that line, for it. Facts alone: no edge below `FACT`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from services.mapping.change_views import AffectedCaller, ChangeKind
from services.mapping.columns import Bool, Float64, Int32, Int64, spans
from services.mapping.ladder import CONFIDENCE, CONFIDENCES, Rung
from services.mapping.renames import FilePairs
from services.mapping.snapshot import Snapshot
from services.mapping.views import FACT, Reference


@dataclass(frozen=True, slots=True)
class Change:
    """One change as numbers: rows of the base and of the head, -1 for none. `members` came along with a move."""

    kind: ChangeKind
    before: int
    after: int
    members: int = 0
    same_signature: bool = True


@dataclass(frozen=True, slots=True)
class Uses:
    """Edges by change: `edges[offsets[i]:offsets[i + 1]]` concern change `i`, those in untouched files first."""

    offsets: Int64
    edges: Int64
    untouched: Bool

    def total(self, at: int) -> int:
        """Count the uses that a change concerns."""
        return int(self.offsets[at + 1] - self.offsets[at])

    def untouched_of(self, at: int) -> int:
        """Count those in files that did not change."""
        return int(self.untouched[self.offsets[at] : self.offsets[at + 1]].sum())


@dataclass(frozen=True, slots=True)
class _Used:
    """Uses, however sure they are: by whom, of what name, and in which line, since an alias has another name."""

    users: list[int]
    called: list[str]
    at: list[int]

    def names(self) -> Iterator[tuple[int, str]]:
        return zip(self.users, self.called, strict=True)

    def lines(self) -> Iterator[tuple[int, int]]:
        return zip(self.users, self.at, strict=True)


@dataclass(frozen=True, slots=True)
class Affected:
    """Two snapshots, and what of them is the same."""

    base: Snapshot
    head: Snapshot
    files: FilePairs
    head_of: Int32
    """The head's row of each of the base's, -1 for none."""

    def uses(self, changes: Sequence[Change]) -> Uses:
        """Find the uses that each change concerns: about 1 ms, and 10 more at a million edges if one is left behind."""
        left = [at for at, change in enumerate(changes) if change.kind is ChangeKind.REMOVED]
        rest = [at for at, change in enumerate(changes) if change.after >= 0 and _calls_differ(change)]
        gone, gone_edges = self._left_behind(left, [changes[at].before for at in left])
        owner, edges = _uses_of(self.head, rest, [changes[at].after for at in rest])
        untouched = np.concatenate([np.ones(len(gone), np.bool_), self._untouched(_files_of(self.head, edges))])
        owners, both = np.concatenate([gone, owner]), np.concatenate([gone_edges, edges])
        trust = np.concatenate([_confidence(self.base, gone_edges), _confidence(self.head, edges)])
        order = np.lexsort((both, -trust, ~untouched, owners))
        offsets = np.zeros(len(changes) + 1, np.int64)
        np.cumsum(np.bincount(owners, minlength=len(changes)), out=offsets[1:])
        return Uses(offsets, both[order], untouched[order])

    def show(self, change: Change, edge: int, *, untouched: bool) -> AffectedCaller:
        """Show a use where it stands at head."""
        if change.kind is not ChangeKind.REMOVED:
            return AffectedCaller(_reference(self.head, edge, change.after), untouched)
        found = _reference(self.base, edge, change.before)
        source = int(self.base.columns["edge.source"][edge])
        here = self.head.symbol(int(self.head_of[source])) if source >= 0 else None
        path = self.head.paths[self.files.head_of[_files_of(self.base, np.asarray([edge]))[0]]]
        return AffectedCaller(
            Reference(here, found.target, path, found.line, found.strategy, found.confidence), untouched
        )

    def _untouched(self, files: Int64) -> Bool:
        before = self.files.base_of[files]
        return (before >= 0) & self.files.same[before]

    def _left_behind(self, owners: Sequence[int], rows: Sequence[int]) -> tuple[Int64, Int64]:
        owner, edges = _uses_of(self.base, owners, rows)
        files, sources = _files_of(self.base, edges), self.base.columns["edge.source"][edges]
        there = np.where(sources >= 0, self.head_of[np.maximum(sources, 0)], -1 - self.files.head_of[files])
        sure = self.files.same[files] & ((sources < 0) | (there >= 0))
        owner, edges, there = owner[sure], edges[sure], there[sure]
        if not len(edges):
            return owner, edges
        known = self._used(self.head, np.flatnonzero(np.isin(self.head.columns["edge.source"], there)))
        found = {*known.names(), *known.lines()}
        base = self._used(self.base, edges, users=there)
        pairs = zip(base.names(), base.lines(), strict=True)
        lost = np.asarray([name not in found and line not in found for name, line in pairs], np.bool_)
        return owner[lost], edges[lost]

    @staticmethod
    def _used(snapshot: Snapshot, edges: Int64, *, users: Int64 | None = None) -> "_Used":
        columns = snapshot.columns
        by = columns["edge.source"][edges] if users is None else users
        targets = columns["edge.offsets"].searchsorted(edges, side="right") - 1
        names = [snapshot.name_of(row) for row in targets.tolist()]
        return _Used(by.tolist(), names, columns["edge.line"][edges].tolist())


def _calls_differ(change: Change) -> bool:
    return change.kind is ChangeKind.SIGNATURE_CHANGED or (
        change.kind is ChangeKind.MOVED and not change.same_signature
    )


def _uses_of(snapshot: Snapshot, owners: Sequence[int], rows: Sequence[int]) -> tuple[Int64, Int64]:
    """Give the certain uses of some definitions, but for those by themselves, as (owner, edge)."""
    offsets = snapshot.columns["edge.offsets"]
    targets = np.asarray(rows, np.int64)
    sizes = offsets[targets + 1] - offsets[targets]
    edges, owner = spans(offsets[targets], sizes), np.repeat(np.asarray(owners, np.int64), sizes)
    by_itself = snapshot.columns["edge.source"][edges] == np.repeat(targets, sizes)
    kept = (_confidence(snapshot, edges) >= FACT) & ~by_itself
    return owner[kept], edges[kept]


def _files_of(snapshot: Snapshot, edges: Int64) -> Int64:
    """Give the files in which uses stand."""
    sources = snapshot.columns["edge.source"][edges].astype(np.int64)
    inside = sources >= 0
    files = -1 - sources
    files[inside] = snapshot.columns["definition.file"][sources[inside]]
    return files


def _confidence(snapshot: Snapshot, edges: Int64) -> Float64:
    confidence: Float64 = CONFIDENCES[snapshot.columns["edge.rung"][edges]]
    return confidence


def _reference(snapshot: Snapshot, edge: int, target: int) -> Reference:
    columns = snapshot.columns
    source = int(columns["edge.source"][edge])
    strategy, confidence = CONFIDENCE[Rung(int(columns["edge.rung"][edge]))]
    return Reference(
        source=snapshot.symbol(source) if source >= 0 else None,
        target=snapshot.symbol(target),
        path=snapshot.paths[_files_of(snapshot, np.asarray([edge]))[0]],
        line=int(columns["edge.line"][edge]),
        strategy=strategy,
        confidence=confidence,
    )
