"""What a finished removal leaves: no repository, or an empty one when somebody asked for it meanwhile."""

from datetime import datetime

from sqlalchemy import delete, exists, or_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.models import CloneState, Job, JobState, MapState, Repository, Status
from services.store.ledger import is_live, live_jobs
from services.store.projection import project
from services.store.tables import clones, jobs, repositories, snapshot_refs, snapshots


async def empty(connection: AsyncConnection, repository: Repository, *, removal: Job, now: datetime) -> Repository:
    """Forget all that was known but the name; jobs that the removal was to end are ended."""
    await forget(connection, repository.id)
    await end_jobs(connection, repository.id, before=removal, now=now)
    fresh = Repository(
        id=repository.id,
        url=repository.url,
        name=repository.name,
        host=repository.host,
        revision=repository.revision,
        clone=Status(CloneState.NOT_STARTED),
        map=Status(MapState.NOT_STARTED),
        created_at=repository.created_at,
        updated_at=now,
        last_accessed_at=repository.last_accessed_at,
        private=repository.private,
    )
    later = [job for job in await live_jobs(connection, repository.id) if job.id != removal.id]
    return project(fresh, later[0]) if later else fresh


async def delete_unless_wanted(connection: AsyncConnection, repository_id: str) -> None:
    """Delete the row when no job is left that wants it."""
    wanted = exists().where(jobs.c.repository_id == repository_id, is_live())
    await connection.execute(delete(repositories).where(repositories.c.id == repository_id, ~wanted))


async def end_jobs(connection: AsyncConnection, repository_id: str, *, before: Job | None, now: datetime) -> None:
    """Cancel the live jobs of a repository that goes, without their workers.

    `before` and later ones stay: those wait, and nobody has asked them to end. No time tells which they are.
    """
    query = update(jobs).where(jobs.c.repository_id == repository_id, is_live())
    if before is not None:
        query = query.where(
            jobs.c.id != before.id,
            or_(jobs.c.state == JobState.RUNNING.value, jobs.c.cancel_requested_at.is_not(None)),
        )
    await connection.execute(
        query.values(
            state=JobState.CANCELLED.value,
            revision=jobs.c.revision + 1,
            updated_at=now,
            finished_at=now,
            owner=None,
            heartbeat_at=None,
        )
    )


async def forget(connection: AsyncConnection, repository_id: str) -> None:
    """Delete the rows of its snapshots and clones; places that hold a clone without a row delete it."""
    for table in (snapshot_refs, snapshots, clones):
        await connection.execute(delete(table).where(table.c.repository_id == repository_id))
