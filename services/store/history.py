"""The history of jobs, and where it ends: the newest of each repository stay, and what somebody may still need.

Who ends a job holds its repository's row, and deletes in the same transaction what that is one too many. What
was there before, and what removed repositories have left, a walk over all repositories finds, a little at a time.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Integer, ScalarSelect, and_, bindparam, delete, exists, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.store.database import Clock, Database
from services.store.ledger import hold, is_live
from services.store.tables import UtcTime, jobs, repositories, snapshot_refs

RECENT: Final = timedelta(hours=1)
"""A job that ended within this is kept: whoever follows it may read its end late."""
REMOVED: Final = timedelta(days=7)
"""What a removed repository's jobs are kept for, since they say who removed it and when."""
MOST_DELETED: Final = 100
"""Rows at a time: 2 to 4 ms in which nobody else writes to SQLite."""
MOST_BATCHES: Final = 100
MOST_ROWS: Final = 2000
"""Batches and deleted rows of one step of the walk."""
MOST_LOOKED_AT: Final = 1000
"""Repositories that one step of the walk looks at, in 10 ms."""


async def trim(connection: AsyncConnection, repository_id: str, *, kept: int, now: datetime) -> int:
    """Delete the oldest jobs of a repository that is held, beyond the newest that are kept; gives how many, up to 100.

    One statement. Not those that are live or ended within the hour, those that the repository's row names, and the
    last of each kind and each end for a ref of which there is a map. `kept` 0 keeps all.
    """
    if not kept:
        return 0
    values = {"repository": repository_id, "kept": kept - 1, "before": now - RECENT}
    return (await connection.execute(_TRIM, values)).rowcount


class History:
    """Walks over the repositories that have jobs, behind an id at first, then all around.

    Any number of processes may, best each from elsewhere.
    """

    def __init__(self, database: Database, clock: Clock, *, kept: int, after: str = "") -> None:
        self._database = database
        self._clock = clock
        self._kept = kept
        self._after = after

    async def sweep(self) -> int:
        """Go one step, of at most 1,000 repositories and some 2,000 deleted jobs; gives how many were deleted."""
        if not self._kept:
            return 0
        ids, surplus, removed = await self._look()
        deleted = batches = 0
        for repository_id in sorted({*surplus, *removed}):
            rest = MOST_DELETED
            while rest == MOST_DELETED and batches < MOST_BATCHES and deleted < MOST_ROWS:
                rest = await (self._forget(repository_id) if repository_id in removed else self._trim(repository_id))
                deleted += rest
                batches += 1
            if batches >= MOST_BATCHES or deleted >= MOST_ROWS:
                return deleted
            self._after = repository_id
        self._after = ids[-1] if len(ids) == MOST_LOOKED_AT else ""
        return deleted

    async def _look(self) -> tuple[Sequence[str], set[str], set[str]]:
        """Give the next repositories, those with more jobs than are kept, and those that are gone. One statement."""
        first = select(func.min(jobs.c.repository_id).label("id"), literal(1).label("place"))
        walk = first.where(jobs.c.repository_id > self._after).cte("walk", recursive=True)
        following = select(func.min(jobs.c.repository_id)).where(jobs.c.repository_id > walk.c.id).scalar_subquery()
        step = select(following, walk.c.place + 1).where(walk.c.id.is_not(None), walk.c.place < MOST_LOOKED_AT)
        walk = walk.union_all(step)
        is_more = _oldest_kept(walk.c.id, literal(self._kept)).is_not(None).label("is_more")
        is_gone = (~exists().where(repositories.c.id == walk.c.id)).label("is_gone")
        query = select(walk.c.id, is_more, is_gone).where(walk.c.id.is_not(None)).order_by(walk.c.id)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        gone = {row.id for row in rows if row.is_gone}
        return [row.id for row in rows], {row.id for row in rows if row.is_more}, gone

    async def _trim(self, repository_id: str) -> int:
        async with self._database.begin() as connection:
            if await hold(connection, repository_id) is None:
                return 0
            return await trim(connection, repository_id, kept=self._kept, now=self._clock())

    async def _forget(self, repository_id: str) -> int:
        """Delete old jobs of a repository that is gone; whoever else does has others of them."""
        old = jobs.c.finished_at < self._clock() - REMOVED
        free = select(jobs.c.id).where(jobs.c.repository_id == repository_id, ~is_live(), old).limit(MOST_DELETED)
        async with self._database.begin() as connection:
            mine = (await connection.execute(free.with_for_update(skip_locked=True))).scalars().all()
            if mine:
                await connection.execute(delete(jobs).where(jobs.c.id.in_(mine)))
        return len(mine)


def _oldest_kept(repository_id: ColumnElement[str], others: ColumnElement[int]) -> ScalarSelect[datetime]:
    """Give when the job was asked for that has so many newer ones; NULL when none has."""
    newest = jobs.alias("newest")
    return (
        select(newest.c.created_at)
        .where(newest.c.repository_id == repository_id)
        .order_by(newest.c.created_at.desc())
        .offset(others)
        .limit(1)
        .scalar_subquery()
    )


def _is_named() -> ColumnElement[bool]:
    """Match jobs that say how the clone or the map of their repository came to be as it is."""
    of_it = repositories.c.id == jobs.c.repository_id
    return exists().where(of_it, or_(repositories.c.clone_job_id == jobs.c.id, repositories.c.map_job_id == jobs.c.id))


def _is_last_of_its_ref() -> ColumnElement[bool]:
    """Match jobs after which none of their kind ended in the same way, for a ref that has a map."""
    later = jobs.alias("later")
    alike = [later.c[name] == jobs.c[name] for name in ("repository_id", "kind", "ref_key", "state")]
    is_later = or_(
        later.c.created_at > jobs.c.created_at,
        and_(later.c.created_at == jobs.c.created_at, later.c.id > jobs.c.id),
    )
    same_ref = [snapshot_refs.c[name] == jobs.c[name] for name in ("repository_id", "ref_key")]
    return and_(exists().where(*same_ref), ~exists().where(*alike, later.c.created_at >= jobs.c.created_at, is_later))


_REPOSITORY = bindparam("repository", type_=jobs.c.repository_id.type)
_SURPLUS = (
    select(jobs.c.id)
    .where(jobs.c.repository_id == _REPOSITORY)
    .where(jobs.c.created_at < _oldest_kept(_REPOSITORY, bindparam("kept", type_=Integer)))
    .where(~is_live(), jobs.c.finished_at < bindparam("before", type_=UtcTime), ~_is_named(), ~_is_last_of_its_ref())
    .order_by(jobs.c.created_at)
    .limit(MOST_DELETED)
)
_TRIM = delete(jobs).where(jobs.c.id.in_(_SURPLUS))  # made once, as those of the ledger are
