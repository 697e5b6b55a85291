"""The composition root of the services: what is opened, in which order, and closed in reverse.

Whoever serves (GraphQL, MCP, the command line) enters `Graticule.start` and finds one façade and
one hub. Leaving it takes at most 10 s: running jobs go back into the queue and are resumed by
the next start.
"""

import asyncio
import functools
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self
from uuid import uuid4

from services.access.admission import Admission
from services.access.door import Door
from services.access.rates import Rates
from services.acquire.git import check_git_version
from services.bus import Bus, is_shared
from services.errors import GraticuleError
from services.follow import Follower
from services.garbage import LOOK_SECONDS, Garbage
from services.hub import LiveHub
from services.jobs.janitor import SWEEP_SECONDS, sweep
from services.jobs.kinds import Depot, Kinds
from services.jobs.pipeline import Workshop
from services.jobs.queue import JobQueue
from services.jobs.reconcile import deliver_due, repeat
from services.jobs.worker import JobWorker, Lease
from services.mapping.tokens import encoding
from services.mapping.views import Tokenizer
from services.maps import Maps
from services.metrics import Metrics
from services.repositories import RepositoryService
from services.settings import Settings
from services.snapshots import SnapshotShelf
from services.store.artifacts import ArtifactStore
from services.store.batches import BatchStore
from services.store.database import Database
from services.store.datadir import lock_data_dir
from services.store.jobs import JobStore
from services.store.map_sights import MapSights
from services.store.records import Records
from services.store.repositories import RepositoryStore
from services.store.requests import LiveLimits
from services.store.sharing import Hold, hold_database
from services.store.snapshots import SnapshotStore
from services.store.tokens import TokenStore

DELIVERIES_PER_LEASE = 4
STORE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Graticule:
    """The running services of one process, on one data folder."""

    settings: Settings
    repositories: RepositoryService
    hub: LiveHub
    door: Door
    metrics: Metrics
    database: Database

    @classmethod
    @asynccontextmanager
    async def start(cls, settings: Settings, *, metrics: Metrics | None = None) -> AsyncIterator[Self]:
        """Open everything, resume what a dead server left, and work until the block ends.

        Raises a GraticuleError when another server holds the data folder, or uses the database and shares no
        bus with this one, when git is missing or too old, or when a setting is wrong. A bus that cannot be
        reached is none of these: `problem` says so until it can.
        """
        metrics = metrics or Metrics()
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(metrics.sampling())
            await asyncio.to_thread(check_git_version)
            stack.enter_context(lock_data_dir(settings.data_dir))
            # Building it holds the GIL for 0.15 s, which the first asker of an outline would feel.
            vocabulary = asyncio.create_task(asyncio.to_thread(encoding, Tokenizer.O200K_BASE))
            hold = await stack.enter_async_context(
                hold_database(settings.effective_database_url, shared=is_shared(settings.effective_bus_url))
            )
            database = await _open_database(settings, stack)
            rates = Rates(settings.submission_rate, redis_url=settings.redis_url)
            stack.push_async_callback(rates.close)
            door = await Door.open(TokenStore(database), _now, settings)
            records = await _open_records(settings, database, hold)
            hub = await _open_hub(settings, records, metrics, stack)
            workshop = await stack.enter_async_context(Workshop.open(settings))
            is_private = workshop.credentials.covers
            await records.repositories.hide(is_private)
            queue = await stack.enter_async_context(JobQueue.open(settings.queue_url))
            artifacts = ArtifactStore(settings.effective_artifacts_dir)
            depot = Depot(records.snapshots, artifacts, SnapshotShelf(artifacts))
            kinds = Kinds(workshop=workshop, jobs=records.jobs, depot=depot, clock=_now)
            worker = JobWorker(
                kinds=kinds, jobs=records.jobs, hub=hub, artifacts=artifacts, queue=queue, lease=_lease(settings)
            )
            maps = Maps(MapSights(database), artifacts, depot.shelf)
            await stack.enter_async_context(
                _working(
                    worker,
                    settings,
                    queue=queue,
                    hub=hub,
                    tidy=functools.partial(
                        sweep, clones=workshop.clones, artifacts=artifacts, jobs=records.jobs, worker=worker
                    ),
                    jobs=records.jobs,
                    database=database,
                )
            )
            service = RepositoryService(
                records,
                policy=workshop.policy,
                clones=workshop.clones,
                queue=queue,
                hub=hub,
                maps=maps,
                follower=Follower(records.repositories, records.jobs, maps, hub, _now),
                admission=Admission(door, rates, is_private),
            )
            await vocabulary
            async with _settled_memory():
                yield cls(settings, service, hub, door, metrics, database)

    async def problem(self) -> str | None:
        """Why this server should get no clients now, in a line; None when it should. One SELECT, at most 2 s."""
        try:
            async with asyncio.timeout(STORE_SECONDS):
                await self.database.check()
        except (GraticuleError, TimeoutError) as error:
            return f"The store does not answer: {error}"
        return self.hub.problem


async def _open_database(settings: Settings, stack: AsyncExitStack) -> Database:
    database = await Database.open(settings.effective_database_url)
    stack.push_async_callback(database.close)
    await database.keep_room()
    return database


async def _open_records(settings: Settings, database: Database, hold: Hold) -> Records:
    if hold.alone:
        # No other server has the rows, so whoever was running a job is dead: with a lease of 0 s all
        # are taken back at once, each counted as a lost worker.
        await JobStore(database, _now, lease_seconds=0.0, tries=settings.job_tries).reclaim()
    hold.settle()
    return Records(
        RepositoryStore(database, _now),
        JobStore(
            database,
            _now,
            lease_seconds=settings.job_lease_seconds,
            tries=settings.job_tries,
            limits=LiveLimits(settings.live_jobs_per_client, settings.live_jobs_per_host),
        ),
        SnapshotStore(database),
        BatchStore(database),
    )


async def _open_hub(settings: Settings, records: Records, metrics: Metrics, stack: AsyncExitStack) -> LiveHub:
    hub = LiveHub(
        Bus(settings.effective_bus_url),
        read_revisions=records.repositories.revisions,
        heartbeat_seconds=settings.bus_heartbeat_seconds,
        metrics=metrics,
    )
    await hub.start()
    stack.push_async_callback(hub.close)
    return hub


@asynccontextmanager
async def _working(
    worker: JobWorker,
    settings: Settings,
    *,
    queue: JobQueue,
    hub: LiveHub,
    tidy: Callable[[], Awaitable[object]],
    jobs: JobStore,
    database: Database,
) -> AsyncIterator[None]:
    """Resume, then work: first what the last server left is put in order, then jobs are delivered."""
    deliver = functools.partial(deliver_due, jobs=jobs, queue=queue, hub=hub)
    await tidy()
    await deliver()
    async with queue.work(worker.run, concurrency=settings.concurrent_jobs):
        duties = [
            asyncio.create_task(
                repeat(deliver, seconds=settings.job_lease_seconds / DELIVERIES_PER_LEASE, name="deliver")
            ),
            asyncio.create_task(repeat(tidy, seconds=SWEEP_SECONDS, name="sweep")),
            asyncio.create_task(repeat(database.keep_room, seconds=SWEEP_SECONDS, name="room")),
        ]
        try:
            yield
        finally:
            for duty in duties:
                duty.cancel()
            await asyncio.wait(duties)
            await worker.close()


@asynccontextmanager
async def _settled_memory() -> AsyncIterator[None]:
    """Spare what lives as long as the server from garbage collection, and collect the rest when that is due."""
    garbage = Garbage()
    with garbage.settled():
        duty = asyncio.create_task(repeat(garbage.collect, seconds=LOOK_SECONDS, name="garbage"))
        try:
            yield
        finally:
            duty.cancel()
            await asyncio.wait({duty})


def _lease(settings: Settings) -> Lease:
    owner = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
    return Lease(owner, settings.job_lease_seconds)


def _now() -> datetime:
    return datetime.now(UTC)
