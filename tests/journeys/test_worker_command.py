"""`graticule worker` as a person types it: what it says, and what it refuses with what to do instead."""

import time
from pathlib import Path

import httpx
import pytest

from tests.journeys.conftest import Run
from tests.support.serve_command import ServeCommand
from tests.support.valkey import Valkey

pytestmark = pytest.mark.timeout(150)


def test_help_says_what_a_worker_is(run: Run) -> None:
    done = run("worker", "--help")
    assert done.returncode == 0
    assert "Run jobs for servers elsewhere" in done.stdout
    assert "--data-dir" in done.stdout


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, ("memory://", "GRATICULE_REDIS_URL")),
        (
            {"GRATICULE_REDIS_URL": "redis://127.0.0.1:1", "GRATICULE_CONCURRENT_JOBS": "0"},
            ("do nothing", "on workers"),
        ),
        (
            {"GRATICULE_REDIS_URL": "redis://127.0.0.1:1", "GRATICULE_DATABASE_URL": "sqlite+aiosqlite:////tmp/none"},
            ("maps would stay here", "GRATICULE_ARTIFACTS_URL"),
        ),
    ],
    ids=["memory", "no jobs", "maps of its own"],
)
def test_a_worker_that_could_not_do_its_part_says_what_to_set(
    run: Run, tmp_path: Path, environment: dict[str, str], words: tuple[str, ...]
) -> None:
    done = run("worker", "--data-dir", str(tmp_path), **environment)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 2
    assert [word for word in words if word not in done.stderr] == []


def test_a_worker_says_what_it_is_connected_to_without_secrets_and_answers_probes_alone(tmp_path: Path) -> None:
    with Valkey() as valkey:
        valkey.require("canary")
        worker = ServeCommand(tmp_path / "data", command="worker", environment={"GRATICULE_REDIS_URL": valkey.url})
        with worker:
            (said,) = [line for line in worker.log if "works on" in line]
            assert f"queue redis://***@127.0.0.1:{valkey.port}" in said
            assert str(tmp_path / "data") in said
            answers = {path: httpx.get(f"{worker.url}{path}").status_code for path in
                       ("/healthz", "/readyz", "/metrics", "/graphql", "/")}  # fmt: skip
            assert answers == {"/healthz": 200, "/readyz": 200, "/metrics": 200, "/graphql": 404, "/": 404}
            valkey.stop()
            assert _becomes_unready(worker)
        assert not [line for line in worker.log if "canary" in line or "Traceback" in line]


def _becomes_unready(worker: ServeCommand) -> bool:
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        if httpx.get(f"{worker.url}/readyz", timeout=30).status_code == httpx.codes.SERVICE_UNAVAILABLE:
            return True
        time.sleep(0.1)
    return False
