"""What a process opens that runs jobs: parsers, clones, the queue's other end, and answers about its files.

It has a data folder to itself; everything in it can be made again.
"""

import functools
import os
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import uuid4

from services.acquire.acquirer import Acquirer
from services.backbone import Backbone, limits_of, now
from services.duties import Duty, duties
from services.jobs.janitor import SWEEP_SECONDS, sweep
from services.jobs.kinds import Depot, Kinds
from services.jobs.pipeline import Workshop
from services.jobs.schedule import SCHEDULE_SECONDS, ask_for_due
from services.jobs.worker import JobWorker, Lease
from services.settings import Settings, is_shared
from services.sources import Answers, OwnClones
from services.store.schedule import ScheduleStore


@asynccontextmanager
async def open_workplace(backbone: Backbone) -> AsyncIterator[Acquirer]:
    """Put in order what the last process left in the data folder, then work until the block ends; gives the clones.

    Leaving takes at most 10 s: running jobs go back into the queue. GraticuleError when a setting is wrong.
    """
    settings = backbone.settings
    async with AsyncExitStack() as stack:
        workshop = await stack.enter_async_context(Workshop.open(settings))
        acquirer = workshop.acquirer
        await backbone.records.repositories.hide(acquirer.credentials.covers)
        depot = Depot(backbone.records.snapshots, backbone.artifacts, backbone.shelf)
        worker = JobWorker(
            kinds=Kinds(workshop=workshop, jobs=backbone.records.jobs, depot=depot, clock=now),
            jobs=backbone.records.jobs,
            hub=backbone.hub,
            artifacts=backbone.artifacts,
            queue=backbone.queue,
            lease=_lease(settings),
            slots=settings.concurrent_jobs,
        )
        if is_shared(settings.effective_bus_url):
            answers = Answers(settings.effective_bus_url, OwnClones(acquirer.clones))
            await stack.enter_async_context(answers.listening())
        await stack.enter_async_context(_working(worker, backbone, acquirer))
        yield acquirer


@asynccontextmanager
async def _working(worker: JobWorker, backbone: Backbone, acquirer: Acquirer) -> AsyncIterator[None]:
    """Resume, then work: first the folder is put in order, then jobs are taken."""
    settings = backbone.settings
    tidy = functools.partial(
        sweep, clones=acquirer.clones, artifacts=backbone.artifacts, jobs=backbone.records.jobs, worker=worker
    )
    schedule = functools.partial(
        ask_for_due,
        schedule=ScheduleStore(backbone.database, now, limits_of(settings)),
        policy=acquirer.policy,
        queue=backbone.queue,
        hub=backbone.hub,
    )
    await tidy()
    async with (
        backbone.queue.work(
            worker.work, concurrency=settings.concurrent_jobs, lease_seconds=settings.job_lease_seconds
        ),
        duties(Duty("sweep", tidy, SWEEP_SECONDS), Duty("schedule", schedule, SCHEDULE_SECONDS)),
    ):
        try:
            yield
        finally:
            await worker.close()


def _lease(settings: Settings) -> Lease:
    owner = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
    return Lease(owner, settings.job_lease_seconds)
