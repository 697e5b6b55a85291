"""Follow a repository, a job or the whole fleet without losing an update or showing one twice.

Attach a mailbox, THEN read the rows, then emit only what is newer. A hint is never believed, only
followed by a read; counters alone are taken from it. Whatever was lost is found by reading again
after a silence (20 s) or when the hub says so.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection
from datetime import datetime

from services.cursor import JobCursor, RepositoryCursor, Sighting
from services.errors import InvalidArgumentError, NotFoundError
from services.events import EventKind, Hint, JobEvent, RepositoryEvent
from services.fleet import Fleet, Match
from services.hub import LiveHub
from services.mailbox import Pace, Slot
from services.models import CloneState, Job
from services.reads import JobReads, RepositoryReads, SharedReads
from services.viewers import LOCAL, Viewer

REREAD_SECONDS = 20.0
SLOWEST_HZ = 0.1
FLEET_SNAPSHOTS = 500


class Follower:
    """Turns hints into events. Every generator detaches its mailbox when it is closed or cancelled."""

    def __init__(
        self,
        repositories: RepositoryReads,
        jobs: JobReads,
        hub: LiveHub,
        clock: Callable[[], datetime],
        *,
        reread_seconds: float = REREAD_SECONDS,
    ) -> None:
        self._repositories = repositories
        self._jobs = jobs
        self._hub = hub
        self._clock = clock
        self._reread_seconds = reread_seconds
        self._sightings = SharedReads(self._sight)
        self._rows = SharedReads(jobs.get)

    async def follow_repository(
        self,
        repository_id: str,
        *,
        after_revision: int | None = None,
        max_rate_hz: float = 10.0,
        follow: bool = True,
        viewer: Viewer = LOCAL,
    ) -> AsyncGenerator[RepositoryEvent]:
        """Give the state now, unless it is `after_revision`, then each newer one, at most `max_rate_hz`.

        Ends with DELETED, when the hub closes, or, without `follow`, when every job that was live
        at the start has ended. NotFoundError, InvalidArgumentError.
        """
        _check_rate(max_rate_hz)
        with self._hub.attach(repository_ids={repository_id}) as mailbox:
            sighting = await self._sightings.get(repository_id)
            if sighting is None or not viewer.sees(sighting.repository):
                raise NotFoundError("There is no such repository (any more).")
            cursor, pace = RepositoryCursor(after_revision=after_revision), Pace(mailbox, max_rate_hz)
            event = cursor.first(sighting, self._clock())
            while not mailbox.closed:
                if event is not None:
                    if not viewer.sees(event.repository):
                        raise NotFoundError("There is no such repository (any more).")
                    pace.emitted()
                    yield event
                    if event.kind is EventKind.DELETED:
                        return
                if cursor.idle and not follow:
                    return
                slots = await pace.slots(timeout_seconds=self._reread_seconds)
                event = None if mailbox.closed else await self._repository_event(repository_id, cursor, slots)

    async def follow_repositories(
        self,
        *,
        states: Collection[CloneState] = (),
        name_contains: str | None = None,
        max_rate_hz: float = 4.0,
        viewer: Viewer = LOCAL,
    ) -> AsyncGenerator[RepositoryEvent]:
        """Give a SNAPSHOT of each match that the viewer sees (at most 500), then every change of one.

        Each repository is shown at most `max_rate_hz` times a second. One that no longer matches is
        shown once more, as it is then; a removed one with DELETED. Ends when the hub closes.
        """
        _check_rate(max_rate_hz)
        fleet = Fleet(Match(frozenset(states), name_contains, viewer))
        with self._hub.attach() as mailbox:
            pace = Pace(mailbox, max_rate_hz)
            async for event in self._fleet_snapshots(fleet):
                pace.emitted()
                yield event
            while not mailbox.closed:
                slots = await pace.slots(timeout_seconds=self._reread_seconds)
                if not slots and not mailbox.closed:
                    slots = await self._moved(fleet)
                for slot in slots:
                    change = None if mailbox.closed else await self._fleet_event(fleet, slot)
                    if change is not None:
                        pace.emitted()
                        yield change

    async def follow_job(
        self, job_id: str, *, after_revision: int | None = None, max_rate_hz: float = 10.0
    ) -> AsyncGenerator[JobEvent]:
        """Give the job now, unless it is `after_revision`, then each newer state, at most `max_rate_hz`.

        Ends after exactly one terminal event, which also a job that has already ended gives, or when
        the hub closes. NotFoundError, InvalidArgumentError.
        """
        _check_rate(max_rate_hz)
        known = await self._known_job(job_id)
        with self._hub.attach(repository_ids={known.repository_id}, job_ids={job_id}) as mailbox:
            cursor, pace = JobCursor(after_revision=after_revision), Pace(mailbox, max_rate_hz)
            event = cursor.first(await self._known_job(job_id), self._clock())
            while not mailbox.closed:
                if event is not None:
                    pace.emitted()
                    yield event
                if cursor.ended:
                    return
                slots = await pace.slots(timeout_seconds=self._reread_seconds)
                event = None if mailbox.closed else await self._job_event(job_id, cursor, slots)

    async def _known_job(self, job_id: str) -> Job:
        job = await self._rows.get(job_id)
        if job is None:
            raise NotFoundError("There is no such job (any more).")
        return job

    async def _job_event(self, job_id: str, cursor: JobCursor, slots: tuple[Slot, ...]) -> JobEvent | None:
        slot = slots[0] if slots else None
        if slot is not None and not slot.lost and not cursor.needs_row(slot.hint):
            return cursor.overlay(slot.hint, self._clock())
        job = await self._rows.get(job_id)
        if job is None:
            return cursor.vanished(self._clock())
        return cursor.row(job, slot.hint if slot else None, kind=_kind(slot), now=self._clock())

    async def _repository_event(
        self, repository_id: str, cursor: RepositoryCursor, slots: tuple[Slot, ...]
    ) -> RepositoryEvent | None:
        slot = slots[0] if slots else None
        if slot is not None and not slot.lost and not cursor.needs_row(slot.hint):
            return cursor.overlay(slot.hint, self._clock())
        sighting = await self._sightings.get(repository_id)
        if sighting is None:
            return cursor.vanished(self._clock())
        return cursor.row(sighting, slot.hint if slot else None, kind=_kind(slot), now=self._clock())

    async def _sight(self, repository_id: str) -> Sighting | None:
        """Read a repository and its live jobs at one revision of both: read around until it stood still.

        Otherwise the end of a job between the two reads would be shown with its last counters, and
        no later event would take them away.
        """
        repository = await self._repositories.get(repository_id)
        while repository is not None:
            live = await self._jobs.live_for(repository_id)
            again = await self._repositories.get(repository_id)
            if again is not None and again.revision == repository.revision:
                return Sighting(again, tuple(live))
            repository = again
        return None

    async def _fleet_snapshots(self, fleet: Fleet) -> AsyncIterator[RepositoryEvent]:
        match = fleet.match
        page = await self._repositories.page(
            offset=0,
            limit=FLEET_SNAPSHOTS,
            states=match.states,
            name_contains=match.name_contains,
            grants=match.viewer.grants,
        )
        for repository in page.items:
            at_work = repository.clone.state.at_work or repository.map.state.at_work
            sighting = await self._sightings.get(repository.id) if at_work else Sighting(repository)
            event = fleet.enter(sighting, self._clock()) if sighting is not None else None
            if event is not None:
                yield event

    async def _moved(self, fleet: Fleet) -> tuple[Slot, ...]:
        """Look for shown repositories that moved or went without a hint; one SELECT."""
        revisions = await self._repositories.revisions(tuple(fleet.cursors))
        return tuple(
            Slot(Hint(repository_id, cursor.revision), lost=True)
            for repository_id, cursor in fleet.cursors.items()
            if revisions.get(repository_id) != cursor.revision
        )

    async def _fleet_event(self, fleet: Fleet, slot: Slot) -> RepositoryEvent | None:
        repository_id = slot.hint.repository_id
        cursor = fleet.cursors.get(repository_id)
        if cursor is not None:
            event = await self._repository_event(repository_id, cursor, (slot,))
            fleet.settle(event)
            return event if event is None or fleet.match.viewer.sees(event.repository) else None
        if not slot.lost and slot.hint.repository_revision <= fleet.others.get(repository_id, -1):
            return None
        sighting = await self._sightings.get(repository_id)
        return None if sighting is None else fleet.meet(sighting, _kind(slot), self._clock())


def _kind(slot: Slot | None) -> EventKind:
    return EventKind.RESYNC if slot is None or slot.lost else EventKind.CHANGE


def _check_rate(max_rate_hz: float) -> None:
    if not max_rate_hz >= SLOWEST_HZ:
        raise InvalidArgumentError(f"maxRateHz must be at least {SLOWEST_HZ}, not {max_rate_hz}.")
