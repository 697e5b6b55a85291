"""What can be read. Everything below a snapshot is commit-addressed: immutable, cacheable for ever."""

from typing import Annotated, Final

import strawberry

from schema.context import Info
from schema.enums import enum
from schema.fields import computed
from schema.scalars import BigInt
from schema.types.connection import LARGEST_PAGE, After, Connection, First, connection, mark_of, page_size, window
from schema.types.failure import shown
from schema.types.job import Job, job_connection
from schema.types.node import Node, NodeKind, read_key, read_node_id, row_id
from schema.types.remote_refs import REMOTE_REFS_ERRORS, RemoteRefs, RemoteRefsResult
from schema.types.repository import Repository, RepositoryFilter, narrowing
from schema.types.server import Server, ServerLimits
from schema.types.snapshot import Snapshot
from schema.types.symbol import Symbol
from schema.types.viewer import Viewer
from schema.version import product_version
from services.errors import GraticuleError, InvalidArgumentError, NotFoundError
from services.mapping.languages import engine_version
from services.models import JobState, RepositoryOrder

MOST_IDS: Final = 100

enum(
    RepositoryOrder,
    "How repositories are sorted.",
    values={
        RepositoryOrder.UPDATED_AT: "The newest change first.",
        RepositoryOrder.CREATED_AT: "The newest request first.",
        RepositoryOrder.LAST_ACCESSED_AT: "The last read first.",
        RepositoryOrder.NAME: "By host/owner/name, from a to z.",
    },
)

GlobalId = Annotated[strawberry.ID, strawberry.argument(name="id", description="A global id.")]
Url = Annotated[str, strawberry.argument(description="Any spelling: owner/name, https, ssh form, a pasted tree URL.")]


@strawberry.type(description="What can be read.")
class Query:
    """What can be read."""

    @computed("Anything by its global id; null when it is not here (any more).")
    async def node(
        self,
        info: Info,
        global_id: GlobalId,
    ) -> Node | None:
        """Find one thing again."""
        return await _node(global_id, info)

    @computed("Several things by their global ids, in the order of the ids, null where one is not.")
    async def nodes(
        self, info: Info, ids: Annotated[list[strawberry.ID], strawberry.argument(description="At most 100 ids.")]
    ) -> list[Node | None]:
        """Find several things again."""
        if len(ids) > MOST_IDS:
            raise InvalidArgumentError(f"`ids` takes at most {MOST_IDS} ids, not {len(ids)}.")
        return [await _node(one, info) for one in ids]

    @computed("Exactly one of id and url; url takes every spelling that cloneRepository takes. Null: not known here.")
    async def repository(
        self,
        info: Info,
        global_id: Annotated[strawberry.ID | None, strawberry.argument(name="id", description="A global id.")] = None,
        url: Annotated[str | None, strawberry.argument(description="Any spelling of its URL.")] = None,
    ) -> Repository | None:
        """Find a repository."""
        if (global_id is None) == (url is None):
            raise InvalidArgumentError("Give exactly one of `id` and `url`.")
        if url is not None:
            found = await info.context.service.repository_by_url(url)
        else:
            repository_id = _row_id(global_id or "", NodeKind.REPOSITORY)
            found = await info.context.service.repository(repository_id) if repository_id else None
        return Repository.of(found) if found else None

    @computed("The repositories that are known here.")
    async def repositories(
        self,
        info: Info,
        first: First = 50,
        after: After = None,
        which: Annotated[RepositoryFilter | None, strawberry.argument(name="filter", description="Which ones.")] = None,
        order_by: Annotated[
            RepositoryOrder | None, strawberry.argument(description="The order; the newest change first by default.")
        ] = RepositoryOrder.UPDATED_AT,
    ) -> Connection[Repository]:
        """Give a page of the repositories."""
        part = window(first, after, default=50)
        narrowed = narrowing(which)
        page = await info.context.service.repositories(
            offset=part.offset,
            limit=part.limit,
            states=narrowed.states,
            name_contains=narrowed.name_contains,
            order=order_by or RepositoryOrder.UPDATED_AT,
        )
        return connection(page, Repository.of)

    @computed("One job; null when it is not here (any more).")
    async def job(
        self,
        info: Info,
        global_id: GlobalId,
    ) -> Job | None:
        """Find a job."""
        job_id = _row_id(global_id, NodeKind.JOB)
        found = await info.context.service.job(job_id) if job_id else None
        return Job.of(found) if found else None

    @computed("All jobs, newest first.")
    async def jobs(
        self,
        info: Info,
        first: First = 50,
        after: After = None,
        states: Annotated[list[JobState] | None, strawberry.argument(description="Only these states.")] = None,
    ) -> Connection[Job]:
        """Give a page of the jobs."""
        page = await info.context.service.jobs(
            after=mark_of(after), limit=page_size(first, default=50), states=frozenset(states or ())
        )
        return job_connection(page)

    @computed("Branches and tags of a remote, without cloning it: also the dry run that says whether a clone can work.")
    async def remote_refs(self, info: Info, url: Url) -> RemoteRefsResult:
        """Ask a remote; takes as long as the remote does."""
        try:
            return RemoteRefs.of(await info.context.service.remote_refs(url))
        except GraticuleError as error:
            return shown(error, among=REMOTE_REFS_ERRORS)

    @computed("Whose clones would go, in order, to free so many bytes over all places; at most 100, of those you see.")
    async def eviction_preview(
        self, info: Info, needed: Annotated[BigInt, strawberry.argument(name="bytes", description="How many bytes.")]
    ) -> list[Repository]:
        """Tell what an eviction would take."""
        return [Repository.of(found) for found in await info.context.service.storage.preview(int(needed))]

    @computed("Who asks, as the server took it.")
    def viewer(self, info: Info) -> Viewer:
        """Describe the caller."""
        return Viewer.of(info.context.viewer)

    @computed("The server that answers.")
    def server(self, info: Info) -> Server:
        """Describe the server."""
        limits = info.context.limits
        protocols = info.context.graticule.settings.allow_protocols.split(",")
        return Server(
            version=product_version(),
            engine_version=engine_version(),
            started_at=info.context.started_at,
            allowed_protocols=[name.strip() for name in protocols if name.strip()],
            limits=ServerLimits(
                page_size=LARGEST_PAGE,
                depth=limits.depth,
                cost=limits.cost,
                tokens=limits.tokens,
                aliases=limits.aliases,
                root_fields=limits.root_fields,
            ),
        )


def _row_id(global_id: str, kind: NodeKind) -> str | None:
    """Give the row id inside a global id; None for one of another kind, or that nobody here made."""
    try:
        return row_id(global_id, kind)
    except NotFoundError:
        return None


async def _node(global_id: str, info: Info) -> Node | None:
    try:
        kind, parts = read_node_id(global_id)
        return await _find(kind, parts, info)
    except NotFoundError:
        return None


async def _find(kind: NodeKind, parts: list[str], info: Info) -> Node | None:
    service = info.context.service
    match kind, parts:
        case NodeKind.REPOSITORY, [repository_id]:
            repository = await service.repository(repository_id)
            return Repository.of(repository) if repository else None
        case NodeKind.JOB, [job_id]:
            job = await service.job(job_id)
            return Job.of(job) if job else None
        case NodeKind.SNAPSHOT, [_, _, _]:
            opened = await service.open(read_key(parts))
            return Snapshot.of(opened.record, found=opened)
        case NodeKind.SYMBOL, [_, _, _, index] if index.isdecimal():
            opened = await service.open(read_key(parts))
            return Symbol.of(opened.map.symbol(int(index)), opened=opened)
    return None
