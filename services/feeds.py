"""The three kinds of feeds: how each reads its rows, and which hints it is woken by."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from services.cursor import JobCursor, RepositoryCursor, Sighting
from services.errors import NotFoundError
from services.events import EventKind, Hint, JobEvent, RepositoryEvent
from services.feed import Feed
from services.fleet import Fleet
from services.hub import LiveHub
from services.mailbox import Mailbox, Slot
from services.models import Repository
from services.reads import JobReads, RepositoryReads, SharedReads
from services.topics import FleetTopic, JobTopic, RepositoryTopic

FLEET_SNAPSHOTS = 500


@dataclass(frozen=True, slots=True)
class Sources:
    """What feeds read. Sightings are shared by the feeds of those who may see different things."""

    hub: LiveHub
    repositories: RepositoryReads
    jobs: JobReads
    sightings: SharedReads[Sighting | None]
    clock: Callable[[], datetime]
    reread_seconds: float


class JobFeed(Feed[JobEvent]):
    """One job to its end."""

    missing = "There is no such job (any more)."

    def __init__(self, sources: Sources, topic: JobTopic, *, on_end: Callable[[], None]) -> None:
        self._sources = sources
        self._topic = topic
        self._cursor = JobCursor()
        super().__init__(sources.hub, reread_seconds=sources.reread_seconds, on_end=on_end)

    def _attach(self, hub: LiveHub) -> AbstractContextManager[Mailbox]:
        return hub.attach(repository_ids={self._topic.repository_id}, job_ids={self._topic.job_id})

    async def _reread(self, *, joining: bool) -> AsyncIterator[JobEvent]:
        event = await self._read(None, EventKind.CHANGE if joining else EventKind.RESYNC)
        if event is not None:
            yield event

    async def _look(self, slot: Slot) -> JobEvent | None:
        if not slot.lost and not self._cursor.needs_row(slot.hint):
            return self._cursor.overlay(slot.hint, self._sources.clock())
        return await self._read(slot.hint, _kind(slot))

    async def _read(self, hint: Hint | None, kind: EventKind) -> JobEvent | None:
        job = await self._sources.jobs.get(self._topic.job_id)
        now = self._sources.clock()
        return self._cursor.vanished(now) if job is None else self._cursor.row(job, hint, kind=kind, now=now)


class RepositoryFeed(Feed[RepositoryEvent]):
    """One repository until it is removed, or hidden from those who follow it."""

    missing = "There is no such repository (any more)."

    def __init__(self, sources: Sources, topic: RepositoryTopic, *, on_end: Callable[[], None]) -> None:
        self._sources = sources
        self._topic = topic
        self._cursor = RepositoryCursor()
        super().__init__(sources.hub, reread_seconds=sources.reread_seconds, on_end=on_end)

    def _attach(self, hub: LiveHub) -> AbstractContextManager[Mailbox]:
        return hub.attach(repository_ids={self._topic.repository_id})

    async def _reread(self, *, joining: bool) -> AsyncIterator[RepositoryEvent]:
        slot = Slot(Hint(self._topic.repository_id, 0, deleted=True), lost=not joining)
        event = await self._look(slot)
        if event is not None:
            yield event

    async def _look(self, slot: Slot) -> RepositoryEvent | None:
        event = await look(self._sources, self._topic.repository_id, self._cursor, slot)
        if event is not None and not self._topic.grants.show(event.repository):
            raise NotFoundError(self.missing)
        return event


class FleetFeed(Feed[RepositoryEvent]):
    """Every match, as repositories begin and stop to match."""

    def __init__(self, sources: Sources, topic: FleetTopic, *, on_end: Callable[[], None]) -> None:
        self._sources = sources
        self._fleet = Fleet(topic.match)
        self._first: list[str] = []
        super().__init__(sources.hub, reread_seconds=sources.reread_seconds, on_end=on_end)

    def _attach(self, hub: LiveHub) -> AbstractContextManager[Mailbox]:
        return hub.attach()

    def _start(self) -> list[RepositoryEvent]:
        return [self.latest[repository_id] for repository_id in self._first if repository_id in self.latest]

    def _publish(self, event: RepositoryEvent) -> None:
        super()._publish(event)
        self._concluded = False
        if event.repository.id not in self._fleet.cursors:
            del self.latest[event.repository.id]

    async def _reread(self, *, joining: bool) -> AsyncIterator[RepositoryEvent]:
        if joining:
            for repository in await self._page():
                event = await self._seen(repository)
                if event is not None:
                    yield event
        for slot in await self._moved():
            event = await self._look(slot)
            if event is not None:
                yield event

    async def _page(self) -> tuple[Repository, ...]:
        """Read the rows with which a follower begins; one SELECT."""
        match = self._fleet.match
        page = await self._sources.repositories.page(
            offset=0,
            limit=FLEET_SNAPSHOTS,
            states=match.states,
            name_contains=match.name_contains,
            grants=match.grants,
        )
        self._first = [repository.id for repository in page.items]
        return page.items

    async def _seen(self, repository: Repository) -> RepositoryEvent | None:
        """Take a row of the page: one at work has counters, which are read with it."""
        at_work = repository.clone.state.at_work or repository.map.state.at_work
        hint = Hint(repository.id, repository.revision)
        if at_work or repository.id in self._fleet.cursors:
            return await self._look(Slot(hint))
        return self._fleet.meet(Sighting(repository), EventKind.CHANGE, self._sources.clock())

    async def _moved(self) -> tuple[Slot, ...]:
        """Look for shown repositories that moved or went without a hint; one SELECT."""
        cursors = self._fleet.cursors
        revisions = await self._sources.repositories.revisions(tuple(cursors))
        return tuple(
            Slot(Hint(repository_id, cursor.revision), lost=True)
            for repository_id, cursor in tuple(cursors.items())
            if revisions.get(repository_id) != cursor.revision
        )

    async def _look(self, slot: Slot) -> RepositoryEvent | None:
        repository_id, fleet = slot.hint.repository_id, self._fleet
        cursor = fleet.cursors.get(repository_id)
        if cursor is not None:
            event = await look(self._sources, repository_id, cursor, slot)
            fleet.settle(event)
            return event if event is None or fleet.match.grants.show(event.repository) else None
        if not slot.lost and slot.hint.repository_revision <= fleet.others.get(repository_id, -1):
            return None
        sighting = await self._sources.sightings.get(repository_id)
        return None if sighting is None else fleet.meet(sighting, _kind(slot), self._sources.clock())


async def look(sources: Sources, repository_id: str, cursor: RepositoryCursor, slot: Slot) -> RepositoryEvent | None:
    """Give what a hint about a repository leads to, if that is newer than what its cursor has seen."""
    if not slot.lost and not cursor.needs_row(slot.hint):
        return cursor.overlay(slot.hint, sources.clock())
    sighting = await sources.sightings.get(repository_id)
    if sighting is None:
        return cursor.vanished(sources.clock())
    return cursor.row(sighting, slot.hint, kind=_kind(slot), now=sources.clock())


def _kind(slot: Slot) -> EventKind:
    return EventKind.RESYNC if slot.lost else EventKind.CHANGE
