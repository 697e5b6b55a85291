"""What PostgreSQL alone needs: how it is connected to, and what its errors mean.

Numbers are chosen against a job's lease of 20 s: a server that was stopped in the middle of a transaction, or whose
machine is gone, must not keep a repository's row locked for as long as that.
"""

import ssl
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

from sqlalchemy import URL, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, DisconnectionError, InterfaceError, InternalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, NullPool, PoolProxiedConnection

from services.errors import ErrorCode, GraticuleError, InvalidArgumentError

if TYPE_CHECKING:
    import asyncpg

NAMES: Final = frozenset({"postgresql", "postgres", "postgresql+asyncpg", "postgres+asyncpg"})
"""What a URL may begin with; all mean the same here."""
CONNECTIONS: Final = 10
"""Of one process; more wait for their turn, since one process keeps no more of a database busy."""
WAIT_SECONDS: Final = 10.0
"""For a free connection, or for a row that another transaction has."""
CONNECT_SECONDS: Final = 5.0
ANSWER_SECONDS: Final = 40.0
"""After that a server that neither answers nor closes is given up; above what it may work on a statement."""
SESSION: Final[Mapping[str, str]] = {
    "application_name": "graticule",
    "lock_timeout": "10s",
    "statement_timeout": "30s",
    "idle_in_transaction_session_timeout": "15s",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "3",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "15s",
}
PATIENT: Final[Mapping[str, str]] = {**SESSION, "lock_timeout": "0", "statement_timeout": "0"}
"""For migrations, which may take as long as it takes to make an index."""

AT_ONE_MOMENT: Final = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
"""Options of a transaction that only reads and sees one state; they cost no statement of their own."""

READ_ONLY: Final = "SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::bool"
"""Whether a server takes no writes: a standby, or a primary that its operator has closed; our own reads always do."""

LOCKS: Final = 0x67726174
"""The first number of our advisory locks, 'grat'; the second says what for."""
MIGRATING: Final = 1
SERVING: Final = 2
COUNTING: Final = 0x67726175
"""The first number of those that a counter is protected by; the second is a hash of whose."""

SETTING: Final = "GRATICULE_DATABASE_URL"
_REFUSED: Final[Mapping[str, tuple[str, str]]] = {
    "28000": ("PostgreSQL lets this user not in", f"Check the user of {SETTING}, and the server's pg_hba.conf."),
    "28P01": ("PostgreSQL refuses the password of this user", f"Check user and password of {SETTING}."),
    "3D000": ("PostgreSQL has no database of this name", f"Create it, or check the name at the end of {SETTING}."),
    "42501": (
        "PostgreSQL does not allow this user to do that",
        f"Make the user of {SETTING} the owner of its database.",
    ),
}
_BUSY: Final = frozenset({"40001", "40P01", "55P03", "57014", "25P03", "53200"})
"""Two transactions in each other's way, or one that took too long: nothing of it was written."""
_AWAY: Final = ("08", "57P0", "53300", "25006")
"""Connection lost, shut down, starting or recovering, full of sessions; or a standby that only reads, as yet."""
_FULL: Final = "53100"
NO_TLS: Final = "rejected SSL upgrade"


def open_engine(url: URL, *, patient: bool = False) -> AsyncEngine:
    """Make the engine of a URL; connects when it is first used. `patient` is for one long piece of work."""
    connect_args = {"async_creator_fn": partial(connect, url, PATIENT if patient else SESSION, patient=patient)}
    if patient:
        return create_async_engine("postgresql+asyncpg://", connect_args=connect_args, poolclass=NullPool)
    engine = create_async_engine(
        "postgresql+asyncpg://",  # without its secrets: the engine shows its URL
        connect_args=connect_args,
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_timeout=WAIT_SECONDS,
        pool_use_lifo=True,
    )
    event.listen(engine.sync_engine, "checkout", _refuse_closed)
    return engine


async def connect(url: URL, session: Mapping[str, str] = SESSION, *, patient: bool = False) -> "asyncpg.Connection":
    """Open one session. GraticuleError, in which neither the URL nor its password is repeated."""
    import asyncpg  # noqa: PLC0415  # 0.1 s, which a server on SQLite need not spend

    try:
        return await asyncpg.connect(
            _dsn(url),
            timeout=CONNECT_SECONDS,
            command_timeout=None if patient else ANSWER_SECONDS,
            server_settings={name: value for name, value in session.items() if name not in url.query},
        )
    except asyncpg.PostgresError as error:
        raise (_by_state(error.sqlstate) or _unusable(str(error))) from error
    except ssl.SSLError as error:
        raise _unusable("its certificate is not trusted, or it speaks no TLS that is known here") from error
    except (OSError, asyncpg.InternalClientError) as error:  # a timeout and an unknown name are such, too
        raise (_unusable("it has no TLS, which the URL asks for") if NO_TLS in str(error) else _away()) from error
    except (asyncpg.InterfaceError, ValueError, OverflowError) as error:
        raise _unusable("a part of it is malformed") from error


async def ask(session: "asyncpg.Connection", statement: str, *, seconds: float | None = None) -> object:
    """Give the first value of what a session answers. GraticuleError."""
    import asyncpg  # noqa: PLC0415  # as above

    try:
        return await session.fetchval(statement, timeout=seconds)
    except asyncpg.PostgresError as error:
        raise (_by_state(error.sqlstate) or _away()) from error
    except (asyncpg.InterfaceError, asyncpg.InternalClientError, OSError) as error:
        raise _away() from error


def fault_of(error: Exception) -> GraticuleError | None:
    """Give what an error of SQLAlchemy or of a connection means, None when it is a defect, or no error of this kind."""
    if isinstance(error, PoolTimeoutError):
        return busy()
    if isinstance(error, (ConnectionError, TimeoutError)):
        return _away()
    if not isinstance(error, DBAPIError):
        return None
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return _by_state(state)
    lost = isinstance(error, InternalError) or (isinstance(error, InterfaceError) and "closed" in str(error.orig))
    return _away() if lost or error.connection_invalidated else None


async def require_writable(connection: AsyncConnection) -> None:
    """Refuse a server that answers and takes no writes. GraticuleError."""
    if (await connection.exec_driver_sql(READ_ONLY)).scalar_one():
        hint = "Connect to the primary: `target_session_attrs=read-write` finds it among several hosts."
        raise GraticuleError(ErrorCode.TIMEOUT, "The store takes no writes now.", hint=hint)


async def await_turn_to_migrate(connection: AsyncConnection) -> None:
    """Wait until no other process migrates this database; over with the transaction."""
    await connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCKS}, {MIGRATING})"))


async def await_turn_to_count(connection: AsyncConnection, whose: str) -> None:
    """Wait until no other transaction counts and adds to what is `whose`; over with the transaction."""
    await connection.execute(text(f"SELECT pg_advisory_xact_lock({COUNTING}, hashtext(:whose))"), {"whose": whose})


def _dsn(url: URL) -> str:
    """Give the URL as libpq has it: asyncpg reads its parameters, sslmode and several hosts among them."""
    query = {"sslmode" if name == "ssl" else name: value for name, value in url.query.items()}
    return url.set(drivername="postgresql", query=query).render_as_string(hide_password=False)


def _refuse_closed(connection: DBAPIConnection, _record: ConnectionPoolEntry, _proxy: PoolProxiedConnection) -> None:
    """Take another connection instead of one that the server has closed, as a restart does; asks nobody."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError


def _by_state(state: str | None) -> GraticuleError | None:
    if state is None:
        return None
    if state in _REFUSED:
        message, hint = _REFUSED[state]
        return InvalidArgumentError(f"{message}.", hint=hint)
    if state == _FULL:
        return GraticuleError(ErrorCode.DISK_FULL, "The disk of the database is full.")
    if state in _BUSY:
        return busy()
    return _away() if state.startswith(_AWAY) else None


def busy() -> GraticuleError:
    """Say that others kept what a statement needed, on any database."""
    return GraticuleError(ErrorCode.TIMEOUT, "The database was busy for too long.", hint="Try again in a moment.")


def _away() -> GraticuleError:
    hint = f"Try again in a moment. The operator finds the server in {SETTING}."
    return GraticuleError(ErrorCode.TIMEOUT, "The store does not answer.", hint=hint)


def _unusable(why: str) -> GraticuleError:
    hint = "Give postgresql+asyncpg://USER:PASSWORD@HOST:PORT/DATABASE; special characters in percent-encoding."
    return InvalidArgumentError(f"{SETTING} names no database that can be used: {why}.", hint=hint)
