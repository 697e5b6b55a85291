"""Empty what no living attempt owns: staging folders of the dead, and the trash."""

import asyncio

import structlog

from services.acquire.clones import Clones
from services.jobs.worker import JobWorker
from services.store.jobs import JobStore

SWEEP_SECONDS = 60.0

logger = structlog.stdlib.get_logger()


async def sweep(*, clones: Clones, jobs: JobStore, worker: JobWorker) -> int:
    """Remove the leftovers and give how many; no attempt begins between the look and the removal."""
    async with worker.taking:
        live_keys = await jobs.live_keys()
        removed = await asyncio.to_thread(clones.sweep, live_keys=live_keys)
    if removed:
        logger.info("leftovers removed", count=removed)
    return removed
