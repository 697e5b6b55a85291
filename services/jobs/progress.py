"""Turn a flood of counters into few writes: what a person watches against what a row can bear.

A change of phase, and every second the newest counters, go into the row; in between only a hint
is sent, at most ten a second. Lossy by design: the state is exact, the counters are recent.
"""

import asyncio
import time
from collections import deque

from services.errors import ErrorCode, GraticuleError
from services.events import Hint
from services.hub import LiveHub
from services.models import JobChange, Phase, Progress
from services.store.jobs import JobStore

HINT_SECONDS = 0.1
ROW_SECONDS = 1.0


class ProgressReporter:
    """The progress of one attempt on its way to the row and to the hub."""

    def __init__(self, change: JobChange, *, jobs: JobStore, hub: LiveHub) -> None:
        self._change = change
        self._jobs = jobs
        self._hub = hub
        self._pending: deque[Progress] = deque()
        self._phase = Phase.QUEUED
        self._written: Progress | None = None
        self._written_at = 0.0
        self._hinted: Progress | None = None
        self._hints = 0
        self._noted = False
        self._wake = asyncio.Event()
        self._closing = asyncio.Event()

    @property
    def revision(self) -> int:
        """Give the revision of the job's row that this attempt wrote last."""
        return self._change.job.revision

    def report(self, progress: Progress) -> None:
        """Take note, on the event loop; counters of a phase merge, a phase never comes back."""
        if progress.phase.order < self._phase.order:
            return
        if self._pending and self._pending[-1].phase is progress.phase:
            self._pending[-1] = progress
        else:
            self._pending.append(progress)
        self._phase = progress.phase
        self._wake.set()

    def note(self) -> None:
        """Let the row have a new revision, though nothing was counted: something else that is read with it is new."""
        self._noted = True
        self._wake.set()

    async def run(self) -> None:
        """Write until `close`; returns early when the row says that this attempt must stop."""
        while not self._closing.is_set():
            await self._wake.wait()
            self._wake.clear()
            if not await self._drain():
                return
            await _wait(self._closing, HINT_SECONDS)
        await self._drain()

    def close(self) -> None:
        """Let `run` write what is pending and return."""
        self._closing.set()
        self._wake.set()

    async def _drain(self) -> bool:
        """Send what is pending; False when the attempt must stop."""
        while self._pending:
            progress = self._pending.popleft()
            if not self._belongs_in_row(progress):
                await self._send_hint(progress)
            elif not (await self._write_hinted_before(progress.phase) and await self._write(progress)):
                return False
        known = self._hinted or self._written
        if self._noted and known is not None and not await self._write(known):
            return False
        return not self._closing.is_set() or await self._write_hinted_before(None)

    async def _write_hinted_before(self, phase: Phase | None) -> bool:
        """Write the last counters of a phase that ends, when they were only hinted at."""
        if self._hinted is None or self._hinted.phase is phase:
            return True
        return await self._write(self._hinted)

    def _belongs_in_row(self, progress: Progress) -> bool:
        if progress == self._written:
            return False
        new_phase = self._written is None or progress.phase is not self._written.phase
        last_of_phase = bool(self._pending) or self._closing.is_set()
        return new_phase or last_of_phase or time.monotonic() - self._written_at >= ROW_SECONDS

    async def _write(self, progress: Progress) -> bool:
        job = self._change.job
        self._noted = False
        try:
            change = await self._jobs.progress(job.id, attempt=job.attempt, progress=progress)
        except GraticuleError as error:
            if error.code is not ErrorCode.TIMEOUT:
                raise
            self._hinted, self._written_at = progress, time.monotonic()  # the store is away: later, if it is still true
            return True
        if change is None:
            return False
        self._change, self._written, self._written_at = change, progress, time.monotonic()
        self._hinted = None
        await self._hub.announce(change)
        return change.job.cancel_requested_at is None

    async def _send_hint(self, progress: Progress) -> None:
        self._hints += 1
        self._hinted = progress
        await self._hub.publish(
            Hint(
                repository_id=self._change.repository.id,
                repository_revision=self._change.repository.revision,
                job_id=self._change.job.id,
                job_revision=self._change.job.revision,
                epoch=self._change.job.attempt,
                progress_seq=self._hints,
                progress=progress,
            )
        )


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
