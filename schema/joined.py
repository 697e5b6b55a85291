"""Joins what many fields of one answer ask into one question to the store.

strawberry's DataLoader closes a batch with the turn of the event loop; answers are put together over
many turns here (`services.pace`), so a batch stays open until all fields under way have asked. Nothing
is remembered: a websocket's context lives for hours.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping
from typing import Final, Generic, TypeVar

KeyT = TypeVar("KeyT", bound=Hashable)
RowT = TypeVar("RowT")

JOINED_ROWS: Final = 100
"""Each row may stand for a page of its own: 2,000 jobs in one statement would be held in memory at once."""

WOKEN_AT_ONCE: Final = 8
"""Who is told begins to work in the same turn of the loop, 0.1 to 0.4 ms each."""

QUIET_TURNS: Final = 3
"""Turns of the loop until whoever went on has asked: one to go on, one to begin what is below, one to ask."""


class Joined(Generic[KeyT, RowT]):
    """Loads rows by key; None for what is not there.

    `is_open` says whether somebody is about to ask; `pause` waits for a turn of the loop in which nobody else goes on.
    """

    def __init__(
        self,
        load: Callable[[Collection[KeyT]], Awaitable[Mapping[KeyT, RowT | BaseException]]],
        is_open: Callable[[], bool] = lambda: False,
        pause: Callable[[], Awaitable[None]] = lambda: asyncio.sleep(0),
    ) -> None:
        self._load = load
        self._is_open = is_open
        self._pause = pause
        self._batch: dict[KeyT, asyncio.Future[RowT | None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def load(self, key: KeyT) -> RowT | None:
        """Give the row of this key, with the next statement."""
        if not self._batch or (key not in self._batch and len(self._batch) >= JOINED_ROWS):
            self._batch = {}
            task = asyncio.create_task(self._dispatch(self._batch))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        if key not in self._batch:
            self._batch[key] = asyncio.get_running_loop().create_future()
        return await asyncio.shield(self._batch[key])  # of those who ask for one key, one may go away

    async def _dispatch(self, batch: dict[KeyT, asyncio.Future[RowT | None]]) -> None:
        quiet = 0
        while quiet < QUIET_TURNS:
            await asyncio.sleep(0)
            quiet = 0 if self._is_open() else quiet + 1
        if self._batch is batch:
            self._batch = {}
        try:
            rows = await self._load(batch.keys())
        except Exception as error:  # noqa: BLE001  # told to each who asked
            rows = dict.fromkeys(batch, error)
        for place, (key, future) in enumerate(batch.items()):
            if place and place % WOKEN_AT_ONCE == 0:
                await self._pause()
            row = rows.get(key)
            if isinstance(row, BaseException):
                future.set_exception(row)
                future.exception()  # whoever asked may be gone
            else:
                future.set_result(row)
