"""How many jobs wait and run, for the figures: one statement over what has not ended, whenever somebody asks."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, or_, select

from services.models import JobKind, JobState, Lane
from services.store.database import Clock, Database
from services.store.ledger import is_live
from services.store.tables import jobs


@dataclass(frozen=True, slots=True)
class Count:
    """Jobs of one state, kind and lane; `waits_seconds` is of the one that may begin for longest, 0 if none may."""

    state: JobState
    kind: JobKind
    lane: Lane
    jobs: int
    waits_seconds: float


async def count_jobs(database: Database, clock: Clock) -> Sequence[Count]:
    """Count the jobs that have not ended; 1 ms for some thousand."""
    now = clock()
    may_begin = or_(jobs.c.not_before.is_(None), jobs.c.not_before <= now)
    since = func.min(case((may_begin, jobs.c.updated_at))).label("since")
    columns = (jobs.c.state, jobs.c.kind, jobs.c.lane)
    query = select(*columns, func.count().label("found"), since).where(is_live()).group_by(*columns)
    async with database.read() as connection:
        rows = (await connection.execute(query)).all()
    return [
        Count(
            JobState(row.state),
            JobKind(row.kind),
            Lane(row.lane),
            row.found,
            max(0.0, (now - row.since).total_seconds()) if row.since else 0.0,
        )
        for row in rows
    ]
