"""Read once for all who follow the same thing, without losing an update or telling one twice.

Attach a mailbox, THEN read the rows, then tell only what is newer. A hint is never believed, only
followed by a read; counters alone are taken from it. Whatever was lost is found by reading again
after a silence (20 s) or when the hub says so. Whoever joins waits for a read that began later, so
that their first event is never older than what they were told elsewhere. A read that fails is tried again.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import AbstractContextManager, ExitStack
from datetime import datetime
from typing import Generic

from services.errors import GraticuleError, NotFoundError
from services.events import EventKind
from services.hub import LiveHub
from services.mailbox import Mailbox, Slot
from services.subscriber import EventT, Subscriber

REREAD_SECONDS = 20.0
RETRY_SECONDS = (0.1, 0.3, 1.0, 3.0)
"""Pauses after readings that failed: the store may be busy for a moment. After the last one everybody is told."""

Clock = Callable[[], datetime]


class Feed(ABC, Generic[EventT]):
    """Events about one topic for any number of subscribers. Lives from its first subscriber to its last."""

    missing = "There is nothing to follow (any more)."

    def __init__(self, hub: LiveHub, *, reread_seconds: float, on_end: Callable[[], None]) -> None:
        self.latest: dict[str, EventT] = {}
        self._subscribers: set[Subscriber[EventT]] = set()
        self._joining: dict[Subscriber[EventT], asyncio.Future[bool]] = {}
        self._reread_seconds = reread_seconds
        self._interval_seconds = float("inf")
        self._published_at = float("-inf")
        self._concluded = False
        self._over = False
        self._on_end = on_end
        self._attached = ExitStack()
        self._mailbox = self._attached.enter_context(self._attach(hub))
        self._task = asyncio.create_task(self._run(), name=type(self).__name__)
        self._task.add_done_callback(self._settle)

    async def join(self, subscriber: Subscriber[EventT]) -> bool:
        """Begin to tell a subscriber; False when the feed ended before that. NotFoundError."""
        if self._over:
            return False
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._joining[subscriber] = future
        self._interval_seconds = min(self._interval_seconds, subscriber.delivery.interval_seconds)
        self._mailbox.poke()
        try:
            return await future
        except asyncio.CancelledError:
            self.leave(subscriber)
            raise

    def leave(self, subscriber: Subscriber[EventT]) -> None:
        """Stop to tell a subscriber; the last one to leave ends the feed."""
        self._subscribers.discard(subscriber)
        self._joining.pop(subscriber, None)
        if not self._subscribers and not self._joining and not self._over:
            self._end()
            self._task.cancel()

    # What each kind of feed has of its own

    @abstractmethod
    def _attach(self, hub: LiveHub) -> AbstractContextManager[Mailbox]:
        """Give what collects the hints."""

    @abstractmethod
    def _reread(self, *, joining: bool) -> AsyncIterator[EventT]:
        """Read everything again and give what is newer than what was told; with `joining`, what is new as well."""

    @abstractmethod
    def _look(self, slots: Collection[Slot]) -> AsyncIterator[EventT]:
        """Give what hints lead to, where that is newer than what was told."""

    def _start(self) -> list[EventT] | None:
        """Give the state with which a subscriber begins, as of the last reading; None when there is none."""
        return [event for event in self.latest.values() if event.kind is not EventKind.DELETED] or None

    def _publish(self, event: EventT) -> None:
        """Tell everybody."""
        before = self.latest.get(event.entity_id)
        self.latest[event.entity_id] = event
        for subscriber in self._subscribers:
            subscriber.put(event, before=before.revision if before else None)
        self._published_at = asyncio.get_running_loop().time()
        self._concluded = event.final

    # One round after another

    async def _run(self) -> None:
        while not self._over and not self._mailbox.closed:
            if self._joining:
                await self._insist(self._admit)
            else:
                slots = await self._slots()
                await self._insist(lambda: self._tell(slots))  # noqa: B023  # called before the next round
            if self._concluded:
                self._conclude()

    async def _insist(self, read: Callable[[], Awaitable[None]]) -> None:
        """Read, and when the store fails read the same again: what was told meanwhile is not told twice."""
        for seconds in RETRY_SECONDS:
            try:
                await read()
            except (GraticuleError, OSError) as error:
                if isinstance(error, GraticuleError) and not error.retryable:
                    raise
            else:
                return
            await self._rest(seconds)
            if self._mailbox.closed:
                return
        await read()

    async def _rest(self, seconds: float) -> None:
        """Wait so long, however many come meanwhile; less when the hub closes."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while not self._mailbox.closed and loop.time() < until:
            await self._mailbox.pause(until - loop.time())

    async def _admit(self) -> None:
        joining = dict(self._joining)
        async for event in self._reread(joining=True):
            self._publish(event)
        start = self._start()
        for subscriber, future in joining.items():
            if self._joining.pop(subscriber, None) is None or future.done():
                continue  # it left while we read, or is about to
            if start is None:
                future.set_exception(NotFoundError(self.missing))
            else:
                self._subscribers.add(subscriber)
                subscriber.begin(start)
                future.set_result(True)  # asyncio's own signature
        if not self._subscribers and not self._joining:
            self._end()

    async def _slots(self) -> tuple[Slot, ...] | None:
        """Wait out the interval, then for hints; None after a silence. Whoever joins ends the waiting."""
        loop = asyncio.get_running_loop()
        await self._mailbox.pause(self._published_at + self._interval_seconds - loop.time())
        if self._joining or self._mailbox.closed:
            return ()
        silent_at = loop.time() + self._reread_seconds
        slots = await self._mailbox.take(timeout_seconds=self._reread_seconds)
        return slots or (None if loop.time() >= silent_at else ())

    async def _tell(self, slots: Collection[Slot] | None) -> None:
        async for event in self._reread(joining=False) if slots is None else self._look(slots):
            if not self._mailbox.closed:
                self._publish(event)

    # Its end

    def _conclude(self) -> None:
        for subscriber in self._subscribers:
            subscriber.finish()
        self._end()

    def _end(self) -> None:
        self._over = True
        self._attached.close()
        self._on_end()

    def _settle(self, task: asyncio.Task[None]) -> None:
        """Let go of everybody who is still here: with the error that ended the feed, or since the hub has closed."""
        error = None if task.cancelled() else task.exception()
        if not self._over:
            self._end()
            for subscriber in self._subscribers:
                subscriber.cut(error)
        for subscriber, future in self._joining.items():
            if future.done():
                continue
            if error is not None or self._mailbox.closed:
                subscriber.cut(error)
                future.set_result(True)  # asyncio's own signature
            else:
                future.set_result(False)  # asyncio's own signature
