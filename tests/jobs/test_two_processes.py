"""Two processes on one database and one Valkey: what a host bears is counted over both, and rows alone can cancel."""

import asyncio
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import pytest

from services.models import JobState, Phase
from services.settings import Settings
from services.store.database import Database
from services.store.jobs import JobStore
from tests.support.gitserver import GitServer, make_repository
from tests.support.residue import processes_of
from tests.support.running import local_settings, now, server_process
from tests.support.valkey import Valkey

pytestmark = pytest.mark.anyio
REPOSITORIES = 6
PER_HOST = 2


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    with Valkey() as server:
        yield server


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[GitServer]:
    """Serve repositories whose clones take about a second each."""
    with GitServer.start(tmp_path / "forge") as server:
        for number in range(REPOSITORIES):
            files: dict[str, bytes | str] = {"code.py": f"def f{number}(): ...\n", "noise.bin": os.urandom(60_000)}
            make_repository(server.root / f"acme/r{number}.git", files)
        make_repository(server.root / "acme/long.git", {"noise.bin": os.urandom(1_000_000)})
        server.knobs.bytes_per_second = 60_000
        yield server


def shared_settings(folder: Path, valkey: Valkey, name: str) -> Settings:
    return local_settings(
        folder / name,
        database_url=f"sqlite+aiosqlite:///{folder / 'shared.sqlite3'}",
        artifacts_url=str(folder / "artifacts"),
        redis_url=valkey.url,
        queue_url=valkey.url,
        concurrent_jobs_per_host=PER_HOST,
    )


@asynccontextmanager
async def rows(settings: Settings) -> AsyncIterator[JobStore]:
    """Open the rows as a third process would see them."""
    database = await Database.open(settings.effective_database_url)
    yield JobStore(database, now, lease_seconds=20.0, tries=6)
    await database.close()


async def test_two_processes_together_never_run_more_jobs_of_a_host_than_it_bears(
    tmp_path: Path, valkey: Valkey, forge: GitServer
) -> None:
    one, other = (shared_settings(tmp_path, valkey, name) for name in ("one", "other"))
    urls = [forge.url(f"acme/r{number}") for number in range(REPOSITORIES)]
    seen: Counter[int] = Counter()
    with ExitStack() as stack:
        asked = stack.enter_context(server_process(one, *urls))
        await asyncio.to_thread(asked.until, phase=Phase.RECEIVING)
        stack.enter_context(server_process(other))
        async with rows(one) as jobs, asyncio.timeout(50):
            done = 0
            while done < REPOSITORIES:
                seen[(await jobs.page(states=[JobState.RUNNING])).total] += 1
                done = (await jobs.page(states=[JobState.SUCCEEDED])).total
    assert max(seen) == PER_HOST


async def test_a_cancel_that_only_the_row_tells_ends_git_within_ten_seconds(
    tmp_path: Path, valkey: Valkey, forge: GitServer
) -> None:
    settings = shared_settings(tmp_path, valkey, "one")
    forge.knobs.bytes_per_second = 30_000
    with server_process(settings, forge.url("acme/long")) as process:
        line = await asyncio.to_thread(process.until, phase=Phase.RECEIVING)
        assert processes_of(settings.data_dir)
        valkey.stop()
        async with rows(settings) as jobs:
            asked_at = time.monotonic()
            await jobs.cancel(line["job"])
            while processes_of(settings.data_dir):  # noqa: ASYNC110  # nobody tells
                await asyncio.sleep(0.05)
            assert time.monotonic() - asked_at < 10
            async with asyncio.timeout(10):
                while (await jobs.page()).items[0].state is not JobState.CANCELLED:  # noqa: ASYNC110  # as above
                    await asyncio.sleep(0.05)
