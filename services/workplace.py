"""What a process opens that runs jobs: parsers, clones, the queue's other end, and answers about its files.

It has a data folder to itself; everything in it can be made again.
"""

import functools
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import uuid4

import structlog

from services.acquire.acquirer import Acquirer
from services.backbone import Backbone, limits_of, now
from services.duties import Duty, duties
from services.errors import GraticuleError
from services.jobs.janitor import SWEEP_SECONDS, tidy
from services.jobs.kinds import Depot, Kinds
from services.jobs.map_quota import MapQuota
from services.jobs.observer import Observer
from services.jobs.pipeline import Workshop
from services.jobs.place import Place, Shelf
from services.jobs.queue import JobQueue
from services.jobs.reading import OwnClones
from services.jobs.rebuild import LOOK_SECONDS as REBUILD_SECONDS
from services.jobs.rebuild import Rebuilder
from services.jobs.rooms import Budget
from services.jobs.schedule import SCHEDULE_SECONDS, ask_for_due
from services.jobs.worker import JobWorker, Lease
from services.mapping.languages import engine_version
from services.reach import Reach
from services.settings import Settings, is_shared
from services.sources import Answers
from services.store.datadir import place_id
from services.store.history import History
from services.store.map_evictions import MapEvictions
from services.store.outdated import OutdatedMaps
from services.store.schedule import ScheduleStore

logger = structlog.stdlib.get_logger()


@asynccontextmanager
async def open_workplace(backbone: Backbone) -> AsyncIterator[Reach]:
    """Put in order what the last process left in the data folder, then work until the block ends; gives its clones.

    Leaving takes at most 10 s: running jobs go back into the queue. GraticuleError when a setting is wrong.
    """
    settings, records = backbone.settings, backbone.records
    async with AsyncExitStack() as stack:
        workshop = await stack.enter_async_context(Workshop.open(settings))
        acquirer = workshop.acquirer
        await records.repositories.hide(acquirer.credentials.covers)
        place = _open_place(backbone, acquirer)
        depot = Depot(records.snapshots, backbone.artifacts, backbone.shelf, _map_quota(backbone))
        worker = JobWorker(
            kinds=Kinds(workshop=workshop, place=place, jobs=records.jobs, depot=depot, clock=now),
            jobs=records.jobs,
            hub=backbone.hub,
            artifacts=backbone.artifacts,
            queue=backbone.queue,
            lease=_lease(settings),
            slots=settings.concurrent_jobs,
            observer=Observer(backbone.metrics, backbone.traces),
        )
        sources = OwnClones(place, records.repositories)
        if is_shared(settings.effective_bus_url):
            await stack.enter_async_context(Answers(settings.effective_bus_url, sources).listening())
        upkeep = functools.partial(tidy, place, depot, jobs=records.jobs, worker=worker)
        await stack.enter_async_context(_working(worker, backbone, acquirer, upkeep))
        yield Reach(acquirer, sources)


def _open_place(backbone: Backbone, acquirer: Acquirer) -> Place:
    settings = backbone.settings
    name = place_id(settings.data_dir)
    shelf = Shelf(name, backbone.records.places, acquirer.clones, backbone.hub, backbone.metrics)
    return Place(shelf, Budget.from_settings(settings))


def _map_quota(backbone: Backbone) -> MapQuota:
    return MapQuota(
        MapEvictions(backbone.database, now),
        backbone.artifacts,
        quota_bytes=backbone.settings.artifacts_bytes,
        hub=backbone.hub,
        metrics=backbone.metrics,
    )


@asynccontextmanager
async def _working(
    worker: JobWorker, backbone: Backbone, acquirer: Acquirer, upkeep: Callable[[], Awaitable[object]]
) -> AsyncIterator[None]:
    """Resume, then work: first the folder is put in order, then jobs are taken."""
    settings = backbone.settings
    schedule = functools.partial(
        ask_for_due,
        schedule=ScheduleStore(backbone.database, now, limits_of(settings)),
        policy=acquirer.policy,
        queue=backbone.queue,
        hub=backbone.hub,
    )
    rebuilder = Rebuilder(
        OutdatedMaps(backbone.database, engine_version()), backbone.records.jobs, backbone.hub, backbone.queue
    )
    history = History(backbone.database, now, kept=settings.jobs_kept, after=uuid4().hex)
    one_of_all = functools.partial(_claimed, backbone.queue)
    try:
        await upkeep()
    except GraticuleError as error:  # a store of maps that is away, a full disk: the next sweep does it
        if not error.retryable:
            raise
        logger.warning("what is left over is removed later", error=error.code, message=error.message)
    async with (
        backbone.queue.work(
            worker.work, concurrency=settings.concurrent_jobs, lease_seconds=settings.job_lease_seconds
        ),
        duties(
            Duty("sweep", upkeep, SWEEP_SECONDS),
            one_of_all(Duty("history", history.sweep, SWEEP_SECONDS)),
            one_of_all(Duty("schedule", schedule, SCHEDULE_SECONDS)),
            one_of_all(Duty("rebuild", rebuilder.turn, REBUILD_SECONDS)),
        ),
    ):
        try:
            yield
        finally:
            await worker.close()


def _claimed(queue: JobQueue, duty: Duty) -> Duty:
    """Let one of the processes that share a queue do a duty, whichever comes first each time."""

    async def action() -> None:
        if await queue.claims(duty.name, seconds=duty.seconds):
            await duty.action()

    return Duty(duty.name, action, duty.seconds)


def _lease(settings: Settings) -> Lease:
    owner = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
    return Lease(owner, settings.job_lease_seconds)
