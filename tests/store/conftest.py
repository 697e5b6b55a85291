"""One fresh database a test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.stores import FakeClock, Store, open_store


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Name a database file that does not exist yet."""
    return f"sqlite+aiosqlite:///{tmp_path / 'rows.sqlite3'}"


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    """Open the stores on a fresh database, with a clock that stands still."""
    async with open_store(url, FakeClock()) as store:
        yield store
