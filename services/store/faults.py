"""What databases, object stores and disks say when they are full, busy or damaged, as one typed error."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from obstore.exceptions import BaseError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from services.errors import ErrorCode, GraticuleError, InvalidArgumentError
from services.store.postgres import busy, fault_of

NO_SPACE: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""The disk, the user's share of it, or what one file may take of it is used up."""
FULL_MARKS: Final = ("database or disk is full", "No space left on device", "Disk quota exceeded", "File too large")
BUSY_MARKS: Final = ("database is locked", "database table is locked")
DAMAGE_MARKS: Final = ("file is not a database", "database disk image is malformed")
BROKEN_MARKS: Final = (
    *DAMAGE_MARKS,
    "unable to open database file",
    "attempt to write a readonly database",
)


class DamagedDatabaseError(GraticuleError):
    """A database can no longer be read or written (`INTERNAL`), until its operator has looked at it."""

    def __init__(self, mark: str) -> None:
        hint = "Put the database back from a copy, or give the server another folder with --data-dir."
        super().__init__(ErrorCode.INTERNAL, f"The database cannot be used: {mark}.", hint=hint)
        self.mark = mark
        self.lasts = mark in DAMAGE_MARKS
        """Whether the file itself is damaged; want of rights or of open files passes."""


class AbsentDatabaseError(GraticuleError):
    """The file of a database was taken away under whoever has it open (`TIMEOUT`): what is written is lost with it."""

    def __init__(self) -> None:
        hint = "The operator has to put the file back where it was, or to stop the server."
        super().__init__(ErrorCode.TIMEOUT, "The file of the database is gone, or another one is there.", hint=hint)


@contextmanager
def typed_errors() -> Iterator[None]:
    """Turn what a database or a disk says about being full, busy or damaged into a GraticuleError."""
    try:
        yield
    except (DBAPIError, PoolTimeoutError, sqlite3.Error, OSError, BaseError) as error:
        typed = fault_of(error) or _typed(error)
        if typed is None:
            raise
        raise typed from error


@contextmanager
def usable(path: Path, *, setting: str) -> Iterator[None]:
    """Say of a place that cannot be made or written which setting names it. InvalidArgumentError; DISK_FULL."""
    try:
        with typed_errors():
            yield
    except OSError as error:
        message = f"GRATICULE_{setting} names {path}, which cannot be used: {error.strerror or error}."
        raise InvalidArgumentError(message, hint="Name a place where this user may write.") from error


def is_full(error: BaseException) -> bool:
    """Whether something failed since there is no room on the disk."""
    if isinstance(error, GraticuleError):
        return error.code is ErrorCode.DISK_FULL
    return isinstance(error, OSError) and error.errno in NO_SPACE


def _typed(error: Exception) -> GraticuleError | None:
    message = str(error)
    if is_full(error) or any(mark in message for mark in FULL_MARKS):
        return GraticuleError(ErrorCode.DISK_FULL, "The disk is full.")
    if any(mark in message for mark in BUSY_MARKS):
        return busy()
    broken = next((mark for mark in BROKEN_MARKS if mark in message), None)
    return None if broken is None else DamagedDatabaseError(broken)
