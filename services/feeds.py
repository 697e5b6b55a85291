"""The feeds of rows: how each reads its rows, and which hints it is woken by."""

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from services.cursor import JobCursor, RepositoryCursor
from services.errors import NotFoundError
from services.events import EventKind, Hint, JobEvent, RepositoryEvent
from services.feed import Feed
from services.fleet import Fleet
from services.hub import LiveHub
from services.mailbox import Mailbox, Slot
from services.models import MapSighting, Sighting
from services.reads import JobReads, MapReads, RepositoryReads, SharedReads
from services.topics import FleetTopic, JobTopic, RepositoryTopic

FLEET_SNAPSHOTS = 500


@dataclass(frozen=True, slots=True)
class Sources:
    """What feeds read. Sightings are shared by the feeds of those who may see different things."""

    hub: LiveHub
    repositories: RepositoryReads
    jobs: JobReads
    maps: MapReads
    sightings: SharedReads[str, Sighting | None]
    map_sightings: SharedReads[tuple[str, str | None], MapSighting | None]
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

    async def _look(self, slots: Collection[Slot]) -> AsyncIterator[JobEvent]:
        for slot in slots:
            if slot.lost or self._cursor.needs_row(slot.hint):
                event = await self._read(slot.hint, _kind(slot))
            else:
                event = self._cursor.overlay(slot.hint, self._sources.clock())
            if event is not None:
                yield event

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
        async for event in self._look((slot,)):
            yield event

    async def _look(self, slots: Collection[Slot]) -> AsyncIterator[RepositoryEvent]:
        repository_id = self._topic.repository_id
        for slot in slots:
            needed = needs_row(self._cursor, slot)
            sighting = await self._sources.sightings.get(repository_id) if needed else None
            event = seen(self._cursor, slot, sighting, self._sources.clock())
            if event is not None and not self._topic.grants.show(event.repository):
                raise NotFoundError(self.missing)
            if event is not None:
                yield event


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
        slots = (*(await self._page() if joining else ()), *await self._moved())
        async for event in self._look(slots):
            yield event

    async def _page(self) -> tuple[Slot, ...]:
        """Look at the rows with which a follower begins; one SELECT."""
        match = self._fleet.match
        page = await self._sources.repositories.page(
            offset=0,
            limit=FLEET_SNAPSHOTS,
            states=match.states,
            name_contains=match.name_contains,
            grants=match.grants,
        )
        self._first = [repository.id for repository in page.items]
        return tuple(Slot(Hint(repository.id, repository.revision)) for repository in page.items)

    async def _moved(self) -> tuple[Slot, ...]:
        """Look for shown repositories that moved or went without a hint; one SELECT."""
        cursors = self._fleet.cursors
        revisions = await self._sources.repositories.revisions(tuple(cursors))
        return tuple(
            Slot(Hint(repository_id, cursor.revision), lost=True)
            for repository_id, cursor in tuple(cursors.items())
            if revisions.get(repository_id) != cursor.revision
        )

    async def _look(self, slots: Collection[Slot]) -> AsyncIterator[RepositoryEvent]:
        for begin in range(0, len(slots), FLEET_SNAPSHOTS):
            async for event in self._look_together(tuple(slots)[begin : begin + FLEET_SNAPSHOTS]):
                yield event

    async def _look_together(self, slots: Sequence[Slot]) -> AsyncIterator[RepositoryEvent]:
        """Read all that hints are about at once: a fleet has hundreds of them in a moment."""
        fleet = self._fleet
        needed = {slot.hint.repository_id for slot in slots if self._needs_row(slot)}
        sights = await self._sources.repositories.sights(needed) if needed else {}
        for slot in slots:
            sighting, cursor = sights.get(slot.hint.repository_id), fleet.cursors.get(slot.hint.repository_id)
            if cursor is not None:
                event = seen(cursor, slot, sighting, self._sources.clock())
                fleet.settle(event)
            else:
                event = fleet.meet(sighting, _kind(slot), self._sources.clock()) if sighting else None
            if event is not None and fleet.match.grants.show(event.repository):
                yield event

    def _needs_row(self, slot: Slot) -> bool:
        cursor = self._fleet.cursors.get(slot.hint.repository_id)
        if cursor is not None:
            return needs_row(cursor, slot)
        return slot.lost or slot.hint.repository_revision > self._fleet.others.get(slot.hint.repository_id, -1)


def needs_row(cursor: RepositoryCursor, slot: Slot) -> bool:
    """Whether a hint can only be answered by reading."""
    return slot.lost or cursor.needs_row(slot.hint)


def seen(cursor: RepositoryCursor, slot: Slot, sighting: Sighting | None, now: datetime) -> RepositoryEvent | None:
    """Give what a hint and the row, if it needed one, lead to, if that is newer than what its cursor has seen."""
    if not needs_row(cursor, slot):
        return cursor.overlay(slot.hint, now)
    if sighting is None:
        return cursor.vanished(now)
    return cursor.row(sighting, slot.hint, kind=_kind(slot), now=now)


def _kind(slot: Slot) -> EventKind:
    return EventKind.RESYNC if slot.lost else EventKind.CHANGE
