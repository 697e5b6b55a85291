"""Places and their clones: which data folder holds which repository's objects, how large, and when last used.

A clone is disposable, so its row may go at any time; the repository's row says `cloned` while there is
one, and EVICTED once there is none. Both change in one transaction.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import ColumnElement, RowMapping, Select, case, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.eviction import Holding
from services.models import CloneState, Job, Repository, Status
from services.store.database import Clock, Database, upsert
from services.store.ledger import LIVE_STATES, hold, live_jobs, save
from services.store.projection import project
from services.store.tables import clones, jobs, places, repositories

TOUCH_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Held:
    """How much the clones take in all, may take in all, and at how many places."""

    clone_bytes: int
    quota_bytes: int
    places: int


class PlaceStore:
    """The rows of places and clones."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    # Places

    async def beat(self, place_id: str, *, host: str, quota_bytes: int) -> None:
        """Say that a place is there, and what its clones may take."""
        values = {"id": place_id, "host": host, "seen_at": self._clock(), "quota_bytes": quota_bytes}
        async with self._database.begin() as connection:
            await upsert(connection, places, values)

    async def lost(self, *, seconds: float) -> list[str]:
        """Give the places that have not been seen for so long."""
        before = self._clock() - timedelta(seconds=seconds)
        async with self._database.read() as connection:
            return list((await connection.execute(select(places.c.id).where(places.c.seen_at < before))).scalars())

    async def close(self, place_id: str) -> list[Repository]:
        """Forget a place with its clones; gives the repositories that changed."""
        ids = [holding.repository_id for holding in await self.holdings(place_id)]
        changed = [await self.gone(place_id, repository_id) for repository_id in ids]
        async with self._database.begin() as connection:
            await connection.execute(delete(places).where(places.c.id == place_id))
        return [repository for repository in changed if repository is not None]

    async def totals(self) -> Held:
        """Give what all clones take and may take; two statements."""
        size = select(func.coalesce(func.sum(clones.c.size_bytes), 0))
        quota = select(func.coalesce(func.sum(places.c.quota_bytes), 0), func.count())
        async with self._database.read() as connection:
            clone_bytes = (await connection.execute(size)).scalar_one()
            quota_bytes, count = (await connection.execute(quota)).one()
        return Held(int(clone_bytes), int(quota_bytes), count)

    # Clones

    async def clone_bytes(self, place_id: str) -> int:
        """Give what the clones of a place take; one statement."""
        query = select(func.coalesce(func.sum(clones.c.size_bytes), 0)).where(clones.c.place_id == place_id)
        async with self._database.read() as connection:
            return int((await connection.execute(query)).scalar_one())

    async def pinned_bytes(self, place_id: str) -> int:
        """Give what its clones of pinned repositories take; one statement."""
        query = (
            select(func.coalesce(func.sum(clones.c.size_bytes), 0))
            .join(repositories, repositories.c.id == clones.c.repository_id)
            .where(clones.c.place_id == place_id, repositories.c.pinned)
        )
        async with self._database.read() as connection:
            return int((await connection.execute(query)).scalar_one())

    async def holdings(self, place_id: str | None = None) -> list[Holding]:
        """Give every clone of a place, or of all places; one statement, 0.1 s for 10,000."""
        async with self._database.read() as connection:
            return await self._database.rows(_holdings(place_id), _holding_of, connection)

    async def holds(self, place_id: str, repository_id: str) -> bool:
        """Whether a place has a clone of a repository."""
        mine = (clones.c.place_id == place_id) & (clones.c.repository_id == repository_id)
        async with self._database.read() as connection:
            return (await connection.execute(select(clones.c.place_id).where(mine))).first() is not None

    async def arrived(self, place_id: str, repository_id: str, size_bytes: int, *, used: bool) -> Repository | None:
        """Note a clone, or how large it is now; `used`: somebody waited for it. None: there is no such repository."""
        now = self._clock()
        async with self._database.begin() as connection:
            repository = await hold(connection, repository_id)
            if repository is None:
                return None
            mine = (clones.c.place_id == place_id) & (clones.c.repository_id == repository_id)
            facts = {"size_bytes": size_bytes, "fetched_at": now} | ({"used_at": now} if used else {})
            done = await connection.execute(update(clones).where(mine).values(facts))
            if done.rowcount == 0:
                key = {"place_id": place_id, "repository_id": repository_id}
                await upsert(connection, clones, {**key, **facts, "used_at": now})
            if repository.cloned:
                return repository
            return await save(connection, _cloned(repository), now=now)

    async def used(self, place_id: str, repository_id: str) -> None:
        """Note that a clone was read, at most once a minute: reads must stay reads."""
        now = self._clock()
        stale = (
            (clones.c.place_id == place_id)
            & (clones.c.repository_id == repository_id)
            & (clones.c.used_at <= now - timedelta(seconds=TOUCH_SECONDS))
        )
        async with self._database.read() as connection:
            if (await connection.execute(select(clones.c.place_id).where(stale))).first() is None:
                return
        async with self._database.begin() as connection:
            await connection.execute(update(clones).where(stale).values(used_at=now))

    async def evict(self, place_id: str, repository_id: str) -> Repository | None:
        """Give a clone up, unless its repository is pinned or has a live job by now: None then, and nothing changes.

        Four statements.
        """
        stands = select(*_stands(repository_id, place_id))
        async with self._database.begin() as connection:
            repository = await hold(connection, repository_id)
            if repository is None or repository.pinned:
                return None
            busy, elsewhere = (await connection.execute(stands)).one()
            if busy:
                return None
            await _delete(connection, place_id, repository_id)
            if elsewhere or not repository.cloned:
                return repository
            return await save(connection, _evicted(repository, ()), now=self._clock())

    async def gone(self, place_id: str, repository_id: str) -> Repository | None:
        """Note that a clone is not there any more, whatever works on its repository; None when that changes nothing."""
        async with self._database.begin() as connection:
            repository = await hold(connection, repository_id)
            if repository is None:
                await _delete(connection, place_id, repository_id)
                return None
            live = await live_jobs(connection, repository_id)
            after = await self._without(connection, repository, place_id, live=live)
            return after if after.revision != repository.revision else None

    async def strays(self) -> list[str]:
        """Give the repositories that no place holds though their rows say so, and that nobody works on."""
        query = select(repositories.c.id).where(repositories.c.cloned, ~_has_clone(), ~_is_busy())
        async with self._database.read() as connection:
            return list((await connection.execute(query)).scalars())

    async def names(self) -> dict[str, str]:
        """Give the id of every repository, by its name; for folders without a row, so hardly ever."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(repositories.c.name, repositories.c.id))
            return {row.name: row.id for row in rows}

    async def _without(
        self, connection: AsyncConnection, repository: Repository, place_id: str, *, live: Collection[Job]
    ) -> Repository:
        await _delete(connection, place_id, repository.id)
        others = select(clones.c.place_id).where(clones.c.repository_id == repository.id).limit(1)
        if not repository.cloned or (await connection.execute(others)).first() is not None:
            return repository
        return await save(connection, _evicted(repository, live), now=self._clock())


async def _delete(connection: AsyncConnection, place_id: str, repository_id: str) -> None:
    mine = (clones.c.place_id == place_id) & (clones.c.repository_id == repository_id)
    await connection.execute(delete(clones).where(mine))


def _stands(repository_id: str, place_id: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Give whether a job works on a repository, and whether another place has a clone of it."""
    busy = exists().where(jobs.c.repository_id == repository_id, jobs.c.state.in_(LIVE_STATES))
    elsewhere = exists().where(clones.c.repository_id == repository_id, clones.c.place_id != place_id)
    return busy, elsewhere


def _cloned(repository: Repository) -> Repository:
    """Give the repository with a clone: what was evicted is there again, other states are moved by their jobs."""
    again = repository.clone.state is CloneState.EVICTED
    status = replace(repository.clone, state=CloneState.READY) if again else repository.clone
    return replace(repository, cloned=True, clone=status)


def _evicted(repository: Repository, live: Collection[Job]) -> Repository:
    """Give the repository without a clone; a live job says where the next one stands."""
    after = replace(repository, cloned=False)
    if repository.clone.state not in {CloneState.READY, CloneState.UPDATING}:
        return after
    if live:
        return project(after, next(iter(live)))
    before = repository.clone
    status = Status(CloneState.EVICTED, before.started_at, before.completed_at, job_id=before.job_id)
    return replace(after, clone=status)


def _is_busy() -> ColumnElement[bool]:
    return exists().where(jobs.c.repository_id == repositories.c.id, jobs.c.state.in_(LIVE_STATES))


def _has_clone() -> ColumnElement[bool]:
    return exists().where(clones.c.repository_id == repositories.c.id)


def _holdings(place_id: str | None) -> Select[tuple[object, ...]]:
    """Read clones, each as recently used as itself or as any map of its repository."""
    accessed, used = repositories.c.last_accessed_at, clones.c.used_at
    last = case((accessed > used, accessed), else_=used).label("last_used_at")
    facts = (clones.c.repository_id, clones.c.size_bytes, repositories.c.name, repositories.c.pinned)
    query = select(*facts, last, _is_busy().label("busy")).join(
        repositories, repositories.c.id == clones.c.repository_id
    )
    return query if place_id is None else query.where(clones.c.place_id == place_id)


def _holding_of(row: RowMapping) -> Holding:
    return Holding(
        row["repository_id"], row["name"], row["size_bytes"], row["last_used_at"], row["pinned"], bool(row["busy"])
    )
