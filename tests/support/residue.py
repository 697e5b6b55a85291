"""What a test must not leave behind: git processes that worked for it, and half-made files.

A git and all its children have the attempt's folder as HOME, which tells them from every other.
"""

import time
from pathlib import Path


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


def wait_for_no_process_of(folder: Path, *, seconds: float) -> list[str]:
    """Wait until nobody is left, at most so long; gives who still lives."""
    deadline = time.monotonic() + seconds
    while (left := processes_of(folder)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left
