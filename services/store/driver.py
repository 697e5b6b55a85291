"""aiosqlite with one trip to its thread a statement, instead of four: cursor, execute, fetch, close.

A trip costs two switches of threads and a turn of the event loop: most of what a small statement costs.
"""

import sqlite3
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Self, TypeVar

import aiosqlite

ResultT = TypeVar("ResultT")

FETCHED_AT_ONCE = 64
"""aiosqlite's own default, for cursors that somebody iterates over."""


class Connection(aiosqlite.Connection):
    """A connection whose statements run in a thread of its own, which does not keep the process alive."""

    def __init__(self, connector: partial[sqlite3.Connection]) -> None:
        super().__init__(connector, FETCHED_AT_ONCE)
        self._thread.daemon = True

    def cursor(self) -> "Cursor":  # type: ignore[override]  # it need not be awaited
        """Give a cursor; it is made in the thread with its first statement."""
        return Cursor(self)

    async def run(self, work: Callable[[sqlite3.Cursor], ResultT], cursor: sqlite3.Cursor | None) -> ResultT:
        """Let the thread work with a cursor, a new one if there is none yet."""
        found: ResultT = await self._execute(lambda: work(cursor or self._conn.cursor()))  # type: ignore[no-untyped-call]
        return found


class Cursor(aiosqlite.Cursor):
    """A cursor that has its rows once `execute` returns; with the last row its statement has ended."""

    _cursor: sqlite3.Cursor | None  # type: ignore[assignment]  # None before the first statement

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, None)  # type: ignore[arg-type]  # as above
        self._connection = connection
        self._rows: list[Any] = []

    async def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> Self:
        """Run one statement and fetch all its rows."""

        def work(cursor: sqlite3.Cursor) -> tuple[sqlite3.Cursor, list[Any]]:
            cursor.execute(sql, tuple(parameters or ()))
            return cursor, cursor.fetchall() if cursor.description else []

        self._cursor, self._rows = await self._connection.run(work, self._cursor)
        return self

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> Self:
        """Run one statement with many sets of values."""
        self._cursor = await self._connection.run(
            lambda cursor: cursor.executemany(sql, map(tuple, parameters)), self._cursor
        )
        return self

    async def fetchall(self) -> list[Any]:
        """Give the rows that are left: all of them, once."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Do nothing: no statement is open."""

    @property
    def description(self) -> Any:  # noqa: ANN401  # aiosqlite's type has no None, which DB-API asks for
        """Describe the columns of the last statement, None when it has none."""
        return self._cursor.description if self._cursor else None


def connect(database: str, **options: Any) -> Connection:  # noqa: ANN401  # sqlite3's own
    """Make a connection that opens when it is awaited; the options are those of `sqlite3.connect`."""
    return Connection(partial(sqlite3.connect, database, **options))
