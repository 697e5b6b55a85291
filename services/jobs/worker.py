"""Take what the queue delivers and see each attempt through, also when the server stops.

A cancel that reaches a delivered task, from the queue or from the closing event loop, is turned
into a request to stop in exactly one place, so that no write is ever torn in the middle.
"""

import asyncio
from dataclasses import dataclass

import structlog

from services.errors import GraticuleError
from services.hub import LiveHub
from services.jobs.attempt import Attempt
from services.jobs.kinds import Kinds
from services.jobs.queue import JobQueue
from services.models import JobChange, JobState
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
    """Runs attempts, as many as are delivered at a time."""

    def __init__(
        self, *, kinds: Kinds, jobs: JobStore, hub: LiveHub, artifacts: ArtifactStore, queue: JobQueue, lease: Lease
    ) -> None:
        self._kinds = kinds
        self._jobs = jobs
        self._queue = queue
        self._hub = hub
        self._artifacts = artifacts
        self._lease = lease
        self._running: dict[asyncio.Task[None], asyncio.Event] = {}
        self._stopping = False
        self._refused = False
        self.taking = asyncio.Lock()
        """Held while a job is being taken; whoever holds it knows that no attempt begins meanwhile."""

    async def run(self, job_id: str) -> None:
        """Take a job and work on it until it ends; does nothing when it is not to be had."""
        if self._stopping:
            return
        stop = asyncio.Event()
        attempt = asyncio.create_task(self._attempt(job_id, stop), name=f"attempt at {job_id}")
        self._running[attempt] = stop
        attempt.add_done_callback(self._running.pop)
        try:
            await asyncio.wait({attempt})
        except asyncio.CancelledError:
            stop.set()
            _forgive_cancel()
            await asyncio.wait({attempt})
        attempt.result()

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

    async def _attempt(self, job_id: str, stop: asyncio.Event) -> None:
        taken = await self._take(job_id)
        if taken is None:
            return
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
        change = await attempt.run()
        if change is not None and not self._stopping:
            await self._deliver_next(change.repository.id)

    async def _take(self, job_id: str) -> JobChange | None:
        """Take a job; one whose row cannot be written now stays in the queue and is delivered again."""
        async with self.taking:
            try:
                taken = await self._jobs.take(job_id, owner=self._lease.owner)
            except GraticuleError as error:
                if not error.retryable:
                    raise
                if not self._refused:
                    logger.warning("jobs wait: their rows cannot be written", error=error.code, message=error.message)
                self._refused = True
                return None
            self._refused = False
            return taken

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
