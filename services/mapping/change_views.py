"""What a comparison of two snapshots shows: frozen rows, made on demand from the columns of both."""

from dataclasses import dataclass
from enum import StrEnum

from services.mapping.views import Reference, Symbol, Tokenizer


class ChangeKind(StrEnum):
    """What became of a symbol between two commits."""

    ADDED = "ADDED"
    REMOVED = "REMOVED"
    MOVED = "MOVED"
    SIGNATURE_CHANGED = "SIGNATURE_CHANGED"
    RANK_MOVED = "RANK_MOVED"


@dataclass(frozen=True, slots=True)
class AffectedCaller:
    """A use that a change concerns, as it stands at head; `untouched` when its file has the content it had at base.

    The reference leads to the changed symbol at head, or to a removed one as it was at base.
    """

    reference: Reference
    untouched: bool


@dataclass(frozen=True, slots=True)
class SymbolChange:
    """One change. `before` is of the base, `after` of the head; ranks of a side that has no such symbol are None.

    `members` came along with a class that moved. Places are positions by rank, from 1, of a symbol whose rank moved.
    `callers_total` counts what `callers` is cut from, `callers_untouched` those of them in files that did not change.
    """

    kind: ChangeKind
    before: Symbol | None
    after: Symbol | None
    rank_before: float | None
    rank_after: float | None
    members: int
    place_before: int | None
    place_after: int | None
    callers: tuple[AffectedCaller, ...]
    callers_total: int
    callers_untouched: int


@dataclass(frozen=True, slots=True)
class FileRename:
    """A file that has another path at head; `similarity` is 1 when its content is the same (`exact`)."""

    before: str
    after: str
    similarity: float
    exact: bool


@dataclass(frozen=True, slots=True)
class DiffTotals:
    """How many changes and files there are of each kind, shown or not.

    `files_not_compared` have another content and were not read on one of the two sides: nothing is said of their
    symbols.
    """

    added: int
    removed: int
    moved: int
    signature_changed: int
    rank_moved: int
    files_added: int
    files_removed: int
    files_changed: int
    files_renamed: int
    files_not_compared: int


@dataclass(frozen=True, slots=True)
class DiffOmitted:
    """What did not fit; `tokens_for_next` is the budget at which the next change would, None when all did."""

    changes: int
    callers: int
    renames: int
    tokens_for_next: int | None


@dataclass(frozen=True, slots=True)
class DiffRequest:
    """What a comparison is asked for."""

    tokens: int = 2000
    tokenizer: Tokenizer = Tokenizer.O200K_BASE


@dataclass(frozen=True, slots=True)
class MapDiff:
    """Two snapshots compared under a token budget: `tokens` is exact and never above `budget`."""

    text: str
    tokens: int
    budget: int
    etag: str
    same_engine: bool
    changes: tuple[SymbolChange, ...]
    renames: tuple[FileRename, ...]
    totals: DiffTotals
    omitted: DiffOmitted
