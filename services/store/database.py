"""One engine, opened and brought up to date; what is peculiar to PostgreSQL stays in `services.store.postgres`.

SQLite has one writer: writers of this process queue up here, those with a client first, since SQLite's
own busy handler sleeps and lets luck decide; other processes are waited for by `busy_timeout`. It can write
on a full disk, in the room that it took before.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, nullcontext
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final, Self, TypeVar

from sqlalchemy import URL, Connection, Executable, RowMapping, Select, Table, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, InvalidRequestError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from services.errors import InvalidArgumentError
from services.pace import Pace
from services.store import postgres
from services.store.driver import connect
from services.store.faults import AbsentDatabaseError, DamagedDatabaseError, typed_errors, usable
from services.store.room import CHECKPOINT_PAGES, lacks_pages, own_log
from services.store.turn import Turn

RowT = TypeVar("RowT")

Clock = Callable[[], datetime]
"""Gives the time now, in UTC and aware of it."""

BUSY_SECONDS: Final = 10
ROWS_AT_ONCE: Final = 64
MIGRATIONS: Final = Path(__file__).parent / "migrations"


class NewerDatabaseError(InvalidArgumentError):
    """A newer version has migrated this database (`INVALID_ARGUMENT`); nothing in it was changed."""

    def __init__(self, found: str, newest: str) -> None:
        super().__init__(
            f"The database is at revision {found}, which a newer version made; this one knows them up to {newest}.",
            hint="Upgrade this program to that version, or put back the copy of the database from before its upgrade.",
        )


class Database:
    """The rows. `open` it once per event loop; several on one file, of any process, agree."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._turn = Turn() if engine.dialect.name == "sqlite" else None
        self._file = _sqlite_file(engine.url)
        self._identity: tuple[int, int] | None = None
        self._damage: DamagedDatabaseError | None = None
        self._anchor: AsyncConnection | None = None
        self._pace = Pace()

    @classmethod
    def unopened(cls, url: str) -> Self:
        """Give the database as it is, neither connected nor brought up to date. InvalidArgumentError."""
        return cls(_engine(url))

    @classmethod
    async def open(cls, url: str) -> Self:
        """Connect and run the migrations that are missing, about 0.1 s.

        GraticuleError: DISK_FULL, INTERNAL for a damaged file, TIMEOUT when PostgreSQL does not answer,
        INVALID_ARGUMENT for a URL that names no database, and for one that a newer version has migrated.
        """
        database = cls.unopened(url)
        try:
            await database._migrate(url)  # noqa: SLF001  # a database of our own
            database._identity = _identity_of(database._file)  # noqa: SLF001  # as above
        except BaseException:
            await database.engine.dispose()
            raise
        return database

    async def _migrate(self, url: str) -> None:
        """Run the missing migrations, one process at a time; the others find them done."""
        if self.engine.dialect.name == "sqlite":
            async with self.begin(durable=True) as connection:
                await connection.run_sync(_migrate)
            return
        engine = postgres.open_engine(make_url(url), patient=True)
        try:
            with typed_errors():
                async with engine.begin() as connection:
                    await postgres.await_turn_to_migrate(connection)
                    await connection.run_sync(_migrate)
        finally:
            await engine.dispose()

    async def close(self) -> None:
        """Close every connection."""
        if self._anchor is not None:
            await self._anchor.close()
        await self.engine.dispose()

    async def check(self) -> None:
        """Read one row, to see that reading works, and ask PostgreSQL whether it takes writes. GraticuleError.

        SQLite reads a row also of a file in which other pages are damaged: that it was found so is remembered.
        """
        if self._damage is not None:
            raise DamagedDatabaseError(self._damage.mark)
        async with self.read() as connection:
            await connection.exec_driver_sql("SELECT version_num FROM alembic_version")
            if self._turn is None:
                await postgres.require_writable(connection)

    async def revision(self) -> str | None:
        """Give the last migration that was run, None before the first one. NewerDatabaseError, GraticuleError."""
        async with self.read() as connection:
            return await connection.run_sync(_revision)

    async def keep_room(self) -> None:
        """Take what is missing of the room on the disk in which rows are written when it is full; 1 ms if nothing is.

        Again and again: rows use it up, and where the disk was full it could not be taken.
        """
        if self._file is None:
            return
        await self._hold_log()
        async with self.begin() as connection:  # the write lock: nobody else writes to the log meanwhile
            await asyncio.to_thread(own_log, self._file.with_name(f"{self._file.name}-wal"))
            await connection.exec_driver_sql("DROP TABLE IF EXISTS room")
            free_pages = (await connection.exec_driver_sql("PRAGMA freelist_count")).scalar_one()
            page_bytes = (await connection.exec_driver_sql("PRAGMA page_size")).scalar_one()
            missing = lacks_pages(free_pages, page_bytes=page_bytes, folder=self._file.parent)
            if missing:
                await connection.exec_driver_sql(f"CREATE TABLE room AS SELECT zeroblob({missing * page_bytes})")
        if missing:  # in a transaction of its own: pages that one transaction takes and frees are never written
            async with self.begin() as connection:
                await connection.exec_driver_sql("DROP TABLE room")

    async def _hold_log(self) -> None:
        """Keep one idle connection open: SQLite deletes the log, and its room, when the last one closes."""
        if self._anchor is None:
            self._anchor = await self.engine.connect()
            await self._anchor.exec_driver_sql("SELECT count(*) FROM sqlite_master")
            await self._anchor.rollback()

    @asynccontextmanager
    async def begin(self, *, durable: bool = False, client: bool = False) -> AsyncIterator[AsyncConnection]:
        """Write: one transaction, committed when the block ends well, rolled back otherwise.

        `durable` commits survive a loss of power (`synchronous=FULL`); the others survive any end
        of a process. With a `client` waiting it comes before those without. GraticuleError(DISK_FULL),
        or TIMEOUT after waiting 10 s for another process.
        """
        with self._faults():
            async with self._turn.hold(client=client) if self._turn else nullcontext(), self.engine.connect() as plain:
                connection = await plain.execution_options(graticule_writes=True, graticule_durable=durable)
                async with connection.begin():
                    yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Read one consistent state; never waits for a writer."""
        with self._faults():
            async with self.engine.connect() as plain:
                yield plain if self._turn else await plain.execution_options(**postgres.AT_ONE_MOMENT)

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Type what goes wrong. SQLite itself writes on into a file that was deleted, and makes a new one beside it."""
        if self._identity is not None and _identity_of(self._file) != self._identity:
            raise AbsentDatabaseError
        try:
            with typed_errors():
                yield
        except DamagedDatabaseError as error:
            self._damage = error if error.lasts else self._damage
            raise

    async def rows(
        self, query: Select[tuple[object, ...]], make: Callable[[RowMapping], RowT], connection: AsyncConnection
    ) -> list[RowT]:
        """Read all rows of a query; of all readers one goes on in each turn of the loop, since a row takes 20 µs."""
        found = (await connection.execute(query)).mappings()
        made: list[RowT] = []
        while True:
            if self._pace.is_due():
                await self._pace.turn()
            part = found.fetchmany(ROWS_AT_ONCE)
            made += map(make, part)
            if len(part) < ROWS_AT_ONCE:
                return made


async def insert_unless_present(connection: AsyncConnection, table: Table, values: Mapping[str, object]) -> bool:
    """Insert a row, or leave it when any unique index already has it; gives whether it was inserted."""
    done = await connection.execute(_insert_unless_present(table, connection.dialect.name), values)
    return done.rowcount == 1


@cache
def _insert_unless_present(table: Table, dialect: str) -> Executable:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(table).on_conflict_do_nothing()


async def await_turn_to_count(connection: AsyncConnection, whose: str) -> None:
    """Wait until nobody else counts and adds to what is `whose`; where one writes at a time that holds anyway."""
    if connection.dialect.name == "postgresql":
        await postgres.await_turn_to_count(connection, whose)


async def upsert(connection: AsyncConnection, table: Table, values: Mapping[str, object]) -> None:
    """Insert a row, or overwrite the one with the same primary key."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    keys = [column.name for column in table.primary_key]
    rest = {name: value for name, value in values.items() if name not in keys}
    await connection.execute(
        insert(table).values(**values).on_conflict_do_update(index_elements=keys, set_=rest),
    )


def _set_up_sqlite(dbapi_connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    """Leave BEGIN to us (the driver would begin late, and not IMMEDIATE), and turn on WAL."""
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once when writing: a read lock that must grow can deadlock."""
    options = connection.get_execution_options()
    if not options.get("graticule_writes"):
        connection.exec_driver_sql("BEGIN")
        return
    level = "FULL" if options.get("graticule_durable") else "NORMAL"
    if connection.info.get("synchronous") != level:
        connection.exec_driver_sql(f"PRAGMA synchronous={level}")
        connection.info["synchronous"] = level
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _engine(url: str) -> AsyncEngine:
    """Make the engine of a URL, which may hold a password: no error repeats it."""
    try:
        server = database_server(url)
        if server is not None:
            return postgres.open_engine(server)
        _make_folder(url)
        engine = create_async_engine(url, connect_args={"async_creator_fn": connect})
    except (ArgumentError, InvalidRequestError, ImportError, TypeError, ValueError) as error:
        hint = (
            "Give postgresql+asyncpg://USER:PASSWORD@HOST:PORT/DATABASE or sqlite+aiosqlite:///PATH, or leave it out."
        )
        message = "GRATICULE_DATABASE_URL names no database that this version can use."
        raise InvalidArgumentError(message, hint=hint) from error
    event.listen(engine.sync_engine, "connect", _set_up_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def database_file(url: str) -> Path | None:
    """Give the file that a URL names, its folder made for this user alone; None when there is none, or no such URL."""
    try:
        _make_folder(url)
        return _sqlite_file(make_url(url))
    except ArgumentError:
        return None


def database_server(url: str) -> URL | None:
    """Give the URL of a PostgreSQL, None when it names another kind of database, or none."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        return None
    return parsed if parsed.drivername in postgres.NAMES else None


def _make_folder(url: str) -> None:
    """Make the folder of a SQLite file, for this user alone."""
    file = _sqlite_file(make_url(url))
    if file is not None:
        with usable(file, setting="DATABASE_URL"):
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)


def _identity_of(file: Path | None) -> tuple[int, int] | None:
    """Say which file this is, whatever its name; 2 µs."""
    try:
        found = file.stat() if file else None
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if found else None


def _sqlite_file(url: URL) -> Path | None:
    """Give the file that a URL names, None when it is another kind of database, or one in memory."""
    if url.get_backend_name() != "sqlite" or url.database in {None, "", ":memory:"}:
        return None
    return Path(str(url.database)).resolve()  # one file is one database, whichever links lead there


def _migrate(connection: Connection) -> None:
    """Run the missing migrations in the transaction of this connection: all of them or none."""
    if _is_newest(connection):
        return
    from alembic import command  # noqa: PLC0415  # 0.3 s, which most starts need not spend
    from alembic.config import Config  # noqa: PLC0415  # as above

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _is_newest(connection: Connection) -> bool:
    """Whether the last migration has been run. NewerDatabaseError when one was run that is not known here."""
    return _revision(connection) == revisions()[-1]


def _revision(connection: Connection) -> str | None:
    """Give the last migration that was run, None before the first. NewerDatabaseError when it is not known here."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    known = revisions()
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all()
    unknown = next((revision for revision in found if revision not in known), None)
    if unknown is not None:
        raise NewerDatabaseError(unknown, known[-1])
    return found[-1] if found else None


def revisions() -> list[str]:
    """Give the revisions that this version knows, oldest first; their files are named `v<revision>_<what for>.py`."""
    files = sorted(file.name for file in (MIGRATIONS / "versions").glob("v*.py"))
    return [name.removeprefix("v").partition("_")[0] for name in files]
