"""A database of any earlier revision is brought up to date and works on; one of a later revision is left alone.

A new revision needs nothing here, unless it adds a column without a default: that has its value in `ADDED`.
"""

import asyncio
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, insert, text

from services.errors import ErrorCode
from services.models import JobState, MapState, SnapshotKey
from services.store.database import MIGRATIONS, Database, NewerDatabaseError, revisions
from services.store.tables import metadata
from tests.support.stores import COMMIT, FakeClock, Store, open_store, store_on

pytestmark = pytest.mark.anyio

MADE: Final = datetime(2029, 1, 1, tzinfo=UTC)
AT: Final = 1_861_920_000_000_000
"""The same, as it is stored."""
PHASES: Final = (
    '[{"phase":"QUEUED","started_at":"2029-01-01T00:00:00Z","finished_at":"2029-01-01T00:00:00Z","current":null,'
    '"total":null},{"phase":"RECEIVING","started_at":"2029-01-01T00:00:00Z","finished_at":null,"current":3,"total":9}]'
)
PROGRESS: Final = (
    '{"phase":"RECEIVING","current":3,"total":9,"received_bytes":null,"bytes_per_second":null,"message":null}'
)
ERROR: Final = '{"code":"NETWORK","message":"reset","retryable":true,"hint":null,"lines":[]}'

REPOSITORY: Final[dict[str, Any]] = {
    "id": "r1",
    "url": "https://h/o/n",
    "name": "h/o/n",
    "host": "h",
    "revision": 7,
    "clone_state": "READY",
    "clone_completed_at": AT,
    "clone_job_id": "done",
    "map_state": "READY",
    "map_completed_at": AT,
    "map_error": ERROR,
    "map_job_id": "done",
    "created_at": AT,
    "updated_at": AT,
    "last_accessed_at": AT,
    "default_branch": "main",
    "served_commit": COMMIT,
    "remote_head": COMMIT,
    "checked_at": AT,
    "size_bytes": 2**40,
    "pinned": True,
}
JOB: Final[dict[str, Any]] = {
    "id": "done",
    "repository_id": "r1",
    "kind": "CLONE",
    "ref": None,
    "ref_key": "",
    "commit_id": COMMIT,
    "state": "SUCCEEDED",
    "revision": 3,
    "attempt": 1,
    "lost_workers": 0,
    "transient_failures": 0,
    "phases": PHASES,
    "created_at": AT,
    "updated_at": AT,
    "started_at": AT,
    "finished_at": AT,
}
RUNNING: Final = {"owner": "gone", "heartbeat_at": AT, "progress": PROGRESS, "finished_at": None, "commit_id": None}
MAP: Final[dict[str, Any]] = {"repository_id": "r1", "commit_id": COMMIT, "engine_version": "e1"}
ROWS: Final[dict[str, list[dict[str, Any]]]] = {
    "repositories": [REPOSITORY],
    "jobs": [
        JOB,
        JOB | RUNNING | {"id": "cut off", "state": "RUNNING", "kind": "MAP", "ref": "v1", "ref_key": "v1"},
        JOB | {"id": "waits", "state": "QUEUED", "kind": "REFRESH", "attempt": 0, "error": ERROR, "finished_at": None},
    ],
    "snapshots": [MAP | {"ref": None, "built_at": AT, "size_bytes": 5}],
    "snapshot_refs": [MAP | {"ref_key": "", "updated_at": AT}],
}
TOKEN: Final[dict[str, Any]] = {
    "id": "t",
    "name": "ada",
    "scope": "clone",
    "grants": '["h/o"]',
    "digest": "d" * 64,
    "created_at": AT,
}
ADDED: Final[dict[str, dict[str, list[dict[str, Any]]]]] = {"0002": {"tokens": [TOKEN]}}
"""Rows of tables that a revision made, by its name."""


def upgrade(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def fill(connection: Connection, revision: str) -> None:
    """Insert rows with the columns that there are at a revision; the others get its defaults."""
    known = MetaData()
    known.reflect(connection)
    rows = dict(ROWS)
    for added in revisions()[: revisions().index(revision) + 1]:
        rows |= ADDED.get(added, {})
    for name, found in rows.items():
        for row in found:
            connection.execute(insert(known.tables[name]).values(**row))


async def make(url: str, revision: str) -> None:
    """Make a database as the version with this revision left it."""
    database = Database.unopened(url)
    async with database.begin() as connection:
        await connection.run_sync(upgrade, revision)
        await connection.run_sync(fill, revision)
    await database.close()


@pytest.mark.parametrize("revision", revisions())
async def test_a_database_of_any_earlier_revision_is_brought_up_to_date_and_its_jobs_run(
    empty_url: str, revision: str
) -> None:
    await make(empty_url, revision)
    async with open_store(empty_url, FakeClock()) as store:
        async with store.database.read() as connection:
            assert await connection.run_sync(differences) == []
        await check_rows(store)
        await run_jobs(store)


async def check_rows(store: Store) -> None:
    repository = await store.repositories.by_name("h/o/n")
    assert repository is not None
    assert (repository.size_bytes, repository.pinned, repository.private) == (2**40, True, False)
    assert (repository.created_at, repository.map.completed_at) == (MADE, MADE)
    assert repository.map.error is not None
    jobs = (await store.jobs.page()).items
    assert {job.id: len(job.phases) for job in jobs} == {"done": 2, "cut off": 2, "waits": 2}
    latest = await store.snapshots.latest("r1")
    assert latest is not None
    assert latest.key == SnapshotKey("r1", COMMIT, "e1")


async def run_jobs(store: Store) -> None:
    """Run both jobs that had not ended, and remove the repository."""
    await store.outlast()
    assert [job.id for job in await store.jobs.due()] == ["cut off", "waits"]
    for job_id in ("cut off", "waits"):
        change = await store.finish(await store.take(job_id), commit="d" * 40, engine="e2")
        assert change.job.state is JobState.SUCCEEDED
    assert change.repository.map.state is MapState.READY
    assert change.repository.served_commit == "d" * 40


def differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


async def test_the_migrations_make_exactly_the_tables(empty_url: str) -> None:
    database = await Database.open(empty_url)
    async with database.read() as connection:
        assert await connection.run_sync(differences) == []
    await database.close()


async def test_the_migrations_make_the_same_indexes_as_the_tables_would(empty_url: str) -> None:
    database = await Database.open(empty_url)
    queries = {
        "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name",
        "postgresql": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname",
    }
    query = text(queries[database.engine.dialect.name])

    def indexes(connection: Connection) -> list[str]:
        found = connection.execute(query).scalars()
        return [" ".join(sql.split()) for sql in found if "alembic" not in sql]

    async with database.begin() as connection:
        migrated = await connection.run_sync(indexes)
        await connection.run_sync(metadata.drop_all)
        await connection.run_sync(metadata.create_all)
        assert await connection.run_sync(indexes) == migrated
        await connection.rollback()
    await database.close()
    assert sum("WHERE" in sql for sql in migrated) == 5


async def test_several_may_open_an_empty_database_at_once(empty_url: str) -> None:
    opened = await asyncio.gather(*(Database.open(empty_url) for _ in range(4)))
    assert (await store_on(opened[3], FakeClock()).ask()).repository.revision == 1
    for database in opened:
        await database.close()


async def test_a_database_that_a_newer_version_has_migrated_is_refused_and_left_as_it_is(empty_url: str) -> None:
    async with open_store(empty_url, FakeClock()) as store:
        async with store.database.begin() as connection:
            await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(NewerDatabaseError, match=f"9999.*{revisions()[-1]}") as refused:
            await Database.open(empty_url)
        assert (await store.ask()).repository.revision == 1
        async with store.database.read() as connection:
            assert (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar() == "9999"
    assert (refused.value.code, refused.value.retryable) == (ErrorCode.INVALID_ARGUMENT, False)
    assert "Upgrade this program" in str(refused.value.hint)
