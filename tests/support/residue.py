"""What a test must not leave behind: processes that worked for it.

A git and all its children have the attempt's folder as HOME, which tells them from every other.
"""

import time
from collections.abc import Collection
from pathlib import Path

import psutil

WAIT_SECONDS = 20.0


def processes_of(folder: Path) -> list[str]:
    """Give the command lines of living processes whose HOME is below the folder (Linux)."""
    wanted = f"HOME={folder}/".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                variables = (entry / "environ").read_bytes().split(b"\0")
                command = (entry / "cmdline").read_bytes()
            except (FileNotFoundError, PermissionError, ProcessLookupError):
                continue
            if any(variable.startswith(wanted) for variable in variables):
                found.append(command.replace(b"\0", b" ").decode())
    return found


def wait_for_no_process_of(folder: Path) -> list[str]:
    """Wait until nobody is left, at most 20 s; gives who still lives."""
    deadline = time.monotonic() + WAIT_SECONDS
    while (left := processes_of(folder)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left


def wait_for_the_end_of(processes: Collection[psutil.Process]) -> list[psutil.Process]:
    """Wait until none of them runs, at most 20 s; gives who still does. One that nobody reaps does not run."""
    deadline = time.monotonic() + WAIT_SECONDS
    while (left := [process for process in processes if _runs(process)]) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
