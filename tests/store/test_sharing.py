"""Servers on one database must hear of each other: alone over memory://, together over a bus."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from sqlalchemy import make_url

from services.errors import GraticuleError
from services.store import advisory, sharing
from services.store.advisory import LOST, TAKEN
from services.store.postgres import LOCKS, SERVING, connect
from services.store.sharing import DatabaseInUseError, hold_database
from tests.support.postgres import Postgres

pytestmark = pytest.mark.anyio

ADVISORY = "1 FROM pg_locks WHERE locktype = 'advisory'"
HOLD = """
import asyncio, sys, time
from services.store.sharing import hold_database

async def main():
    async with hold_database(sys.argv[1], shared=False):
        print("held", flush=True)
        time.sleep(60)

asyncio.run(main())
"""


@pytest.fixture(autouse=True)
def _short_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "TURN_SECONDS", 0.2)
    monkeypatch.setattr(sharing, "GONE_SECONDS", 0.1)


@pytest.mark.parametrize(("first", "second"), [(False, False), (False, True), (True, False)])
async def test_a_server_whose_hints_stay_in_its_memory_shares_its_database_with_nobody(
    url: str, *, first: bool, second: bool
) -> None:
    async with hold_database(url, shared=first) as hold:
        assert hold.alone
        await hold.settle()
        with pytest.raises(DatabaseInUseError) as refused:
            async with hold_database(url, shared=second):
                pass
    assert isinstance(refused.value, GraticuleError)
    assert "GRATICULE_REDIS_URL" in str(refused.value.hint)
    assert ("had this database to itself for" in refused.value.message) == second
    async with hold_database(url, shared=second) as later:
        assert later.alone


async def test_servers_that_share_a_bus_share_a_database_and_only_the_first_was_alone(url: str) -> None:
    async with AsyncExitStack() as stack:
        alone = []
        for _ in range(3):
            hold = await stack.enter_async_context(hold_database(url, shared=True))
            await hold.settle()
            alone.append(hold.alone)
    assert alone == [True, False, False]


async def test_a_server_waits_for_one_that_is_only_starting(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "TURN_SECONDS", 30.0)
    async with hold_database(url, shared=True) as first:

        async def start() -> bool:
            async with hold_database(url, shared=True) as second:
                return second.alone

        starting = asyncio.create_task(start())
        await asyncio.sleep(0.1)
        assert not starting.done()
        await first.settle()
        assert await starting is False


async def test_a_link_leads_to_the_same_database(tmp_path: Path) -> None:
    (tmp_path / "rows.sqlite3").touch()
    (tmp_path / "link.sqlite3").symlink_to(tmp_path / "rows.sqlite3")
    async with hold_database(f"sqlite+aiosqlite:///{tmp_path / 'rows.sqlite3'}", shared=False):
        with pytest.raises(DatabaseInUseError):
            async with hold_database(f"sqlite+aiosqlite:///{tmp_path / 'link.sqlite3'}", shared=False):
                pass


async def test_a_killed_server_holds_no_database(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    server = await asyncio.create_subprocess_exec(sys.executable, "-c", HOLD, url, stdout=subprocess.PIPE)
    assert server.stdout is not None
    assert await server.stdout.readline() == b"held\n"
    with pytest.raises(DatabaseInUseError):
        async with hold_database(url, shared=False):
            pass
    monkeypatch.setattr(sharing, "GONE_SECONDS", 20.0)
    server.kill()
    await server.wait()
    async with hold_database(url, shared=False) as hold:
        assert hold.alone


async def test_a_hold_that_is_lost_with_its_session_is_taken_again(postgres: Postgres) -> None:
    with postgres.database() as url:
        async with hold_database(url, shared=False) as hold:
            await asyncio.to_thread(postgres.stop)
            try:
                await _until(lambda: hold.problem == LOST)
            finally:
                await asyncio.to_thread(postgres.start)
            await _until(lambda: hold.problem is None)
            with pytest.raises(DatabaseInUseError):
                async with hold_database(url, shared=True):
                    pass


async def test_a_server_whose_database_was_taken_meanwhile_says_so_until_it_is_free(postgres: Postgres) -> None:
    with postgres.database() as url:
        other = await connect(make_url(url))
        async with hold_database(url, shared=False) as hold:
            waiting = asyncio.create_task(other.execute(f"SELECT pg_advisory_lock({LOCKS}, {SERVING})"))
            while not await asyncio.to_thread(postgres.sql, f"SELECT {ADVISORY} AND NOT granted"):
                pass
            await asyncio.to_thread(postgres.sql, f"SELECT pg_terminate_backend(pid), {ADVISORY} AND granted")
            await waiting
            await _until(lambda: hold.problem == TAKEN)
            await other.close()
            await _until(lambda: hold.problem is None)


async def test_a_hold_whose_session_nobody_answers_any_more_is_taken_again(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(advisory, "PROBE_SECONDS", 0.3)
    with postgres.database() as url:
        async with hold_database(url, shared=False) as hold:
            session = int(await asyncio.to_thread(postgres.sql, f"SELECT pid {ADVISORY[1:]}"))
            os.kill(session, signal.SIGSTOP)
            try:
                await _until(lambda: hold.problem is not None)
            finally:
                os.kill(session, signal.SIGCONT)
            await _until(lambda: hold.problem is None)


async def test_databases_of_one_server_are_held_apart(postgres: Postgres) -> None:
    with postgres.database() as one, postgres.database() as other:
        async with hold_database(one, shared=False), hold_database(other, shared=False) as hold:
            assert hold.alone


async def _until(reached: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not reached():  # noqa: ASYNC110  # it happens in PostgreSQL
            await asyncio.sleep(0.01)
