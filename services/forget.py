"""Keep secrets from whoever shares the machine: take them out of the environment once they have been read.

What a process was started with stays readable in /proc/<pid>/environ to its end, and everything it
starts inherits its variables. Deleting the variable alone ends only the second.
"""

import ctypes
import os
import resource
import sys
from pathlib import Path
from typing import Final

_SELF: Final = Path("/proc/self")
_ENV_START_FIELD: Final = 50  # proc_pid_stat(5), counted from 1; the third is the first after the name
_FIRST_FIELD_AFTER_NAME: Final = 3


def keep_to_ourselves() -> None:
    """Make what this process writes its user's alone, and let no crash write down its memory.

    For files and folders that are made from now on, by children too; a data folder that was there keeps its mode.
    """
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def forget_variable(name: str) -> None:
    """Delete an environment variable, and on Linux overwrite what the process was started with.

    In any letter case, as settings are read. To be called before anything is started. Where the
    block cannot be found for sure, it is left as it is.
    """
    spellings = [known for known in os.environ if known.upper() == name]
    for spelling in spellings:
        del os.environ[spelling]
    if not spellings or sys.platform != "linux":
        return
    try:
        start, end = _block()
        block = ctypes.string_at(start, end - start)
        if block != (_SELF / "environ").read_bytes():
            return
    except (OSError, ValueError, IndexError):
        return
    for at, variable in _variables(block):
        if os.fsdecode(variable).partition("=")[0] in spellings:
            ctypes.memset(start + at, 0, len(variable))


def _block() -> tuple[int, int]:
    """Give where the initial environment lies in memory; a hardened system says 0."""
    fields = (_SELF / "stat").read_text().rpartition(")")[2].split()
    start, end = (int(fields[number - _FIRST_FIELD_AFTER_NAME]) for number in (_ENV_START_FIELD, _ENV_START_FIELD + 1))
    if not 0 < start < end:
        raise ValueError("the environment's place is not told")
    return start, end


def _variables(block: bytes) -> list[tuple[int, bytes]]:
    """Give each variable with its distance from the block's beginning."""
    found, at = [], 0
    for variable in block.split(b"\0"):
        found.append((at, variable))
        at += len(variable) + 1
    return found
