"""Wake a free slot, wherever there is one: the one module that knows docket.

A delivery says no more than that something may begin; which job that is, the rows say, at the moment in which
there is a slot for it (`JobStore.take_next`). So everything here may happen twice or not at all, and nothing fails
because Redis is away: the reconciler adds again. A delivery is keyed by the job and attempt that it was added for, and
nothing is remembered of a finished one (`execution_ttl` 0; docket's default keeps a key for 15 minutes), so that no
attempt is mistaken for the one before.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final, Self
from uuid import uuid4

import structlog
from docket import Docket, Worker
from redis.exceptions import RedisError

from services.errors import InvalidArgumentError
from services.models import Job
from services.redis_bus import open_client
from services.settings import is_shared
from services.tracing import step

Work = Callable[[], Awaitable[None]]
"""What is done in a slot that was woken; it never raises for a job that failed."""

MEMORY: Final = "memory://"
SCHEMES: Final = (MEMORY, "redis://", "rediss://", "unix://")
POLL: Final = timedelta(milliseconds=100)
"""How soon a freed slot is filled; idle, this costs under 2 % of a core."""
DUE: Final = timedelta(seconds=1)
"""How soon it is seen that a later try is due; each look costs 5 ms."""
RECONNECT: Final = timedelta(seconds=1)
TELL_SECONDS: Final = 0.5
"""How long a request may wait for Redis; what did not get there the reconciler brings."""
ALIVE_MILLISECONDS: Final = 60_000
"""How long the key lives by which it is seen that Redis takes writes."""
REST_SECONDS: Final = 1.0
"""How long nobody waits for a Redis that has just let somebody wait."""
STOP_SECONDS: Final = 1.0
"""How long docket may take to say goodbye, when our attempts have ended."""

logger = structlog.stdlib.get_logger()


class JobQueue:
    """Wakes a slot for each job: in this process with memory://, in any process over Redis."""

    def __init__(self, docket: Docket, *, shared: bool) -> None:
        self._docket = docket
        self._shared = shared
        self._deliveries: _Deliveries | None = None
        self._resting_until = 0.0
        self._lost: str | None = None
        docket.register(self._wake, names=["wake"])

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str) -> AsyncIterator[Self]:
        """Make ready to connect; closing forgets what memory:// still carried, which the rows remember.

        InvalidArgumentError, which does not repeat the URL; a Redis that is away is none.
        docket shares one memory:// between all that use the same URL and event loop; the random
        part keeps two services of one process apart.
        """
        if not url.startswith(SCHEMES):
            raise InvalidArgumentError(f"GRATICULE_QUEUE_URL has none of {', '.join(SCHEMES)}.", hint="Use memory://.")
        own_url = f"{MEMORY}{uuid4().hex}" if url == MEMORY else url
        if is_shared(url):  # docket would refuse wrong options at the first job
            await open_client(url, setting="GRATICULE_QUEUE_URL").aclose()
        async with Docket(name="graticule", url=own_url, execution_ttl=timedelta(0)) as docket:
            yield cls(docket, shared=is_shared(url))

    @property
    def problem(self) -> str | None:
        """Why no jobs come from elsewhere now, as far as the last look or message could tell; None when they do."""
        return None if self._lost is None else f"The queue does not answer, or takes nothing: {self._lost}"

    async def check(self) -> None:
        """Look whether Redis takes what we send, at most 0.5 s, so that `problem` and the log say it.

        One that is out of memory, or a replica, answers every question and takes no job.
        """
        async with self._docket.redis() as redis:
            await self._tell(lambda: redis.set(f"{self._docket.name}:alive", b"", px=ALIVE_MILLISECONDS))

    async def claims(self, duty: str, *, seconds: float) -> bool:
        """Whether this process is the one that does a recurring duty this time, of all that share the queue.

        Whoever dies with the claim has it until the next time; a Redis that is away stops nobody. One message.
        """
        if not self._shared:
            return True
        claimed: list[object] = []

        async def claim() -> None:
            async with self._docket.redis() as redis:
                key = f"{self._docket.name}:claim:{duty}"
                claimed.append(await redis.set(key, b"", nx=True, px=int(seconds * 900)))

        await self._tell(claim)
        return all(claimed)

    async def add(self, job: Job) -> None:
        """Wake a slot for a job, not before its time; adding what is already on its way does nothing."""
        with step("queue", job=job.id):
            await self._tell(self._docket.add("wake", when=job.not_before, key=delivery_key(job)))

    @asynccontextmanager
    async def work(self, work: Work, *, concurrency: int, lease_seconds: float = 20.0) -> AsyncIterator[None]:
        """Work when woken, in `concurrency` slots at a time, until the block ends.

        What was delivered to a worker that died before its row said so is delivered again after a lease. Leaving
        takes at most 2 s beyond what runs.
        """
        worker = Worker(
            self._docket,
            name=uuid4().hex,  # a container's process is always number 1
            concurrency=concurrency,
            redelivery_timeout=timedelta(seconds=lease_seconds),
            reconnection_delay=RECONNECT,
            minimum_check_interval=POLL,
            scheduling_resolution=DUE,
            schedule_automatic_tasks=False,
        )
        self._deliveries = _Deliveries(worker, work)
        running = asyncio.create_task(_run_worker(worker), name="docket worker")
        try:
            yield
        finally:
            await _stop(running)

    async def _tell(self, action: Callable[[], Awaitable[object]]) -> None:
        """Tell Redis something, unless it is away: then somebody waits for it once a second."""
        if time.monotonic() < self._resting_until:
            return
        try:
            async with asyncio.timeout(TELL_SECONDS):
                await action()
        except (RedisError, OSError) as error:
            self._resting_until = time.monotonic() + REST_SECONDS
            said = f"{type(error).__name__}: {error}"
            if self._lost is None:
                logger.warning("the queue is lost", error=said)
            self._lost = said
        else:
            if self._lost is not None:
                logger.info("the queue is back")
            self._lost = None

    async def _wake(self) -> None:
        if self._deliveries is not None:
            await self._deliveries.take()


class _Deliveries:
    """Lets jobs outlive docket's session, which a lost connection ends.

    It would wait for all that runs before it connects again: one long clone would keep every other slot empty.
    """

    def __init__(self, worker: Worker, work: Work) -> None:
        self._worker = worker
        self._work = work
        self._slots = worker.concurrency
        self._left: set[asyncio.Task[None]] = set()

    async def take(self) -> None:
        """Work in a slot; returns when that ends, or when docket's session does, whatever comes first."""
        session = self._worker._processing_session  # noqa: SLF001  # docket tells nobody of a lost connection
        work = asyncio.ensure_future(self._work())
        over = asyncio.create_task(session.stopping.wait() if session else asyncio.Event().wait())
        try:
            await asyncio.wait({work, over}, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:  # the process stops
            if task := asyncio.current_task():
                task.uncancel()
            work.cancel()
            await asyncio.wait({work})
        finally:
            over.cancel()
        if work.done():
            work.result()
        else:
            self._leave(work)

    def _leave(self, work: "asyncio.Task[None]") -> None:
        """Let a job run on beside docket, in the slot that it has."""
        self._left.add(work)
        self._worker.concurrency = self._slots - len(self._left)
        work.add_done_callback(self._end)

    def _end(self, work: "asyncio.Task[None]") -> None:
        self._left.discard(work)
        self._worker.concurrency = self._slots - len(self._left)
        if not work.cancelled():
            work.exception()  # the attempt has said it


async def _run_worker(worker: Worker) -> None:
    async with worker:
        await worker.run_forever()


async def _stop(running: "asyncio.Task[None]") -> None:
    """Stop docket's worker: a first cancel lets it end what it does, a second ends its wait for Redis."""
    for _ in range(2):
        running.cancel()
        await asyncio.wait({running}, timeout=STOP_SECONDS)
        if running.done():
            break
    if running.done() and not running.cancelled():
        running.result()


def delivery_key(job: Job) -> str:
    """Name the delivery for a job's next attempt: what is to begin sooner than it was needs another one."""
    time = f":{job.not_before.timestamp()}" if job.not_before else ""
    return f"job:{job.id}:{job.attempt}:{job.lane.value}{time}"
