"""One server a data folder: two would sweep each other's staging.

The kernel holds the lock, so it ends with the process, however that ends.
"""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from uuid import uuid4

from services.errors import ErrorCode, GraticuleError
from services.store.faults import typed_errors
from services.store.healing import clear
from services.store.room import lent_reserve

LOCK_NAME = "lock"
PLACE_NAME = "place"
_PLACE: Final = re.compile(rb"([0-9a-f]{32}) (\d+)\n")


class DataDirInUseError(GraticuleError):
    """Another server has this data folder open (`INVALID_ARGUMENT`); the message names it."""

    def __init__(self, path: Path, pid: str) -> None:
        super().__init__(
            ErrorCode.INVALID_ARGUMENT,
            f"The data folder {path} is in use by process {pid}.",
            hint="Stop that server, or give this one a folder of its own with --data-dir.",
        )


class DataDirUnusableError(GraticuleError):
    """The data folder cannot be made or written (`INVALID_ARGUMENT`); the message says why."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            ErrorCode.INVALID_ARGUMENT,
            f"The data folder {path} cannot be used: {reason}.",
            hint="Give a folder that this user may write with --data-dir.",
        )


@contextmanager
def lock_data_dir(path: Path) -> Iterator[Path]:
    """Make the folder, for this user alone, and hold it until the block ends. DataDirInUseError, -UnusableError."""
    descriptor = _open(path)
    try:
        _lock(descriptor, path)
        with lent_reserve(path):
            _sign(descriptor)
            yield path
    finally:
        os.close(descriptor)


def holder(path: Path) -> str | None:
    """Give the id of the process that holds a data folder; None when nobody does. It is held for some µs by looking."""
    try:
        descriptor = os.open(path / LOCK_NAME, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.pread(descriptor, 32, 0).decode("ascii", "replace").strip() or "unknown"
    finally:
        os.close(descriptor)
    return None


def place_id(path: Path) -> str:
    """Give the name of a data folder, whose lock is held: a random one, kept in the folder, that moves along with it.

    The file names its own inode: a folder that was copied is another place, and gets another name.
    """
    place = path / PLACE_NAME
    with typed_errors():
        if place.is_symlink() or not place.is_file():
            clear(place)
        descriptor = os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            inode = os.fstat(descriptor).st_ino
            known = _PLACE.fullmatch(os.pread(descriptor, 128, 0))
            if known is not None and int(known[2]) == inode:
                return known[1].decode()
            name = uuid4().hex
            os.ftruncate(descriptor, os.pwrite(descriptor, f"{name} {inode}\n".encode(), 0))
            os.fsync(descriptor)
            return name
        finally:
            os.close(descriptor)


def _open(path: Path) -> int:
    try:
        with typed_errors():
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            return os.open(path / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise DataDirUnusableError(path, error.strerror or str(error)) from error


def _lock(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        pid = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
        raise DataDirInUseError(path, pid or "unknown") from error


def _sign(descriptor: int) -> None:
    """Say whose the lock is; over what stood there, which needs no room."""
    with typed_errors():
        os.ftruncate(descriptor, os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0))
