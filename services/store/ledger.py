"""Read and write rows inside a transaction: the one place where a job's write is fenced.

Every write takes the repository's row first (so that two writers never wait for each other
crosswise), raises both revisions and carries the job's state onto its repository.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.models import Job, JobChange, JobKind, JobState, Repository
from services.store.database import insert_unless_present
from services.store.projection import project
from services.store.rows import Held, job_of, repository_of, values_of_job, values_of_repository
from services.store.tables import jobs, repositories

LIVE_STATES = (JobState.QUEUED.value, JobState.RUNNING.value)


async def hold(connection: AsyncConnection, repository_id: str) -> Repository | None:
    """Read a repository and keep other writers off it until the transaction ends."""
    query = select(repositories).where(repositories.c.id == repository_id).with_for_update()
    row = (await connection.execute(query)).mappings().first()
    return repository_of(row) if row else None


async def save(connection: AsyncConnection, repository: Repository, *, now: datetime) -> Repository:
    """Write a repository that this transaction holds, with the next revision."""
    after = replace(repository, revision=repository.revision + 1, updated_at=now)
    await connection.execute(
        update(repositories).where(repositories.c.id == after.id).values(**values_of_repository(after))
    )
    return after


async def hold_job(connection: AsyncConnection, job_id: str) -> Held | None:
    """Read a job and its repository, and keep other writers off both until the transaction ends."""
    query = select(jobs).where(jobs.c.id == job_id)
    owner = (await connection.execute(query.with_only_columns(jobs.c.repository_id))).scalar()
    repository = None if owner is None else await hold(connection, owner)
    row = (await connection.execute(query)).mappings().first()
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
    fence = is_fenced(before.job.id, before.job.attempt, before.job.state)
    done = await connection.execute(update(jobs).where(fence).values(**values))
    if done.rowcount == 0:
        return None
    repository = await save(connection, project(after.repository, job), now=now)
    return JobChange(job, repository)


async def insert(connection: AsyncConnection, job: Job, repository: Repository, *, now: datetime) -> JobChange | None:
    """Add a job; None when the unique index has a live one for its ref already."""
    values = {**values_of_job(job), "lost_workers": 0, "transient_failures": 0}
    if not await insert_unless_present(connection, jobs, values):
        return None
    return JobChange(job, await save(connection, project(repository, job), now=now))


async def live_jobs(connection: AsyncConnection, repository_id: str) -> Sequence[Job]:
    """Give the jobs of a repository that have not ended, oldest first."""
    query = (
        select(jobs)
        .where(jobs.c.repository_id == repository_id, is_live())
        .order_by(jobs.c.created_at.asc(), jobs.c.id.asc())
    )
    return [job_of(row) for row in (await connection.execute(query)).mappings()]


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
