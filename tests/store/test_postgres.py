"""What PostgreSQL says when something is wrong, as one typed error in which no secret is repeated."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.errors import ErrorCode, GraticuleError
from services.models import RepositoryOrder
from services.store.database import Database
from tests.support.ports import kept_port, number_of
from tests.support.postgres import QUOTED, Postgres
from tests.support.stores import FakeClock, Store, open_store

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("url", ["postgres"], indirect=True)]


async def refused(url: str) -> GraticuleError:
    with pytest.raises(GraticuleError) as caught:
        await Database.open(url)
    said = f"{caught.value} {caught.value.hint} {caught.value.__cause__}"
    assert "wr0ng" not in said
    assert QUOTED not in said
    return caught.value


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
async def test_every_usual_spelling_of_a_url_leads_there(url: str, scheme: str) -> None:
    usual = url.replace("postgresql+asyncpg", scheme) + "?application_name=ours&ssl=prefer"
    database = await Database.open(usual)
    async with database.read() as connection:
        assert await setting(connection, "application_name") == "ours"
        assert await setting(connection, "lock_timeout") == "10s"
    await database.close()


async def setting(connection: AsyncConnection, name: str) -> str:
    return str((await connection.execute(text(f"SHOW {name}"))).scalar_one())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (QUOTED, "wr0ng", "refuses the password"),
        ("/shared", "/wrong", "has no database of this name"),
        ("/shared", "/shared?sslmode=require", "has no TLS"),
        ("/shared", "/shared?sslmode=perhaps", "malformed"),
        ("/shared", "/shared?wrongly=1", "can be used"),
    ],
)
async def test_a_setting_that_is_wrong_is_told_with_its_name(url: str, old: str, new: str, said: str) -> None:
    error = await refused(url.replace(old, new))
    assert (error.code, error.retryable) == (ErrorCode.INVALID_ARGUMENT, False)
    assert said in error.message
    assert "GRATICULE_DATABASE_URL" in f"{error.message} {error.hint}"


async def test_a_user_who_may_make_no_table_is_told_what_is_missing(url: str, postgres: Postgres) -> None:
    postgres.sql("CREATE ROLE guest LOGIN PASSWORD 'wr0ng'")
    guest = make_url(url).set(username="guest", password="wr0ng")
    with postgres.database(migrated=False) as empty:
        guest = guest.set(database=make_url(empty).database)
        error = await refused(guest.render_as_string(hide_password=False))
    postgres.sql("DROP ROLE guest")
    assert error.code is ErrorCode.INVALID_ARGUMENT
    assert "owner" in str(error.hint)


async def test_a_server_that_cannot_be_reached_does_not_answer_for_now(url: str) -> None:
    with kept_port() as nobody:
        error = await refused(str(url).replace(f":{make_url(url).port}/", f":{number_of(nobody)}/"))
    assert (error.message, error.retryable) == ("The store does not answer.", True)


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("53100", ErrorCode.DISK_FULL),
        ("40001", ErrorCode.TIMEOUT),
        ("40P01", ErrorCode.TIMEOUT),
        ("57P01", ErrorCode.TIMEOUT),
        ("53300", ErrorCode.TIMEOUT),
    ],
)
async def test_what_may_work_later_is_retryable(store: Store, state: str, code: ErrorCode) -> None:
    raised = f"DO $$ BEGIN RAISE EXCEPTION 'as it happens' USING ERRCODE = '{state}'; END $$"
    with pytest.raises(GraticuleError) as caught:
        await run(store.database, raised)
    assert (caught.value.code, caught.value.retryable) == (code, True)


async def test_a_row_that_another_transaction_keeps_is_waited_for_and_then_given_up(store: Store) -> None:
    await store.ask()
    async with store.database.begin() as holder:
        await hold_rows(holder)
        with pytest.raises(GraticuleError, match="busy for too long") as caught:
            await wait_for_rows(store.database)
    assert caught.value.hint == "Try again in a moment."


async def hold_rows(connection: AsyncConnection) -> None:
    await connection.execute(text("SELECT 1 FROM repositories FOR UPDATE"))


async def wait_for_rows(database: Database) -> None:
    async with database.begin() as connection:
        await connection.execute(text("SET LOCAL lock_timeout = '50ms'"))
        await hold_rows(connection)


async def test_connections_that_a_restart_has_closed_cost_no_error(url: str, postgres: Postgres) -> None:
    async with open_store(url, FakeClock()) as store:
        await asyncio.gather(*(store.ask(f"h/o/{number}") for number in range(20)))
        await asyncio.to_thread(postgres.stop)
        await asyncio.to_thread(postgres.start)
        assert (await store.repositories.page()).total == 20
        assert (await store.ask("h/o/more")).repository.revision == 1


async def test_a_statement_whose_session_is_ended_is_retryable_and_the_next_one_works(
    store: Store, postgres: Postgres
) -> None:
    ends = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'"
    waiting = asyncio.create_task(run(store.database, "SELECT pg_sleep(20)"))
    await asyncio.sleep(0.2)
    await asyncio.to_thread(postgres.sql, ends)
    with pytest.raises(GraticuleError, match="The store does not answer") as caught:
        await waiting
    assert caught.value.retryable
    await store.database.check()


async def run(database: Database, statement: str) -> None:
    async with database.read() as connection:
        await connection.execute(text(statement))


async def test_more_readers_than_connections_wait_for_their_turn(store: Store) -> None:
    await store.ask()
    pages = await asyncio.gather(*(store.repositories.page() for _ in range(60)))
    assert {page.total for page in pages} == {1}


async def test_names_order_and_match_as_on_sqlite(store: Store, tmp_path: Path) -> None:
    names = ["h/a-b/c", "h/ab/c", "h/a_b/c", "h/A/c", "h/é/c", "h/É/c", "h/Z/c", "h/a/%", "h/a/b", "h/B/c", "h/~/c"]

    async def answers(store: Store) -> list[list[str]]:
        for name in names:
            await store.ask(name)
        wanted = [None, "A", "_b", "%", "É", "é", "Z"]
        pages = [await store.repositories.page(name_contains=part, order=RepositoryOrder.NAME) for part in wanted]
        return [[repository.name for repository in page.items] for page in pages]

    async with open_store(f"sqlite+aiosqlite:///{tmp_path / 'rows.sqlite3'}", FakeClock()) as other:
        assert await answers(store) == await answers(other)


async def test_names_order_by_code_point_whatever_the_language_of_the_database(store: Store) -> None:
    of_name = "SELECT collation_name FROM information_schema.columns WHERE table_name = 'repositories'"
    async with store.database.read() as connection:
        found = (await connection.execute(text(f"{of_name} AND column_name = 'name'"))).scalar_one()
    assert found == "C"
