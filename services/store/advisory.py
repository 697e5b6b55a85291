"""A place among the servers of one PostgreSQL: an advisory lock, held by a session of its own.

PostgreSQL drops the lock with the session, so it ends with the process, however that ends, and within
some 15 s with its machine. It ends with a restart of PostgreSQL, too: then it is taken again in the background.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Final

import structlog
from sqlalchemy import URL

from services.errors import GraticuleError
from services.store.postgres import LOCKS, SERVING, ask, connect

if TYPE_CHECKING:
    import asyncpg

PROBE_SECONDS: Final = 10.0
"""How often the session is asked whether it lives; a closed one is noticed at once."""
AGAIN_SECONDS: Final = 1.0
LOST: Final = "The hold on the database was lost with its session, and is being taken again."
TAKEN: Final = "Another server has taken this database, while PostgreSQL was away or could not be reached."

logger = structlog.stdlib.get_logger()


class AdvisoryHold:
    """One server's place. `shared` ones stand beside each other, any other stands alone."""

    def __init__(self, url: URL, session: "asyncpg.Connection", *, shared: bool) -> None:
        self.problem: str | None = None
        self._url = url
        self._shared = shared
        self._lost = asyncio.Event()
        self._adopt(session)

    @classmethod
    @asynccontextmanager
    async def open(cls, url: URL, *, shared: bool) -> AsyncIterator["AdvisoryHold"]:
        """Open the session; it holds nothing yet. GraticuleError."""
        hold = cls(url, await connect(url), shared=shared)
        watch = asyncio.create_task(hold._watch(), name="hold on the database")
        try:
            yield hold
        finally:
            watch.cancel()
            await asyncio.wait({watch})
            await _close(hold._session)

    async def take(self, *, alone: bool) -> bool:
        """Take the place if it is free, `alone` or beside others; gives whether it was. GraticuleError."""
        return await self._take(self._session, alone=alone)

    async def settle(self) -> None:
        """Let others stand beside; the place is not given up in between. GraticuleError."""
        if self._shared:
            await ask(self._session, f"SELECT pg_advisory_lock_shared({LOCKS}, {SERVING})")
            await ask(self._session, f"SELECT pg_advisory_unlock({LOCKS}, {SERVING})")

    async def _watch(self) -> None:
        """Take the place again whenever its session is lost."""
        while True:
            while await self._lives():
                pass
            self.problem = LOST
            logger.warning("the hold on the database is lost")
            await self._retake()
            self.problem = None
            logger.info("the hold on the database is back")

    async def _lives(self) -> bool:
        """Wait for the loss of the session, or for the time to ask it; gives whether it lives."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PROBE_SECONDS):
                await self._lost.wait()
        if self._lost.is_set():
            return False
        try:
            await ask(self._session, "SELECT 1", seconds=PROBE_SECONDS)
        except GraticuleError:
            return False
        return True

    async def _retake(self) -> None:
        await _close(self._session)
        while True:
            try:
                session = await connect(self._url)
                if await self._take(session, alone=not self._shared):
                    self._adopt(session)
                    return
                self.problem = TAKEN
                await _close(session)
            except Exception as error:  # noqa: BLE001  # whatever it is, the next try may do better
                logger.debug("the hold on the database is not back yet", error=str(error))
            await asyncio.sleep(AGAIN_SECONDS)

    def _adopt(self, session: "asyncpg.Connection") -> None:
        self._session = session
        self._lost.clear()
        session.add_termination_listener(self._note_end)

    def _note_end(self, session: object) -> None:
        if session is self._session:
            self._lost.set()

    async def _take(self, session: "asyncpg.Connection", *, alone: bool) -> bool:
        function = "pg_try_advisory_lock" if alone else "pg_try_advisory_lock_shared"
        return bool(await ask(session, f"SELECT {function}({LOCKS}, {SERVING})"))


async def _close(session: "asyncpg.Connection") -> None:
    """End a session that may have been lost."""
    with suppress(Exception):
        await session.close(timeout=1.0)
