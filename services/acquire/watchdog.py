"""Whether a run of git still gets anywhere, within what it may take: time, silence and size.

A limit on the whole alone would end honest slow servers, which is what people most complain about; a limit on
silence alone would let hostile ones talk for ever. So what arrives counts in full, and mere words for a while.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Self

from services.errors import AcquireError, ErrorCode
from services.sandbox import Sandbox
from services.settings import GIBIBYTE, Settings

_TICK_SECONDS: Final = 0.5
_REMOTE_PATIENCE: Final = 5
"""Stall limits for which words of a remote, and bytes that come to nothing yet, keep a run going: ten minutes."""
_LEAST_BYTES_PER_SECOND: Final = 16
"""Of bytes that come to nothing yet; the shortest ref has 50."""


@dataclass(frozen=True, slots=True)
class GitLimits:
    """What one run of git may take; all of it comes from settings."""

    stall_seconds: float = 120.0
    wall_seconds: float = 14_400.0
    memory_bytes: int = GIBIBYTE
    size_bytes: int = 10 * GIBIBYTE
    tree_entries: int = 200_000
    confined: bool = True
    """Whether git is kept from other files and hosts, where the kernel can do that."""
    remote_refs: int = 100_000
    listing_seconds: float = 60.0
    wall_setting: str = "GRATICULE_CLONE_WALL_SECONDS"
    """Which setting `wall_seconds` comes from, for who runs into it."""

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Take the limits out of the settings. InvalidArgumentError when a sandbox is required and cannot be had."""
        return cls(
            stall_seconds=settings.clone_stall_seconds,
            wall_seconds=settings.clone_wall_seconds,
            memory_bytes=settings.git_memory_bytes,
            size_bytes=settings.clone_size_bytes,
            tree_entries=settings.tree_entries,
            confined=Sandbox.from_settings(settings).confines,
            remote_refs=settings.remote_refs,
            listing_seconds=settings.listing_seconds,
        )

    def for_listing(self) -> Self:
        """Give what a listing of refs may take: a person waits for it."""
        if self.wall_seconds <= self.listing_seconds:
            return self
        return replace(self, wall_seconds=self.listing_seconds, wall_setting="GRATICULE_LISTING_SECONDS")


@dataclass(slots=True)
class Watch:
    """What the watchdog looks at: when anything last moved, here or as the remote says, and the folder that grows."""

    limits: GitLimits
    folder: Path | None
    on_growth: Callable[[int], Awaitable[None]] | None = None
    started: float = field(default_factory=time.monotonic)
    moved: float = field(default_factory=time.monotonic)
    moved_here: float = field(default_factory=time.monotonic)
    heard: float = field(default_factory=time.monotonic)
    heard_bytes: int = 0
    size_bytes: int = 0
    pid: int = 0

    def touch(self) -> None:
        """Note that something has come of it."""
        self.moved = self.moved_here = time.monotonic()

    def touch_by_remote(self) -> None:
        """Believe a remote that says it is at work, but not for ever."""
        now = time.monotonic()
        if now - self.moved_here < _REMOTE_PATIENCE * self.limits.stall_seconds:
            self.moved = now

    def check(self) -> None:
        """Raise AcquireError (STALLED, TIMEOUT, TOO_LARGE) when a limit is passed."""
        size = folder_bytes(self.folder) if self.folder else 0
        if size != self.size_bytes:
            self.size_bytes = size
            self.touch()
        now = time.monotonic()
        self._listen(now)
        limits = self.limits
        if size > limits.size_bytes:
            message = f"The clone has {size} bytes, and is not complete; at most {limits.size_bytes} are taken."
            raise AcquireError(ErrorCode.TOO_LARGE, message)
        if now - self.moved > limits.stall_seconds:
            seconds = f"{now - self.moved_here:.0f} s; at most {limits.stall_seconds:g} are waited for it"
            raise AcquireError(ErrorCode.STALLED, f"Nothing has moved for {seconds}.")
        if now - self.started > limits.wall_seconds:
            message = (
                f"git has taken {now - self.started:.0f} s, and is not done; at most {limits.wall_seconds:g} are given."
            )
            hint = f"For a very large repository the operator can raise {limits.wall_setting}."
            raise AcquireError(ErrorCode.TIMEOUT, message, hint=hint)

    def _listen(self, now: float) -> None:
        """Count what git reads, though it says nothing: a slow server may need minutes to list its refs."""
        read = bytes_read(self.pid)
        if read - self.heard_bytes >= _LEAST_BYTES_PER_SECOND * (now - self.heard):
            self.heard, self.heard_bytes = now, read
            self.touch_by_remote()

    async def keep(self) -> None:
        """Look after the run until somebody cancels this. Raises what `check` and `on_growth` raise."""
        tick = min(_TICK_SECONDS, self.limits.stall_seconds / 4, self.limits.wall_seconds / 4)
        while True:
            await asyncio.sleep(tick)
            self.check()
            if self.on_growth is not None:
                await self.on_growth(self.size_bytes)


def folder_bytes(folder: Path) -> int:
    """Give the bytes that the files below a folder take on disk; what vanishes meanwhile counts 0."""
    total = 0
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(FileNotFoundError):
                if entry.is_dir(follow_symlinks=False):
                    total += folder_bytes(Path(entry.path))
                else:
                    total += entry.stat(follow_symlinks=False).st_blocks * 512
    return total


def bytes_read(pid: int) -> int:
    """Give what a process has read from files, pipes and sockets; 0 where the system does not tell, as on macOS."""
    with suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{pid}/io").read_bytes().split(maxsplit=2)[1])
    return 0
