"""What the parser found in a blob, remembered by content: shared by refs, commits, forks and processes.

A cache in its own file: losing it costs parsing again, so a damaged file is thrown away.
"""

import json
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from services.store.faults import typed_errors

BUSY_SECONDS: Final = 30.0
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


class TagCache:
    """Records by (`blob:language`, engine version). Blocking; threads and processes may share the file."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        with typed_errors():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._connection = _open(path)

    def get_many(self, blobs: Sequence[str], *, engine_version: str) -> dict[str, bytes]:
        """Give the records that are known, by key; one statement, about 50 ms for 14,000."""
        with typed_errors(), self._lock:
            return dict(self._connection.execute(GET, (engine_version, json.dumps(blobs))))

    def put_many(self, records: Sequence[tuple[str, bytes]], *, engine_version: str) -> None:
        """Remember records in one transaction. GraticuleError(DISK_FULL)."""
        rows = [(engine_version, key, record) for key, record in records]
        with typed_errors(), self._lock, self._connection:
            self._connection.executemany(PUT, rows)

    def close(self) -> None:
        """Close the file; closing twice does nothing."""
        with self._lock:
            self._connection.close()


def _open(path: Path) -> sqlite3.Connection:
    try:
        return _connect(path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        for name in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
            name.unlink(missing_ok=True)
        return _connect(path)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute(TABLE)
    except BaseException:
        connection.close()
        raise
    return connection
