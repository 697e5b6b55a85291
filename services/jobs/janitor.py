"""Empty what no living attempt owns: staging folders and drafts of the dead, and the trash; then keep the quotas."""

import asyncio

import structlog

from services.acquire.clones import Clones
from services.jobs.drafts import delete_draft, known_drafts
from services.jobs.kinds import Depot
from services.jobs.place import Place
from services.jobs.worker import JobWorker
from services.store.artifacts import ArtifactStore
from services.store.jobs import JobStore

SWEEP_SECONDS = 60.0

logger = structlog.stdlib.get_logger()


async def tidy(place: Place, depot: Depot, *, jobs: JobStore, worker: JobWorker) -> None:
    """Remove leftovers, then make room among the clones of this place and among all maps."""
    await sweep(clones=place.clones, artifacts=depot.artifacts, jobs=jobs, worker=worker)
    await place.sweep()
    await depot.quota.sweep()


async def sweep(*, clones: Clones, artifacts: ArtifactStore, jobs: JobStore, worker: JobWorker) -> int:
    """Remove the leftovers and give how many; no attempt begins between the look and the removal."""
    drafts = await known_drafts(
        artifacts
    )  # of all servers, so before the rows: what begins meanwhile is not among them
    async with worker.taking:
        live_keys = await jobs.live_keys()
        removed = await asyncio.to_thread(clones.sweep, live_keys=live_keys)
    dead = sorted(drafts - live_keys)
    for key in dead:
        await delete_draft(artifacts, key)
    if removed or dead:
        logger.info("leftovers removed", count=removed + len(dead))
    return removed + len(dead)
