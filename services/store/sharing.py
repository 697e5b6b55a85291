"""Who else has the database open: servers on one database must hear of each other's changes.

The lock belongs to the database, not to a data folder: a server whose hints stay in its own memory takes
it alone, servers that share a bus take it together. For SQLite the kernel holds it, so it ends with the process. It is
a file of its own, since closing any descriptor of SQLite's would drop SQLite's locks (its "How To Corrupt", 2.2).
For PostgreSQL see `services.store.advisory`.
"""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from services.errors import ErrorCode, GraticuleError
from services.store.advisory import AdvisoryHold
from services.store.database import database_file, database_server
from services.store.faults import usable

GONE_SECONDS: Final = 2.0
"""How long a server that shares with nobody asks: PostgreSQL notices late that one which was killed is gone."""

TURN_SECONDS: Final = 30.0
"""How long another server may be alone with the database while it starts."""

STEP_SECONDS: Final = 0.05
HINT: Final = "Give all of them the same Redis or Valkey: GRATICULE_REDIS_URL, or GRATICULE_BUS_URL."
NOT_SHARED: Final = "Another server uses this database, and would not hear of this one, whose bus is memory://."
HELD: Final = (
    "Another server had this database to itself for {seconds:g} s: its bus is memory://, or its start takes long, in "
    "which case try again."
)


class DatabaseInUseError(GraticuleError):
    """Another server uses this database, and would not hear of what this one changes (`INVALID_ARGUMENT`)."""

    def __init__(self, message: str) -> None:
        super().__init__(ErrorCode.INVALID_ARGUMENT, message, hint=HINT)


class Place(Protocol):
    """What a server has of a database; `problem` says in a line why it may have it no longer."""

    problem: str | None

    async def take(self, *, alone: bool) -> bool:
        """Take it, alone or beside others, if that is possible now."""
        ...

    async def settle(self) -> None:
        """Let others in, if they may come."""
        ...


@dataclass(frozen=True, slots=True)
class Hold:
    """The use of a database by one server. `alone` says that no other server had it when this one came."""

    place: Place | None = None
    alone: bool = False

    @property
    def problem(self) -> str | None:
        """Why this server may have lost the database to another, in a line."""
        return self.place.problem if self.place else None

    async def settle(self) -> None:
        """Let others in, if they may come: what had to be done alone is done."""
        if self.place is not None:
            await self.place.settle()


class FileHold:
    """A lock on a file beside SQLite's."""

    def __init__(self, descriptor: int, *, shared: bool) -> None:
        self.problem: str | None = None
        self._descriptor = descriptor
        self._shared = shared

    @classmethod
    @asynccontextmanager
    async def open(cls, file: Path, *, shared: bool) -> AsyncIterator["FileHold"]:
        """Open the file; it is locked by nobody yet. InvalidArgumentError."""
        with usable(file, setting="DATABASE_URL"):
            descriptor = os.open(file.with_name(f"{file.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            yield cls(descriptor, shared=shared)
        finally:
            os.close(descriptor)

    async def take(self, *, alone: bool) -> bool:
        """Lock it, if that is possible now."""
        try:
            fcntl.flock(self._descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    async def settle(self) -> None:
        """Share it."""
        if self._shared:
            fcntl.flock(self._descriptor, fcntl.LOCK_SH)


@asynccontextmanager
async def hold_database(url: str, *, shared: bool) -> AsyncIterator[Hold]:
    """Use a database until the block ends, `shared` with servers that share a bus. DatabaseInUseError and others.

    At first alone, if nobody else is there.
    """
    file = database_file(url)
    server = database_server(url)
    if file is not None:
        opened: AbstractAsyncContextManager[Place] = FileHold.open(file, shared=shared)
    elif server is not None:
        opened = AdvisoryHold.open(server, shared=shared)
    else:
        yield Hold()
        return
    async with opened as place:
        yield Hold(place, alone=await _take(place, shared=shared))


async def _take(place: Place, *, shared: bool) -> bool:
    """Give whether nobody else is there; otherwise wait for whoever is only starting, or gone. DatabaseInUseError."""
    if await place.take(alone=True):
        return True
    for _ in range(round((TURN_SECONDS if shared else GONE_SECONDS) / STEP_SECONDS)):
        if await place.take(alone=not shared):
            return not shared
        await asyncio.sleep(STEP_SECONDS)
    raise DatabaseInUseError(HELD.format(seconds=TURN_SECONDS) if shared else NOT_SHARED)
