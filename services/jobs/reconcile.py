"""Find the work that nobody does: level-triggered, so that every loss heals the same way.

A restart, an emptied queue and a worker that died all leave rows that are due. They are handed to
the queue again, which ignores what it already carries.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import structlog

from services.errors import GraticuleError
from services.hub import LiveHub
from services.jobs.queue import JobQueue
from services.store.jobs import JobStore

logger = structlog.stdlib.get_logger()


async def take_back(*, jobs: JobStore, hub: LiveHub) -> int:
    """Take back what lost workers held, and give how many jobs; every process watches them."""
    changes = await jobs.reclaim()
    for change in changes:
        logger.warning("worker lost", job=change.job.id, attempt=change.job.attempt, state=change.job.state)
        await hub.announce(change)
    return len(changes)


async def deliver_due(*, jobs: JobStore, queue: JobQueue) -> int:
    """Hand the first jobs that may begin to the queue; gives how many."""
    due = await jobs.due()
    for job in due:
        await queue.add(replace(job, not_before=None))  # its time has come, whatever the queue's own clock says
    return len(due)


async def repeat(action: Callable[[], Awaitable[object]], *, seconds: float, name: str) -> None:
    """Do something again and again, `seconds` apart, until cancelled; a failure is logged once, and is not final."""
    said = None
    while True:
        await asyncio.sleep(seconds)
        done, _ = await asyncio.wait({asyncio.ensure_future(action())})
        for future in done:
            said = _say(name, future.exception(), said=said)


def _say(name: str, error: BaseException | None, *, said: str | None) -> str | None:
    """Log how a duty went when that is news, an expected failure without its trace; gives what is known now."""
    now = None if error is None else f"{type(error).__name__}: {error}"
    if now == said:
        return now
    if error is None:
        logger.info("a recurring duty works again", duty=name)
    elif isinstance(error, GraticuleError):
        logger.warning("a recurring duty failed", duty=name, error=error.code, message=error.message)
    else:
        logger.error("a recurring duty failed", duty=name, exc_info=error)
    return now
