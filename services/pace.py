"""Lets everybody else have the event loop now and then while many rows are read or a large answer is put together.

Completing an object takes microseconds, a page of 500 with pages inside 100 ms: in one go, all
subscribers would wait. So lists are completed in slices, and of all answers under way one goes on in
each turn of the loop.
"""

import asyncio
import time
from typing import Final

SLICE_SECONDS: Final = 0.004


class Pace:
    """Knows how long this turn of the event loop has taken so far. One for all answers of a loop."""

    def __init__(self) -> None:
        self._began: float | None = None
        self._turns = asyncio.Lock()

    def is_due(self) -> bool:
        """Whether this turn was long enough; 0.1 µs."""
        if self._began is None:
            self._began = time.perf_counter()
            asyncio.get_running_loop().call_soon(self._forget)
            return False
        return time.perf_counter() - self._began > SLICE_SECONDS

    async def turn(self) -> None:
        """Wait for a turn of the loop in which nobody else goes on."""
        async with self._turns:
            await asyncio.sleep(0)

    def _forget(self) -> None:
        self._began = None
