"""Carry small texts from whoever changes something to every process: the one user of broadcaster.

One subscription per process on one channel, because broadcaster's concurrent first subscribers of
a channel lose each other and its `disconnect` leaves subscribers waiting for ever. It may lose
messages; `services.hub` and `services.follow` are built so that this costs latency only.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any, Final

from broadcaster import Broadcast

# broadcaster exports none of these, and all are needed to notice the end of a subscription.
from broadcaster._backends.base import BroadcastBackend
from broadcaster._backends.memory import MemoryBackend
from broadcaster._base import Event, Subscriber, Unsubscribed

from services.errors import InvalidArgumentError
from services.redis_bus import FAILURES, Lost, RedisBackend

CHANNEL: Final = "graticule"
MEMORY: Final = "memory://"
SCHEMES: Final = ("redis://", "rediss://", "unix://")
PUBLISH_SECONDS: Final = 0.5
"""How long a commit's hint may take, its turn on the connection included, before the bus counts as lost."""

START_SECONDS: Final = 2.0
BACKLOG: Final = 10_000
"""Texts that may wait for their reader, about 3 MB; whoever is so far behind reads the rows instead."""


class BusError(Exception):
    """The bus is lost, or did not take a message; nothing is lost but time, since rows are the truth."""


class Bus:
    """One channel of text, as often opened as closed. `memory://` reaches this object's own subscriber only."""

    def __init__(self, url: str = MEMORY) -> None:
        """Take memory://, redis://, rediss:// or unix://. InvalidArgumentError, which does not repeat the URL."""
        self._url = url
        _backend(url)  # refuses what cannot be read now, not at the first connection
        self._backlog = _Backlog(MemoryBackend(MEMORY))
        self._broadcast: Broadcast | None = None
        self._subscriber: Subscriber | None = None
        self._stack = AsyncExitStack()

    async def start(self) -> None:
        """Connect and subscribe, at most 2 s; what is published after this returns is received. BusError."""
        backend = _backend(self._url)
        channel = backend.channel if isinstance(backend, RedisBackend) else CHANNEL
        self._backlog = _Backlog(backend)
        try:
            async with asyncio.timeout(START_SECONDS):
                broadcast = await self._stack.enter_async_context(Broadcast(backend=self._backlog))
                self._subscriber = await self._stack.enter_async_context(broadcast.subscribe(channel))
        except FAILURES as error:
            raise BusError(str(error) or type(error).__name__) from error
        self._broadcast = broadcast

    async def close(self) -> None:
        """End the subscription first, so that `messages` ends too, then disconnect."""
        self._broadcast = None
        await self._stack.aclose()

    async def publish(self, text: str) -> None:
        """Send a text to every subscriber, within 0.5 s; BusError when the bus is closed or out of reach."""
        if self._broadcast is None:
            raise BusError("The bus is not open.")
        try:
            async with asyncio.timeout(PUBLISH_SECONDS):
                await self._broadcast.publish(CHANNEL, text)
        except FAILURES as error:
            raise BusError(str(error) or type(error).__name__) from error

    async def messages(self) -> AsyncIterator[str]:
        """Give each text as it arrives, for one reader, until the bus is closed; BusError when it is lost."""
        if self._subscriber is None:
            raise BusError("The bus was never opened.")
        while True:
            try:
                event = await self._subscriber.get()
            except Unsubscribed:
                return
            if isinstance(event, Lost):
                raise BusError(event.message)
            self._backlog.waiting -= 1
            yield event.message


class _Backlog(BroadcastBackend):
    """Bounds what waits in broadcaster's own queue, which has no bound: too much of it is a loss."""

    def __init__(self, backend: BroadcastBackend) -> None:
        self._backend = backend
        self.waiting = 0

    async def connect(self) -> None:
        await self._backend.connect()

    async def disconnect(self) -> None:
        await self._backend.disconnect()

    async def subscribe(self, group: str) -> None:
        await self._backend.subscribe(group)

    async def unsubscribe(self, group: str) -> None:
        await self._backend.unsubscribe(group)

    async def publish(self, channel: str, message: Any) -> None:  # noqa: ANN401  # as broadcaster has it
        await self._backend.publish(channel, message)

    async def next_published(self) -> Event:
        event = await self._backend.next_published()
        self.waiting += 1
        if self.waiting <= BACKLOG:
            return event
        if self.waiting == BACKLOG + 1:
            return Lost(event.channel, f"{BACKLOG} messages wait for their reader.")
        while True:  # drop what comes, for as long as this backend is open
            await self._backend.next_published()


def _backend(url: str) -> BroadcastBackend:
    if url.startswith(MEMORY):
        return MemoryBackend(url)
    if url.startswith(SCHEMES):
        return RedisBackend(url, channel=CHANNEL)
    hint = "Give memory://, redis://host:port/number, rediss://, valkey:// or unix:///path."
    raise InvalidArgumentError("GRATICULE_BUS_URL is none that a bus is known for.", hint=hint)
