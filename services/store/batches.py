"""What many repositories have, in one statement for all of them: a page of 100 is no reason for 100 statements.

Each gives the same as the store of its rows gives for one repository, and sees what is granted.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from operator import itemgetter
from typing import TypeVar

from sqlalchemy import ColumnElement, FromClause, RowMapping, Select, Subquery, and_, case, func, or_, select, update

from services.models import Job, JobKind, Page, SnapshotRecord
from services.store.database import Database
from services.store.lanes import IN_ORDER, is_due, is_waiting
from services.store.ledger import is_live
from services.store.repositories import TOUCH_SECONDS
from services.store.rows import job_of, snapshot_of
from services.store.sight import jobs_seen_with, repositories_seen_with
from services.store.tables import jobs, repositories, snapshot_refs, snapshots
from services.viewers import Grants

RowT = TypeVar("RowT")
ItemT = TypeVar("ItemT", Job, SnapshotRecord)

_KEY = ("repository_id", "commit_id", "engine_version")


class BatchStore:
    """Read for at most 500 repositories or jobs at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def jobs_of(self, ids: Collection[str], *, offset: int, limit: int, grants: Grants) -> dict[str, Page[Job]]:
        """Give the same page of each repository's jobs, newest first."""
        matches = [jobs.c.repository_id.in_(ids), *jobs_seen_with(grants)]
        newest = (jobs.c.created_at.desc(), jobs.c.id.desc())
        places = _places(jobs, [jobs.c.id], newest, matches)
        query = select(jobs).join(places, places.c.id == jobs.c.id).where(*_between(places, offset, limit))
        found = await self._rows(query.order_by(places.c.place), job_of)
        totals = await self._totals(jobs, matches)
        return _pages(ids, [(job.repository_id, job) for job in found], totals, offset=offset)

    async def snapshots_of(
        self, ids: Collection[str], *, offset: int, limit: int, grants: Grants
    ) -> dict[str, Page[SnapshotRecord]]:
        """Give the same page of each repository's maps, newest first."""
        seen = select(repositories.c.id).where(repositories.c.id.in_(ids), *repositories_seen_with(grants))
        matches = [snapshots.c.repository_id.in_(seen)]
        newest = (snapshots.c.built_at.desc(), snapshots.c.commit_id.asc())
        places = _places(snapshots, [snapshots.c[name] for name in _KEY], newest, matches)
        same = [snapshots.c[name] == places.c[name] for name in _KEY]
        query = select(snapshots).join(places, and_(*same)).where(*_between(places, offset, limit))
        found = await self._rows(query.order_by(places.c.place), snapshot_of)
        totals = await self._totals(snapshots, matches)
        return _pages(ids, [(record.key.repository_id, record) for record in found], totals, offset=offset)

    async def newest_jobs(self, ids: Collection[str], ref: str | None, *, grants: Grants) -> dict[str, Job]:
        """Give each repository's job for a ref: a live one, else the one that was asked for last."""
        first = (case((is_live(), 0), else_=1), jobs.c.created_at.desc(), jobs.c.id.desc())
        matches = [jobs.c.repository_id.in_(ids), jobs.c.kind != JobKind.REMOVE.value, _is_of(jobs.c.ref_key, ref)]
        known = jobs.join(repositories, repositories.c.id == jobs.c.repository_id)
        seen = [*matches, *repositories_seen_with(grants)]
        places = _places(jobs, [jobs.c.id], first, seen, known=known)
        query = select(jobs).join(places, places.c.id == jobs.c.id).where(places.c.place == 1)
        return {job.repository_id: job for job in await self._rows(query, job_of)}

    async def latest_snapshots(
        self, ids: Collection[str], ref: str | None, *, grants: Grants
    ) -> dict[str, SnapshotRecord]:
        """Give the newest map of a ref, or of the default branch; without one of it, of the ref that was mapped last.

        A ref of which there is no map may be a commit.
        """
        of_it = _is_of(snapshot_refs.c.ref_key, ref)
        last = (case((of_it, 0), else_=1), snapshot_refs.c.updated_at.desc(), snapshot_refs.c.ref_key.asc())
        matches = [snapshot_refs.c.repository_id.in_(ids), *repositories_seen_with(grants)]
        known = snapshot_refs.join(repositories, repositories.c.id == snapshot_refs.c.repository_id)
        keys = [snapshot_refs.c[name] for name in (*_KEY, "ref_key")]
        places = _places(snapshot_refs, keys, last, [*matches, *([of_it] if ref else [])], known=known)
        same = [snapshots.c[name] == places.c[name] for name in _KEY]
        query = select(snapshots, places.c.ref_key).join(places, and_(*same)).where(places.c.place == 1)
        rows = await self._rows(query, lambda row: replace(snapshot_of(row), ref=row["ref_key"] or None))
        found = {record.key.repository_id: record for record in rows}
        missing = set(ids) - found.keys() if ref else set()
        return found | (await self.snapshots_at(missing, ref, grants=grants) if ref and missing else {})

    async def snapshots_at(self, ids: Collection[str], commit: str, *, grants: Grants) -> dict[str, SnapshotRecord]:
        """Give each repository's newest map of exactly this commit."""
        query = (
            select(snapshots)
            .join(repositories, repositories.c.id == snapshots.c.repository_id)
            .where(snapshots.c.repository_id.in_(ids), snapshots.c.commit_id == commit, *repositories_seen_with(grants))
            .order_by(snapshots.c.built_at.asc())
        )
        return {record.key.repository_id: record for record in await self._rows(query, snapshot_of)}

    async def queue_positions(self, ids: Collection[str], *, now: datetime) -> dict[str, int]:
        """Give how many jobs will be taken before each of these jobs; nothing for one that does not wait.

        What waits for the time of its next try comes after all that does not.
        """
        place = func.row_number().over(order_by=(case((is_due(now), 0), else_=1), *IN_ORDER)).label("place")
        waiting = select(jobs.c.id, place).where(is_waiting()).subquery()
        query = select(waiting).where(waiting.c.id.in_(ids))
        return dict(await self._rows(query, lambda row: (row["id"], row["place"] - 1)))

    async def touch(self, ids: Collection[str], *, now: datetime) -> None:
        """Note that they were used, each at most once a minute. No revision."""
        stale = repositories.c.id.in_(ids) & (repositories.c.last_accessed_at <= now - timedelta(seconds=TOUCH_SECONDS))
        if await self._rows(select(repositories.c.id).where(stale).limit(1), itemgetter("id")):
            # Whoever else has one of them notes more than this: waiting for several rows could be waiting crosswise.
            free = select(repositories.c.id).where(stale).with_for_update(skip_locked=True)
            async with self._database.begin() as connection:
                mine = (await connection.execute(free)).scalars().all()
                await connection.execute(
                    update(repositories).where(repositories.c.id.in_(mine)).values(last_accessed_at=now)
                )

    async def _rows(self, query: Select[tuple[object, ...]], make: Callable[[RowMapping], RowT]) -> list[RowT]:
        async with self._database.read() as connection:
            return await self._database.rows(query, make, connection)

    async def _totals(self, table: FromClause, matches: Sequence[ColumnElement[bool]]) -> dict[str, int]:
        of_one = table.c.repository_id
        query = select(of_one, func.count().label("total")).where(*matches).group_by(of_one)
        return dict(await self._rows(query, itemgetter("repository_id", "total")))


def _places(
    table: FromClause,
    keys: Sequence[ColumnElement[object]],
    order: Sequence[ColumnElement[object]],
    matches: Sequence[ColumnElement[bool]],
    *,
    known: FromClause | None = None,
) -> Subquery:
    """Give each repository's matching rows their places in this order, from 1."""
    place = func.row_number().over(partition_by=table.c.repository_id, order_by=order).label("place")
    return select(*keys, place).select_from(table if known is None else known).where(*matches).subquery()


def _between(places: Subquery, offset: int, limit: int) -> tuple[ColumnElement[bool], ...]:
    return places.c.place > offset, places.c.place <= offset + limit


def _is_of(ref_key: ColumnElement[str], ref: str | None) -> ColumnElement[bool]:
    """Whether a row is of a ref; no ref and the default branch's name are one ref."""
    if ref is None:
        return or_(ref_key == "", ref_key == repositories.c.default_branch)
    return or_(ref_key == ref, and_(ref_key == "", repositories.c.default_branch == ref))


def _pages(
    ids: Collection[str], found: Sequence[tuple[str, ItemT]], totals: dict[str, int], *, offset: int
) -> dict[str, Page[ItemT]]:
    items: dict[str, list[ItemT]] = defaultdict(list)
    for repository_id, item in found:
        items[repository_id].append(item)
    return {one: Page(tuple(items[one]), offset, totals.get(one, 0)) for one in ids}
