"""Two snapshots compared under a token budget, as text and as rows, and what is asked of that."""

from typing import TYPE_CHECKING, Annotated, Self

import strawberry

from schema.enums import enum
from schema.fields import computed
from schema.types.repo_map import LARGEST_BUDGET
from schema.types.symbol import Reference, Symbol
from services.errors import InvalidArgumentError
from services.mapping import change_views
from services.mapping.change_views import ChangeKind, DiffRequest
from services.mapping.views import Tokenizer

if TYPE_CHECKING:
    from schema.types.snapshot import Snapshot
    from services.snapshots import OpenSnapshot

enum(
    ChangeKind,
    "What became of a symbol between two commits.",
    values={
        ChangeKind.ADDED: "Only the head has it.",
        ChangeKind.REMOVED: "Only the base has it.",
        ChangeKind.MOVED: "It stands in another file or class, or a class has another name. Concluded: from the "
        "name, kind and signature, where the name is rare or the length equal; of a class from its members.",
        ChangeKind.SIGNATURE_CHANGED: "The same names in the same file (or in a class that moved), declared otherwise.",
        ChangeKind.RANK_MOVED: "It did not change, but is clearly more or less central than before.",
    },
)


@strawberry.type(description="A use that a change concerns, as it stands at head.")
class AffectedCaller:
    """A use that a change concerns."""

    reference: Reference = strawberry.field(
        description="Who uses it and where, at head; `to` is the changed symbol, or a removed one as it was at base."
    )
    untouched: bool = strawberry.field(
        description="Whether the file of the use has the content that it had at base: nobody has looked at this use."
    )

    @classmethod
    def of(cls, caller: change_views.AffectedCaller, *, head: "OpenSnapshot", target_in: "OpenSnapshot") -> Self:
        """Make it from the comparison's row."""
        return cls(
            reference=Reference.of(caller.reference, opened=head, target_in=target_in), untouched=caller.untouched
        )


@strawberry.type(description="One symbol that differs between two snapshots.")
class SymbolChange:
    """One symbol that differs."""

    kind: ChangeKind = strawberry.field(description="What became of it.")
    before: Symbol | None = strawberry.field(description="It at base; null for what was added.")
    after: Symbol | None = strawberry.field(description="It at head; null for what was removed.")
    rank_before: float | None = strawberry.field(description="Its share of the rank of the base.")
    rank_after: float | None = strawberry.field(description="Its share of the rank of the head.")
    place_before: int | None = strawberry.field(
        description="Its position by rank at base, from 1; null unless its rank moved."
    )
    place_after: int | None = strawberry.field(
        description="Its position by rank at head, from 1; null unless its rank moved."
    )
    members: int = strawberry.field(
        description="Members that moved along, unchanged; they are no changes of their own."
    )
    callers_total: int = strawberry.field(
        description="Whom the change concerns, each caller once, facts alone: of a changed signature its callers at "
        "head; of a removed symbol its callers at base in files that did not change, which find no other definition of "
        "its name."
    )
    callers_untouched: int = strawberry.field(description="Of these, those in files that did not change.")
    callers: list[AffectedCaller] = strawberry.field(
        description="Those that the text shows, in files that did not change first; at most 50."
    )

    @classmethod
    def of(cls, change: change_views.SymbolChange, *, base: "OpenSnapshot", head: "OpenSnapshot") -> Self:
        """Make it from the comparison's row."""
        target_in = base if change.kind is ChangeKind.REMOVED else head
        return cls(
            kind=change.kind,
            before=Symbol.of(change.before, opened=base) if change.before else None,
            after=Symbol.of(change.after, opened=head) if change.after else None,
            rank_before=change.rank_before,
            rank_after=change.rank_after,
            place_before=change.place_before,
            place_after=change.place_after,
            members=change.members,
            callers_total=change.callers_total,
            callers_untouched=change.callers_untouched,
            callers=[AffectedCaller.of(caller, head=head, target_in=target_in) for caller in change.callers],
        )


@strawberry.type(description="A file that has another path at head.")
class FileRename:
    """A file that has another path."""

    before: str = strawberry.field(description="Its path at base.")
    after: str = strawberry.field(description="Its path at head.")
    similarity: float = strawberry.field(
        description="1 for equal contents; else the share of its lines in definitions that both files have."
    )
    exact: bool = strawberry.field(description="Whether the contents are equal.")

    @classmethod
    def of(cls, rename: change_views.FileRename) -> Self:
        """Make it from the comparison's row."""
        return cls(before=rename.before, after=rename.after, similarity=rename.similarity, exact=rename.exact)


@strawberry.type(description="How many changes there are of each kind, shown or not.")
class DiffTotals:
    """How many changes there are of each kind."""

    added: int = strawberry.field(description="Symbols that only the head has.")
    removed: int = strawberry.field(description="Symbols that only the base has.")
    moved: int = strawberry.field(
        description="Symbols that stand elsewhere; members of one that moved are not counted."
    )
    signature_changed: int = strawberry.field(description="Symbols that are declared otherwise.")
    rank_moved: int = strawberry.field(description="Symbols that did not change, and whose rank clearly did.")
    files_added: int = strawberry.field(description="Files that only the head has.")
    files_removed: int = strawberry.field(description="Files that only the base has.")
    files_changed: int = strawberry.field(description="Files of another content, renamed ones among them.")
    files_renamed: int = strawberry.field(description="Files that have another path.")
    files_not_compared: int = strawberry.field(
        description="Changed files that were read on one side only: nothing is said of their symbols."
    )

    @classmethod
    def of(cls, totals: change_views.DiffTotals) -> Self:
        """Make it from the comparison's numbers."""
        return cls(
            added=totals.added,
            removed=totals.removed,
            moved=totals.moved,
            signature_changed=totals.signature_changed,
            rank_moved=totals.rank_moved,
            files_added=totals.files_added,
            files_removed=totals.files_removed,
            files_changed=totals.files_changed,
            files_renamed=totals.files_renamed,
            files_not_compared=totals.files_not_compared,
        )


@strawberry.type(description="What of a comparison did not fit.")
class DiffOmitted:
    """What did not fit."""

    changes: int = strawberry.field(description="Changes that are not shown.")
    callers: int = strawberry.field(description="Callers that changes concern and that are not shown.")
    renames: int = strawberry.field(description="Renamed files that are not shown.")
    tokens_for_next: int | None = strawberry.field(
        description="The budget at which the next change would fit; null when all did."
    )

    @classmethod
    def of(cls, omitted: change_views.DiffOmitted) -> Self:
        """Make it from the comparison's numbers."""
        return cls(
            changes=omitted.changes,
            callers=omitted.callers,
            renames=omitted.renames,
            tokens_for_next=omitted.tokens_for_next,
        )


@strawberry.type(
    description="Two snapshots compared, each at its own commit. Bodies are not: a map knows where a definition is and "
    "how it is declared, so a change inside of one is none."
)
class MapDiff:
    """Two snapshots compared."""

    base: Annotated["Snapshot", strawberry.lazy("schema.types.snapshot")] = strawberry.field(
        description="What it is compared with."
    )
    head: Annotated["Snapshot", strawberry.lazy("schema.types.snapshot")] = strawberry.field(
        description="The snapshot that was asked."
    )
    same_engine: bool = strawberry.field(
        description="Whether one version made both maps. If not, a difference may be one of the reading, and ranks "
        "are not compared."
    )
    text: str = strawberry.field(
        description="The most important changes, by file: `+` added, `-` removed, `~` another signature, `>` moved, "
        "`^` a rank that moved, each with its line; below it what was before, and the uses that it concerns."
    )
    tokens: int = strawberry.field(description="The exact size of `text` in the tokenizer that was asked for.")
    budget: int = strawberry.field(description="Never below `tokens`.")
    etag: str = strawberry.field(description="Equal for the same two maps and arguments: the key of a cache.")
    totals: DiffTotals = strawberry.field(description="How much differs, shown or not.")
    omitted: DiffOmitted = strawberry.field(
        description="What did not fit, and the budget at which the next change would."
    )
    compared: strawberry.Private[change_views.MapDiff]
    maps: strawberry.Private["tuple[OpenSnapshot, OpenSnapshot]"]

    @classmethod
    def of(
        cls,
        compared: change_views.MapDiff,
        *,
        base: "Snapshot",
        head: "Snapshot",
        maps: "tuple[OpenSnapshot, OpenSnapshot]",
    ) -> Self:
        """Make it from the comparison of two opened maps; its rows only when they are asked for."""
        return cls(
            base=base,
            head=head,
            same_engine=compared.same_engine,
            text=compared.text,
            tokens=compared.tokens,
            budget=compared.budget,
            etag=compared.etag,
            totals=DiffTotals.of(compared.totals),
            omitted=DiffOmitted.of(compared.omitted),
            compared=compared,
            maps=maps,
        )

    @computed("The changes that the text shows, in its order.")
    def changes(self) -> list[SymbolChange]:
        """Give the changes as rows."""
        base, head = self.maps
        return [SymbolChange.of(change, base=base, head=head) for change in self.compared.changes]

    @computed("The renamed files that the text shows, by their old paths.")
    def renames(self) -> list[FileRename]:
        """Give the renames as rows."""
        return [FileRename.of(rename) for rename in self.compared.renames]


def diff_request(tokens: int | None, tokenizer: Tokenizer | None) -> DiffRequest:
    """Read the arguments of `diff`; InvalidArgumentError when one is out of range."""
    budget = DiffRequest().tokens if tokens is None else tokens
    if not 1 <= budget <= LARGEST_BUDGET:
        raise InvalidArgumentError(f"`tokens` must be from 1 to {LARGEST_BUDGET}, not {budget}.")
    return DiffRequest(tokens=budget, tokenizer=tokenizer or Tokenizer.O200K_BASE)
