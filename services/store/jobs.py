"""The jobs' rows: the truth about who works on what, and the state machine that they go through.

Delivery is at least once, so each attempt takes a number and every later write carries it: a
worker that wakes up after its job was given to another changes no row and gets None.
"""

import random as chance
import time
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime

import structlog
from sqlalchemy import ColumnElement, and_, func, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.errors import Failure
from services.models import (
    Accepted,
    Job,
    JobChange,
    JobState,
    Lane,
    Mark,
    Page,
    Phase,
    Progress,
    SnapshotRecord,
)
from services.store.database import Clock, Database
from services.store.history import trim
from services.store.lanes import IN_ORDER, has_room, is_waiting, may_begin
from services.store.leases import Beat, Leases
from services.store.ledger import being_removed, hold_attempt, hold_job, is_fenced, live_jobs, write
from services.store.removal import delete_unless_wanted, empty
from services.store.requests import UNLIMITED, LiveLimits, WorkRequest, accept, find, promote
from services.store.rows import Held, job_of
from services.store.sight import ALL, jobs_seen_with
from services.store.snapshots import record
from services.store.tables import jobs
from services.store.transitions import (
    RetryPolicy,
    begun,
    cancel_requested,
    ended,
    failed,
    lost,
    progressed,
    put_back,
    served,
    succeeded,
)
from services.tracing import step
from services.viewers import Grants

logger = structlog.stdlib.get_logger()

MOST_DUE = 32
"""Jobs handed to the queue at a time: enough to wake the slots of a process, each of which goes on by itself."""


MOST_LOOKED_AT = 1000
"""Waiting jobs that are looked at for those."""


class JobStore:
    """Every change of a job: one short transaction, which also raises its repository's revision.

    The `limits` of what lives hold for new jobs only; `random` gives 0 to 1 and spreads the retries. Who ends a
    job deletes what its repository has beyond the newest `kept`, 0: nothing.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        lease_seconds: float,
        tries: int,
        *,
        limits: LiveLimits = UNLIMITED,
        random: Callable[[], float] = chance.random,
        kept: int = 0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._clock = clock
        self._limits = limits
        self._kept = kept
        self._policy = RetryPolicy(tries, random)
        self._leases = Leases(lease_seconds, monotonic)

    # Requests and reads

    async def request(self, request: WorkRequest) -> Accepted:
        """Start a job, or give the one that answers already; durable when it returns.

        A live job for the same ref: that one, `already_running`. A CLONE of what is READY, mapped by
        this engine (None: by any): the last job that ended, and nothing starts. REMOVE ends the
        repository's live jobs first; what is asked for during a removal waits until it is through,
        and finds an empty repository. RateLimitedError when too many jobs are live.
        """
        async with self._database.read() as connection:  # repeated requests never wait for writers
            found = await find(connection, request)
        if found is not None:
            return found
        with step("row", kind=request.kind.value):
            async with self._database.begin(durable=True, client=True) as connection:
                accepted = await accept(connection, request, limits=self._limits, now=self._clock())
        if not accepted.already_running and not accepted.job.state.terminal:
            logger.info("a job was asked for", job=accepted.job.id, kind=request.kind, repository=request.remote_name)
        return accepted

    async def get(self, job_id: str) -> Job | None:
        """Give the job with this id."""
        async with self._database.read() as connection:
            row = (await connection.execute(select(jobs).where(jobs.c.id == job_id))).mappings().first()
        return job_of(row) if row else None

    async def get_many(self, ids: Collection[str], *, grants: Grants = ALL) -> dict[str, Job]:
        """Give those of these jobs that exist, by id, in one statement; at most 500 ids."""
        query = select(jobs).where(jobs.c.id.in_(ids), *jobs_seen_with(grants))
        async with self._database.read() as connection:
            return {job.id: job for job in await self._database.rows(query, job_of, connection)}

    async def page(
        self,
        *,
        after: Mark | None = None,
        limit: int = 50,
        repository_id: str | None = None,
        states: Collection[JobState] = (),
        grants: Grants = ALL,
    ) -> Page[Job]:
        """Give a page of jobs, newest first; no `states` means all. Of private repositories only what is granted.

        It goes on behind the mark, whichever rows have come or gone since.
        """
        matches: list[ColumnElement[bool]] = [*jobs_seen_with(grants)]
        if repository_id is not None:
            matches.append(jobs.c.repository_id == repository_id)
        if states:
            matches.append(jobs.c.state.in_([state.value for state in states]))
        newest = (jobs.c.created_at.desc(), jobs.c.id.desc())
        rest = _behind(after) if after else true()
        query = select(jobs).where(*matches, rest).order_by(*newest).limit(limit)
        count = select(func.count(), func.count().filter(rest)).select_from(jobs).where(*matches)
        async with self._database.read() as connection:
            found = await self._database.rows(query, job_of, connection)
            total, left = (await connection.execute(count)).one()
        return Page(tuple(found), total - left, total)

    async def live_for(self, repository_id: str) -> list[Job]:
        """Give the jobs of a repository that have not ended, oldest first."""
        async with self._database.read() as connection:
            return list(await live_jobs(connection, repository_id))

    async def live_keys(self) -> set[str]:
        """Give `{job_id}-{attempt}` of every attempt that runs: the staging folders that are in use."""
        query = select(jobs.c.id, jobs.c.attempt).where(jobs.c.state == JobState.RUNNING.value)
        async with self._database.read() as connection:
            return {f"{row.id}-{row.attempt}" for row in await connection.execute(query)}

    # An attempt, from its beginning to its end

    async def take_next(self, *, owner: str, last_lane: Lane = Lane.BACKGROUND) -> JobChange | None:
        """Begin an attempt at the first job that may begin, of the lanes down to the last; None when there is none.

        Which one that is, `services.store.lanes` says. 2 to 4 ms to find it, and again when another worker was quicker.
        """
        while (job_id := await self._first(last_lane)) is not None:
            taken = await self.take(job_id, owner=owner)
            if taken is not None:
                return taken
        return None

    async def take(self, job_id: str, *, owner: str) -> JobChange | None:
        """Begin the next attempt at a job that waits; phases begin anew.

        None when it is not to be had: it has ended, another worker is at it, its repository is being
        removed, or as many jobs run against its host as may.
        """
        async with self._database.begin() as connection:
            held = await hold_job(connection, job_id)
            if held is None or held.job.state is not JobState.QUEUED or await _is_being_removed(connection, job_id):
                return None
            if not await has_room(connection, held.job, per_host=self._limits.running_per_host):
                return None
            now = self._clock()
            return await write(connection, held, replace(held, job=begun(held.job, owner=owner, now=now)), now=now)

    async def progress(self, job_id: str, *, attempt: int, progress: Progress) -> JobChange | None:
        """Note how far an attempt is, and that it lives; a change of phase closes the former one."""
        now = self._clock()
        async with self._database.begin() as connection:
            held = await hold_attempt(connection, job_id, attempt=attempt)
            if held is None:
                return None
            job = progressed(held.job, progress, now=now)
            if job is held.job:
                return JobChange(job, held.repository)
            return await write(connection, held, replace(held, job=job), now=now)

    async def heartbeat(self, job_id: str, *, attempt: int) -> Job | None:
        """Renew the lease, without a revision; `cancel_requested_at` of the job says whether to stop."""
        fence = is_fenced(job_id, attempt)
        renewal = update(jobs).where(fence).values(heartbeat_at=self._clock()).returning(jobs)
        async with self._database.begin() as connection:
            row = (await connection.execute(renewal)).mappings().first()
        return job_of(row) if row else None

    async def succeed(
        self,
        job_id: str,
        *,
        attempt: int,
        commit: str,
        ref: str | None = None,
        default_branch: str | None = None,
        remote_head: str | None = None,
        size_bytes: int | None = None,
        snapshot: SnapshotRecord | None = None,
    ) -> JobChange | None:
        """End an attempt well, with what it found; a fact that is None leaves the known one."""
        now = self._clock()
        async with self._database.begin(durable=True) as connection:
            held = await hold_attempt(connection, job_id, attempt=attempt)
            if held is None:
                return None
            repository = served(
                held.repository,
                commit=commit,
                ref=ref,
                default_branch=default_branch,
                remote_head=remote_head,
                size_bytes=size_bytes,
                now=now,
            )
            if snapshot is not None:
                await record(connection, snapshot, ref=ref, now=now)
            job = succeeded(held.job, commit=commit, now=now)
            return await self._write(connection, held, replace(held, job=job, repository=repository), now=now)

    async def fail(self, job_id: str, *, attempt: int, error: Failure) -> JobChange | None:
        """End an attempt with an error: back into the queue when another try may help, else FAILED.

        A retryable error waits 1 to 300 s (growing, with jitter) in `not_before`, for `tries` in all.
        """
        return await self._conclude(
            job_id, attempt, lambda held, now: failed(held, error, policy=self._policy, now=now)
        )

    async def cancelled(self, job_id: str, *, attempt: int) -> JobChange | None:
        """Confirm a cancel: nothing of this attempt runs any more."""
        return await self._conclude(
            job_id, attempt, lambda held, now: replace(held, job=ended(held.job, JobState.CANCELLED, now=now))
        )

    async def release(self, job_id: str, *, attempt: int) -> JobChange | None:
        """Give an attempt back at shutdown: it waits again, and counts neither as lost nor as failed."""
        return await self._conclude(job_id, attempt, lambda held, now: replace(held, job=put_back(held.job, now=now)))

    async def finish_removal(self, job_id: str, *, attempt: int) -> JobChange | None:
        """End a removal: the repository's row and snapshots go, its jobs stay as history.

        When something was asked for meanwhile, the row stays instead, emptied, and that job waits.
        """
        now = self._clock()
        async with self._database.begin(durable=True) as connection:
            held = await hold_attempt(connection, job_id, attempt=attempt)
            if held is None:
                return None
            done = replace(held.job, progress=Progress(Phase.DONE))
            job = ended(done, JobState.SUCCEEDED, now=now)
            repository = await empty(connection, held.repository, removal=held.job, now=now)
            change = await write(connection, held, replace(held, job=job, repository=repository), now=now)
            await delete_unless_wanted(connection, repository.id)
            return change

    # Whoever watches over attempts

    async def cancel(self, job_id: str) -> JobChange | None:
        """End a job that waits, or ask the worker of one that runs; None when that changes nothing."""
        now = self._clock()
        async with self._database.begin(durable=True, client=True) as connection:
            held = await hold_job(connection, job_id)
            if held is None or held.job.state.terminal or held.job.cancel_requested_at is not None:
                return None
            return await self._write(connection, held, cancel_requested(held, now=now), now=now)

    async def hurry(self, job_id: str, *, client: str | None = None) -> JobChange | None:
        """Let a person's job begin now that waits for a later try, or in another lane; None when it does not."""
        now = self._clock()
        async with self._database.begin(durable=True, client=True) as connection:
            held = await hold_job(connection, job_id)
            if held is None or held.job.state is not JobState.QUEUED:
                return None
            job = replace(await promote(connection, held, client=client), not_before=None)
            return None if job == held.job else await write(connection, held, replace(held, job=job), now=now)

    async def due(self, *, limit: int = MOST_DUE) -> list[Job]:
        """Give the first of the jobs that may begin now, in their order, of the first 1,000 that wait.

        Those behind may wait longer for being found, not for their turn: whoever ends a job takes the next one.
        """
        first = select(jobs.c.id).where(is_waiting()).order_by(*IN_ORDER).limit(MOST_LOOKED_AT)
        query = select(jobs).where(jobs.c.id.in_(first), self._may_begin()).order_by(*IN_ORDER).limit(limit)
        async with self._database.read() as connection:
            return await self._database.rows(query, job_of, connection)

    async def reclaim(self) -> list[JobChange]:
        """Take back the jobs whose workers fell silent: QUEUED, or FAILED after the third.

        Call it four times a lease: what did not move between the calls is silent. Reads a few columns of all that runs.
        """
        columns = (jobs.c.id, jobs.c.attempt, jobs.c.heartbeat_at)
        query = select(*columns).where(jobs.c.state == JobState.RUNNING.value)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        silent = self._leases.silent(Beat(row.id, row.attempt, row.heartbeat_at) for row in rows)
        changes = [await self._reclaim(beat) for beat in silent]
        return [change for change in changes if change is not None]

    # Steps

    async def _first(self, last_lane: Lane) -> str | None:
        """Give the job that is the next one to begin."""
        in_lanes = jobs.c.lane <= last_lane.value
        query = select(jobs.c.id).where(self._may_begin(), in_lanes).order_by(*IN_ORDER).limit(1)
        async with self._database.read() as connection:
            return (await connection.execute(query)).scalar()

    def _may_begin(self) -> ColumnElement[bool]:
        return may_begin(self._clock(), per_host=self._limits.running_per_host)

    async def _reclaim(self, beat: Beat) -> JobChange | None:
        """Take a job back unless its worker was heard of in the last moment."""
        now = self._clock()
        async with self._database.begin() as connection:
            held = await hold_attempt(connection, beat.job_id, attempt=beat.attempt)
            if held is None or held.job.heartbeat_at != beat.heartbeat_at:
                return None
            return await self._write(connection, held, lost(held, now=now), now=now)

    async def _conclude(self, job_id: str, attempt: int, change: Callable[[Held, datetime], Held]) -> JobChange | None:
        now = self._clock()
        async with self._database.begin(durable=True) as connection:
            held = await hold_attempt(connection, job_id, attempt=attempt)
            return None if held is None else await self._write(connection, held, change(held, now), now=now)

    async def _write(
        self, connection: AsyncConnection, before: Held, after: Held, *, now: datetime
    ) -> JobChange | None:
        """Write what became of a job; with its end the history of its repository ends, too."""
        change = await write(connection, before, after, now=now)
        if change is not None and change.job.state.terminal:
            await trim(connection, change.repository.id, kept=self._kept, now=now)
        return change


def _behind(mark: Mark) -> ColumnElement[bool]:
    """Match jobs that come after a mark, newest first."""
    same = and_(jobs.c.created_at == mark.created_at, jobs.c.id < mark.id)
    return or_(jobs.c.created_at < mark.created_at, same)


async def _is_being_removed(connection: AsyncConnection, job_id: str) -> bool:
    query = select(jobs.c.id).where(jobs.c.id == job_id, being_removed())
    return (await connection.execute(query)).first() is not None
