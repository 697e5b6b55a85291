"""The engine below the stores: migrated, crash-safe, and clear about a full disk."""

import asyncio
import sqlite3
from contextlib import nullcontext
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.errors import ErrorCode, GraticuleError
from services.store.database import Database
from tests.support.stores import FakeClock, Store, open_store

pytestmark = pytest.mark.anyio
sqlite_alone = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


async def run(database: Database, *statements: str) -> None:
    async with database.begin() as connection:
        for statement in statements:
            await connection.execute(text(statement))


async def test_what_was_written_is_there_after_opening_again(url: str) -> None:
    async with open_store(url, FakeClock()) as store:
        made = (await store.ask()).repository
    async with open_store(url, FakeClock()) as store:
        assert await store.repositories.get(made.id) == made


@sqlite_alone
async def test_rows_are_written_ahead_and_terminal_commits_are_flushed(store: Store) -> None:
    async with store.database.begin(durable=True) as connection:
        journal = (await connection.execute(text("PRAGMA journal_mode"))).scalar()
        flushed = (await connection.execute(text("PRAGMA synchronous"))).scalar()
    assert (journal, flushed) == ("wal", 2)


async def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    with pytest.raises(DBAPIError, match="nowhere"):
        await run(store.database, "DELETE FROM alembic_version", "DELETE FROM nowhere")
    async with store.database.read() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM alembic_version"))).scalar() == 1


async def test_a_cancelled_writer_does_not_hold_up_the_next(store: Store) -> None:
    writers = [asyncio.create_task(store.ask(f"h/o/{number}")) for number in range(20)]
    await asyncio.sleep(0.01)
    for writer in writers[::2]:
        writer.cancel()
    done = await asyncio.gather(*writers, return_exceptions=True)
    kept = [result for result in done[1::2] if not isinstance(result, BaseException)]
    assert len(kept) == 10
    assert (await store.ask("h/o/next")).repository.revision == 1


@sqlite_alone
async def test_a_full_disk_is_a_typed_error_and_nothing_is_lost(store: Store) -> None:
    made = (await store.ask()).repository
    with pytest.raises(GraticuleError) as caught:
        await run(store.database, "PRAGMA max_page_count = 1", "CREATE TABLE filler (data TEXT)")
    assert (caught.value.code, caught.value.retryable) == (ErrorCode.DISK_FULL, True)
    assert await store.repositories.get(made.id) == made


async def test_the_folder_of_a_new_database_is_made(tmp_path: Path) -> None:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'new' / 'rows.sqlite3'}")
    await database.close()
    assert (tmp_path / "new" / "rows.sqlite3").exists()


async def test_a_file_that_was_taken_away_is_told_and_nothing_is_written_into_it(tmp_path: Path) -> None:
    file = tmp_path / "rows.sqlite3"
    database = await Database.open(f"sqlite+aiosqlite:///{file}")
    file.rename(tmp_path / "elsewhere")
    for use in (database.check(), run(database, "CREATE TABLE lost (id INTEGER)")):
        with pytest.raises(GraticuleError, match="is gone") as caught:
            await use
        assert caught.value.retryable
    assert not file.exists()
    (tmp_path / "elsewhere").rename(file)
    await run(database, "CREATE TABLE kept (id INTEGER)")
    await database.check()
    await database.close()


@pytest.mark.parametrize(
    ("mark", "lasts"), [("unable to open database file", False), ("database disk image is malformed", True)]
)
async def test_a_damaged_file_stays_told_and_a_want_that_passes_does_not(
    tmp_path: Path, *, mark: str, lasts: bool
) -> None:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'rows.sqlite3'}")
    with pytest.raises(GraticuleError, match=mark):
        async with database.read():
            raise sqlite3.OperationalError(mark)
    with pytest.raises(GraticuleError, match=mark) if lasts else nullcontext():
        await database.check()
    await database.close()


async def test_a_file_that_is_no_database_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "graticule.sqlite3"
    file.write_bytes(b"no database at all" * 999)
    with pytest.raises(GraticuleError, match="file is not a database") as caught:
        await Database.open(f"sqlite+aiosqlite:///{file}")
    assert "--data-dir" in str(caught.value.hint)
    assert file.read_bytes() == b"no database at all" * 999


@pytest.mark.parametrize("url", ["nonsense", "oracle://u:secret@host/x", "sqlite:///x", "postgresql://u:secret@:/x"])
async def test_a_url_of_no_database_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(GraticuleError, match="GRATICULE_DATABASE_URL") as caught:
        await Database.open(url)
    assert "secret" not in caught.value.message
