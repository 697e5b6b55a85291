"""What all processes on one database share: rows, hints, the queue and the maps, opened in this order.

A server and a worker each stand on one; it holds nothing that another process could not open as well.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Self

from services.bus import Bus
from services.duties import Duty, duties
from services.errors import GraticuleError
from services.hub import LiveHub
from services.jobs.queue import JobQueue
from services.jobs.reconcile import deliver_due, take_back
from services.metrics import Metrics
from services.models import JobKind, JobState, Lane
from services.settings import Settings, is_shared
from services.snapshots import SnapshotShelf
from services.store.artifacts import ArtifactStore
from services.store.batches import BatchStore
from services.store.census import count_jobs
from services.store.database import Database
from services.store.jobs import JobStore
from services.store.places import PlaceStore
from services.store.records import Records
from services.store.repositories import RepositoryStore
from services.store.requests import LiveLimits
from services.store.sharing import Hold, hold_database
from services.store.snapshots import SnapshotStore
from services.tracing import Traces

STORE_SECONDS: Final = 2.0
DELIVERIES_PER_LEASE: Final = 4
ROOM_SECONDS: Final = 60.0
LIVE_STATES: Final = (JobState.QUEUED, JobState.RUNNING)
STORE: Final = "The store "
SILENT: Final = "The store does not answer"


@dataclass(frozen=True, slots=True)
class Backbone:
    """The shared parts, and the settings and figures of this process."""

    settings: Settings
    metrics: Metrics
    database: Database
    hold: Hold
    records: Records
    hub: LiveHub
    queue: JobQueue
    artifacts: ArtifactStore
    shelf: SnapshotShelf
    traces: Traces | None

    @classmethod
    @asynccontextmanager
    async def open(
        cls, settings: Settings, *, metrics: Metrics, followed: bool, traces: Traces | None = None
    ) -> AsyncIterator[Self]:
        """Open all of it, and take back what dead processes held if nobody else is here.

        `followed`: clients follow changes here, so that lost hints are looked for.
        A GraticuleError when another process uses the database and shares no bus with this one, or when a setting
        is wrong. A bus, a queue or a bucket that cannot be reached is none of these.
        """
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(metrics.sampling())
            hold = await stack.enter_async_context(
                hold_database(settings.effective_database_url, shared=is_shared(settings.effective_bus_url))
            )
            database = await Database.open(settings.effective_database_url)
            stack.push_async_callback(database.close)
            await database.keep_room()
            records = await _open_records(settings, database, hold)
            hub = await _open_hub(settings, records if followed else None, metrics, stack)
            jobs = await stack.enter_async_context(JobQueue.open(settings.effective_queue_url))
            artifacts = ArtifactStore(settings.effective_artifacts_url)
            await artifacts.check()
            shelf = SnapshotShelf(artifacts, mask_secrets=settings.mask_secrets)
            yield cls(settings, metrics, database, hold, records, hub, jobs, artifacts, shelf, traces)

    @asynccontextmanager
    async def kept_going(self) -> AsyncIterator[None]:
        """Hand jobs that may begin to the queue, now and four times a lease, those of lost workers among them.

        Every process watches for those, so that a repository is not said to be cloned when the last worker has died.
        """
        await self._deliver(at_once=True)
        async with duties(
            Duty("deliver", self._deliver, self._deliver_seconds),
            Duty("room", self.database.keep_room, ROOM_SECONDS),
        ):
            yield

    async def _deliver(self, *, at_once: bool = False) -> None:
        """Watch, and deliver if there is something new or nobody else does so now."""
        await self.queue.check()
        lost = await take_back(jobs=self.records.jobs, hub=self.hub)
        self.metrics.lost_attempts.inc(lost)
        if at_once or lost or await self.queue.claims("deliver", seconds=self._deliver_seconds):
            await deliver_due(jobs=self.records.jobs, queue=self.queue)

    @property
    def _deliver_seconds(self) -> float:
        return self.settings.job_lease_seconds / DELIVERIES_PER_LEASE

    async def problem(self) -> str | None:
        """Why this process is of no use now, in a line; None when it is. One SELECT, at most 2 s."""
        try:
            async with asyncio.timeout(STORE_SECONDS):
                await self.database.check()
        except (GraticuleError, TimeoutError) as error:
            said = str(error)
            return said if said.startswith(STORE) else f"{SILENT}: {said}"
        return self.hold.problem or self.hub.problem or self.queue.problem

    async def measure(self) -> None:
        """Count the jobs in the database for whoever reads the figures now; one SELECT, at most 2 s."""
        try:
            async with asyncio.timeout(STORE_SECONDS):
                found = await count_jobs(self.database, now)
        except (GraticuleError, TimeoutError):  # the others are told all the same
            return
        counts = {(count.state, count.kind, count.lane): count for count in found}
        for state, kind, lane in itertools.product(LIVE_STATES, JobKind, Lane):
            count = counts.get((state, kind, lane))
            self.metrics.jobs.labels(state.value, kind.value, lane.name).set(count.jobs if count else 0)
        for lane in Lane:
            waits = (count.waits_seconds for count in found if (count.state, count.lane) == (JobState.QUEUED, lane))
            self.metrics.oldest_wait.labels(lane.name).set(max(waits, default=0.0))


def now() -> datetime:
    """Give the time, for the stores."""
    return datetime.now(UTC)


def limits_of(settings: Settings) -> LiveLimits:
    """Give how many jobs there may be."""
    return LiveLimits(
        settings.live_jobs_per_client, settings.live_jobs_per_host, running_per_host=settings.concurrent_jobs_per_host
    )


async def _open_records(settings: Settings, database: Database, hold: Hold) -> Records:
    if hold.alone:
        # No other process has the rows, so whoever was running a job is dead: with a lease of 0 s all
        # are taken back at once, each counted as a lost worker.
        await JobStore(database, now, lease_seconds=0.0, tries=settings.job_tries).reclaim()
    await hold.settle()
    return Records(
        RepositoryStore(database, now),
        JobStore(
            database,
            now,
            lease_seconds=settings.job_lease_seconds,
            tries=settings.job_tries,
            limits=limits_of(settings),
            kept=settings.jobs_kept,
        ),
        SnapshotStore(database),
        BatchStore(database),
        PlaceStore(database, now),
    )


async def _open_hub(settings: Settings, followed: Records | None, metrics: Metrics, stack: AsyncExitStack) -> LiveHub:
    hub = LiveHub(
        Bus(settings.effective_bus_url),
        revisions=followed.repositories if followed else None,
        heartbeat_seconds=settings.bus_heartbeat_seconds,
        metrics=metrics,
    )
    await hub.start()
    stack.push_async_callback(hub.close)
    return hub
