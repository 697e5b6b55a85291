"""The repositories' rows. Whatever changes one in a way a client can see raises its revision."""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta
from operator import itemgetter

from sqlalchemy import ColumnElement, Select, UnaryExpression, delete, func, not_, select, update

from services.errors import NotFoundError
from services.models import CloneState, Job, Page, Repository, RepositoryChanges, RepositoryOrder, Sighting
from services.revisions import PART_LETTERS
from services.store.database import Clock, Database
from services.store.ledger import hold, live_jobs_of, save
from services.store.refreshes import follow_upstream
from services.store.removal import end_jobs, forget
from services.store.rows import repository_of
from services.store.sight import ALL, repositories_seen_with
from services.store.tables import jobs, repositories
from services.viewers import Grants

TOUCH_SECONDS = 60
MOST_IDS = 500
"""More ids than this are read as the whole table and filtered: SQL statements have bounded parameters."""


class RepositoryStore:
    """Read repositories, and write the few facts about them that no job brings."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def get(self, repository_id: str) -> Repository | None:
        """Give the repository with this id."""
        return await self._one(select(repositories).where(repositories.c.id == repository_id))

    async def by_name(self, name: str) -> Repository | None:
        """Give the repository with this name, `host/owner/name`."""
        return await self._one(select(repositories).where(repositories.c.name == name))

    async def get_many(self, ids: Collection[str]) -> dict[str, Repository]:
        """Give those of these repositories that exist, by id, in one statement."""
        query = select(repositories)
        if len(ids) <= MOST_IDS:
            query = query.where(repositories.c.id.in_(ids))
        async with self._database.read() as connection:
            found = await self._database.rows(query, repository_of, connection)
        wanted = set(ids)
        return {repository.id: repository for repository in found if repository.id in wanted}

    async def page(
        self,
        *,
        offset: int = 0,
        limit: int = 50,
        states: Collection[CloneState] = (),
        name_contains: str | None = None,
        order: RepositoryOrder = RepositoryOrder.UPDATED_AT,
        grants: Grants = ALL,
    ) -> Page[Repository]:
        """Give a page; `states` are of the clone, none means all; names match in any case.

        Of private repositories only what is granted, in the page and in its total.
        """
        matches: list[ColumnElement[bool]] = [*repositories_seen_with(grants)]
        if states:
            matches.append(repositories.c.clone_state.in_([state.value for state in states]))
        if name_contains:
            matches.append(func.lower(repositories.c.name).contains(name_contains.lower(), autoescape=True))
        query = select(repositories).where(*matches).order_by(*_ORDERS[order]).offset(offset).limit(limit)
        count = select(func.count()).select_from(repositories).where(*matches)
        async with self._database.read() as connection:
            found = await self._database.rows(query, repository_of, connection)
            total = (await connection.execute(count)).scalar_one()
        return Page(tuple(found), offset, total)

    async def sights(self, ids: Collection[str]) -> dict[str, Sighting]:
        """Give those that are still there with their live jobs, all as of one moment; two statements for up to 500."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(repositories).where(repositories.c.id.in_(ids)))
            found = {row["id"]: repository_of(row) for row in rows.mappings()}
            live: defaultdict[str, list[Job]] = defaultdict(list)
            for job in await live_jobs_of(connection, ids):
                live[job.repository_id].append(job)
        return {repository_id: Sighting(row, tuple(live[repository_id])) for repository_id, row in found.items()}

    async def revisions(self, ids: Collection[str] | None = None) -> dict[str, int]:
        """Give the revision of each of these repositories that exists, None for all; one statement."""
        query = select(repositories.c.id, repositories.c.revision)
        if ids is not None and len(ids) <= MOST_IDS:
            query = query.where(repositories.c.id.in_(ids))
        async with self._database.read() as connection:
            rows = await self._database.rows(query, itemgetter("id", "revision"), connection)
        wanted = None if ids is None else set(ids)
        return {row_id: revision for row_id, revision in rows if wanted is None or row_id in wanted}

    async def revision_sums(self) -> dict[str, tuple[int, int]]:
        """Give how many repositories there are of each part, and the sum of their revisions; one statement."""
        part = func.substr(repositories.c.id, 1, PART_LETTERS)
        query = select(part, func.count(), func.sum(repositories.c.revision)).group_by(part)
        async with self._database.read() as connection:
            return {name: (count, int(total)) for name, count, total in await connection.execute(query)}

    async def revisions_in(self, parts: Collection[str]) -> dict[str, int]:
        """Give the revision of each repository of these parts; one statement."""
        part = func.substr(repositories.c.id, 1, PART_LETTERS)
        query = select(repositories.c.id, repositories.c.revision).where(part.in_(parts))
        async with self._database.read() as connection:
            return dict(await self._database.rows(query, itemgetter("id", "revision"), connection))

    async def touch(self, repository_id: str) -> None:
        """Note that it was used, at most once a minute: reads must stay reads. No revision."""
        now = self._clock()
        stale = (repositories.c.id == repository_id) & (
            repositories.c.last_accessed_at <= now - timedelta(seconds=TOUCH_SECONDS)
        )
        async with self._database.read() as connection:
            if (await connection.execute(select(repositories.c.id).where(stale))).first() is None:
                return
        async with self._database.begin() as connection:
            await connection.execute(update(repositories).where(stale).values(last_accessed_at=now))

    async def set_remote_head(self, repository_id: str, remote_head: str | None, checked_at: datetime) -> Repository:
        """Note where the remote's default branch was at that time. NotFoundError."""
        async with self._database.begin() as connection:
            repository = await hold(connection, repository_id)
            if repository is None:
                raise NotFoundError("There is no such repository (any more).")
            after = replace(repository, remote_head=remote_head, checked_at=checked_at)
            return await save(connection, after, now=self._clock())

    async def change(self, repository_id: str, changes: RepositoryChanges) -> Repository:
        """Write what somebody changes; nothing, and no revision, when it is so already. NotFoundError."""
        now = self._clock()
        async with self._database.begin(durable=True, client=True) as connection:
            repository = await hold(connection, repository_id)
            if repository is None:
                raise NotFoundError("There is no such repository (any more).")
            after = replace(repository, pinned=repository.pinned if changes.pinned is None else changes.pinned)
            if changes.refresh_minutes is not None:
                after = follow_upstream(after, changes.refresh_minutes, now=now)
            return repository if after == repository else await save(connection, after, now=now)

    async def hide(self, is_private: Callable[[str], bool]) -> int:
        """Make private, with their jobs, the repositories whose names are so now; gives how many.

        None is ever made public: what was read with credentials stays with those who were given it.
        """
        async with self._database.begin(durable=True) as connection:
            known = select(repositories.c.id, repositories.c.name).where(not_(repositories.c.private))
            query = known.order_by(repositories.c.id)  # the order in which they are held, by whoever holds several
            hidden = [row.id for row in await connection.execute(query) if is_private(row.name)]
            for repository_id in hidden:
                repository = await hold(connection, repository_id)
                if repository is not None:
                    await save(connection, replace(repository, private=True), now=self._clock())
                of_it = jobs.c.repository_id == repository_id
                await connection.execute(update(jobs).where(of_it).values(private=True))
        return len(hidden)

    async def delete(self, repository_id: str) -> None:
        """Forget it and its snapshots at once; its jobs end and stay as history. For none: does nothing."""
        async with self._database.begin(durable=True) as connection:
            await hold(connection, repository_id)
            await forget(connection, repository_id)
            await end_jobs(connection, repository_id, before=None, now=self._clock())
            await connection.execute(delete(repositories).where(repositories.c.id == repository_id))

    async def _one(self, query: Select[tuple[object, ...]]) -> Repository | None:
        async with self._database.read() as connection:
            row = (await connection.execute(query)).mappings().first()
        return repository_of(row) if row else None


_ORDERS: dict[RepositoryOrder, tuple[UnaryExpression[object], ...]] = {
    RepositoryOrder.UPDATED_AT: (repositories.c.updated_at.desc(), repositories.c.id.asc()),
    RepositoryOrder.CREATED_AT: (repositories.c.created_at.desc(), repositories.c.id.asc()),
    RepositoryOrder.LAST_ACCESSED_AT: (repositories.c.last_accessed_at.desc(), repositories.c.id.asc()),
    RepositoryOrder.NAME: (repositories.c.name.asc(), repositories.c.id.asc()),
}
