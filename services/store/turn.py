"""Whose turn it is to write, where one writes at a time: whoever has a client waiting comes first."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

MOST_OVERTAKING: Final = 8
"""Clients that are let before the same worker: its heartbeat must not wait for the end of a flood."""


class Turn:
    """A lock with two queues, each in the order of arrival."""

    def __init__(self) -> None:
        self._held = False
        self._clients: deque[asyncio.Future[None]] = deque()
        self._workers: deque[asyncio.Future[None]] = deque()
        self._overtook = 0

    @asynccontextmanager
    async def hold(self, *, client: bool) -> AsyncIterator[None]:
        """Have the turn for the length of the block."""
        await self._take(self._clients if client else self._workers)
        try:
            yield
        finally:
            self._pass_on()

    async def _take(self, queue: deque[asyncio.Future[None]]) -> None:
        if not self._held:
            self._held = True
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            with suppress(ValueError):
                queue.remove(turn)
            if not turn.cancelled():  # it was given the turn in the same moment
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        while self._clients or self._workers:
            worker = bool(self._workers) and (not self._clients or self._overtook == MOST_OVERTAKING)
            turn = (self._workers if worker else self._clients).popleft()
            if not turn.done():
                self._overtook = 0 if worker or not self._workers else self._overtook + 1
                turn.set_result(None)
                return
        self._held = False
