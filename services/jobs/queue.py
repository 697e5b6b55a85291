"""Deliver jobs: the one module that knows docket.

A row is the truth and docket only carries its id, so everything here may happen twice or not at
all: the reconciler adds again, and `JobStore.take` lets one attempt through. A delivery is keyed by
job and attempt, and nothing is remembered of a finished one (`execution_ttl` 0; docket's default
keeps a key for 15 minutes), so that the next attempt is never mistaken for the last.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Self
from uuid import uuid4

from docket import Docket, Worker

from services.errors import InvalidArgumentError
from services.models import Job, JobState

RunJob = Callable[[str], Awaitable[None]]
"""What is done with a delivered job id; it never raises for a job that failed."""

SCHEMES = ("memory://", "redis://", "rediss://")
POLL = timedelta(milliseconds=100)
"""How soon a freed slot is filled; idle, this costs under 2 % of a core."""
DUE = timedelta(seconds=1)
"""How soon it is seen that a later try is due; each look costs 5 ms."""


class JobQueue:
    """Hands job ids to whoever works: in this process with memory://, to any process with redis://."""

    def __init__(self, docket: Docket) -> None:
        self._docket = docket
        self._run: RunJob | None = None
        docket.register(self._run_job, names=["run_job"])

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str) -> AsyncIterator[Self]:
        """Connect; closing forgets what memory:// still carried, which the rows remember. InvalidArgumentError.

        docket shares one memory:// between all that use the same URL and event loop; the random
        part keeps two services of one process apart.
        """
        if not url.startswith(SCHEMES):
            raise InvalidArgumentError(f"GRATICULE_QUEUE_URL has none of {', '.join(SCHEMES)}.", hint="Use memory://.")
        own_url = f"memory://{uuid4().hex}" if url == "memory://" else url
        async with Docket(name="graticule", url=own_url, execution_ttl=timedelta(0)) as docket:
            yield cls(docket)

    async def add(self, job: Job) -> None:
        """Deliver a job, not before its time; adding what is already on its way does nothing."""
        await self._docket.add("run_job", when=job.not_before, key=delivery_key(job))(job.id)

    async def cancel(self, job: Job) -> None:
        """Take a waiting job back, or interrupt it where it runs (about 1 ms); harmless otherwise."""
        await self._docket.cancel(delivery_key(job))

    @asynccontextmanager
    async def work(self, run: RunJob, *, concurrency: int) -> AsyncIterator[None]:
        """Run what is delivered, `concurrency` jobs at a time, until the block ends."""
        self._run = run
        # No redelivery by docket within a lease of ours: the row's heartbeat decides who is lost.
        worker = Worker(self._docket, concurrency=concurrency, minimum_check_interval=POLL, scheduling_resolution=DUE)
        async with worker:
            running = asyncio.create_task(worker.run_forever(), name="docket worker")
            yield
        await running

    async def _run_job(self, job_id: str) -> None:
        if self._run is not None:
            await self._run(job_id)


def delivery_key(job: Job) -> str:
    """Name the delivery that leads, or led, to the job's next or current attempt."""
    begun = job.attempt - 1 if job.state is JobState.RUNNING else job.attempt
    return f"job:{job.id}:{begun}"
