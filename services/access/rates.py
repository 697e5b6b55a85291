"""How much somebody may ask for in a time: submissions, since each is a git process and a connection.

Counted per token and per address in a moving window, in memory or, when servers share one, in Redis.
A Redis that does not answer costs nobody their work: this process then counts for itself.
"""

import math
import time
from typing import Final

import structlog
from limits import RateLimitItem, parse_many
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import StorageError
from redis.asyncio import ConnectionPool

from services.errors import InvalidArgumentError, RateLimitedError
from services.viewers import Viewer

KEY_PREFIX: Final = "graticule:rates"
REDIS_SECONDS: Final = 0.5
"""How long a submission waits for Redis before this process counts it alone."""

logger = structlog.stdlib.get_logger()


class Rates:
    """Counts the submissions of everybody."""

    def __init__(self, submissions: str, *, redis_url: str | None = None) -> None:
        """Read a rate like `300/minute` or `10/second;500/hour`. InvalidArgumentError."""
        self._items = _items(submissions)
        self._alone = MovingWindowRateLimiter(MemoryStorage())
        self._pool = None if redis_url is None else _pool(redis_url)
        self._shared = None if self._pool is None else MovingWindowRateLimiter(_storage(self._pool))
        self._counts_alone = self._shared is None

    async def close(self) -> None:
        """Let go of Redis."""
        if self._pool is not None:
            await self._pool.aclose()

    async def submit(self, viewer: Viewer) -> None:
        """Count one submission, or refuse it with when to come back. RateLimitedError."""
        keys = dict.fromkeys((viewer.client, viewer.origin))
        for limiter in filter(None, (self._shared, self._alone)):
            try:
                await self._submit(limiter, tuple(keys))
            except StorageError as error:
                if not self._counts_alone:  # once for each outage
                    logger.warning("rates are counted in this process alone", error=str(error.storage_error))
                self._counts_alone = True
            else:
                self._counts_alone = limiter is not self._shared
                return

    async def _submit(self, limiter: MovingWindowRateLimiter, keys: tuple[str, ...]) -> None:
        for item in self._items:
            for key in keys:
                if not await limiter.test(item, key):
                    raise await _refusal(limiter, item, key)
        for item in self._items:
            for key in keys:
                if not await limiter.hit(item, key):
                    raise await _refusal(limiter, item, key)


async def _refusal(limiter: MovingWindowRateLimiter, item: RateLimitItem, key: str) -> RateLimitedError:
    stats = await limiter.get_window_stats(item, key)
    wait = max(1, math.ceil(stats.reset_time - time.time()))
    whose = "token" if key.startswith("token:") else "address"
    message = f"More than {item} were submitted with this {whose}."
    return RateLimitedError(message, retry_after_seconds=wait, setting="GRATICULE_SUBMISSION_RATE")


def _items(text: str) -> list[RateLimitItem]:
    try:
        items = parse_many(text)
        if all(item.amount > 0 for item in items):
            return items
        raise ValueError  # noqa: TRY301  # one refusal for all that cannot be meant
    except ValueError:
        hint = "Give a number and a time, as in 300/minute, or several separated by semicolons."
        raise InvalidArgumentError(f"GRATICULE_SUBMISSION_RATE is {text!r}, which is no rate.", hint=hint) from None


def _pool(url: str) -> ConnectionPool:
    try:
        return ConnectionPool.from_url(url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS)
    except ValueError:
        hint = "Give redis://host:port/number, rediss:// or unix://."
        raise InvalidArgumentError("GRATICULE_REDIS_URL names no Redis.", hint=hint) from None


def _storage(pool: ConnectionPool) -> RedisStorage:
    return RedisStorage(
        "async+redis://",
        wrap_exceptions=True,
        implementation="redispy",
        key_prefix=KEY_PREFIX,
        connection_pool=pool,  # type: ignore[arg-type]  # documented, but not in the type of the options
    )
