"""The open websockets and event streams: how many there may be, and which must go with their token.

An event stream counts as a socket, since it costs as much and lives as long. A socket is counted by
its address from the handshake on, and by its token once that is known.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final, Self

from services.access.door import Door
from services.errors import RateLimitedError, UnauthenticatedError
from services.settings import Settings
from services.viewers import NOBODY, Viewer

RETRY_SECONDS: Final = 5
"""When to come back when there are too many: sockets come and go all the time."""

FORBIDDEN: Final = 4403
CloseSocket = Callable[[int, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class SocketLimits:
    """How many sockets one token, one address, and everybody together may have."""

    per_client: int
    in_all: int

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Take the limits out of the settings."""
        return cls(settings.sockets_per_client, settings.sockets)


class Seat:
    """One open socket. `close` ends it with a code and a reason."""

    def __init__(self, sockets: "Sockets", origin: str) -> None:
        self._sockets = sockets
        self.keys = [origin]
        self.viewer = NOBODY
        self.close: CloseSocket | None = None

    def take(self, viewer: Viewer, close: CloseSocket) -> None:
        """Say who sits here. RateLimitedError when the token has too many sockets."""
        if viewer.client not in self.keys:
            self._sockets.count(viewer.client)
            self.keys.append(viewer.client)
        self.viewer = viewer
        self.close = close


class Sockets:
    """All of a process."""

    def __init__(self, limits: SocketLimits) -> None:
        self._limits = limits
        self._seats: set[Seat] = set()
        self._counts: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._seats)

    @contextmanager
    def seat(self, address: str) -> Iterator[Seat]:
        """Give a socket from this address its seat for as long as it is open. RateLimitedError."""
        if len(self._seats) >= self._limits.in_all:
            message = f"{self._limits.in_all} sockets and streams are open, which is the limit of this server."
            raise RateLimitedError(message, retry_after_seconds=RETRY_SECONDS, setting="GRATICULE_SOCKETS")
        origin = replace(NOBODY, address=address).origin
        self.count(origin)
        seat = Seat(self, origin)
        self._seats.add(seat)
        try:
            yield seat
        finally:
            self._seats.discard(seat)
            for key in seat.keys:
                self._counts[key] -= 1
                if not self._counts[key]:
                    del self._counts[key]

    def count(self, key: str) -> None:
        """Count one socket more for a token or an address. RateLimitedError."""
        if self._counts[key] >= self._limits.per_client:
            whose = "token" if key.startswith("token:") else "address"
            message = f"{self._limits.per_client} sockets and streams of this {whose} are open, which is the limit."
            setting = "GRATICULE_SOCKETS_PER_CLIENT"
            raise RateLimitedError(message, retry_after_seconds=RETRY_SECONDS, setting=setting)
        self._counts[key] += 1

    async def close_revoked(self, door: Door) -> None:
        """Close the sockets whose token was revoked or has expired, silent ones too."""
        refused = {viewer: _refused(door, viewer) for viewer in {seat.viewer for seat in self._seats if seat.close}}
        gone = [(seat.close, error) for seat in self._seats if seat.close and (error := refused[seat.viewer])]
        await asyncio.gather(*(close(FORBIDDEN, error.message) for close, error in gone), return_exceptions=True)


def _refused(door: Door, viewer: Viewer) -> UnauthenticatedError | None:
    try:
        door.check(viewer)
    except UnauthenticatedError as error:
        return error
    return None
