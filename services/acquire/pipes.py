"""Whether git waits for a pipe in somebody's folder: it opens what is named as a file of its own, whatever that is.

Nobody tells who waits for whom, so a git that is silent for longer than most listings take has the folder searched
beside it; one that is merely slow is not disturbed.
"""

import asyncio
import os
import stat
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Final, TypeVar

from services.acquire.git import in_thread
from services.errors import AcquireError, ErrorCode

SILENT_SECONDS: Final = 0.5
_READ_BY_GIT: Final = frozenset({b".gitignore", b".gitattributes"})
"""What git opens anywhere in a tree without looking at it; in its own folder it opens everything."""

ResultT = TypeVar("ResultT")


async def unless_held(work: Coroutine[Any, Any, ResultT], root: Path) -> ResultT:
    """Wait for a git that reads a working tree. AcquireError (INVALID_ARGUMENT) when a pipe there holds it up."""
    running = asyncio.ensure_future(work)
    try:
        await asyncio.wait({running}, timeout=SILENT_SECONDS)
        held = None if running.done() else await in_thread(lambda: _find_pipe(root, unless=running.done))
        if held is not None:
            await asyncio.wait({running}, timeout=SILENT_SECONDS)
        if held is not None and not running.done():
            raise AcquireError(
                ErrorCode.INVALID_ARGUMENT,
                f"{os.fsdecode(held)} is a pipe, and git would wait until somebody writes to it.",
                hint="Remove it, or put a file in its place.",
            )
        return await running
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def _find_pipe(root: Path, *, unless: Callable[[], bool]) -> bytes | None:
    """Give the path of a pipe that git may be opening, from the root; None as soon as nobody wants to know."""
    top = os.fsencode(root)
    for folder, _, names in os.walk(top):
        if unless():
            return None
        of_git = b"/.git/" in folder[len(top) :] + b"/"
        for name in names:
            place = os.path.join(folder, name)  # noqa: PTH118  of bytes, which Path knows nothing of
            if (of_git or name in _READ_BY_GIT) and _is_pipe(place):
                return os.path.relpath(place, top)
    return None


def _is_pipe(place: bytes) -> bool:
    try:
        return stat.S_ISFIFO(os.stat(place).st_mode)  # noqa: PTH116  of bytes
    except OSError:
        return False
