"""A live map: the outline of a ref while it is made, when it is complete, and when upstream has moved.

It is woken like the feed of a repository, by its revision, which every draft raises as well. What is read is
rendered once for all who follow the same outline, and told only when a reader would see a difference.
"""

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AbstractContextManager
from dataclasses import replace

from services.errors import CancelledJobError, Failure, NotFoundError
from services.events import EventKind, Hint, MapEvent
from services.feed import Feed
from services.feeds import Sources
from services.hub import LiveHub
from services.mailbox import Mailbox, Slot
from services.models import Job, JobState, MapSighting, SnapshotRecord
from services.snapshots import OpenSnapshot
from services.topics import MapTopic


class MapFeed(Feed[MapEvent]):
    """The outline of one ref until its repository is removed, or hidden from those who follow it."""

    missing = "There is no such repository (any more)."

    def __init__(self, sources: Sources, topic: MapTopic, *, on_end: Callable[[], None]) -> None:
        self._sources = sources
        self._topic = topic
        self._revision = 0
        """The newest that was read, whether it showed anything new or not."""
        super().__init__(sources.hub, reread_seconds=sources.reread_seconds, on_end=on_end)

    def _attach(self, hub: LiveHub) -> AbstractContextManager[Mailbox]:
        return hub.attach(repository_ids={self._topic.repository_id})

    async def _reread(self, *, joining: bool) -> AsyncIterator[MapEvent]:
        event = await self._read(EventKind.CHANGE if joining else EventKind.RESYNC)
        if event is not None:
            yield event

    async def _look(self, slots: Collection[Slot]) -> AsyncIterator[MapEvent]:
        for slot in slots:
            if slot.lost or self._is_news(slot.hint):
                event = await self._read(EventKind.RESYNC if slot.lost else EventKind.CHANGE)
                if event is not None:
                    yield event

    def _is_news(self, hint: Hint) -> bool:
        return hint.deleted or hint.repository_revision > self._revision

    @property
    def _shown(self) -> MapEvent | None:
        return self.latest.get(self._topic.repository_id)

    async def _read(self, kind: EventKind) -> MapEvent | None:
        """Read everything, and give the event unless it would show nothing new."""
        topic = self._topic
        sighting = await self._sources.map_sightings.get((topic.repository_id, topic.ref))
        if sighting is None:
            return self._vanished()
        if not topic.grants.show(sighting.repository):
            raise NotFoundError(self.missing)
        if sighting.repository.revision <= self._revision:
            return None
        event = await self._event(sighting, kind)
        self._revision = event.revision
        if self._shown is None or event.said != self._shown.said:
            return event
        # Whoever joins now begins here, and what comes next follows on this.
        self.latest[topic.repository_id] = replace(self._shown, revision=event.revision)
        return None

    async def _event(self, sighting: MapSighting, kind: EventKind) -> MapEvent:
        event = MapEvent(kind, sighting.repository.revision, gap=False, repository_id=self._topic.repository_id)
        job = sighting.job
        complete = await self._complete(sighting.record)
        if complete is not None:
            return replace(await self._rendered(event, complete), complete=True, error=_failure(job))
        draft = await self._sources.maps.draft(job) if job is not None and job.state is JobState.RUNNING else None
        if draft is not None:
            return await self._rendered(event, draft)
        if job is not None and self._shown is not None and not self._shown.complete:
            event = replace(event, opened=self._shown.opened, outline=self._shown.outline)
        return replace(event, error=_failure(job) or _cancellation(job))

    async def _complete(self, record: SnapshotRecord | None) -> OpenSnapshot | None:
        """Open a map; the one that is shown is open, though a removal may have taken its bytes."""
        if record is None:
            return None
        shown = self._shown.opened if self._shown is not None else None
        if shown is not None and shown.record.key == record.key:
            return shown
        return await self._sources.maps.open(record)

    async def _rendered(self, event: MapEvent, opened: OpenSnapshot) -> MapEvent:
        """Write the outline, unless it is the one that was shown."""
        shown = self._shown
        if shown is not None and shown.opened is not None and shown.opened.map.digest == opened.map.digest:
            return replace(event, opened=opened, outline=shown.outline)
        outline = await self._sources.maps.render(opened.map, self._topic.request)
        return replace(event, opened=opened, outline=outline)

    def _vanished(self) -> MapEvent | None:
        if self._shown is None:
            return None
        return replace(self._shown, kind=EventKind.DELETED, revision=self._revision + 1, gap=False)


def _failure(job: Job | None) -> Failure | None:
    return job.error if job is not None and job.state is JobState.FAILED else None


def _cancellation(job: Job | None) -> Failure | None:
    return CancelledJobError().as_failure() if job is not None and job.state is JobState.CANCELLED else None
