"""Redis or Valkey below broadcaster: its own backend delivers nothing with redis-py 8.

Nothing is mended here: redis-py's retries are off, and the first failure is the end of this backend,
which it says with a `Lost`. Only so can `services.supervision` know that hints may be missing.
"""

import asyncio
from typing import Any, Final

from broadcaster._backends.base import BroadcastBackend  # broadcaster exports neither name
from broadcaster._base import Event
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from services.errors import InvalidArgumentError

SOCKET_SECONDS: Final = 1.0
"""How long connecting, and each answer, may take: twice what a healthy bus on another continent needs."""

HEALTH_SECONDS: Final = 10
"""An idle connection is tried before it is used after this long; with heartbeats none idles."""

FAILURES: Final = (RedisError, OSError, ValueError, TypeError, LookupError, AttributeError)
"""The last four are what redis-py 8 makes of an answer that Redis would not give."""


def open_client(url: str, *, answer_seconds: float = SOCKET_SECONDS, setting: str = "GRATICULE_BUS_URL") -> Redis:
    """Give a client that connects when it is used and tries nothing twice. InvalidArgumentError without the URL."""
    keepalive = {} if url.startswith("unix:") else {"socket_keepalive": True}
    try:
        client = Redis.from_url(
            url,
            protocol=2,
            socket_timeout=answer_seconds,
            socket_connect_timeout=SOCKET_SECONDS,
            health_check_interval=HEALTH_SECONDS,
            retry=Retry(NoBackoff(), 0),
            **keepalive,
        )
        pool = client.connection_pool
        pool.connection_class(**pool.connection_kwargs)  # refuses options that it does not know
    except (ValueError, TypeError, RedisError):
        hint = "Give redis://host:port/number, rediss://, valkey:// or unix:///path."
        raise InvalidArgumentError(f"{setting} names no Redis and no Valkey.", hint=hint) from None
    return client


def channel_on(client: Redis, name: str) -> str:
    """Name a channel of one database of a server: a channel as such is seen from every one of them."""
    return f"{name}:{client.connection_pool.connection_kwargs.get('db', 0)}"


class Lost(Event):
    """The last event of a backend: what comes after it is not received any more. `message` says why."""


class RedisBackend(BroadcastBackend):
    """One connection that listens on one channel, and one that publishes."""

    def __init__(self, url: str, *, channel: str) -> None:
        """Read the URL, without connecting. InvalidArgumentError, which does not repeat it."""
        self._client = open_client(url)
        self.channel: Final = channel_on(self._client, channel)
        self._pubsub: PubSub = self._client.pubsub()
        self._turn = asyncio.Lock()  # in order, and no thousand connections for a thousand hints
        self._closed = self._lost = False

    async def connect(self) -> None:
        """Subscribe, and wait until the server says so. `FAILURES`.

        Here and not in `subscribe`: broadcaster makes a KeyError of what fails there.
        """
        try:
            await self._pubsub.subscribe(self.channel)
            answer = await self._pubsub.get_message(timeout=SOCKET_SECONDS)
            if answer is None or answer["type"] != "subscribe":
                raise TimeoutError("The server did not confirm the subscription.")  # noqa: TRY301  # closed below
            await self._client.ping()
        except BaseException:
            await self.disconnect()
            raise

    async def disconnect(self) -> None:
        """Close both connections; nobody waits for the server."""
        self._closed = self._lost = True
        await self._pubsub.aclose()  # type: ignore[no-untyped-call]  # of redis-py
        await self._client.aclose()

    async def subscribe(self, group: str) -> None:
        """Do nothing: `connect` has."""

    async def unsubscribe(self, group: str) -> None:
        """Do nothing: `disconnect` will, and the connection may be dead."""

    async def publish(self, channel: str, message: Any) -> None:  # noqa: ANN401  # as broadcaster has it
        """Send a text to every listener. `FAILURES`."""
        del channel
        async with self._turn:
            if self._closed:  # redis-py would open a closed client again
                raise ConnectionError("The bus was closed.")
            await self._client.publish(self.channel, message.encode("utf-8", "surrogatepass"))

    async def next_published(self) -> Event:
        """Give the next text; when the connection breaks one `Lost`, then nothing for ever."""
        if self._lost:
            await asyncio.Event().wait()
        try:
            return await self._next()
        except FAILURES as error:
            self._lost = True
            return Lost(self.channel, f"{type(error).__name__}: {error}")

    async def _next(self) -> Event:
        while True:
            message = await self._pubsub.get_message(timeout=None)
            if message is None or message["type"] != "message":
                continue
            try:
                return Event(self.channel, message["data"].decode("utf-8", "surrogatepass"))
            except UnicodeDecodeError:
                continue  # not ours
