"""Room that is taken in advance: blocks on the disk, not promises."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from services.store.database import Database
from services.store.datadir import lock_data_dir
from services.store.room import FREE_PAGES, LOG_BYTES, RESERVE_BYTES, RESERVE_NAME
from tests.support.small_disk import file_limit

pytestmark = pytest.mark.anyio


def bytes_on_disk(path: Path) -> int:
    return path.stat().st_blocks * 512


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'rows.sqlite3'}")
    yield database
    await database.close()


async def free_pages(database: Database) -> int:
    async with database.read() as connection:
        return int((await connection.execute(text("PRAGMA freelist_count"))).scalar_one())


async def test_a_database_takes_its_room_once(database: Database, tmp_path: Path) -> None:
    for _ in range(2):
        await database.keep_room()
        assert bytes_on_disk(tmp_path / "rows.sqlite3-wal") == LOG_BYTES
        assert FREE_PAGES <= await free_pages(database) < FREE_PAGES * 2


async def test_the_room_outlives_every_connection_but_the_databases_own(database: Database, tmp_path: Path) -> None:
    await database.keep_room()
    async with database.engine.connect() as connection:
        await connection.execute(text("SELECT 1"))
        await connection.invalidate()
    assert bytes_on_disk(tmp_path / "rows.sqlite3-wal") == LOG_BYTES


async def test_rows_are_written_where_no_file_can_grow(database: Database, tmp_path: Path) -> None:
    await database.keep_room()
    async with database.begin() as connection:
        await connection.execute(text("CREATE TABLE notes (words TEXT)"))
    with file_limit((tmp_path / "rows.sqlite3").stat().st_size):
        for number in range(200):
            async with database.begin(durable=True) as connection:
                await connection.execute(text("INSERT INTO notes VALUES (:words)"), {"words": f"{number}" * 500})
    async with database.read() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM notes"))).scalar() == 200


async def test_a_half_taken_room_is_taken_anew(database: Database) -> None:
    async with database.begin() as connection:
        await connection.execute(text("CREATE TABLE room AS SELECT zeroblob(100000)"))
    await database.keep_room()
    async with database.read() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM sqlite_master WHERE name = 'room'"))).scalar() == 0


async def test_a_database_in_memory_needs_no_room() -> None:
    database = await Database.open("sqlite+aiosqlite://")
    await database.keep_room()
    await database.close()


def test_the_reserve_lies_in_the_folder_while_nobody_runs_on_it(tmp_path: Path) -> None:
    for _ in range(2):
        with lock_data_dir(tmp_path):
            assert not (tmp_path / RESERVE_NAME).exists()
        assert bytes_on_disk(tmp_path / RESERVE_NAME) == RESERVE_BYTES


def test_a_reserve_is_as_large_as_there_is_room_for(tmp_path: Path) -> None:
    with file_limit(1_000_000), lock_data_dir(tmp_path):
        pass
    assert 500_000 < bytes_on_disk(tmp_path / RESERVE_NAME) <= 1_000_000
