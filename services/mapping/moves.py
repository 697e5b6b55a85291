"""What stands elsewhere than before, where name, kind and signature say so and nothing else can be meant.

A class is known by its members, which it takes along, also under another name; anything else by a rare
name or by an equal length.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np

from services.mapping.columns import Int64
from services.mapping.pairing import only_once, pair_equal
from services.mapping.sides import KINDS, LEAST_SHARED, Pairs, Side, shared, signature_words

RARE: Final = 3
"""So many definitions of a name on either side: rare enough that an equal signature elsewhere is the same one."""
TELLING_LINES: Final = 4
"""From so many lines on, an equal length tells two definitions of a frequent name apart from chance."""
FEWEST_RARE: Final = 2
"""Members with rare names that a class under another name must have kept; they must be half of all, too."""
MOST_NAMESAKES: Final = 32
"""Classes of one name that a class may have become."""
Key: TypeAlias = tuple[int, int, int]
"""Name, kind and signature of a member."""


class Moves:
    """Finds what stands elsewhere among what no file has kept."""

    def __init__(self, pairs: Pairs) -> None:
        self._pairs = pairs
        self._before, self._after = pairs.before, pairs.after
        self._members_before = self._members(pairs.before, pairs.to)
        self._members_after = self._members(pairs.after, pairs.back)

    def find(self) -> None:
        """Find moves: classes first, since they say where their members are."""
        self._holders()
        self._single()

    @staticmethod
    def _members(side: Side, pairs: Int64) -> dict[int, list[int]]:
        members: defaultdict[int, list[int]] = defaultdict(list)
        left = np.flatnonzero(pairs < 0)
        for at, parent in zip(left.tolist(), side.parents[left].tolist(), strict=True):
            if parent >= 0:
                members[parent].append(at)
        return members

    @staticmethod
    def _open(side: Side, pairs: Int64, rows: Sequence[int]) -> dict[tuple[int, int], list[int]]:
        """Group what is not paired by name and kind."""
        found: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        for at in rows:
            if pairs[at] < 0:
                found[int(side.names[at]), int(side.kinds[at])].append(at)
        return found

    def _holders(self) -> None:
        """Pair classes, or whatever else holds members, the outer ones first."""
        pairs = self._pairs
        others = self._open(self._after, pairs.back, sorted(self._members_after))
        having = self._rare_members()
        for one in sorted(self._members_before):
            if pairs.to[one] >= 0:
                continue
            other = self._namesake(one, others.get((int(self._before.names[one]), int(self._before.kinds[one])), []))
            if other < 0:
                other = self._renamed(one, having)
            if other >= 0:
                self._take(one, other)

    def _namesake(self, one: int, candidates: Sequence[int]) -> int:
        """Give the class of the same name that shares most members; -1 when none shares half."""
        left = [other for other in candidates[:MOST_NAMESAKES] if self._pairs.back[other] < 0]
        best = max(((self._alike(one, other), -other) for other in left), default=(0.0, 0))
        return -best[1] if best[0] >= LEAST_SHARED else -1

    def _alike(self, one: int, other: int) -> float:
        first = frozenset(self._before.names[at] for at in self._members_before.get(one, ()))
        second = frozenset(self._after.names[at] for at in self._members_after.get(other, ()))
        return len(first & second) / max(len(first), len(second), 1)

    def _rare_members(self) -> dict[Key, list[int]]:
        """Give the classes at head that have each of the rarer members."""
        having: defaultdict[Key, list[int]] = defaultdict(list)
        for holder, members in sorted(self._members_after.items()):
            if self._pairs.back[holder] < 0:
                for at in members:
                    if self._rare(self._after, at):
                        having[self._key(self._after, at)].append(holder)
        return having

    def _renamed(self, one: int, having: dict[Key, list[int]]) -> int:
        """Give the class of another name that has most of the members, rare ones among them; -1 for none."""
        pairs, members = self._pairs, self._members_before[one]
        rare = [at for at in members if pairs.to[at] < 0 and self._rare(self._before, at)]
        kept = Counter(holder for at in rare for holder in having.get(self._key(self._before, at), ()))
        for other, count in kept.most_common(1):
            most = max(len(members), len(self._members_after[other]))
            free = pairs.back[other] < 0 and self._before.kinds[one] == self._after.kinds[other]
            if free and count >= max(FEWEST_RARE, LEAST_SHARED * most):
                return other
        return -1

    @staticmethod
    def _key(side: Side, at: int) -> Key:
        return int(side.names[at]), int(side.kinds[at]), int(side.signatures[at])

    def _take(self, one: int, other: int) -> None:
        """Note a move, and let the members follow."""
        self._pairs.moved.append((one, other, self._follow(one, other)))

    def _follow(self, one: int, other: int) -> int:
        """Pair two holders and what is equal within them; give how many members came along unchanged."""
        pairs = self._pairs
        came = 0
        waiting = [(one, other)]
        while waiting:
            left, right = waiting.pop()
            pairs.to[left], pairs.back[right] = right, left
            after = self._open(self._after, pairs.back, self._members_after.get(right, ()))
            for key, ones in self._open(self._before, pairs.to, self._members_before.get(left, ())).items():
                found = self._same_first(ones, after.get(key, []))
                waiting += found
                changed = [pair for pair in found if self._differ(*pair)]
                pairs.changed += changed
                came += len(found) - len(changed)
        return came

    def _same_first(self, ones: list[int], others: list[int]) -> list[tuple[int, int]]:
        """Pair by signature, then in their order."""
        left, right = pair_equal(self._before.signatures[ones], self._after.signatures[others])
        pairs = [(ones[one], others[other]) for one, other in zip(left.tolist(), right.tolist(), strict=True)]
        rest = np.delete(ones, left).astype(int).tolist(), np.delete(others, right).astype(int).tolist()
        return pairs + list(zip(*rest, strict=False))

    def _differ(self, one: int, other: int) -> bool:
        return bool(self._before.signatures[one] != self._after.signatures[other])

    def _single(self) -> None:
        """Pair what is left by name, kind and signature, then by name and kind, where no other can be meant."""
        before, after, pairs = self._before, self._after, self._pairs
        names = before.names * KINDS + before.kinds, after.names * KINDS + after.kinds
        for exactly in (True, False):
            ones, others = pairs.left()
            keys = pairs.exactly(*names) if exactly else names
            left, right = only_once(keys[0][ones], keys[1][others])
            for one, other in zip(ones[left].tolist(), others[right].tolist(), strict=True):
                if pairs.to[one] < 0 and pairs.back[other] < 0 and self._told(one, other, exactly=exactly):
                    self._take(one, other)

    def _told(self, one: int, other: int, *, exactly: bool) -> bool:
        """Whether a name is rare enough, or a length equal enough, to say that two definitions are one."""
        if self._rare(self._before, one) and self._rare(self._after, other):
            return exactly or self._similar(one, other)
        lines = self._before.lines[one]
        return bool(exactly and lines >= TELLING_LINES and lines == self._after.lines[other])

    def _similar(self, one: int, other: int) -> bool:
        words = signature_words(self._before.signature(one)), signature_words(self._after.signature(other))
        return shared(*words) >= LEAST_SHARED

    @staticmethod
    def _rare(side: Side, at: int) -> bool:
        columns = side.snapshot.columns
        name = int(columns["definition.name"][side.rows[at]])
        offsets = columns["name.definitions.offsets"]
        return bool(offsets[name + 1] - offsets[name] <= RARE)
