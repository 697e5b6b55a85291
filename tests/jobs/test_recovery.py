"""kill -9 in the middle, start again: the job ends by itself and nothing is left behind."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from services.models import JobState, Phase
from services.settings import Settings
from tests.support.gitrepo import make_repository
from tests.support.gitserver import GitServer
from tests.support.running import ServerProcess, local_settings, server_process
from tests.support.serve_jobs import Line

GONE_SECONDS = 5.0


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitServer]:
    with GitServer.start(tmp_path / "served") as server:
        yield server


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return local_settings(tmp_path / "data")


def kill(process: ServerProcess) -> list[psutil.Process]:
    """Kill the services as a crash would, and give the processes that they had started."""
    children = psutil.Process(process.pid).children(recursive=True)
    os.kill(process.pid, signal.SIGKILL)
    process.process.wait()
    return children


def all_gone(children: list[psutil.Process]) -> bool:
    deadline = time.monotonic() + GONE_SECONDS
    while time.monotonic() < deadline:
        if not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children):
            return True
        time.sleep(0.05)
    return False


def resume(settings: Settings) -> Line:
    """Start the services again on the same folder, ask for nothing, and give the job's last line."""
    with server_process(settings) as process:
        return process.until(terminal=True)


def test_a_clone_that_was_killed_ends_by_itself_after_a_restart(server: GitServer, settings: Settings) -> None:
    noise = b"".join(os.urandom(1000) for _ in range(2000))
    make_repository(server.root / "acme/big.git", {"noise.bin": noise, "code.py": "def found():\n    pass\n"})
    server.knobs.bytes_per_second = 100_000
    with server_process(settings, server.url("acme/big.git")) as process:
        process.until(phase=Phase.RECEIVING)
        assert list((settings.data_dir / "staging").iterdir())
        children = kill(process)
    assert all_gone(children)
    server.knobs.bytes_per_second = None
    last = resume(settings)
    assert (last["state"], last["attempt"]) == (JobState.SUCCEEDED, 2)
    assert list((settings.data_dir / "staging").iterdir()) == []
    assert list((settings.data_dir / "trash").iterdir()) == []


def test_a_build_that_was_killed_ends_by_itself_after_a_restart(server: GitServer, settings: Settings) -> None:
    body = "".join(f"def f{i}(a, b):\n    return f{i - 1}(b, a) + len([a, b])\n\n\n" for i in range(300))
    make_repository(server.root / "acme/long.git", {f"m{n}.py": f"# {n}\n{body}" for n in range(200)})
    with server_process(settings, server.url("acme/long.git")) as process:
        process.until(phase=Phase.PARSING)
        children = kill(process)
    assert all_gone(children)
    last = resume(settings)
    assert (last["state"], last["attempt"]) == (JobState.SUCCEEDED, 2)
    assert list((settings.data_dir / "staging").iterdir()) == []
