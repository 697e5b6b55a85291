"""A warm pool of parser processes that outlives whatever a file does to one of them.

The parser holds the interpreter's lock and may crash, hang or eat memory on hostile input, so
files are read in processes with a deadline and an address-space limit. A batch that ends badly is
read again file by file; the file that did it is reported, and the rest goes on.
"""

import math
import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, InvalidStateError, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import forkserver
from typing import Any, Final, TypeVar

import structlog
from pebble import ProcessExpired, ProcessPool

from services.errors import CancelledJobError, ErrorCode, GraticuleError
from services.mapping import worker
from services.mapping.encoding import encode_record
from services.mapping.handover import Lender, MemoryFile
from services.mapping.records import FileSkipped, SkipReason

BATCH_BYTES: Final = 256 * 1024
BATCH_FILES: Final = 256
AHEAD: Final = 2
"""Batches in flight for each process: reading hides behind parsing, and another job's task soon has its turn."""
POLL_SECONDS: Final = 0.1
TASKS_PER_PROCESS: Final = 500
"""A process is replaced after so many batches (about 128 MiB): what a grammar leaks ends with it."""
BROKEN_TIMES: Final = 3
"""Pools that may break under one call of `parse` before its batches are blamed."""
START_SECONDS: Final = 60.0
LOST_SECONDS: Final = 60.0
"""How long tasks may wait while none runs: pebble forgets one that a process took and had no memory to read."""
END_SECONDS: Final = 5.0
"""How long a pool may take to end before its fork server is killed, for which pebble waits."""
STEP_SECONDS: Final = 600.0
"""What linking or ranking a commit may take; the largest real ones take seconds."""
WALL_FACTOR: Final = 10
"""How much longer than its processor time a file may take: a busy machine loses no file to its neighbours."""
PATIENCE: Final = 8
"""Files of one build that may use up the deadline; whoever commits a thousand such files shall not get three hours."""
IMPATIENT_SHARE: Final = 0.1
"""Of the deadline, for files that are read alone after that."""
STEP_HINT: Final = (
    "The sources are larger, or stranger, than can be linked; the operator can raise GRATICULE_MAP_STEP_SECONDS."
)
MEMORY_HINT: Final = "The operator can raise GRATICULE_PARSER_MEMORY_BYTES."

File = tuple[str, str, bytes]
"""A blob's name, its language and its content."""
Batch = list[File]
Parsed = list[tuple[str, bytes]]
ResultT = TypeVar("ResultT")

log = structlog.get_logger(__name__)


def start_fork_server() -> None:
    """Let a process beside this one begin to load what every parser needs, 1 s of it; returns at once.

    It keeps the environment that this process has now, so no secret may be in it any more.
    """
    multiprocessing.set_forkserver_preload(["__main__", "services.mapping.seed"])
    forkserver.ensure_running()


def end_fork_server() -> None:
    """Kill the process that makes parsers, for one that stands still: pebble would wait for it for ever."""
    pid = getattr(forkserver, "_forkserver")._forkserver_pid  # noqa: B009, SLF001  # the standard library names it nowhere
    if pid is not None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


class ParserPool:
    """Parses files and runs heavy pure functions in other processes; threads may share it."""

    def __init__(
        self,
        *,
        processes: int,
        file_deadline_seconds: float,
        memory_bytes: int,
        step_seconds: float = STEP_SECONDS,
        lost_seconds: float = LOST_SECONDS,
        confined: bool = True,
    ) -> None:
        self._processes = processes
        self._deadline_seconds = file_deadline_seconds
        self._memory_bytes = memory_bytes
        self._step_seconds = step_seconds
        self._lost_seconds = lost_seconds
        self._confined = confined
        self._lender = Lender()
        self._lock = threading.Lock()
        self._pool: ProcessPool | None = None
        self._open: set[Future[Any]] = set()
        self._idle_since = math.inf
        self._closed = False

    def start(self) -> None:
        """Start the processes and wait until one can work: about 1 s. `GraticuleError` when none can.

        `CancelledJobError` within 0.2 s after the pool was closed meanwhile.
        """
        future = self._schedule(worker.is_ready, (), None)
        try:
            self._await(future, START_SECONDS)
        except (TimeoutError, ProcessExpired, BrokenProcessPool) as error:
            if self._closed:  # a pool that is stopped while it starts says that it broke
                raise CancelledJobError("The server is stopping.") from error
            self.close()
            raise GraticuleError(
                ErrorCode.INTERNAL,
                f"No parser process could start within {START_SECONDS:.0f} s: {error}",
                hint="Raise GRATICULE_PARSER_MEMORY_BYTES, or look into the server's log.",
            ) from error

    def close(self) -> None:
        """End the processes at once; what they were doing ends as cancelled."""
        with self._lock:
            self._closed = True
            pool, self._pool = self._pool, None
        if pool is not None:
            _end(pool)
        self._lender.close()

    def file(self) -> MemoryFile:
        """Make a file in memory that the processes can open by its `place`, until it is closed."""
        with self._lock:
            self._lend_anew()
            return self._lender.file()

    def parse(self, files: Iterable[File], *, cancelled: threading.Event) -> Iterator[tuple[str, bytes]]:
        """Give (blob, encoded record or reason) for each file, as they finish.

        `files` is asked for more only when a batch has finished. `CancelledJobError` within 0.2 s
        after `cancelled` is set, or when the pool is closed.
        """
        reading = _Reading(batches=_batched(files), limit=self._processes * AHEAD)
        try:
            while self._fill(reading):
                done, _ = wait(reading.pending, POLL_SECONDS, FIRST_COMPLETED)
                if cancelled.is_set() or self._closed:
                    raise CancelledJobError
                self._look_after()
                for future in done:
                    yield from self._settle(reading, future)
        finally:
            for future in reading.pending:
                future.cancel()

    def begin(self, function: Callable[..., ResultT], *args: object) -> Future[ResultT]:
        """Hand a pure function of a module to a process and return at once; `CancelledJobError` when closed."""
        return self._schedule(function, args, self._step_seconds)

    def run(self, function: Callable[..., ResultT], *args: object, cancelled: threading.Event | None = None) -> ResultT:
        """Run a pure function of a module in a process; `CancelledJobError` when it was cancelled.

        Errors of the function are raised here. A lost process is tried once more, then is `WORKER_LOST`;
        what needs more than `STEP_SECONDS` is `TOO_LARGE`, and more memory than a process has `MEMORY_LIMIT`.
        """
        try:
            return self._result(self._schedule(function, args, self._step_seconds), cancelled)
        except (ProcessExpired, BrokenProcessPool) as error:
            log.warning("parser_process_lost", error=str(error))
        try:
            return self._result(self._schedule(function, args, self._step_seconds), cancelled)
        except (ProcessExpired, BrokenProcessPool) as error:
            raise GraticuleError(ErrorCode.WORKER_LOST, "A process that built the map was lost twice.") from error

    def _await(self, future: Future[ResultT], seconds: float) -> None:
        """Wait for a first answer, which a pool that is closed meanwhile (Ctrl-C at the start) never gives."""
        deadline = time.monotonic() + seconds
        while not wait([future], POLL_SECONDS).done:
            if self._closed:
                raise CancelledJobError("The server is stopping.")
            if time.monotonic() > deadline:
                raise TimeoutError("none was ready")
        future.result()

    def _result(self, future: Future[ResultT], cancelled: threading.Event | None) -> ResultT:
        while not wait([future], POLL_SECONDS).done:
            if self._closed or (cancelled is not None and cancelled.is_set()):  # a closed pool may end no task
                future.cancel()
                raise CancelledJobError
            self._look_after()
        if future.cancelled():
            raise CancelledJobError
        try:
            return future.result()
        except TimeoutError as error:
            message = f"A step of the map was not done after {self._step_seconds:g} s, which is all that it may take."
            raise GraticuleError(ErrorCode.TOO_LARGE, message, hint=STEP_HINT) from error
        except MemoryError as error:
            message = f"The map needs more memory than the {self._memory_bytes} bytes that a parser process may have."
            raise GraticuleError(ErrorCode.MEMORY_LIMIT, message, hint=MEMORY_HINT) from error

    def _schedule(
        self, function: Callable[..., ResultT], args: tuple[object, ...], seconds: float | None
    ) -> Future[ResultT]:
        """Hand a task over; a pool that broke (an idle process was killed) is replaced first."""
        with self._lock:
            if self._closed:
                raise CancelledJobError("The server is stopping.")
            self._lend_anew()
            for _ in range(BROKEN_TIMES):
                try:
                    self._pool = self._pool or self._new_pool()
                    future = self._pool.schedule(function, args=args, timeout=seconds)
                except (RuntimeError, OSError) as error:  # the fork server was killed, or there are too many files open
                    log.warning("parser_pool_broken", error=f"{type(error).__name__}: {error}")
                    if self._pool is not None:
                        self._give_up(self._pool)
                    continue
                self._open.add(future)
                future.add_done_callback(self._open.discard)
                return future
            raise GraticuleError(ErrorCode.WORKER_LOST, "No process that parses could be started.")

    def _lend_anew(self) -> None:
        """Replace a lender that a process has shut for all, and the processes, one of which is not what it was."""
        if not self._lender.is_shut or self._closed:
            return
        self._lender.close()
        self._lender = Lender()
        if self._pool is not None:
            self._give_up(self._pool)

    def _look_after(self) -> None:
        """Give a pool up that broke, or that has forgotten a task: nobody else would wake who waits for it."""
        with self._lock:
            if self._pool is None:
                return
            waiting = list(self._open)
            if not waiting or any(future.running() for future in waiting):
                self._idle_since = math.inf
            else:
                self._idle_since = min(self._idle_since, time.monotonic())
            if not self._pool.active or time.monotonic() - self._idle_since > self._lost_seconds:
                self._give_up(self._pool)

    def _give_up(self, pool: ProcessPool) -> None:
        """End a pool that does not work; what it was to do has failed, and the next task gets another one."""
        log.warning("parser_pool_replaced")
        self._pool = None
        self._idle_since = math.inf
        _end(pool)
        for future in list(self._open):
            with suppress(InvalidStateError):  # it ended with the pool
                future.set_exception(BrokenProcessPool("The processes that parse were replaced."))

    def _new_pool(self) -> ProcessPool:
        start_fork_server()
        return ProcessPool(
            max_workers=self._processes,
            max_tasks=TASKS_PER_PROCESS,
            initializer=worker.prepare,
            initargs=(self._memory_bytes, self._lender.counter, self._confined),
            context=multiprocessing.get_context("forkserver"),
        )

    # One call of `parse`

    def _fill(self, reading: "_Reading") -> bool:
        """Keep enough batches in flight; say whether anything is."""
        while len(reading.pending) < reading.limit:
            batch = reading.again.popleft() if reading.again else next(reading.batches, None)
            if batch is None:
                break
            seconds = self._deadline_seconds * reading.share
            task = self._schedule(worker.parse, (batch, seconds), seconds * WALL_FACTOR)
            reading.pending[task] = batch
        return bool(reading.pending)

    def _settle(self, reading: "_Reading", future: Future[Parsed]) -> Parsed:
        """Take a finished batch: its records, or nothing yet when it must be read again file by file."""
        batch = reading.pending.pop(future)
        try:
            error = future.exception()
        except CancelledError as stopped:
            raise CancelledJobError("The server is stopping.") from stopped
        if error is None:
            return future.result()
        if isinstance(error, BrokenProcessPool) and reading.broken < BROKEN_TIMES:
            reading.broken += 1
            reading.again.append(batch)
            return []
        if len(batch) > 1:
            reading.again.extend([file] for file in batch)
            return []
        blob, language, content = batch[0]
        reason = SkipReason.DEADLINE if _is_late(error) else SkipReason.PARSER_CRASHED
        detail = type(error).__name__
        if isinstance(error, MemoryError):
            detail = f"more than {self._memory_bytes} bytes of memory (GRATICULE_PARSER_MEMORY_BYTES)"
        if reason is SkipReason.DEADLINE:
            seconds = self._deadline_seconds * reading.share
            detail = f"more than {seconds:g} s of processor time (GRATICULE_FILE_DEADLINE_SECONDS)"
            reading.late += 1
        log.warning("file_quarantined", blob=blob, language=language, size_bytes=len(content), reason=reason.name)
        return [(blob, encode_record(FileSkipped(reason, detail)))]


@dataclass(slots=True)
class _Reading:
    """What one call of `parse` has in flight, and what it must read again."""

    batches: Iterator[Batch]
    limit: int
    pending: dict[Future[Parsed], Batch] = field(default_factory=dict)
    again: deque[Batch] = field(default_factory=deque)
    broken: int = 0
    late: int = 0
    """Files that used up their deadline."""

    @property
    def share(self) -> float:
        """What a batch gets of the deadline."""
        return 1.0 if self.late < PATIENCE else IMPATIENT_SHARE


def _is_late(error: BaseException) -> bool:
    """Say whether a task was ended by its deadline: the one in processor time, or the one that the clock keeps."""
    return isinstance(error, TimeoutError) or (isinstance(error, ProcessExpired) and error.exitcode == -signal.SIGPROF)


def _batched(files: Iterable[File]) -> Iterator[Batch]:
    batch: Batch = []
    size = 0
    for file in files:
        batch.append(file)
        size += len(file[2])
        if size >= BATCH_BYTES or len(batch) >= BATCH_FILES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _end(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]  # pebble gives it no annotation
    joining = threading.Thread(target=pool.join, name="parsers: end", daemon=True)
    joining.start()
    joining.join(timeout=END_SECONDS)
    if joining.is_alive():
        end_fork_server()
        joining.join()
