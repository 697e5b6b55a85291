"""A repository: a remote that is known here, with what is under way and what can be read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Self

import strawberry

from schema.context import Info
from schema.fields import computed
from schema.scalars import URI, BigInt, GitObjectID
from schema.types.connection import After, Connection, First, connection, mark_of, page_size, window
from schema.types.job import Job, job_connection
from schema.types.node import Node, NodeKind, node_id
from schema.types.snapshot import Snapshot
from schema.types.status import CloneStatus, MapStatus
from services import models
from services.errors import InvalidArgumentError
from services.models import CloneState, Page

LONGEST_PART: Final = 200
EMPTY: Final[Page[Any]] = Page((), 0, 0)
"""Of a repository that went away since it was read."""


@strawberry.type(description="What an answer is worth: which commit it is from and whether the remote has moved on.")
class Freshness:
    """Which commit is served and whether the remote has moved on."""

    served_commit: GitObjectID | None = strawberry.field(description="The commit that `snapshot` serves by default.")
    remote_head: GitObjectID | None = strawberry.field(description="The default branch's head when last asked.")
    stale: bool | None = strawberry.field(description="Whether the two differ; null while one is unknown.")
    checked_at: datetime | None = strawberry.field(
        description="When the remote last said where its default branch is; a refresh that fails leaves it as it was."
    )

    @classmethod
    def of(cls, repository: models.Repository) -> Self:
        """Compare what is served with what the remote said."""
        served, head = repository.served_commit, repository.remote_head
        return cls(
            served_commit=GitObjectID(served) if served else None,
            remote_head=GitObjectID(head) if head else None,
            stale=served != head if served and head else None,
            checked_at=repository.checked_at,
        )


@strawberry.type(description="A remote that is known here.")
class Repository(Node):
    """A remote that is known here."""

    url: URI = strawberry.field(description="The canonical URL, as git gets it.")
    name: str = strawberry.field(description="host/owner/name")
    revision: int = strawberry.field(
        description="Grows by one at every change of this object; drop what is older than what you have."
    )
    clone: CloneStatus = strawberry.field(description="Where the copy of its objects stands.")
    map: MapStatus = strawberry.field(description="Of the default branch, or of the ref last asked for.")
    freshness: Freshness = strawberry.field(description="How current an answer is.")
    default_branch: str | None = strawberry.field(description="The remote's own default branch, once it is known.")
    size_bytes: BigInt | None = strawberry.field(description="What the clone takes on disk.")
    private: bool = strawberry.field(
        description="Whether its clone needs credentials of this server; then only those who were given it see it."
    )
    refresh_minutes: int | None = strawberry.field(
        description="How often it is refreshed by itself (`updateRepository`); null: never."
    )
    next_refresh_at: datetime | None = strawberry.field(
        description="When that is due next: later by itself after each refresh that failed, up to a day. Null: never."
    )
    pinned: bool = strawberry.field(
        description="Whether its clone, and the maps that its refs lead to, stay whatever room is needed."
    )
    created_at: datetime = strawberry.field(description="When it was first asked for.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    last_accessed_at: datetime = strawberry.field(description="When it was last read.")
    row_id: strawberry.Private[str]

    @classmethod
    def of(cls, repository: models.Repository, *, overlay: models.Progress | None = None) -> Self:
        """Make it from the row; `overlay` has counters newer than the row's."""
        size = repository.size_bytes
        return cls(
            id=node_id(NodeKind.REPOSITORY, repository.id),
            url=URI(repository.url),
            name=repository.name,
            revision=repository.revision,
            clone=CloneStatus.of(repository.clone, overlay=overlay),
            map=MapStatus.of(repository.map, overlay=overlay),
            freshness=Freshness.of(repository),
            default_branch=repository.default_branch,
            size_bytes=None if size is None else BigInt(size),
            private=repository.private,
            refresh_minutes=repository.refresh_minutes,
            next_refresh_at=repository.next_refresh_at,
            pinned=repository.pinned,
            created_at=repository.created_at,
            updated_at=repository.updated_at,
            last_accessed_at=repository.last_accessed_at,
            row_id=repository.id,
        )

    @computed("Null until a map is ready for it; see `map` and `jobs` for what is under way.")
    async def snapshot(
        self,
        info: Info,
        ref: Annotated[
            str | None,
            strawberry.argument(
                description="A branch, tag or commit; none: the default branch, or, while that has no map, "
                "what was mapped last: the snapshot's `ref` says what it is of."
            ),
        ] = None,
        at_least_commit: Annotated[
            GitObjectID | None, strawberry.argument(description="Null instead of any map but the one of this commit.")
        ] = None,
    ) -> Snapshot | None:
        """Give the newest map of a ref."""
        found = await info.context.latest_snapshots.load((self.row_id, ref, at_least_commit))
        return Snapshot.of(found) if found else None

    @computed("Every map that is kept, newest first.")
    async def snapshots(self, info: Info, first: First = 20, after: After = None) -> Connection[Snapshot]:
        """Give a page of the maps."""
        part = window(first, after, default=20)
        page = await info.context.snapshot_pages.load((self.row_id, part.offset, part.limit))
        return connection(page or EMPTY, Snapshot.of)

    @computed("Every job of this repository, newest first.")
    async def jobs(self, info: Info, first: First = 20, after: After = None) -> Connection[Job]:
        """Give a page of the jobs."""
        limit, mark = page_size(first, default=20), mark_of(after)
        if mark is None:
            page = await info.context.job_pages.load((self.row_id, 0, limit))
        else:
            page = await info.context.service.jobs(after=mark, limit=limit, repository_id=self.row_id)
        return job_connection(page or EMPTY)

    @computed("The job for a ref: the one under way, else the one that ended last. Null: nobody asked for this ref.")
    async def newest_job(
        self,
        info: Info,
        ref: Annotated[
            str | None, strawberry.argument(description="A branch, tag or commit; none: the default branch.")
        ] = None,
    ) -> Job | None:
        """Give the newest job for a ref."""
        found = await info.context.newest_jobs.load((self.row_id, ref))
        return Job.of(found) if found else None


@strawberry.input(description="Which repositories; what is left out does not narrow.")
class RepositoryFilter:
    """Which repositories are meant."""

    states: list[CloneState] | None = strawberry.field(
        default=None, description="Only those whose clone is in one of these states."
    )
    name_contains: str | None = strawberry.field(
        default=None, description="Only those whose host/owner/name has this part, in any letter case."
    )


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A filter as it was read; empty narrows nothing."""

    states: frozenset[CloneState] = frozenset()
    name_contains: str | None = None


def narrowing(given: RepositoryFilter | None) -> Narrowing:
    """Read a filter; InvalidArgumentError when its text is too long."""
    if given is None:
        return Narrowing()
    if len(given.name_contains or "") > LONGEST_PART:
        raise InvalidArgumentError(f"`nameContains` takes at most {LONGEST_PART} characters.")
    return Narrowing(frozenset(given.states or ()), given.name_contains)
