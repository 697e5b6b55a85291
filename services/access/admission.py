"""What stands between a viewer and work: is it private to others, and was there too much of it lately.

Work means a git process and a connection to a remote; both questions come before either.
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from services.access.door import Door
from services.access.rates import Rates
from services.errors import ErrorCode, NotAllowedError, RateLimitedError
from services.viewers import Viewer

RETRY_SECONDS: Final = 10


@dataclass(frozen=True, slots=True)
class Admission:
    """Who may come in, how often they may ask, and which names need credentials of this server."""

    door: Door
    rates: Rates
    is_private: Callable[[str], bool]

    async def admit(self, viewer: Viewer, name: str, *, known_private: bool) -> None:
        """Let a viewer have work done on a repository. RateLimitedError, NotAllowedError (FORBIDDEN).

        Counted before it is refused, so that nobody can try names as fast as they like. What was read
        with credentials (`known_private`) stays private when the operator takes them away.
        """
        await self.rates.submit(viewer)
        if (known_private or self.is_private(name)) and not viewer.grants.cover(name):
            hint = "Ask the operator for a token that was given it (graticule token create --grant)."
            raise NotAllowedError(ErrorCode.FORBIDDEN, f"{name} is private here.", hint=hint)


class Places:
    """Places for what takes long: so many in all, and of one client only some of them, so that nobody has them all."""

    def __init__(self, *, in_all: int, per_client: int) -> None:
        self._in_all = in_all
        self._per_client = per_client
        self._taken: Counter[str] = Counter()

    @asynccontextmanager
    async def take(self, client: str) -> AsyncIterator[None]:
        """Take a place for the length of the block, or be told to come back. RateLimitedError."""
        if self._taken[client] >= self._per_client or self._taken.total() >= self._in_all:
            text = "Too many remotes are being asked for their refs."
            raise RateLimitedError(text, retry_after_seconds=RETRY_SECONDS)
        self._taken[client] += 1
        try:
            yield
        finally:
            self._taken[client] -= 1
            if not self._taken[client]:
                del self._taken[client]
