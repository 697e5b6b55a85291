"""Carry small texts from whoever changes something to every process: the one user of broadcaster.

One subscription per process on one channel, because broadcaster's concurrent first subscribers of
a channel lose each other and its `disconnect` leaves subscribers waiting for ever. It may lose
messages; `services.hub` and `services.follow` are built so that this costs latency only.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

from broadcaster import Broadcast

# broadcaster exports neither name, and both are needed to notice the end of a subscription.
from broadcaster._base import Subscriber, Unsubscribed

from services.errors import InvalidArgumentError

CHANNEL = "graticule"


class BusError(Exception):
    """The bus did not take a message; nothing is lost but time, since rows are the truth."""


class Bus:
    """One channel of text. `memory://` reaches this object's own subscriber only."""

    def __init__(self, url: str = "memory://") -> None:
        if not url.startswith("memory://"):
            raise InvalidArgumentError(
                f"GRATICULE_BUS_URL {url!r} is not supported by this version.", hint="Use memory://."
            )
        self._url = url
        self._broadcast: Broadcast | None = None
        self._subscriber: Subscriber | None = None
        self._stack = AsyncExitStack()

    async def start(self) -> None:
        """Connect and subscribe; what is published after this returns is received."""
        self._broadcast = await self._stack.enter_async_context(Broadcast(self._url))
        self._subscriber = await self._stack.enter_async_context(self._broadcast.subscribe(CHANNEL))

    async def close(self) -> None:
        """End the subscription first, so that `messages` ends too, then disconnect."""
        self._broadcast = None
        await self._stack.aclose()

    async def publish(self, text: str) -> None:
        """Send a text to every subscriber; BusError when the bus is closed or out of reach."""
        if self._broadcast is None:
            raise BusError("The bus is not open.")
        try:
            await self._broadcast.publish(CHANNEL, text)
        except OSError as error:
            raise BusError(str(error)) from error

    async def messages(self) -> AsyncIterator[str]:
        """Give each text as it arrives, for one reader, until the bus is closed."""
        if self._subscriber is None:
            raise BusError("The bus was never opened.")
        while True:
            try:
                event = await self._subscriber.get()
            except Unsubscribed:
                return
            yield event.message
