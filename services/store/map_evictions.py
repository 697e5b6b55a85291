"""Take maps out of the rows so that their bytes can be deleted, whatever happens in between.

A map that goes first becomes one that cannot be found and is noted as condemned, in one transaction; then its
bytes are deleted, then the note. So nothing that can be found lacks its bytes, and bytes that a crash
left behind are found again.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from sqlalchemy import ColumnElement, RowMapping, Select, Table, and_, delete, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.eviction import KeptMap
from services.models import MapState, Repository, SnapshotKey, Status
from services.store.database import Clock, Database, insert_unless_present
from services.store.ledger import LIVE_STATES, hold, live_jobs, save
from services.store.tables import condemned_maps, jobs, repositories, snapshot_refs, snapshots

MOST_AT_ONCE = 500
"""Maps that are looked at for one round of an eviction; a repository's are together in the order."""


class MapEvictions:
    """The rows of maps, for whoever makes room among them."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def map_bytes(self) -> int:
        """Give what all maps take; one statement."""
        query = select(func.coalesce(func.sum(snapshots.c.size_bytes), 0))
        async with self._database.read() as connection:
            return int((await connection.execute(query)).scalar_one())

    async def superseded(self) -> list[KeptMap]:
        """Give the oldest maps that no ref leads to, at most 500."""
        query = _KEPT.where(~_led_to(), ~_is_busy()).order_by(snapshots.c.built_at)
        return await self._kept(query, superseded=True)

    async def least_read(self) -> list[KeptMap]:
        """Give maps of the repositories that were read least recently and are not pinned, at most 500."""
        order = (repositories.c.last_accessed_at, repositories.c.id)
        query = _KEPT.where(~repositories.c.pinned, ~_is_busy()).order_by(*order)
        return await self._kept(query, superseded=False)

    async def condemn(self, keys: Sequence[SnapshotKey]) -> list[Repository]:
        """Take maps of one repository out of the rows, unless a job works on it; gives it when that changes it.

        A ref that led to one of them leads nowhere. A repository without any map is as if it had never been mapped.
        """
        now = self._clock()
        repository_id = keys[0].repository_id
        async with self._database.begin() as connection:
            repository = await hold(connection, repository_id)
            if repository is None or await live_jobs(connection, repository_id):
                return []
            for key in keys:
                await connection.execute(delete(snapshot_refs).where(_is(snapshot_refs, key)))
                done = await connection.execute(delete(snapshots).where(_is(snapshots, key)))
                if done.rowcount:
                    await insert_unless_present(connection, condemned_maps, _values(key))
            after = await _remaining(connection, repository, keys)
            return [] if after is repository else [await save(connection, after, now=now)]

    async def condemned(self) -> list[SnapshotKey]:
        """Give the maps whose bytes are to be deleted; not those that were made again, or may just be."""
        same = [condemned_maps.c[name] == snapshots.c[name] for name in _KEY]
        query = select(condemned_maps).where(
            ~exists().where(and_(*same)),
            ~exists().where(jobs.c.repository_id == condemned_maps.c.repository_id, jobs.c.state.in_(LIVE_STATES)),
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return [SnapshotKey(row.repository_id, row.commit_id, row.engine_version) for row in rows]

    async def forget(self, keys: Collection[SnapshotKey]) -> None:
        """Note that the bytes of these are deleted; and forget which maps were condemned and made again."""
        same = [condemned_maps.c[name] == snapshots.c[name] for name in _KEY]
        async with self._database.begin() as connection:
            for key in keys:
                await connection.execute(delete(condemned_maps).where(_is(condemned_maps, key)))
            await connection.execute(delete(condemned_maps).where(exists().where(and_(*same))))

    async def _kept(self, query: Select[tuple[object, ...]], *, superseded: bool) -> list[KeptMap]:
        def kept(row: RowMapping) -> KeptMap:
            key = SnapshotKey(row["repository_id"], row["commit_id"], row["engine_version"])
            used = row["last_accessed_at"]
            return KeptMap(key, row["size_bytes"], row["built_at"], used, superseded, pinned=row["pinned"])

        async with self._database.read() as connection:
            return await self._database.rows(query.limit(MOST_AT_ONCE), kept, connection)


_KEY = ("repository_id", "commit_id", "engine_version")
_KEPT = select(snapshots, repositories.c.last_accessed_at, repositories.c.pinned).join(
    repositories, repositories.c.id == snapshots.c.repository_id
)


def of_one_repository(maps: Sequence[KeptMap]) -> Iterator[list[KeptMap]]:
    """Give them in the same order, those of one repository that follow each other together."""
    rest = iter(maps)
    group = list(islice(rest, 1))
    for kept in rest:
        if kept.key.repository_id != group[0].key.repository_id:
            yield group
            group = []
        group.append(kept)
    if group:
        yield group


async def _remaining(connection: AsyncConnection, repository: Repository, keys: Sequence[SnapshotKey]) -> Repository:
    """Give the repository as it is without these maps."""
    left = select(snapshots.c.commit_id).where(snapshots.c.repository_id == repository.id)
    commits = set((await connection.execute(left)).scalars())
    if not commits:
        return replace(repository, served_commit=None, map=Status(MapState.NOT_STARTED))
    if repository.served_commit in {key.commit for key in keys} - commits:
        return replace(repository, served_commit=None)
    return repository


def _led_to() -> ColumnElement[bool]:
    return exists().where(and_(*(snapshot_refs.c[name] == snapshots.c[name] for name in _KEY)))


def _is_busy() -> ColumnElement[bool]:
    return exists().where(jobs.c.repository_id == snapshots.c.repository_id, jobs.c.state.in_(LIVE_STATES))


def _is(table: Table, key: SnapshotKey) -> ColumnElement[bool]:
    return and_(*(table.c[name] == value for name, value in _values(key).items()))


def _values(key: SnapshotKey) -> dict[str, str]:
    return dict(zip(_KEY, (key.repository_id, key.commit, key.engine_version), strict=True))
