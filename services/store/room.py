"""Room on the disk that is taken in advance, so that rows can be written where nothing is left.

A job's end, a cancel and a removal are rows, and a removal is what makes room: a full disk must not
keep them from being written. Space that is merely left free is gone when another program fills
the disk, so the database owns its room: a write-ahead log that is longer than what is in it, and
free pages within the file. Both are written over in place. While no server runs, SQLite deletes
the log; a file keeps its place until the next start.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from services.store.healing import clear

MEBIBYTE: Final = 1024 * 1024
LOG_BYTES: Final = 2 * MEBIBYTE
"""Some 500 pages: five times what is in the log when it is carried into the file."""
CHECKPOINT_PAGES: Final = 100
FREE_PAGES: Final = 256
"""Of 4 KiB each: for the rows of some hundred more jobs."""
RESERVE_NAME: Final = "reserve"
RESERVE_BYTES: Final = LOG_BYTES + MEBIBYTE
STEP_BYTES: Final = MEBIBYTE // 4


def own_log(log: Path) -> None:
    """Make a write-ahead log as long as it should be, or as half of the free space allows; blocks for about 1 ms.

    Nobody may be writing to it. What it is longer than its content is zeros, which SQLite takes for its end.
    """
    with suppress(OSError):
        present = log.stat().st_size
        half = shutil.disk_usage(log.parent).free // 2
        if present < LOG_BYTES:
            _allocate(log, min(LOG_BYTES, present + half), least=present)


def lacks_pages(free_pages: int, *, page_bytes: int, folder: Path) -> int:
    """Give how many free pages a database should add: none when it has enough, or when they would fill the disk."""
    missing = FREE_PAGES - free_pages
    if missing < FREE_PAGES // 2 or shutil.disk_usage(folder).free < 4 * missing * page_bytes:
        return 0
    return missing


@contextmanager
def lent_reserve(folder: Path) -> Iterator[None]:
    """Give the reserve of a data folder to whoever runs on it, and lay it in again afterwards."""
    reserve = folder / RESERVE_NAME
    clear(reserve)
    try:
        yield
    finally:
        with suppress(OSError):
            reserve.touch(mode=0o600)
            _allocate(reserve, RESERVE_BYTES, least=0)


def _allocate(path: Path, size_bytes: int, *, least: int) -> None:
    """Take blocks for a file, as many as there are: never sparse, since a promise of the file system is no room."""
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        for size in range(size_bytes, least, -STEP_BYTES):
            with suppress(OSError):
                os.posix_fallocate(descriptor, 0, size)
                return
    finally:
        os.close(descriptor)
