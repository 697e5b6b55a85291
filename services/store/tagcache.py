"""What the parser found in a blob, remembered by content: shared by refs, commits, forks and processes.

A cache in its own file: losing it costs parsing again, so a damaged file is thrown away, and no map
waits for what cannot be kept.
"""

import json
import sqlite3
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import structlog

from services.store.faults import typed_errors
from services.store.healing import clear

BUSY_SECONDS: Final = 30.0
REST_SECONDS: Final = 600.0
"""How long nothing is kept after the disk was full."""
TABLE: Final = """
CREATE TABLE IF NOT EXISTS tags (
    engine_version TEXT NOT NULL,
    key TEXT NOT NULL,
    record BLOB NOT NULL,
    PRIMARY KEY (engine_version, key)
)
"""
GET: Final = "SELECT key, record FROM tags WHERE engine_version = ? AND key IN (SELECT value FROM json_each(?))"
PUT: Final = "INSERT OR REPLACE INTO tags (engine_version, key, record) VALUES (?, ?, ?)"

logger = structlog.stdlib.get_logger()


class TagCache:
    """Records by (`blob:language`, engine version). Blocking; threads and processes may share the file."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._path = path
        self._rests_until = 0.0
        with typed_errors():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._connection = _open(path)

    def get_many(self, blobs: Sequence[str], *, engine_version: str) -> dict[str, bytes]:
        """Give the records that are known, by key, none of a file that cannot be read; about 50 ms for 14,000."""
        with self._lock:
            try:
                return dict(self._connection.execute(GET, (engine_version, json.dumps(blobs))))
            except sqlite3.DatabaseError as error:
                self._fail(error)
                return {}

    def put_many(self, records: Sequence[tuple[str, bytes]], *, engine_version: str) -> None:
        """Remember records in one transaction, or none of them while there is no room."""
        rows = [(engine_version, key, record) for key, record in records]
        with self._lock:
            if time.monotonic() < self._rests_until:
                return
            try:
                with self._connection:
                    self._connection.executemany(PUT, rows)
            except sqlite3.DatabaseError as error:
                self._fail(error)

    def give_way(self) -> None:
        """Give the disk back what the cache takes, and keep nothing for a while; only for who has the file alone."""
        with self._lock:
            self._rests_until = time.monotonic() + REST_SECONDS
            self._begin_anew()

    def close(self) -> None:
        """Close the file; closing twice does nothing."""
        with self._lock:
            self._connection.close()

    def _fail(self, error: sqlite3.DatabaseError) -> None:
        """Keep nothing for a while; a file that is damaged or gone is made anew, unless it was closed."""
        if isinstance(error, sqlite3.ProgrammingError):
            return
        self._rests_until = time.monotonic() + REST_SECONDS
        logger.warning("the tag cache keeps nothing for a while", error=str(error))
        if not isinstance(error, sqlite3.OperationalError) or not self._path.exists():
            self._begin_anew()

    def _begin_anew(self) -> None:
        self._connection.close()
        try:
            _delete(self._path)
            self._connection = _connect(self._path)
        except (sqlite3.DatabaseError, OSError):  # not even an empty one: an empty one in memory answers as well
            self._connection = _connect(":memory:")


def _open(path: Path) -> sqlite3.Connection:
    if path.is_dir():
        clear(path)
    try:
        return _connect(path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        _delete(path)
        return _connect(path)


def _delete(path: Path) -> None:
    for name in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        name.unlink(missing_ok=True)


def _connect(path: Path | str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute(TABLE)
    except BaseException:
        connection.close()
        raise
    return connection
