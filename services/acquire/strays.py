"""Find the processes that a dead attempt has left: each git and all its children have the attempt's folder as HOME.

A git dies with its server, but what it had started may wait for a silent remote long after. Linux alone shows the
environment of others; elsewhere they end by git's own time limits.
"""

import os
import signal
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

_PROCESSES: Final = Path("/proc")


def end_strays(staging: Path, *, live_keys: Collection[str]) -> int:
    """Kill every process that works in a folder below `staging` whose attempt is not live; gives how many. Blocks.

    Some 10 µs for each process of this user.
    """
    strays = [pid for pid, key in _at_work_below(staging) if key not in live_keys]
    for pid in strays:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
    return len(strays)


def _at_work_below(staging: Path) -> Iterator[tuple[int, str]]:
    """Give processes with the name of the folder that they work in."""
    prefix = f"HOME={staging}/".encode()
    for entry in _PROCESSES.glob("[0-9]*"):
        with suppress(OSError):
            for variable in (entry / "environ").read_bytes().split(b"\0"):
                if variable.startswith(prefix):
                    yield int(entry.name), variable.removeprefix(prefix).split(b"/")[0].decode(errors="replace")
