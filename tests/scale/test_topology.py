"""Servers that run no jobs, workers elsewhere, and a bucket between them: one product, whichever process is asked.

Only the public protocol is spoken. Every process has a data folder of its own.
"""

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.asker import FILES, SHAPES
from tests.support.gitserver import GitServer, make_repository
from tests.support.residue import wait_for_the_end_of
from tests.support.serve_command import ServeCommand
from tests.support.topology import Topology
from tests.support.wireclient import greeted

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(150)]

LEASE_SECONDS = 3
NOISE = os.urandom(400_000)
FOLLOW = """subscription Follow($id: ID!) { jobProgress(id: $id) { job { state attempt } } }"""
STATE = """query State($id: ID!) { job(id: $id) { state attempt queuePosition
  progress { phase } attempts { error { code } } error { code } } }"""
READ = """query Read($url: String!, $path: String!) { repository(url: $url) { snapshot {
  repoMap(tokens: 400) { text } file(path: $path) { content } } } }"""


@pytest.fixture(scope="module")
def forge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitServer]:
    with GitServer.start(tmp_path_factory.mktemp("forge") / "served") as server:
        yield server


@pytest.fixture(scope="module")
def topology(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Topology]:
    folder = tmp_path_factory.mktemp("topology")
    with Topology(folder, environment={"GRATICULE_JOB_LEASE_SECONDS": str(LEASE_SECONDS)}) as topology:
        yield topology


def holders(topology: Topology) -> list[ServeCommand]:
    """Give the workers with a clone in their folder."""
    return [worker for worker in topology.workers if list((worker.data_dir / "repos").glob("*/*/HEAD"))]


def until(server: ServeCommand, job_id: str, *, phase: str) -> dict[str, Any]:
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        job: dict[str, Any] = server.ask()(STATE, id=job_id)["job"]
        if job["progress"] and job["progress"]["phase"] == phase:
            return job
        time.sleep(0.02)
    raise AssertionError(f"the job never came to {phase}: {job}")


def at_work(topology: Topology) -> ServeCommand:
    """Give the worker that clones now."""
    (busy,) = [worker for worker in topology.workers if list((worker.data_dir / "staging").glob("*-*"))]
    return busy


async def test_a_job_asked_of_one_server_is_seen_and_read_on_every_other(topology: Topology, forge: GitServer) -> None:
    url = forge.url("acme/shapes.git")
    make_repository(forge.root / "acme/shapes.git", FILES)
    one, two = topology.servers
    job_id = one.ask().clone(url)["job"]["id"]
    async with greeted(two.url) as opened:
        states = [event["job"]["state"] async for event in opened.events(FOLLOW, id=job_id)]
    assert states[-1] == "SUCCEEDED"
    assert len(holders(topology)) == 1
    for server in (one, two):
        found = server.ask()(READ, url=url, path="shapes/geometry.py")["repository"]["snapshot"]
        assert "class Circle" in found["repoMap"]["text"]
        assert found["file"]["content"] == SHAPES
        assert not server.data_dir.exists()
        assert server.children() == []
    assert [key.rpartition(".")[2] for key in await asyncio.to_thread(topology.bucket.keys)] == ["map"]


async def test_a_job_whose_worker_dies_in_mid_clone_ends_on_the_other(topology: Topology, forge: GitServer) -> None:
    make_repository(forge.root / "acme/long.git", {"noise.bin": NOISE, "code.py": "def f(): ...\n"})
    forge.knobs.bytes_per_second = 50_000
    server = topology.servers[0]
    job_id = server.ask().clone(forge.url("acme/long.git"))["job"]["id"]
    until(server, job_id, phase="RECEIVING")
    lost = at_work(topology)
    children = lost.children()
    lost.kill()
    forge.knobs.bytes_per_second = None
    assert wait_for_the_end_of(children) == []
    assert server.ask().ended(job_id)["state"] == "SUCCEEDED"
    assert server.ask()(STATE, id=job_id)["job"]["attempt"] == 2
    topology.workers = [worker for worker in topology.workers if worker is not lost]
    topology.workers.append(topology.worker(f"again-{lost.pid}"))
    topology.workers[-1].wait_until_it_answers()


async def test_a_worker_that_is_stopped_puts_its_job_back_at_no_cost(topology: Topology, forge: GitServer) -> None:
    make_repository(forge.root / "acme/drained.git", {"noise.bin": NOISE, "code.py": "def f(): ...\n"})
    forge.knobs.bytes_per_second = 50_000
    server = topology.servers[1]
    job_id = server.ask().clone(forge.url("acme/drained.git"))["job"]["id"]
    until(server, job_id, phase="RECEIVING")
    stopped = at_work(topology)
    begun_at = time.monotonic()
    assert stopped.stop() == -signal.SIGTERM  # as of uvicorn, which ends by the signal that it was sent
    assert time.monotonic() - begun_at < 20
    forge.knobs.bytes_per_second = None
    assert server.ask().ended(job_id)["state"] == "SUCCEEDED"
    job = server.ask()(STATE, id=job_id)["job"]
    assert (job["attempt"], job["attempts"]) == (2, [{"error": None}, {"error": None}])
    assert list((stopped.data_dir / "staging").iterdir()) == []
    topology.workers = [worker for worker in topology.workers if worker is not stopped]


async def test_without_workers_a_server_takes_jobs_and_says_where_they_stand(
    topology: Topology, forge: GitServer
) -> None:
    one, two = topology.servers
    one.ask().map(forge.url("acme/shapes.git"))
    for worker in topology.workers:
        worker.stop()
    jobs = []
    for number, server in enumerate((one, two, one)):
        make_repository(forge.root / f"acme/waits{number}.git", {"code.py": "def f(): ...\n"})
        jobs.append(server.ask().clone(forge.url(f"acme/waits{number}.git"))["job"]["id"])
    waiting = [two.ask()(STATE, id=job_id)["job"] for job_id in jobs]
    assert [job["state"] for job in waiting] == ["QUEUED"] * 3
    first, second, third = (job["queuePosition"] for job in waiting)
    assert first < second < third
    read = one.ask().post(READ, url=forge.url("acme/shapes.git"), path="shapes/numbers.py")
    assert [error["extensions"]["code"] for error in read["errors"]] == ["NOT_FOUND"]
    topology.worker("late").wait_until_it_answers()
    assert {two.ask().ended(job_id)["state"] for job_id in jobs} == {"SUCCEEDED"}
