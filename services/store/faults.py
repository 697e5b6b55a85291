"""What databases, object stores and disks say when they are full, busy or damaged, as one typed error."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from obstore.exceptions import BaseError
from sqlalchemy.exc import DBAPIError

from services.errors import ErrorCode, GraticuleError

FULL_MARKS: Final = ("database or disk is full", "No space left on device", "Disk quota exceeded")
BUSY_MARKS: Final = ("database is locked", "database table is locked")
BROKEN_MARKS: Final = (
    "file is not a database",
    "database disk image is malformed",
    "unable to open database file",
    "attempt to write a readonly database",
)


@contextmanager
def typed_errors() -> Iterator[None]:
    """Turn what a database or a disk says about being full, busy or damaged into a GraticuleError."""
    try:
        yield
    except (DBAPIError, sqlite3.Error, OSError, BaseError) as error:
        typed = _typed(error)
        if typed is None:
            raise
        raise typed from error


def _typed(error: Exception) -> GraticuleError | None:
    message = str(error)
    is_full = isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}
    if is_full or any(mark in message for mark in FULL_MARKS):
        return GraticuleError(ErrorCode.DISK_FULL, "The disk is full.")
    if any(mark in message for mark in BUSY_MARKS):
        return GraticuleError(ErrorCode.TIMEOUT, "The database was busy for too long.")
    broken = next((mark for mark in BROKEN_MARKS if mark in message), None)
    if broken is not None:
        hint = "Put the database back from a copy, or give the server another folder with --data-dir."
        return GraticuleError(ErrorCode.INTERNAL, f"The database cannot be used: {broken}.", hint=hint)
    return None
