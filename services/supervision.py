"""Keep the bus alive, and say whether it is: only a heartbeat of its own that came back proves it.

A connection may be dead without an error, a server may answer and deliver nothing. So a lost heartbeat
counts as much as an error, and what is lost is not mended but built anew. While the bus is known to be
down nothing waits for it.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import Final
from uuid import uuid4

import structlog

from services.bus import Bus, BusError
from services.metrics import Metrics

HEARTBEAT_SECONDS: Final = 5.0
MISSED_HEARTBEATS: Final = 2
FIRST_RETRY_SECONDS: Final = 0.1
SLOWEST_RETRY_SECONDS: Final = 2.0
"""With 2 s to connect and one heartbeat's way, the bus is back within 5 s of its server."""

_BEAT: Final = "heartbeat "
"""Hints are JSON objects and begin with a brace."""

logger = structlog.stdlib.get_logger()


class SupervisedBus:
    """A bus that is opened again whenever it is lost.

    `receive` gets each text of others and of ourselves. `recover` is awaited whenever texts may have
    been lost, before the bus counts as ready; when it fails, again with the next heartbeat. `confirm` is
    called when everything that was sent before the last heartbeat has been received.
    """

    def __init__(
        self,
        bus: Bus,
        *,
        receive: Callable[[str], None],
        recover: Callable[[], Awaitable[None]],
        confirm: Callable[[], None],
        metrics: Metrics,
        heartbeat_seconds: float = HEARTBEAT_SECONDS,
    ) -> None:
        self._bus = bus
        self._receive = receive
        self._recover = recover
        self._confirm = confirm
        self._metrics = metrics
        self._heartbeat_seconds = heartbeat_seconds
        self._mark = f"{_BEAT}{uuid4().hex} "
        self._returned = asyncio.Event()
        self._tried = asyncio.Event()
        self._broken: asyncio.Future[str] | None = None
        self._lost_at: float | None = None
        self._problem: str | None = "No heartbeat has come back from the bus yet."
        self._task: asyncio.Task[None] | None = None

    @property
    def problem(self) -> str | None:
        """Why the bus is not ready; None when it is."""
        return self._problem

    async def start(self) -> None:
        """Open the bus, or find that it cannot be opened now; it is tried again and again until `close`."""
        self._task = asyncio.create_task(self._supervise(), name="bus: supervise")
        await self._tried.wait()

    async def close(self) -> None:
        """Close the bus for good."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
        self._unready("The server is stopping.")

    async def publish(self, text: str) -> None:
        """Send a text; BusError at once while the bus is down, after at most 0.5 s when that is news."""
        broken = self._broken  # of the connection that is used, which may be gone afterwards
        if broken is None or broken.done():
            self._metrics.bus_failed.inc()
            raise BusError("The bus is down.")
        try:
            await self._bus.publish(text)
        except BusError as error:
            self._metrics.bus_failed.inc()
            if not broken.done():
                broken.set_result(str(error))
            raise
        self._metrics.bus_published.inc()

    async def _supervise(self) -> None:
        failures = 0
        while True:
            # Gathered, so that no defect of whoever receives can end the supervision.
            for error in await asyncio.gather(self._open_once(), return_exceptions=True):
                failures = failures + 1 if self._lost_at is not None else 0  # that it worked meanwhile counts
                self._note_loss(error)
            self._tried.set()
            longest = min(SLOWEST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2 ** min(failures, 10))
            await asyncio.sleep(longest * random.uniform(0.5, 1.0))  # noqa: S311  # spreads servers, hides nothing

    async def _open_once(self) -> None:
        """Open the bus and stay until it is lost. BusError."""
        try:
            await self._bus.start()
            self._broken = asyncio.get_running_loop().create_future()
            self._tried.set()
            tasks = [asyncio.create_task(self._listen(), name="bus: listen")]
            tasks.append(asyncio.create_task(self._beat(), name="bus: beat"))
            try:
                done, _ = await asyncio.wait({*tasks, self._broken}, return_when=asyncio.FIRST_COMPLETED)
                for ended in done:
                    raise BusError(ended.result())
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
        finally:
            self._broken = None
            await self._bus.close()

    async def _listen(self) -> str:
        async for text in self._bus.messages():
            self._metrics.bus_received.inc()
            if text.startswith(self._mark):
                self._metrics.hub_lag.observe(time.monotonic() - float(text.removeprefix(self._mark)))
                self._returned.set()
            elif not text.startswith(_BEAT):
                self._receive(text)
        return "The bus was closed."

    async def _beat(self) -> str:
        """Send heartbeats until too many in a row did not come back."""
        missed = 0
        while missed < MISSED_HEARTBEATS:
            self._returned.clear()
            due = time.monotonic() + self._heartbeat_seconds
            await self.publish(f"{self._mark}{time.monotonic()!r}")
            if await self._comes_back():
                missed = 0
                await self._alive()
                await asyncio.sleep(due - time.monotonic())
            else:
                missed += 1
        return f"{missed} heartbeats did not come back."

    async def _comes_back(self) -> bool:
        try:
            async with asyncio.timeout(self._heartbeat_seconds):
                await self._returned.wait()
        except TimeoutError:
            return False
        return True

    async def _alive(self) -> None:
        """Take note of a heartbeat that came back; the first one ends an outage."""
        if self._problem is None:
            self._confirm()
            return
        if self._lost_at is not None:
            # Gathered, so that a store that fails for a while costs a heartbeat and not the bus.
            for error in await asyncio.gather(self._recover(), return_exceptions=True):
                if isinstance(error, BusError):
                    raise error
                if error is not None:
                    self._unready("The store does not say what was missed.")
                    logger.warning("what was missed could not be read", exc_info=error)
                    return
            logger.info("the bus is back", seconds=round(time.monotonic() - self._lost_at, 1))
            self._lost_at = None
        self._problem = None
        self._metrics.hub_ready.set(1)

    def _note_loss(self, error: BaseException | None) -> None:
        """Say it once for each outage, however many tries that takes."""
        self._unready(f"The bus is lost: {error}")
        if self._lost_at is None:
            self._lost_at = time.monotonic()
            defect = None if isinstance(error, BusError) else error
            message = "the bus is lost; hints stay in this process until it is back"
            logger.warning(message, error=str(error), exc_info=defect)

    def _unready(self, problem: str) -> None:
        self._problem = problem
        self._metrics.hub_ready.set(0)
