"""The only module that runs git: an argv without a shell, an environment from nothing, an end.

Every run has its own process group, resource limits and a death signal (`launch`), a stall limit
next to a generous wall limit, and a bound on what it may write. Whatever happens to the caller
(error, cancel, `kill -9`), no process is left: GitPython's own clone left three of them.
"""

import asyncio
import math
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from services.acquire import launch
from services.acquire.environment import GitEnvironment
from services.acquire.progress import LineSplitter, ReportProgress
from services.acquire.watchdog import GitLimits, Watch, folder_bytes
from services.errors import AcquireError, ErrorCode, GraticuleError
from services.tracing import step

__all__ = [
    "Finished",
    "GitLimits",
    "ReportProgress",
    "check_git_version",
    "folder_bytes",
    "in_thread",
    "is_git_here",
    "run",
    "start_reader",
    "uninterrupted",
]

OLDEST_GIT: Final = (2, 37)
"""Older ones ignore `http.curloptResolve`, the address pin, without a word."""

GIT_HINT: Final = "Install git 2.37 or newer and start again."
NO_GIT: Final = "git was not found on this machine."
GRACE_SECONDS: Final = 2.0
_READ_BYTES: Final = 64 * 1024  # about 1,000 rows of ls-tree, which take the loop 5 ms
_PIPE_BUFFER_BYTES: Final = 1024 * 1024
_MAX_OUTPUT_BYTES: Final = 64 * 1024 * 1024
# A killed process is gone in a few ms; its zombie stays in the group until init reaps it, which may take long.
_GROUP_GONE_SECONDS: Final = 0.1

ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True)
class Finished:
    """How a run ended: negative exit codes are signals; `lines` are the last of stderr, cleaned.

    `remote` are the last of them that a server wrote there, which may say whatever it likes.
    """

    exit_code: int
    output: bytes
    lines: tuple[str, ...]
    remote: tuple[str, ...] = ()


async def run(
    arguments: Sequence[str],
    *,
    environment: GitEnvironment,
    limits: GitLimits,
    git_dir: Path | None = None,
    folder: Path | None = None,
    on_line: Callable[[str], None] | None = None,
    on_output: Callable[[bytes], None] | None = None,
    on_growth: Callable[[int], Awaitable[None]] | None = None,
) -> Finished:
    """Run `git ARGUMENTS` to its end; a non-zero exit is a result, not an error.

    stdout goes to `on_output` in chunks, or into `Finished.output` (at most 64 MiB); each line of
    stderr goes to `on_line`. git reads the repository `git_dir`, and writes in `folder` and its home alone. `folder`
    is watched for its size, which goes to `on_growth` twice a second; what that raises ends the run. Raises
    AcquireError (STALLED, TIMEOUT, TOO_LARGE) when a limit ends it, WORKER_LOST when there is no git (any more). A
    cancelled caller ends the process group within `GRACE_SECONDS`. Starting costs 15 ms.
    """
    watch = Watch(limits, folder, on_growth)
    collected: list[bytes] = []
    lines: list[str] = []
    splitter = LineSplitter(environment.secrets)
    command = _command(arguments, limits, git_dir, environment.rules(folder))
    with step(f"git {_verb(arguments)}"):
        process = await _started(command, environment)
        watch.pid = process.pid
        try:
            async with asyncio.TaskGroup() as group:
                guard = group.create_task(watch.keep())
                out = group.create_task(_pump(process.stdout, on_output or _bounded(collected), watch))
                err = group.create_task(_pump_lines(process.stderr, splitter, on_line, lines, watch))
                await asyncio.wait({out, err})
                exit_code = await process.wait()
                guard.cancel()
        except BaseExceptionGroup as failed:
            raise failed.exceptions[0] from None
        finally:
            await uninterrupted(_end(process))
    if exit_code == launch.NOT_FOUND:
        raise AcquireError(ErrorCode.WORKER_LOST, NO_GIT, hint=GIT_HINT)
    return Finished(exit_code, b"".join(collected), tuple(lines))


def start_reader(arguments: Sequence[str], *, git_dir: Path, limits: GitLimits) -> subprocess.Popen[bytes]:
    """Start a git that reads a local repository, with pipes on stdin and stdout, for a worker thread.

    Whoever starts it ends it, with `end_reader`.
    """
    environment = GitEnvironment()
    return subprocess.Popen(
        _command(arguments, limits, git_dir, environment.rules(None)),
        env=environment.variables(),
        cwd="/",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=_PIPE_BUFFER_BYTES,
        start_new_session=True,
    )


def end_reader(process: subprocess.Popen[bytes]) -> None:
    """End a reader and close its pipes; it has nothing to tidy up, so it is simply killed."""
    _signal_group(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def check_git_version() -> str:
    """Give git's version, once at start; also loads GitPython (0.3 s), which needs git to be there.

    Raises GraticuleError (INTERNAL) when git is missing or older than 2.37.
    """
    try:
        said = subprocess.run(
            ["git", "version"], env=GitEnvironment().variables(), capture_output=True, check=True, timeout=30
        ).stdout.decode(errors="replace")
    except (OSError, subprocess.SubprocessError):
        raise GraticuleError(ErrorCode.INTERNAL, NO_GIT, hint=GIT_HINT) from None
    found = re.search(r"(\d+)\.(\d+)[.\w]*", said)
    if found is None or (int(found[1]), int(found[2])) < OLDEST_GIT:
        raise GraticuleError(ErrorCode.INTERNAL, f"git is too old: {said.strip()}.", hint=GIT_HINT)
    import git  # noqa: F401, PLC0415  it looks for git, and fails without it, at its import

    return found[0]


def is_git_here() -> bool:
    """Whether there is a git to run: an upgrade of the machine may take it away for a while. Blocks, some 20 µs."""
    return shutil.which("git") is not None


async def uninterrupted(work: Coroutine[Any, Any, ResultT] | asyncio.Task[ResultT]) -> ResultT:
    """Finish the work even if the caller is cancelled meanwhile; the cancellation comes after it."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(asyncio.wait({task}))
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        if not task.cancelled():
            task.exception()
        raise cancelled
    return task.result()


async def in_thread(work: Callable[[], ResultT]) -> ResultT:
    """Run blocking work in a thread; a cancelled caller waits for its end, so that nothing runs on."""
    return await uninterrupted(asyncio.to_thread(work))


def _verb(arguments: Sequence[str]) -> str:
    """Give git's own command, behind the options that stand before it."""
    return next((word for word in arguments if not word.startswith("-")), "")


def _command(arguments: Sequence[str], limits: GitLimits, git_dir: Path | None, rules: Sequence[str]) -> list[str]:
    """Give the whole command, with the sandbox's rules for the launcher before it."""
    cpu_seconds = math.ceil(limits.wall_seconds)
    numbers = (os.getpid(), limits.memory_bytes, limits.size_bytes, cpu_seconds)
    where = [f"--git-dir={git_dir}"] if git_dir else []
    confined = [*rules, *([f"r{git_dir}"] if git_dir else [])] if limits.confined else []
    launched = (*map(str, numbers), *confined, "--", "git", *where, *arguments)
    return [sys.executable, "-I", "-S", "-B", launch.__file__, *launched]


async def _started(command: Sequence[str], environment: GitEnvironment) -> asyncio.subprocess.Process:
    """Start git; a caller that is cancelled meanwhile ends its group, of which asyncio would kill the first alone."""
    starting = asyncio.create_task(_start(command, environment))
    try:
        return await uninterrupted(starting)
    except asyncio.CancelledError:
        if not starting.cancelled() and starting.exception() is None:
            await uninterrupted(_end(starting.result()))
        raise


async def _start(command: Sequence[str], environment: GitEnvironment) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *command,
        env=environment.variables(),
        cwd="/",
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=_READ_BYTES,
        pass_fds=environment.private.descriptors,
        start_new_session=True,
    )


async def _pump(stream: asyncio.StreamReader | None, take: Callable[[bytes], None], watch: Watch) -> None:
    while stream is not None and (chunk := await stream.read(_READ_BYTES)):
        watch.touch()
        take(chunk)


async def _pump_lines(
    stream: asyncio.StreamReader | None,
    splitter: LineSplitter,
    on_line: Callable[[str], None] | None,
    kept: list[str],
    watch: Watch,
) -> None:

    def take(lines: list[str]) -> None:
        for line in lines:
            if on_line is not None:
                on_line(line)
        if on_line is None:
            kept.extend(line for line in lines if not line.startswith("remote:"))
            del kept[:-30]

    while stream is not None and (chunk := await stream.read(_READ_BYTES)):
        told = splitter.feed(chunk)
        if all(line.startswith("remote:") for line in told):
            watch.touch_by_remote()
        else:
            watch.touch()
        take(told)
    take(splitter.finish())


def _bounded(collected: list[bytes]) -> Callable[[bytes], None]:
    total = 0

    def take(chunk: bytes) -> None:
        nonlocal total
        total += len(chunk)
        if total > _MAX_OUTPUT_BYTES:
            raise AcquireError(ErrorCode.INTERNAL, f"git printed more than {_MAX_OUTPUT_BYTES} bytes.")
        collected.append(chunk)

    return take


async def _end(process: asyncio.subprocess.Process) -> None:
    """Ask the group to end, insist after the grace, and wait until nobody of it is left."""
    # Somebody must read on: asyncio tells the end of a process only once its pipes have ended.
    drain = asyncio.create_task(_drain(process))
    if process.returncode is None:
        _signal_group(process.pid, signal.SIGTERM)
        await asyncio.wait({drain}, timeout=GRACE_SECONDS)
    if _signal_group(process.pid, signal.SIGKILL):
        await asyncio.wait({drain}, timeout=GRACE_SECONDS)
        await _group_gone(process.pid)
    drain.cancel()
    await asyncio.wait({drain})


async def _drain(process: asyncio.subprocess.Process) -> None:
    """Read what nobody took, and wait for the end."""
    for stream in (process.stdout, process.stderr):
        while stream is not None and await stream.read(_READ_BYTES):
            pass
    await process.wait()


async def _group_gone(group: int) -> None:
    deadline = time.monotonic() + _GROUP_GONE_SECONDS
    while _signal_group(group, 0) and time.monotonic() < deadline:  # noqa: ASYNC110  nobody tells when a group is empty
        await asyncio.sleep(0.01)


def _signal_group(group: int, number: int) -> bool:
    """Send a signal to a process group; False when nobody is in it any more."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):  # macOS says the latter of a group of zombies
        return False
    return True
