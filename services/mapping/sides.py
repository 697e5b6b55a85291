"""The symbols of two snapshots that are compared, with numbers that are equal on both sides for equal names."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from services.mapping.columns import Bool, Int64, Texts
from services.mapping.pairing import Interner
from services.mapping.renames import FilePairs
from services.mapping.snapshot import Snapshot
from services.mapping.words import WORD

KINDS: Final = 32
"""More than there are kinds of definitions."""
LEAST_SHARED: Final = 0.5
"""Of the members of two classes, or of the words of two signatures."""
UNKNOWN: Final = -1
ASKED: Final = -2


@dataclass(frozen=True, slots=True)
class Side:
    """The definitions of one snapshot that are compared, in columns by position."""

    snapshot: Snapshot
    rows: Int64
    names: Int64
    kinds: Int64
    signatures: Int64
    identities: Int64
    """Equal for the same names in the same file."""
    parents: Int64
    """Positions of what they stand in, -1 for none."""
    lines: Int64

    def signature(self, at: int) -> str:
        """Give a signature as text."""
        return self.snapshot.declaration_of(int(self.rows[at]))


@dataclass(slots=True)
class Pairs:
    """The pairs found so far, as positions of both sides: `to` and `back` are -1 where there is none yet."""

    before: Side
    after: Side
    to: Int64 = field(init=False)
    back: Int64 = field(init=False)
    changed: list[tuple[int, int]] = field(default_factory=list)
    moved: list[tuple[int, int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.to = np.full(len(self.before.rows), -1, np.int64)
        self.back = np.full(len(self.after.rows), -1, np.int64)

    def left(self) -> tuple[Int64, Int64]:
        """Give what has no pair yet."""
        return np.flatnonzero(self.to < 0), np.flatnonzero(self.back < 0)

    def exactly(self, before: Int64, after: Int64) -> tuple[Int64, Int64]:
        """Make keys that are equal only where the signatures are, too."""
        texts = 1 + max(self.before.signatures.max(initial=0), self.after.signatures.max(initial=0))
        return before * texts + self.before.signatures, after * texts + self.after.signatures


def sides(base: Snapshot, head: Snapshot, files: FilePairs, of_base: Bool, of_head: Bool) -> tuple[Side, Side]:
    """Read the definitions of the files that are compared: about 2 µs each."""
    texts, identities = Interner(), Interner()
    number = np.where(files.base_of >= 0, files.base_of, np.arange(len(files.base_of)) + len(files.head_of))
    return (
        _side(base, of_base, np.arange(len(files.head_of)), texts, identities),
        _side(head, of_head, number, texts, identities),
    )


def _side(snapshot: Snapshot, chosen: Bool, number: Int64, texts: Interner, identities: Interner) -> Side:
    columns = snapshot.columns
    file = columns["definition.file"]
    rows = np.flatnonzero(chosen[file]) if len(file) else np.zeros(0, np.int64)
    names = _interned(Texts.of(columns, "name"), columns["definition.name"][rows], texts)
    position = np.full(len(file) + 1, -1, np.int64)
    position[rows] = np.arange(len(rows))
    parents = position[columns["definition.parent"][rows]]
    owners = columns["definition.owner"][rows]
    elsewhere = np.where((owners >= 0) & (parents < 0), columns["definition.name"][owners] if len(file) else 0, -1)
    owner_names = np.full(len(rows), -1, np.int64)
    owned = elsewhere >= 0
    owner_names[owned] = _interned(Texts.of(columns, "name"), elsewhere[owned], texts)
    return Side(
        snapshot=snapshot,
        rows=rows,
        names=names,
        kinds=columns["definition.kind"][rows].astype(np.int64),
        signatures=_interned(Texts.of(columns, "definition.signature"), rows, texts),
        identities=_identities(number[file[rows]], owner_names, parents, names, identities),
        parents=parents,
        lines=(columns["definition.end_line"][rows] - columns["definition.start_line"][rows] + 1).astype(np.int64),
    )


def _interned(texts: Texts, at: Int64, numbers: Interner) -> Int64:
    """Give numbers for some of many texts, each read once."""
    unique, back = np.unique(at, return_inverse=True)
    whole = texts.blob.tobytes()
    bounds = zip(texts.offsets[unique].tolist(), texts.offsets[unique + 1].tolist(), strict=True)
    return numbers.every(whole[start:end] for start, end in bounds)[back]


def _identities(files: Int64, owners: Int64, parents: Int64, names: Int64, numbers: Interner) -> Int64:
    """Give numbers for the chains of names from the file on.

    What a definition belongs to may stand behind it: Rust's `impl` before its `struct`.
    """
    found = [UNKNOWN] * len(names)
    file, owner, parent, name = files.tolist(), owners.tolist(), parents.tolist(), names.tolist()
    for at in range(len(found)):
        chain = []
        here = at
        while here >= 0 and found[here] == UNKNOWN:
            found[here] = ASKED
            chain.append(here)
            here = parent[here]
        known = here >= 0 and found[here] >= 0
        around: Hashable = found[here] if known else (file[at], owner[chain[-1]] if chain else -1)
        for one in reversed(chain):
            around = found[one] = numbers((around, name[one]))
    return np.asarray(found, np.int64)


def signature_words(signature: str) -> frozenset[str]:
    """Give the words of a signature."""
    return frozenset(WORD.findall(signature))


def shared(one: frozenset[str], other: frozenset[str]) -> float:
    """Give what two sets have in common, of all that is in either."""
    return len(one & other) / len(one | other) if one or other else 1.0
