"""The running services as a whole: they start once on a folder, and stop without leaving anything."""

import asyncio
import os
import threading
from pathlib import Path
from typing import Any

import psutil
import pytest

from services.errors import InvalidArgumentError
from services.graticule import Graticule
from services.models import JobState
from services.store.datadir import DataDirInUseError, lock_data_dir
from services.store.sharing import DatabaseInUseError
from tests.support.gitrepo import make_repository
from tests.support.running import ended, local_settings

pytestmark = pytest.mark.anyio


async def test_a_second_server_on_the_same_folder_is_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    make_repository(tmp_path / "code", {"a.py": "def a():\n    pass\n"}, bare=False)
    settings = local_settings(tmp_path / "data")
    async with Graticule.start(settings) as first:
        with pytest.raises(DataDirInUseError, match=str(os.getpid())):
            async with Graticule.start(settings):
                pass
        accepted = await first.repositories.clone(str(tmp_path / "code"))
        assert (await ended(first.repositories, accepted.job.id)).state is JobState.SUCCEEDED


async def test_servers_on_one_database_start_only_if_changes_travel_between_them(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'rows.sqlite3'}"
    alone, other = (local_settings(tmp_path / name, database_url=url) for name in ("alone", "other"))
    async with Graticule.start(alone) as first:
        with pytest.raises(DatabaseInUseError):
            async with Graticule.start(other):
                pass
        assert await first.problem() is None
    # A bus need not be there for them to start: they are not ready until it is.
    shared = {"database_url": url, "redis_url": "redis://127.0.0.1:1"}
    one, two = (
        local_settings(tmp_path / name, artifacts_url=str(tmp_path / "maps"), **shared) for name in ("one", "two")
    )
    async with Graticule.start(one), Graticule.start(two) as second:
        assert "127.0.0.1:1" in str(await second.problem())


@pytest.mark.parametrize(
    ("settings", "advice"),
    [
        ({"concurrent_jobs": 0}, "GRATICULE_REDIS_URL"),
        ({"redis_url": "redis://127.0.0.1:1", "database_url": "sqlite+aiosqlite://"}, "GRATICULE_ARTIFACTS_URL"),
    ],
)
async def test_a_server_whose_jobs_nobody_could_run_or_read_is_refused(
    tmp_path: Path, settings: dict[str, Any], advice: str
) -> None:
    with pytest.raises(InvalidArgumentError) as refused:
        async with Graticule.start(local_settings(tmp_path, **settings)):
            pass
    assert advice in str(refused.value.hint)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("allow_networks", "not-a-network"),
        ("allow_ports", "0"),
        ("allow_protocols", "gopher"),
        ("allow_hosts", "a b"),
        ("deny_hosts", "*"),
        ("artifacts_url", "/dev/null/maps"),
        ("database_url", "nonsense"),
        ("database_url", "sqlite+aiosqlite:////dev/null/rows.sqlite3"),
        ("database_url", "sqlite+aiosqlite:////proc/rows.sqlite3"),
        ("queue_url", "redis://h/0?pasword=x"),
        ("artifacts_url", "ftp://h/maps"),
        ("bus_url", "redis://h/0?pasword=x"),
        ("submission_rate", "often"),
        ("ca_file", "/dev/null/ca"),
        ("credentials", "nonsense"),
        ("credentials_file", "/dev/null/entries"),
    ],
)
async def test_a_wrong_setting_is_an_error_that_says_which_and_starts_nothing(
    tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(InvalidArgumentError, match=f"GRATICULE_{name.upper()}"):
        async with Graticule.start(local_settings(tmp_path, **{name: value})):
            pass
    with lock_data_dir(tmp_path):
        pass


async def test_stopping_leaves_no_process_thread_or_open_file(tmp_path: Path) -> None:
    make_repository(tmp_path / "code", {"a.py": "def a():\n    pass\n"}, bare=False)
    await _work_and_stop(tmp_path)  # what is loaded once and kept, like the executor's threads, is loaded here
    process = psutil.Process()
    before = (len(process.children(recursive=True)), _threads(), process.num_fds())
    for _ in range(2):
        await _work_and_stop(tmp_path)
    after = (len(process.children(recursive=True)), _threads(), process.num_fds())
    assert after[0] <= before[0]
    assert after[1] <= before[1]
    assert after[2] <= before[2] + 2  # the default executor may grow by a thread, docket by an event


async def _work_and_stop(tmp_path: Path) -> None:
    async with Graticule.start(local_settings(tmp_path / "data")) as graticule:
        accepted = await graticule.repositories.clone(str(tmp_path / "code"))
        await ended(graticule.repositories, accepted.job.id)
    await asyncio.sleep(0)


def _threads() -> int:
    """Count threads but those of the event loop's executor, which lives as long as the loop."""
    return sum(not thread.name.startswith("asyncio_") for thread in threading.enumerate())
