"""PostgreSQL restarted, and one of its processes killed, while a job runs: the job ends, and does so once."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import httpx
import pytest

from tests.support.asker import CLONE, Asker
from tests.support.gitserver import GitServer, make_repository
from tests.support.postgres import PASSWORD, QUOTED, Postgres
from tests.support.serve_command import ServeCommand

pytestmark = pytest.mark.timeout(120)  # a server starts in 2 s, and in 10 s where others are at work
PACK_BYTES = 400_000
SLOW = 40_000
PHASE = "query Phase($id: ID!) { job(id: $id) { progress { phase } } }"


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[GitServer]:
    with GitServer.start(tmp_path / "forge") as server:
        blob = Random(7).randbytes(PACK_BYTES)  # noqa: S311  # what does not compress
        make_repository(server.root / "acme/slow.git", {"blob.bin": blob, "code.py": "def f(): ...\n"})
        make_repository(server.root / "acme/other.git", {"code.py": "def g(): ...\n"})
        yield server


@pytest.fixture(scope="module")
def server(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServeCommand]:
    """One for both: whoever has seen the one fault sees the other, too."""
    with postgres.database() as url:
        environment = {"GRATICULE_DATABASE_URL": url.replace("postgresql+asyncpg", "postgres")}
        with ServeCommand(tmp_path_factory.mktemp("away"), environment=environment) as server:
            yield server


def until(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 40
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def receiving(ask: Asker, url: str) -> str:
    """Ask for a clone and wait until it is under way; gives the job."""
    job_id: str = ask.clone(url)["job"]["id"]

    def under_way() -> bool:
        progress = ask(PHASE, id=job_id)["job"]["progress"]
        return progress is not None and progress["phase"] == "RECEIVING"

    until(under_way)
    return job_id


def ready(server: ServeCommand) -> str:
    return httpx.get(f"{server.url}/readyz", timeout=10).text


def test_a_job_outlives_a_restart_of_postgres_and_requests_meanwhile_are_told_to_come_back(
    forge: GitServer, server: ServeCommand, postgres: Postgres
) -> None:
    ask = server.ask()
    forge.knobs.bytes_per_second = SLOW
    job_id = receiving(ask, forge.url("acme/slow.git"))
    postgres.stop()
    try:
        until(lambda: ready(server).startswith("The store does not answer"))
        told = json.dumps(ask.post(CLONE, url=forge.url("acme/other.git")))
        assert "The store does not answer" in told
        assert '"retryable": true' in told
    finally:
        postgres.start()
    until(lambda: ready(server) == "ready\n")
    forge.knobs.bytes_per_second = None
    ended = ask.ended(job_id)
    assert (ended["state"], ended["attempt"]) == ("SUCCEEDED", 1)
    ask.map(forge.url("acme/other.git"))
    check(server)


def test_a_job_outlives_the_death_of_a_postgres_process(
    forge: GitServer, server: ServeCommand, postgres: Postgres
) -> None:
    ask = server.ask()
    forge.knobs.bytes_per_second = SLOW
    job_id = receiving(ask, forge.url("acme/slow.git"))
    ours = postgres.sql("SELECT min(pid) FROM pg_stat_activity WHERE application_name = 'graticule'")
    postgres.kill_backend(int(ours))
    until(lambda: ready(server) == "ready\n")
    forge.knobs.bytes_per_second = None
    ended = ask.ended(job_id)
    assert (ended["state"], ended["attempt"]) == ("SUCCEEDED", 1)
    check(server)


def check(server: ServeCommand) -> None:
    """Nothing was logged as a defect, and the password nowhere."""
    log = "".join(server.log)
    assert '"level": "error"' not in log, log
    assert PASSWORD not in log
    assert QUOTED not in log
