"""One fresh database a test, of both kinds."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.support.postgres import Postgres
from tests.support.stores import FakeClock, Store, open_store


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Name a database without rows: a file that does not exist yet, or one of PostgreSQL's that is up to date."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'rows.sqlite3'}"
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres.emptied()


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Name a database without tables, for this test alone."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'rows.sqlite3'}"
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    with postgres.database(migrated=False) as url:
        yield url


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    """Open the stores on a fresh database, with a clock that stands still."""
    async with open_store(url, FakeClock()) as store:
        yield store
