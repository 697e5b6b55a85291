"""Take the job whose turn it is when a slot is free, and see each attempt through, also when the server stops.

A cancel that reaches a slot, from the queue or from the closing event loop, is turned into a request to stop in
exactly one place, so that no write is ever torn in the middle.
"""

import asyncio
from dataclasses import dataclass

import structlog

from services.errors import GraticuleError
from services.hub import LiveHub
from services.jobs.attempt import Attempt
from services.jobs.kinds import Kinds
from services.jobs.observer import Observer
from services.jobs.queue import JobQueue
from services.models import JobChange, JobState, Lane
from services.store.artifacts import ArtifactStore
from services.store.jobs import JobStore

STOP_SECONDS = 8.0
"""How long attempts may take to put their rows back at shutdown; what is left, the next start finds."""

logger = structlog.stdlib.get_logger()


@dataclass(frozen=True, slots=True)
class Lease:
    """Who works here, and how long a silence means that it is lost."""

    owner: str
    seconds: float


class JobWorker:
    """Runs attempts in as many slots as are woken; all but one of `slots` may be taken for what nobody waits for.

    While no job can be done here none is taken: another worker would do it, and this one would fail it at once.
    """

    def __init__(
        self,
        *,
        kinds: Kinds,
        jobs: JobStore,
        hub: LiveHub,
        artifacts: ArtifactStore,
        queue: JobQueue,
        lease: Lease,
        slots: int,
        observer: Observer,
    ) -> None:
        self._kinds = kinds
        self._jobs = jobs
        self._queue = queue
        self._hub = hub
        self._artifacts = artifacts
        self._lease = lease
        self._observer = observer
        self._most_background = max(slots - 1, 1)
        self._background = 0
        self._running: dict[asyncio.Task[bool], asyncio.Event] = {}
        self._stopping = False
        self._waits_for: str | None = None
        self.taking = asyncio.Lock()
        """Held while a job is being taken; whoever holds it knows that no attempt begins meanwhile."""

    async def work(self) -> None:
        """Fill a slot that is free: one job after the other, until none may begin in it."""
        more = True
        while more and not self._stopping:
            stop = asyncio.Event()
            turn = asyncio.create_task(self._turn(stop), name="slot")
            self._running[turn] = stop
            turn.add_done_callback(self._running.pop)
            interrupted = False
            try:
                await asyncio.wait({turn})
            except asyncio.CancelledError:
                interrupted = True
                stop.set()
                _forgive_cancel()
                await asyncio.wait({turn})
            more = turn.result() and not interrupted

    async def close(self) -> None:
        """Stop every attempt; their rows go back into the queue."""
        self._stopping = True
        running = dict(self._running)
        for stop in running.values():
            stop.set()
        if running:
            _, late = await asyncio.wait(running, timeout=STOP_SECONDS)
            for attempt in late:
                logger.warning("attempt did not stop in time", task=attempt.get_name())
                attempt.cancel()

    async def _turn(self, stop: asyncio.Event) -> bool:
        """Take a job and work on it until it ends; gives whether there was one."""
        taken = await self._take()
        if taken is None:
            return False
        background = taken.job.lane is Lane.BACKGROUND
        try:
            await self._attempt(taken, stop)
        finally:
            self._background -= background
        return True

    async def _attempt(self, taken: JobChange, stop: asyncio.Event) -> None:
        await self._hub.announce(taken)
        attempt = Attempt(
            taken,
            kinds=self._kinds,
            jobs=self._jobs,
            hub=self._hub,
            artifacts=self._artifacts,
            lease_seconds=self._lease.seconds,
            stop=stop,
        )
        with self._observer.attempt(taken.job) as watched:
            change = await attempt.run(watched)
        await self._kinds.settle()
        if change is not None and not self._stopping:
            await self._deliver_next(change.repository.id)

    async def _take(self) -> JobChange | None:
        """Take the next job; while it could not be done, or not be written, they all wait: slots are woken again."""
        async with self.taking:
            obstacle = await self._kinds.obstacle()
            if obstacle is not None:
                self._wait_for("jobs wait: they cannot be done here", message=obstacle)
                return None
            try:
                taken = await self._jobs.take_next(owner=self._lease.owner, last_lane=self._last_lane())
            except GraticuleError as error:
                if not error.retryable:
                    raise
                self._wait_for("jobs wait: their rows cannot be written", message=error.message)
                return None
            self._waits_for = None
            self._background += taken is not None and taken.job.lane is Lane.BACKGROUND
            return taken

    def _wait_for(self, what: str, *, message: str) -> None:
        """Say once why no job is taken."""
        if self._waits_for != what:
            logger.warning(what, message=message)
        self._waits_for = what

    def _last_lane(self) -> Lane:
        """Give down to which lane a free slot may be filled: the last one is kept for what a person may ask for."""
        return Lane.BACKGROUND if self._background < self._most_background else Lane.INTERACTIVE

    async def _deliver_next(self, repository_id: str) -> None:
        """Deliver what this attempt made possible: its own retry, or what waited for a removal."""
        for job in await self._jobs.live_for(repository_id):
            if job.state is JobState.QUEUED:
                await self._queue.add(job)


def _forgive_cancel() -> None:
    """Let this task await again, as if the cancel that was turned into a stop had not come."""
    task = asyncio.current_task()
    if task is not None:
        task.uncancel()
