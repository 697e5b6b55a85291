"""Classes: which definition owns a member, which class a piece of code belongs to, and what it inherits."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from services.mapping.columns import Bool, Int32, Int64
from services.mapping.corpus import CONTAINERS, Corpus
from services.mapping.lookup import MultiTable, Table, first_of_each
from services.mapping.records import DefinitionKind

DEEPEST: Final = 8
"""Levels of nesting and of inheritance that are followed."""
MOST_BASES: Final = 64
MOST_PAIRS: Final = 4_000_000
"""Bounds on what a hostile tangle of classes can cost; no project comes near."""


@dataclass(frozen=True, slots=True)
class Members:
    """The members of classes by (class, name), and each class's ancestors by nearness."""

    width: int
    owner: Int32
    """Of each definition: the row of the definition it belongs to, or -1."""
    container: Bool
    """Of each definition: whether others are reached through it."""
    canonical: Int32
    """Of each definition: the row that stands for all parts of a class; `owner` gives such rows."""
    direct: Table
    ancestors: MultiTable

    @classmethod
    def of(cls, corpus: Corpus, owner: Int32, canonical: Int32) -> "Members":
        """Index the members; nothing inherits until `with_bases`."""
        definitions = corpus.definitions
        container = np.isin(definitions.kind, CONTAINERS)
        ruby = np.asarray([language == "ruby" for language in corpus.languages], np.bool_)
        container |= (definitions.kind == DefinitionKind.MODULE) & ruby[definitions.file]
        inside = np.flatnonzero((owner >= 0) & container[np.maximum(owner, 0)] & (len(owner) > 0)).astype(np.int32)
        # `void A::m() {}` before the prototype in the class: a reader is led to where things happen.
        inside = inside[np.argsort(definitions.parent[inside] >= 0, kind="stable")]
        width = len(corpus.strings)
        keys = owner[inside].astype(np.int64) * width + definitions.name[inside]
        empty = MultiTable(np.empty(0, np.int64), np.empty(0, np.int32))
        return cls(width, owner, container, canonical, Table.first(keys, canonical[inside]), empty)

    def with_bases(self, classes: Int32, bases: Int32) -> "Members":
        """Let classes inherit: pairs (class, base), in source order."""
        classes, bases = self.canonical[classes], self.canonical[bases]
        direct = MultiTable.of(classes.astype(np.int64), bases)
        owner, ancestor = classes.astype(np.int64), bases
        found = [(owner, ancestor)]
        for _ in range(DEEPEST - 1):
            at, further = direct.every(ancestor.astype(np.int64), most=MOST_BASES)
            kept = _first_of_pairs(owner[at], further)
            owner, ancestor = owner[at][kept], further[kept]
            if not 0 < len(owner) < MOST_PAIRS:
                break
            found.append((owner, ancestor))
        owners = np.concatenate([pair[0] for pair in found])
        ancestors = np.concatenate([pair[1] for pair in found])
        kept = _first_of_pairs(owners, ancestors)
        return replace(self, ancestors=MultiTable.of(owners[kept], ancestors[kept]))

    def find(self, containers: Int32, names: Int32, *, own: bool = True) -> tuple[Int32, Bool]:
        """Give the member of each (class, name), -1 where there is none, and whether it is inherited.

        Without `own` only inherited ones: what `super()` means.
        """
        keys = self.canonical[containers].astype(np.int64) * self.width + names
        found = self.direct.get(keys) if own else np.full(len(keys), -1, np.int32)
        inherited = np.zeros(len(found), np.bool_)
        open_ = np.flatnonzero(found < 0)
        asked, back = np.unique(keys[open_], return_inverse=True)
        at, ancestor = self.ancestors.every(asked // max(self.width, 1))
        member = self.direct.get(ancestor.astype(np.int64) * self.width + asked[at] % max(self.width, 1))
        at, member = at[member >= 0], member[member >= 0]
        nearest = first_of_each(at)
        answer = np.full(len(asked), -1, np.int32)
        answer[at[nearest]] = member[nearest]
        found[open_] = answer[back]
        inherited[open_] = answer[back] >= 0
        return found, inherited

    def member(self, container: int, name: int) -> int:
        """Give one member of a class, its own or the nearest inherited, or -1."""
        container = int(self.canonical[container])
        start, end = np.searchsorted(self.ancestors.keys, [container, container + 1])
        for holder in (container, *self.ancestors.rows[start:end].tolist()):
            key = holder * self.width + name
            at = int(np.searchsorted(self.direct.keys, key))
            if at < len(self.direct.keys) and self.direct.keys[at] == key:
                return int(self.direct.rows[at])
        return -1

    def class_of(self, scopes: Int32) -> Int32:
        """Give the innermost class around each scope, or -1."""
        current = scopes.copy()
        for _ in range(DEEPEST):
            known = current >= 0
            outside = known & ~self.container[np.where(known, current, 0)] if len(self.container) else known
            if not outside.any():
                break
            current[outside] = self.owner[current[outside]]
        return np.where(current >= 0, self.canonical[current], current) if len(self.canonical) else current


def _first_of_pairs(left: Int64, right: Int32) -> Int64:
    """Give the positions of the first of equal pairs, ascending."""
    if not len(left):
        return np.empty(0, np.int64)
    paired = left * (int(right.max()) + 1) + right
    return np.sort(np.unique(paired, return_index=True)[1])
