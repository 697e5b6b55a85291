"""One attempt at a job, and the boundary where whatever goes wrong becomes a state of its row.

Everything the attempt writes carries its number. It ends early when the row says that somebody
asked for a cancel or that another attempt has taken over, or when the server stops; only the work
is ever cancelled, never a write. A hint says that there is something to read; without any, the heartbeat reads it.
"""

import asyncio
import errno
import os
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from services.errors import ErrorCode, Failure, GraticuleError
from services.hub import LiveHub
from services.jobs.drafts import DraftWriter
from services.jobs.kinds import Kinds, Made
from services.jobs.observer import Watched
from services.jobs.progress import ProgressReporter
from services.mailbox import Mailbox, Slot
from services.models import JobChange, JobKind, Progress
from services.store.artifacts import ArtifactStore
from services.store.faults import is_full
from services.store.jobs import JobStore

HEARTBEATS_PER_LEASE = 3
LONGEST_BEAT_SECONDS = 3.0
"""Between two looks at the row, so that a cancel of which no hint arrives is seen and done within 10 s."""
REFUSED_SECONDS = 1.0
"""How soon an end is written again that the database has refused."""

EXHAUSTED: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.ENOMEM})
"""What a process cannot be started for, or a file opened, until others have ended."""

UNUSABLE: Final = frozenset({errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO})
"""What a disk says that somebody has to look at; the job may go on once that is done, or on another machine."""

logger = structlog.stdlib.get_logger()


class Attempt:
    """Runs a job that was just taken, once, to its end. `stop` interrupts it from outside."""

    def __init__(
        self,
        taken: JobChange,
        *,
        kinds: Kinds,
        jobs: JobStore,
        hub: LiveHub,
        artifacts: ArtifactStore,
        lease_seconds: float,
        stop: asyncio.Event,
    ) -> None:
        self._taken = taken
        self._id = taken.job.id
        self._number = taken.job.attempt
        self._kinds = kinds
        self._jobs = jobs
        self._hub = hub
        self._beat_seconds = min(lease_seconds / HEARTBEATS_PER_LEASE, LONGEST_BEAT_SECONDS)
        self._stop = stop
        self._ended = asyncio.Event()
        self._reporter = ProgressReporter(taken, jobs=jobs, hub=hub)
        self._drafts = DraftWriter(taken.job, artifacts, self._reporter.note)

    async def run(self, watched: Watched) -> JobChange | None:
        """Work until it is done or must stop, then write how it ended; a failed job does not raise.

        Gives what was written, None when another attempt has taken over.
        """
        logger.info("attempt begins", repository=self._taken.repository.name)
        with self._hub.attach(repository_ids={self._taken.repository.id}, job_ids={self._id}) as mailbox:
            change = await self._run(mailbox, watched)
        watched.end(change)
        return change

    async def _run(self, mailbox: Mailbox, watched: Watched) -> JobChange | None:
        def report(progress: Progress) -> None:
            watched.see(progress)
            self._reporter.report(progress)

        work = asyncio.create_task(self._kinds.run(self._taken, report=report, sketch=self._drafts.put))
        guards = [
            asyncio.create_task(self._stop.wait()),
            asyncio.create_task(self._beat(mailbox)),
            asyncio.create_task(self._reporter.run()),
        ]
        try:
            await asyncio.wait([work, *guards], return_when=asyncio.FIRST_COMPLETED)
        finally:
            work.cancel()
            self._stop.set()
            self._ended.set()
            mailbox.poke()
            self._reporter.close()
        await asyncio.wait([work, *guards])
        try:
            return await self._conclude(work, [guard.exception() for guard in guards])
        finally:
            await self._drafts.close()

    async def _beat(self, mailbox: Mailbox) -> None:
        """Renew the lease that taking the job began, and at once when somebody else has changed the row.

        Returns when the row says that this attempt must stop, or when the hub goes: the server ends. A store that is
        away says nothing: the work goes on, and whether it was taken over is seen when it is back.
        """
        loop = asyncio.get_running_loop()
        due = loop.time() + self._beat_seconds
        while not self._ended.is_set() and not mailbox.closed:
            slots = await mailbox.take(timeout_seconds=due - loop.time())
            if self._ended.is_set() or not (loop.time() >= due or any(map(self._is_news, slots))):
                continue
            try:
                job = await self._jobs.heartbeat(self._id, attempt=self._number)
            except GraticuleError as error:
                if error.code is not ErrorCode.TIMEOUT:
                    raise
                due = loop.time() + min(self._beat_seconds, REFUSED_SECONDS)
                continue
            if job is None or job.cancel_requested_at is not None:
                return
            due = loop.time() + self._beat_seconds

    def _is_news(self, slot: Slot) -> bool:
        """Whether a hint is not our own: of a change that this attempt has not written."""
        return slot.lost or slot.hint.job_revision > self._reporter.revision

    async def _conclude(self, work: asyncio.Task[Made | None], broken: list[BaseException | None]) -> JobChange | None:
        error = next(filter(None, broken), None) if work.cancelled() else work.exception()
        if error is None and work.cancelled():
            change = await self._written(self._give_up)
        elif error is None:
            change = await self._written(lambda: self._succeed(work.result()))
        elif isinstance(error, GraticuleError) and error.code is ErrorCode.CANCELLED:
            change = await self._written(self._give_up)
        else:
            failure = self._failure(error)
            change = await self._written(lambda: self._jobs.fail(self._id, attempt=self._number, error=failure))
        if change is None:
            logger.warning("attempt was taken over; nothing written")
            return None
        logger.info("attempt ended", state=change.job.state, error=change.job.error and change.job.error.code)
        await self._hub.announce(change, deleted=self._removed(change))
        return change

    async def _succeed(self, made: Made | None) -> JobChange | None:
        if made is None:
            return await self._jobs.finish_removal(self._id, attempt=self._number)
        return await self._jobs.succeed(
            self._id,
            attempt=self._number,
            commit=made.commit,
            ref=self._taken.job.ref,
            default_branch=made.default_branch,
            remote_head=made.remote_head,
            size_bytes=made.size_bytes,
            snapshot=made.snapshot,
        )

    def _failure(self, error: BaseException) -> Failure:
        failure = failure_of(error)
        if failure.code is ErrorCode.INTERNAL:
            logger.error("attempt failed unexpectedly", exc_info=error)
        return failure

    async def _written(self, write: Callable[[], Awaitable[JobChange | None]]) -> JobChange | None:
        """Write how it ended, however long the database refuses that (full, busy): an end must not be lost."""
        refused = False
        while True:
            try:
                return await write()
            except GraticuleError as error:
                if not error.retryable:
                    raise
                if not refused:
                    logger.warning("the end of the attempt cannot be written yet", error=error.code)
                refused = True
            await asyncio.sleep(REFUSED_SECONDS)

    async def _give_up(self) -> JobChange | None:
        """End without a result: cancelled when somebody asked for that, else back into the queue."""
        job = await self._jobs.heartbeat(self._id, attempt=self._number)
        if job is None:
            return None
        if job.cancel_requested_at is not None:
            return await self._jobs.cancelled(self._id, attempt=self._number)
        return await self._jobs.release(self._id, attempt=self._number)

    def _removed(self, change: JobChange) -> bool:
        return change.job.kind is JobKind.REMOVE and change.job.state.terminal and change.job.error is None


def failure_of(error: BaseException) -> Failure:
    """Give what is stored for an error; of an unexpected one nothing but that it happened."""
    if isinstance(error, GraticuleError):
        return error.as_failure()
    if is_full(error):
        return GraticuleError(ErrorCode.DISK_FULL, "The disk is full.").as_failure()
    if isinstance(error, OSError) and error.errno in UNUSABLE:
        message = f"The data folder cannot be used: {os.strerror(error.errno)}."
        return GraticuleError(ErrorCode.DISK_FULL, message).as_failure()
    if isinstance(error, OSError) and error.errno in EXHAUSTED:
        message = f"This machine had too little for the job: {os.strerror(error.errno)}."
        return GraticuleError(ErrorCode.WORKER_LOST, message).as_failure()
    if isinstance(error, TimeoutError):
        return GraticuleError(ErrorCode.TIMEOUT, "The job took too long.").as_failure()
    return GraticuleError(ErrorCode.INTERNAL, "The job failed unexpectedly.").as_failure()
