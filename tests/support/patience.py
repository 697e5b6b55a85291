"""Wait for what a test needs, and not for a time: two busy cores may keep a process from running for a second."""

import asyncio
from collections.abc import Callable

TURNS = 200
"""Everything in memory has happened after so many turns of the loop: a hint takes some ten to its follower."""
WAIT_SECONDS = 20.0


async def settled() -> None:
    """Let everything happen that waits for the event loop alone, and for no timer, thread or socket."""
    for _ in range(TURNS):
        await asyncio.sleep(0)


async def until(happened: Callable[[], bool]) -> None:
    """Look again and again, for at most 20 s."""
    async with asyncio.timeout(WAIT_SECONDS):
        while not happened():  # noqa: ASYNC110  # nothing tells of it
            await asyncio.sleep(0.01)
