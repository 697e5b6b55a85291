"""A server is killed at every point between two durable steps of a job, one after the other, on one data folder.

Each start heals what the last death left, and is killed at the next point; in the end every job that was accepted has
ended, no file and no process of an attempt is left, and what was mapped can be read.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.asker import Asker
from tests.support.doomed import REACHED, Failpoint
from tests.support.gitserver import GitServer, commit_files, make_repository
from tests.support.plant import PlantNode
from tests.support.residue import processes_of

WAIT_SECONDS = 30
JOBS = "{ jobs(first: 200) { nodes { id state kind error { code } } } }"
REFRESH = "mutation ($id: ID!) { refreshRepository(input: {repositoryId: $id}) { job { id } } }"
CANCEL = "mutation ($id: ID!) { cancelJob(input: {jobId: $id}) { job { id } } }"
REMOVE = "mutation ($id: ID!) { removeRepository(input: {repositoryId: $id}) { job { id } } }"
TEXT = "query ($id: ID!) { repository(id: $id) { snapshot { repoMap(tokens: 100) { text } } } }"

STORE = "services.store.jobs:JobStore"
CLONES = "services.acquire.clones:Clones"
FOLDERS = "services.acquire.folders:Folders"
MAPS = "services.store.artifacts:ArtifactStore"
DEATHS: Mapping[Failpoint, int] = {
    Failpoint(f"{STORE}.request", after=True): 1,
    Failpoint(f"{STORE}.take", after=True): 1,
    Failpoint(f"{STORE}.progress", after=True): 2,
    Failpoint("services.acquire.git:run"): 1,
    Failpoint(f"{FOLDERS}.publish"): 1,
    Failpoint(f"{FOLDERS}.publish", after=True): 1,
    Failpoint("services.jobs.pipeline:list_tree", after=True): 1,
    Failpoint("services.jobs.pipeline:build", after=True): 1,
    Failpoint(f"{MAPS}.put"): 1,
    Failpoint(f"{MAPS}.put", after=True): 1,
    Failpoint(f"{STORE}.succeed"): 1,
    Failpoint(f"{STORE}.succeed", after=True): 1,
    Failpoint(f"{CLONES}._fetch"): 1,
    Failpoint(f"{CLONES}._fetch", after=True): 1,
    Failpoint(f"{STORE}.cancel", after=True): 1,
    Failpoint(f"{STORE}.cancelled"): 1,
    Failpoint(f"{STORE}.fail"): 1,
    Failpoint(f"{STORE}.fail", after=True): 1,
    Failpoint(f"{CLONES}.remove", after=True): 1,
    Failpoint(f"{MAPS}.delete_repository", after=True): 1,
    Failpoint(f"{STORE}.finish_removal"): 1,
    Failpoint(f"{STORE}.finish_removal", after=True): 1,
}
"""Where the server dies, and at which call."""

CHOSEN = (f"{FOLDERS}.publish", f"{MAPS}.put", f"{STORE}.succeed", f"{CLONES}.remove")
"""After which of these it dies in every run: between the row and the disk, in either order."""


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[GitServer]:
    with GitServer.start(tmp_path / "forge") as server:
        server.answer("acme/gone.git", 404)
        yield server


@pytest.fixture
def node(tmp_path: Path) -> Iterator[PlantNode]:
    made = PlantNode(tmp_path / "data", {})
    yield made
    made.close()


def live_a_life(ask: Asker, forge: GitServer, name: str) -> None:
    """Do everything that a repository can go through: clone, fail, refresh, cancel, remove."""
    make_repository(forge.root / name, {"code.py": f"def f_{len(name)}(): ...\n"})
    repository = ask.map(forge.url(name))
    ask.ended(ask.clone(forge.url("acme/gone.git"))["job"]["id"])
    commit_files(forge.root / name, {"more.py": "def more(): ...\n"})
    ask.ended(ask(REFRESH, id=repository)["refreshRepository"]["job"]["id"])
    forge.knobs.delay_seconds = 0.5
    job = ask(REFRESH, id=repository)["refreshRepository"]["job"]["id"]
    time.sleep(0.3)
    ask(CANCEL, id=job)
    ask.ended(job)
    forge.knobs.delay_seconds = 0
    ask.ended(ask(REMOVE, id=repository)["removeRepository"]["job"]["id"])


def die(node: PlantNode, forge: GitServer, point: Failpoint, call: int, *, name: str) -> None:
    """Start the server, and use it until it dies where it should."""
    node.start(point.launcher(call=call))
    with suppress(AssertionError, httpx.HTTPError):  # it may die of what the last one left, before it answers
        node.answering()
        live_a_life(node.ask(), forge, name)
    forge.knobs.delay_seconds = 0
    node.kill()
    assert [line for line in node.process.log if REACHED in line] == [f"{REACHED}: {point}\n"]


def all_ended(ask: Asker) -> list[dict[str, Any]]:
    """Wait until no job is live, and give them all."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        jobs: list[dict[str, Any]] = ask(JOBS)["jobs"]["nodes"]
        if not [job for job in jobs if job["state"] in {"QUEUED", "RUNNING"}]:
            return jobs
        time.sleep(0.1)
    raise AssertionError(f"jobs are stuck: {jobs}")


@pytest.mark.timeout(900)  # a life takes 5 s alone and 20 s on a busy machine; there are 5, or 23
def test_whatever_point_a_server_is_killed_at_the_next_start_finishes_its_work(
    node: PlantNode, forge: GitServer, *, thorough: bool
) -> None:
    deaths = [(point, call) for point, call in DEATHS.items() if thorough or (point.after and point.function in CHOSEN)]
    for number, (point, call) in enumerate(deaths):
        die(node, forge, point, call, name=f"acme/{'r' * (number + 1)}.git")
    node.start()
    ask = node.answering().ask()
    codes = {job["error"]["code"] for job in all_ended(ask) if job["error"]}
    assert codes <= {"NOT_FOUND_OR_PRIVATE", "WORKER_LOST"}  # the same job may have been there at three deaths
    for kept in ask("{ repositories(first: 100) { nodes { id map { state } } } }")["repositories"]["nodes"]:
        if kept["map"]["state"] == "READY":
            assert "def f_" in ask(TEXT, id=kept["id"])["repository"]["snapshot"]["repoMap"]["text"]
    node.stop()
    for folder in ("staging", "trash", "artifacts/drafts"):
        assert list((node.folder / folder).glob("*")) == []
    assert processes_of(node.folder) == []
