"""A request for work, in one transaction: either it starts a job, or it finds the one that does it.

The partial unique index on live jobs decides which: 100 askers share one clone, also when they
ask different processes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from uuid import uuid4

from sqlalchemy import Select, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.errors import ErrorCode, GraticuleError, NotFoundError, RateLimitedError
from services.models import (
    Accepted,
    CloneState,
    Job,
    JobKind,
    JobState,
    Lane,
    MapState,
    Phase,
    PhaseRecord,
    Repository,
    Status,
)
from services.origin import Origin, origin
from services.store.database import await_turn_to_count, insert_unless_present
from services.store.lanes import is_pending, turn_of
from services.store.ledger import hold, hold_job, insert, live_jobs, write
from services.store.outdated import stays
from services.store.rows import Held, job_of, ref_key, repository_of, values_of_repository
from services.store.snapshots import is_mapped, ref_keys
from services.store.tables import jobs, repositories
from services.store.transitions import cancel_requested

ENTRIES: Final = 5
"""How often a request finds its repository removed under its hands before it gives up."""
UNSEEN: Final = 100
"""Jobs that other transactions may be adding: as many as a database has sessions, by default."""
LIVE_RETRY_SECONDS: Final = 10
"""When to come back after too many live jobs: nobody knows when one ends, most take seconds."""


@dataclass(frozen=True, slots=True)
class LiveLimits:
    """How many jobs may wait or run at a time, and how many may run; None: any number."""

    per_client: int | None = None
    per_host: int | None = None
    running_per_host: int | None = None


UNLIMITED: Final = LiveLimits()


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkRequest:
    """What somebody asks for; the remote has passed the door already."""

    remote_url: str
    remote_name: str
    host: str
    kind: JobKind
    ref: str | None
    engine_version: str | None = None
    """What a map must have been made by to be an answer; None: by anything."""
    client: str | None = None
    """Who asks, as far as work is counted."""
    repository_id: str | None = None
    """The repository it is for, when it must not be made anew after a removal; None: whichever has the name."""
    private: bool = False
    """Whether its clone needs credentials; what was private once stays so until it is removed."""
    lane: Lane = Lane.INTERACTIVE
    """Whether a person waits for it."""
    origin: Origin = field(default_factory=origin)
    """The request that asks, for the log and the trace of the job that it begins."""


async def find(connection: AsyncConnection, request: WorkRequest) -> Accepted | None:
    """Give the job that answers the request already, without writing; None when one must be started."""
    query = select(repositories).where(repositories.c.name == request.remote_name)
    row = (await connection.execute(query)).mappings().first()
    if row is None:
        return None
    repository = repository_of(row)
    found = await _find(connection, request, repository, await live_jobs(connection, repository.id))
    return None if found is not None and _is_too_slow(found, request) else found


async def accept(connection: AsyncConnection, request: WorkRequest, *, limits: LiveLimits, now: datetime) -> Accepted:
    """Start a job, or give the one that answers the request already. RateLimitedError, NotFoundError."""
    repository = await _enter(connection, request, now=now)
    live = await live_jobs(connection, repository.id)
    if request.repository_id is not None and (request.repository_id != repository.id or removal_of(live)):
        raise NotFoundError("The repository was removed.")
    found = await _find(connection, request, repository, live)
    if found is not None:
        return await _promote(connection, found, request, now=now) if _is_too_slow(found, request) else found
    if request.kind is JobKind.REMOVE:
        repository = await _cancel_all(connection, live, repository, now=now)
    else:
        await _refuse_more(connection, request, limits)
        in_its_way = _about(live, request, default_branch=repository.default_branch)
        repository = await _make_way(connection, in_its_way, repository, client=request.client, now=now)
    turn = await turn_of(connection, request.lane, request.client)
    job = _new_job(request, repository, turn=turn, now=now)
    change = await insert(connection, job, _at(repository, request), now=now)
    if change is None:  # the row of the repository is held, so only a repair by hand leads here
        raise GraticuleError(ErrorCode.INTERNAL, "A live job appeared within the transaction.")
    return Accepted(change.repository, change.job, already_running=False)


async def _find(
    connection: AsyncConnection, request: WorkRequest, repository: Repository, live: Sequence[Job]
) -> Accepted | None:
    running = _doing(live, request, default_branch=repository.default_branch)
    if running is not None:
        return Accepted(repository, running, already_running=True)
    if request.kind is not JobKind.CLONE or removal_of(live) or not await _is_ready(connection, repository, request):
        return None
    last = await _last_job(connection, repository.id, request.ref)
    return Accepted(repository, last, already_running=False) if last else None


async def promote(connection: AsyncConnection, held: Held, *, client: str | None) -> Job:
    """Give the job as it is when a person asks for it: in their lane, at the turn of whoever asked first."""
    job = held.job
    if job.lane is Lane.INTERACTIVE:
        return job
    client = job.client or client
    turn = await turn_of(connection, Lane.INTERACTIVE, client)
    return replace(job, lane=Lane.INTERACTIVE, client=client, turn=turn)


def _is_too_slow(found: Accepted, request: WorkRequest) -> bool:
    """Whether what answers a request waits behind what the request would not wait for."""
    return found.already_running and found.job.lane > request.lane


async def _promote(connection: AsyncConnection, found: Accepted, request: WorkRequest, *, now: datetime) -> Accepted:
    held = await hold_job(connection, found.job.id)
    if held is None:
        return found
    after = replace(held, job=await promote(connection, held, client=request.client))
    change = await write(connection, held, after, now=now)
    return Accepted(change.repository, change.job, already_running=True, promoted=True) if change else found


async def _enter(connection: AsyncConnection, request: WorkRequest, *, now: datetime) -> Repository:
    """Make the repository's row unless there is one, and hold it; anew when a removal took it away meanwhile."""
    by_name = select(repositories.c.id).where(repositories.c.name == request.remote_name)
    for _ in range(ENTRIES):
        known = (await connection.execute(by_name)).scalar()
        if known is None:
            new = values_of_repository(_new_repository(request, now=now))
            await insert_unless_present(connection, repositories, new)
            known = (await connection.execute(by_name)).scalar()
        repository = await hold(connection, known) if known else None
        if repository is not None:
            return repository
    raise GraticuleError(ErrorCode.TIMEOUT, "The repository was removed in the same moment.")


async def _refuse_more(connection: AsyncConnection, request: WorkRequest, limits: LiveLimits) -> None:
    """Refuse a job above the limits: removals are let through, since they make room."""
    if limits.per_client is not None and request.client is not None:
        mine = select(func.count()).select_from(jobs).where(is_pending(), jobs.c.client == request.client)
        if await _reaches(connection, mine, limits.per_client, whose=f"client {request.client}"):
            raise RateLimitedError(
                f"You have {limits.per_client} jobs that wait or run, which is the limit.",
                retry_after_seconds=LIVE_RETRY_SECONDS,
                setting="GRATICULE_LIVE_JOBS_PER_CLIENT",
            )
    if limits.per_host is not None and request.host:
        theirs = select(func.count()).select_from(jobs).where(is_pending(), jobs.c.host == request.host)
        if await _reaches(connection, theirs, limits.per_host, whose=f"host {request.host}"):
            raise RateLimitedError(
                f"{limits.per_host} jobs for this host wait or run, which is the limit.",
                retry_after_seconds=LIVE_RETRY_SECONDS,
                setting="GRATICULE_LIVE_JOBS_PER_HOST",
            )


async def _reaches(connection: AsyncConnection, count: Select[int], limit: int, *, whose: str) -> bool:
    """Whether a count is at its limit. Near to it one transaction counts at a time: each adds what others cannot see.

    Client before host, both after the repository's row: nobody waits crosswise.
    """
    found = (await connection.execute(count)).scalar_one()
    if found + UNSEEN < limit:
        return False
    await await_turn_to_count(connection, whose)
    return (await connection.execute(count)).scalar_one() >= limit


def removal_of(live: Sequence[Job]) -> Job | None:
    """Give the job that is about to remove the repository, if any."""
    return next((job for job in _wanted(live) if job.kind is JobKind.REMOVE), None)


def _wanted(live: Sequence[Job]) -> Iterator[Job]:
    """Give the live jobs that nobody has asked to end; the others answer no request."""
    return (job for job in live if job.cancel_requested_at is None)


def _doing(live: Sequence[Job], request: WorkRequest, *, default_branch: str | None) -> Job | None:
    """Give the live job that does what is asked for: a removal, or any mapping of the same ref.

    A person's refresh is to ask the remote, which a map that is made anew of the known commit does not.
    """
    if request.kind is JobKind.REMOVE:
        return removal_of(live)
    same = _about(live, request, default_branch=default_branch)
    asks = request.kind is JobKind.REFRESH and request.lane is Lane.INTERACTIVE
    return next((job for job in same if not (asks and stays(job))), None)


def _about(live: Sequence[Job], request: WorkRequest, *, default_branch: str | None) -> list[Job]:
    """Give the live job, if any, that maps the same ref."""
    wanted = ref_keys(request.ref, default_branch=default_branch)
    mapping = (job for job in _wanted(live) if job.kind is not JobKind.REMOVE)
    return [job for job in mapping if ref_keys(job.ref, default_branch=default_branch) == wanted]


async def _is_ready(connection: AsyncConnection, repository: Repository, request: WorkRequest) -> bool:
    """Whether a request for this ref has nothing to do: a map answers, also one that has outlived its clone."""
    return await is_mapped(connection, repository, request.ref, engine_version=request.engine_version)


async def _last_job(connection: AsyncConnection, repository_id: str, ref: str | None) -> Job | None:
    """Give the newest job, by preference a successful one, then one of the same ref."""
    query = (
        select(jobs)
        .where(jobs.c.repository_id == repository_id, jobs.c.kind != JobKind.REMOVE.value)
        .order_by(
            case((jobs.c.state == JobState.SUCCEEDED.value, 0), else_=1),
            case((jobs.c.ref_key == ref_key(ref), 0), else_=1),
            jobs.c.created_at.desc(),
        )
        .limit(1)
    )
    row = (await connection.execute(query)).mappings().first()
    return job_of(row) if row else None


async def _cancel_all(
    connection: AsyncConnection, live: Sequence[Job], repository: Repository, *, now: datetime
) -> Repository:
    """End what waits and ask what runs to end, so that the removal finds the repository at rest."""
    for job in live:
        held = await hold_job(connection, job.id)
        if held is not None and held.job.cancel_requested_at is None:
            change = await write(connection, held, cancel_requested(held, now=now), now=now)
            repository = change.repository if change else repository
    return repository


async def _make_way(
    connection: AsyncConnection, live: Sequence[Job], repository: Repository, *, client: str | None, now: datetime
) -> Repository:
    """End maps that are made anew, for whoever asked for more; under their name, so that each counts as not tried."""
    for job in live:
        held = await hold_job(connection, job.id)
        if held is not None:
            after = cancel_requested(replace(held, job=replace(held.job, client=client)), now=now)
            change = await write(connection, held, after, now=now)
            repository = change.repository if change else repository
    return repository


def _at(repository: Repository, request: WorkRequest) -> Repository:
    """Take over the newest spelling of the URL, as long as the old one has not led to anything."""
    repository = replace(repository, private=repository.private or request.private)
    if repository.served_commit is not None or request.kind is not JobKind.CLONE:
        return repository
    return replace(repository, url=request.remote_url)


def _new_repository(request: WorkRequest, *, now: datetime) -> Repository:
    return Repository(
        id=uuid4().hex,
        url=request.remote_url,
        name=request.remote_name,
        host=request.host,
        revision=0,
        clone=Status(CloneState.NOT_STARTED),
        map=Status(MapState.NOT_STARTED),
        created_at=now,
        updated_at=now,
        last_accessed_at=now,
        private=request.private,
    )


def _new_job(request: WorkRequest, repository: Repository, *, turn: int, now: datetime) -> Job:
    return Job(
        id=uuid4().hex,
        repository_id=repository.id,
        kind=request.kind,
        state=JobState.QUEUED,
        revision=1,
        attempt=0,
        created_at=now,
        updated_at=now,
        ref=request.ref,
        client=request.client,
        private=repository.private or request.private,
        lane=request.lane,
        turn=turn,
        host="" if request.kind is JobKind.REMOVE else request.host,
        phases=(PhaseRecord(Phase.QUEUED, now),),
        request_id=request.origin.request_id,
        traceparent=request.origin.traceparent,
    )
