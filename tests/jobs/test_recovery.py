"""kill -9 in the middle, start again: the job ends by itself and nothing is left behind."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.models import JobState, Phase
from services.settings import Settings
from tests.support.gitrepo import make_repository
from tests.support.gitserver import GitServer
from tests.support.residue import wait_for_the_end_of
from tests.support.running import local_settings, server_process


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitServer]:
    with GitServer.start(tmp_path / "served") as server:
        yield server


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return local_settings(tmp_path / "data")


@pytest.mark.timeout(150)  # three servers and a map: 12 s alone, a minute on a busy machine
def test_a_job_killed_in_mid_clone_and_again_in_mid_build_ends_by_itself(server: GitServer, settings: Settings) -> None:
    body = "".join(f"def f{i}(a, b):\n    return f{i - 1}(b, a) + len([a, b])\n\n\n" for i in range(300))
    code = {f"m{n}.py": f"# {n}\n{body}" for n in range(120)}
    make_repository(server.root / "acme/long.git", {"noise.bin": os.urandom(1_000_000), **code})
    server.knobs.bytes_per_second = 50_000
    with server_process(settings, server.url("acme/long.git")) as first:
        first.until(phase=Phase.RECEIVING)
        assert list((settings.data_dir / "staging").iterdir())
        children = first.kill()
    assert wait_for_the_end_of(children) == []
    server.knobs.bytes_per_second = None
    with server_process(settings) as second:
        second.until(phase=Phase.PARSING)
        children = second.kill()
    assert wait_for_the_end_of(children) == []
    with server_process(settings) as third:
        last = third.until(terminal=True)
    assert (last["state"], last["attempt"]) == (JobState.SUCCEEDED, 3)
    assert list((settings.data_dir / "staging").iterdir()) == []
    assert list((settings.data_dir / "trash").iterdir()) == []
    assert list((settings.data_dir / "artifacts").glob("drafts/*")) == []
