"""What a remote offers without a clone: its branches and tags."""

from collections.abc import Collection
from typing import Annotated, Final, Self, TypeAlias

import strawberry

from schema.fields import computed
from schema.scalars import GitObjectID
from schema.types.connection import After, Connection, First, connection, window
from schema.types.failure import InvalidUrlError, NotAllowedError, RateLimitedError, RemoteError
from services import models
from services.models import Page

Part = Annotated[str | None, strawberry.argument(description="Only those whose name has this part, in whatever case.")]


@strawberry.type(description="One branch or tag of a remote.")
class RemoteRef:
    """One branch or tag of a remote."""

    name: str = strawberry.field(description="The short name: main, v1.0.")
    commit: GitObjectID = strawberry.field(description="Where it points; a tag is followed to its commit.")

    @classmethod
    def of(cls, ref: models.RemoteRef) -> Self:
        """Make it from the remote's answer."""
        return cls(name=ref.name, commit=GitObjectID(ref.commit))


@strawberry.type(description="What a remote offers, without a clone: it exists, it answers, and these are its refs.")
class RemoteRefs:
    """What a remote offers."""

    head: GitObjectID | None = strawberry.field(
        description="The commit of its HEAD; null when HEAD names a branch that does not exist. "
        "A remote without any commit is a RemoteError with EMPTY_REPOSITORY."
    )
    default_branch: str | None = strawberry.field(
        description="The branch that HEAD stands for; null when HEAD stands for none that exists."
    )
    model: strawberry.Private[models.RemoteRefs]

    @classmethod
    def of(cls, refs: models.RemoteRefs) -> Self:
        """Make it from the remote's answer."""
        return cls(head=GitObjectID(refs.head) if refs.head else None, default_branch=refs.default_branch, model=refs)

    @computed("Its branches by name.")
    def branches(self, first: First = 100, after: After = None, name_contains: Part = None) -> Connection[RemoteRef]:
        """Give a page of the branches."""
        return _page(self.model.branches, first, after, name_contains)

    @computed("Its tags by name.")
    def tags(self, first: First = 100, after: After = None, name_contains: Part = None) -> Connection[RemoteRef]:
        """Give a page of the tags."""
        return _page(self.model.tags, first, after, name_contains)


def _page(
    refs: tuple[models.RemoteRef, ...], first: int | None, after: str | None, part: str | None
) -> Connection[RemoteRef]:
    place = window(first, after, default=100)
    wanted = (part or "").casefold()
    matching = tuple(ref for ref in refs if wanted in ref.name.casefold())
    chosen = matching[place.offset : place.offset + place.limit]
    return connection(Page(items=chosen, offset=place.offset, total=len(matching)), RemoteRef.of)


RemoteRefsResult: TypeAlias = Annotated[
    RemoteRefs | InvalidUrlError | NotAllowedError | RateLimitedError | RemoteError,
    strawberry.union("RemoteRefsResult", description="The refs, or why they could not be read."),
]

REMOTE_REFS_ERRORS: Final[Collection[type[InvalidUrlError | NotAllowedError | RateLimitedError | RemoteError]]] = (
    InvalidUrlError,
    NotAllowedError,
    RateLimitedError,
    RemoteError,
)
