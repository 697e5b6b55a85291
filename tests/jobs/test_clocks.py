"""A worker on a machine whose clock is an hour off keeps its jobs while it lives, and loses them when it dies."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.models import JobState, Phase
from tests.support.gitserver import GitServer, make_repository
from tests.support.postgres import Postgres
from tests.support.residue import wait_for_the_end_of
from tests.support.running import local_settings, server_process
from tests.support.valkey import Valkey

LEASE_SECONDS = 4.0


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[GitServer]:
    """Serve a repository whose clone takes longer than the test needs it."""
    with GitServer.start(tmp_path / "forge") as server:
        files: dict[str, bytes | str] = {"code.py": "def f(): ...\n", "noise.bin": os.urandom(2_000_000)}
        make_repository(server.root / "acme/long.git", files)
        server.knobs.bytes_per_second = 20_000
        yield server


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'rows.sqlite3'}"
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres.emptied()


@pytest.mark.timeout(150)  # two servers: 15 s alone, a minute and more on a busy machine
@pytest.mark.parametrize(("database_url", "hours"), [("sqlite", 1), ("postgres", -1)], indirect=["database_url"])
def test_a_job_of_a_worker_whose_clock_is_wrong_runs_on_until_the_worker_dies(
    forge: GitServer, tmp_path: Path, database_url: str, hours: int
) -> None:
    with Valkey() as valkey:
        wrong, right = (
            local_settings(
                tmp_path / name,
                database_url=database_url,
                redis_url=valkey.url,
                artifacts_url=str(tmp_path / "maps"),
                job_lease_seconds=LEASE_SECONDS,
            )
            for name in ("wrong", "right")
        )
        with server_process(wrong, forge.url("acme/long.git"), clock_hours=hours) as first:
            first.until(phase=Phase.RECEIVING)
            with server_process(right) as second:
                assert second.until(phase=Phase.RECEIVING)["attempt"] == 1
                time.sleep(2 * LEASE_SECONDS)
                children = first.kill()
                forge.knobs.bytes_per_second = None
                last = second.until(terminal=True)
        assert (last["state"], last["attempt"]) == (JobState.SUCCEEDED, 2)
        assert wait_for_the_end_of(children) == []
