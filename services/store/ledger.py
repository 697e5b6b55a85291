"""Read and write rows inside a transaction: the one place where a job's write is fenced.

Every write takes the repository's row first (so that two writers never wait for each other
crosswise), raises both revisions and carries the job's state onto its repository.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.models import Job, JobChange, JobKind, JobState, Repository
from services.store.database import insert_unless_present
from services.store.projection import project
from services.store.refreshes import rescheduled
from services.store.rows import Held, job_of, repository_of, values_of_job, values_of_repository
from services.store.tables import jobs, repositories

LIVE_STATES = (JobState.QUEUED.value, JobState.RUNNING.value)

# Made once: to put a statement together, and to find it among those compiled, takes longer than SQLite does.
_REPOSITORY = select(repositories).where(repositories.c.id == bindparam("repository_id")).with_for_update()
_SAVE = update(repositories).where(repositories.c.id == bindparam("repository_id"))
_JOB = select(jobs).where(jobs.c.id == bindparam("job_id"))
_OWNER = _JOB.with_only_columns(jobs.c.repository_id)
_WRITE = update(jobs).where(
    jobs.c.id == bindparam("job_id"),
    jobs.c.attempt == bindparam("fenced_attempt"),
    jobs.c.state == bindparam("fenced_state"),
)
_LIVE = (
    select(jobs)
    .where(jobs.c.repository_id == bindparam("repository"), jobs.c.state.in_(LIVE_STATES))
    .order_by(jobs.c.created_at.asc(), jobs.c.id.asc())
)


async def hold(connection: AsyncConnection, repository_id: str) -> Repository | None:
    """Read a repository and keep other writers off it until the transaction ends."""
    row = (await connection.execute(_REPOSITORY, {"repository_id": repository_id})).mappings().first()
    return repository_of(row) if row else None


async def save(connection: AsyncConnection, repository: Repository, *, now: datetime) -> Repository:
    """Write a repository that this transaction holds, with the next revision."""
    after = replace(repository, revision=repository.revision + 1, updated_at=now)
    await connection.execute(_SAVE, {**values_of_repository(after), "repository_id": after.id})
    return after


async def hold_job(connection: AsyncConnection, job_id: str) -> Held | None:
    """Read a job and its repository, and keep other writers off both until the transaction ends."""
    owner = (await connection.execute(_OWNER, {"job_id": job_id})).scalar()
    repository = None if owner is None else await hold(connection, owner)
    row = (await connection.execute(_JOB, {"job_id": job_id})).mappings().first()
    if row is None or repository is None:
        return None
    return Held(job_of(row), repository, row["lost_workers"], row["transient_failures"])


async def hold_attempt(connection: AsyncConnection, job_id: str, *, attempt: int) -> Held | None:
    """Read as `hold_job`; None when this attempt no longer runs: whoever asks is a zombie."""
    held = await hold_job(connection, job_id)
    if held is None or held.job.state is not JobState.RUNNING or held.job.attempt != attempt:
        return None
    return held


async def write(connection: AsyncConnection, before: Held, after: Held, *, now: datetime) -> JobChange | None:
    """Write what became of a job; None, and nothing written, when its row has moved on meanwhile."""
    job = replace(after.job, revision=before.job.revision + 1, updated_at=now)
    values = dict(values_of_job(job))
    values |= {"lost_workers": after.lost_workers, "transient_failures": after.transient_failures}
    fence = {"job_id": job.id, "fenced_attempt": before.job.attempt, "fenced_state": before.job.state.value}
    done = await connection.execute(_WRITE, {**values, **fence})
    if done.rowcount == 0:
        return None
    repository = await save(connection, rescheduled(project(after.repository, job), job), now=now)
    return JobChange(job, repository)


async def insert(connection: AsyncConnection, job: Job, repository: Repository, *, now: datetime) -> JobChange | None:
    """Add a job; None when the unique index has a live one for its ref already."""
    values = {**values_of_job(job), "lost_workers": 0, "transient_failures": 0}
    if not await insert_unless_present(connection, jobs, values):
        return None
    return JobChange(job, await save(connection, project(repository, job), now=now))


async def live_jobs(connection: AsyncConnection, repository_id: str) -> Sequence[Job]:
    """Give the jobs of a repository that have not ended, oldest first."""
    rows = (await connection.execute(_LIVE, {"repository": repository_id})).mappings()
    return [job_of(row) for row in rows]


async def live_jobs_of(connection: AsyncConnection, repository_ids: Collection[str]) -> Sequence[Job]:
    """Give the jobs of some repositories that have not ended, oldest first."""
    query = select(jobs).where(jobs.c.repository_id.in_(repository_ids), is_live())
    rows = (await connection.execute(query.order_by(jobs.c.created_at, jobs.c.id))).mappings()
    return [job_of(row) for row in rows]


def is_live() -> ColumnElement[bool]:
    """Match jobs that have not ended."""
    return jobs.c.state.in_(LIVE_STATES)


def is_fenced(job_id: str, attempt: int, state: JobState = JobState.RUNNING) -> ColumnElement[bool]:
    """Match a job only while this attempt of it is in this state."""
    return and_(jobs.c.id == job_id, jobs.c.attempt == attempt, jobs.c.state == state.value)


def being_removed() -> ColumnElement[bool]:
    """Match jobs whose repository is about to be removed; they wait until it is gone."""
    removal = jobs.alias("removal")
    return (
        select(removal.c.id)
        .where(
            removal.c.repository_id == jobs.c.repository_id,
            removal.c.kind == JobKind.REMOVE.value,
            removal.c.state.in_(LIVE_STATES),
            removal.c.id != jobs.c.id,
        )
        .exists()
    )
