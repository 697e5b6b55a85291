"""Who else has the database open: servers on one database must hear of each other's changes.

The lock belongs to the database, not to a data folder: a server whose hints stay in its own memory takes
it alone, servers that share a bus take it together. The kernel holds it, so it ends with the process. It is
a file of its own, since closing any descriptor of SQLite's would drop SQLite's locks (its "How To Corrupt", 2.2).
"""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from services.errors import ErrorCode, GraticuleError
from services.store.database import database_file
from services.store.faults import usable

TURN_SECONDS: Final = 30.0
"""How long another server may be alone with the database while it starts."""

STEP_SECONDS: Final = 0.05


class DatabaseInUseError(GraticuleError):
    """Another server uses this database, and would not hear of what this one changes (`INVALID_ARGUMENT`)."""

    def __init__(self) -> None:
        super().__init__(
            ErrorCode.INVALID_ARGUMENT,
            "Another server uses this database, and changes would not travel between the two over memory://.",
            hint="Give all of them the same Redis or Valkey: GRATICULE_REDIS_URL, or GRATICULE_BUS_URL.",
        )


class Hold:
    """The use of a database by one server. `alone` says that no other server had it when this one came."""

    def __init__(self, descriptor: int | None = None, *, alone: bool = False, shared: bool = True) -> None:
        self._descriptor = descriptor
        self._shared = shared
        self.alone = alone

    def settle(self) -> None:
        """Let others in, if they may come: what had to be done alone is done."""
        if self._descriptor is not None and self._shared:
            fcntl.flock(self._descriptor, fcntl.LOCK_SH)


@asynccontextmanager
async def hold_database(url: str, *, shared: bool) -> AsyncIterator[Hold]:
    """Use a database until the block ends, `shared` with servers that share a bus. DatabaseInUseError and others.

    At first alone, if nobody else is there. Of other databases than SQLite nothing is known yet: theirs will be
    PostgreSQL's advisory lock, taken here.
    """
    file = database_file(url)
    if file is None:
        yield Hold()
        return
    with usable(file, setting="DATABASE_URL"):
        descriptor = os.open(file.with_name(f"{file.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield Hold(descriptor, alone=await _lock(descriptor, shared=shared), shared=shared)
    finally:
        os.close(descriptor)


async def _lock(descriptor: int, *, shared: bool) -> bool:
    """Give whether nobody else is there; otherwise wait for whoever is only starting. DatabaseInUseError."""
    if _take(descriptor, fcntl.LOCK_EX):
        return True
    for _ in range(round(TURN_SECONDS / STEP_SECONDS) if shared else 0):
        if _take(descriptor, fcntl.LOCK_SH):
            return False
        await asyncio.sleep(STEP_SECONDS)
    raise DatabaseInUseError


def _take(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
