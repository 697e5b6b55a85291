"""git that is ended, or whose files go, under a job: the job is tried again, and ends as if nothing had been."""

import os
import shutil
import time
from pathlib import Path

import pytest

from services.acquire.remotes import Remote
from services.jobs.pipeline import Target, Workshop, make_map
from services.models import Phase, Progress
from tests.support.gitrepo import make_repository
from tests.support.gitserver import GitServer
from tests.support.running import local_settings
from tests.support.serve_command import ServeCommand

FILES: dict[str, bytes | str] = {"noise.bin": os.urandom(200_000), "code.py": "def f(): ...\n"}


def kill_index_pack(server: ServeCommand) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for child in server.children():
            if "index-pack" in child.cmdline():
                child.kill()
                return
        time.sleep(0.01)
    raise AssertionError("git received no pack")


def test_a_clone_whose_git_is_killed_is_tried_again(tmp_path: Path) -> None:
    with GitServer.start(tmp_path / "forge") as forge, ServeCommand(tmp_path / "data") as server:
        make_repository(forge.root / "acme/slow.git", FILES)
        forge.knobs.bytes_per_second = 50_000
        ask = server.ask()
        job = ask.clone(forge.url("acme/slow.git"))["job"]["id"]
        kill_index_pack(server)
        forge.knobs.bytes_per_second = None
        assert ask.ended(job)["state"] == "SUCCEEDED"
        assert ask.attempted(job, times=1)[0]["error"] == {"code": "WORKER_LOST"}


@pytest.mark.anyio
async def test_a_clone_that_goes_before_its_first_map_is_made_again(tmp_path: Path) -> None:
    with GitServer.start(tmp_path / "forge") as forge:
        make_repository(forge.root / "acme/r.git", FILES)
        async with Workshop.open(local_settings(tmp_path / "data")) as workshop:
            remote = Remote.parse(forge.url("acme/r.git"), policy=workshop.acquirer.policy)
            clone = workshop.acquirer.clones.path_of(remote.name)
            losses: list[Path] = []

            def lose(progress: Progress) -> None:
                if progress.phase is Phase.LISTING and progress.total and not losses:
                    shutil.rmtree(clone)
                    losses.append(clone)

            mapped = await make_map(Target(remote, None, "job-1"), workshop=workshop, report=lose, have=_none)
    assert losses
    assert mapped.artifact is not None


async def _none(_: str) -> bool:
    return False
