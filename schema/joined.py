"""Joins what many fields of one answer ask into one question to the store.

strawberry's DataLoader closes a batch with the turn of the event loop; answers are put together over
many turns here (`schema.pace`), so a batch stays open until all fields under way have asked. Nothing
is remembered: a websocket's context lives for hours.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping
from typing import Final, Generic, TypeVar

KeyT = TypeVar("KeyT", bound=Hashable)
RowT = TypeVar("RowT")

JOINED_ROWS: Final = 100
"""Rows of one statement are read in one go, and each may stand for a page of its own: 2,000 jobs take 80 ms."""

QUIET_TURNS: Final = 3
"""Turns of the loop until whoever went on has asked: one to go on, one to begin what is below, one to ask."""


class Joined(Generic[KeyT, RowT]):
    """Loads rows by key; None for what is not there. `is_open` says whether somebody is about to ask."""

    def __init__(
        self,
        load: Callable[[Collection[KeyT]], Awaitable[Mapping[KeyT, RowT | BaseException]]],
        is_open: Callable[[], bool] = lambda: False,
    ) -> None:
        self._load = load
        self._is_open = is_open
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
        for key, future in batch.items():
            row = rows.get(key)
            if isinstance(row, BaseException):
                future.set_exception(row)
                future.exception()  # whoever asked may be gone
            else:
                future.set_result(row)
