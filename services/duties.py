"""What a process does again and again beside its work, for as long as a block lasts."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from services.jobs.reconcile import repeat


@dataclass(frozen=True, slots=True)
class Duty:
    """Something to be done every so many seconds; `name` is what the log calls it."""

    name: str
    action: Callable[[], Awaitable[object]]
    seconds: float


@asynccontextmanager
async def duties(*all_of_them: Duty) -> AsyncIterator[None]:
    """Do them until the block ends; one that fails is logged and done again."""
    tasks = {asyncio.create_task(repeat(duty.action, seconds=duty.seconds, name=duty.name)) for duty in all_of_them}
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
