"""The queue over a real Valkey: between processes, over its outages, and past workers that died."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.errors import InvalidArgumentError
from services.jobs.queue import JobQueue
from services.models import Job, JobKind, JobState
from tests.support.valkey import Valkey

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[2]
NOW = datetime.now(UTC)
JOB = Job("j1", "r1", JobKind.CLONE, JobState.QUEUED, revision=1, attempt=0, created_at=NOW, updated_at=NOW)
DIES = """
import asyncio, sys
from services.jobs.queue import JobQueue

async def hang():
    print("woken", flush=True)
    await asyncio.Event().wait()

async def main():
    async with JobQueue.open(sys.argv[1]) as queue, queue.work(hang, concurrency=1, lease_seconds=2):
        await asyncio.Event().wait()

asyncio.run(main())
"""


class Bench:
    """Does what was asked for when it is woken; what is called `long` lasts until the bench is closed."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.begun: list[str] = []
        self.interrupted: list[str] = []
        self.closed = asyncio.Event()

    async def work(self) -> None:
        while self.asked:
            name = self.asked.pop(0)
            self.begun.append(name)
            try:
                if name.startswith("long"):
                    await self.closed.wait()
            except asyncio.CancelledError:
                self.interrupted.append(name)

    async def ask(self, name: str, queue: JobQueue) -> None:
        """Ask for a job, as a row and a delivery do together."""
        self.asked.append(name)
        await queue.add(job(name))

    async def until(self, name: str, queue: JobQueue | None = None) -> None:
        """Wait until a job began, adding it again and again as the reconciler does."""
        async with asyncio.timeout(40):
            while name not in self.begun:
                if queue is not None:
                    await queue.add(job(name))
                await asyncio.sleep(0.1)


def job(job_id: str) -> Job:
    return replace(JOB, id=job_id)


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    with Valkey() as server:
        yield server


@pytest.fixture
async def server(valkey: Valkey) -> AsyncIterator[JobQueue]:
    async with JobQueue.open(valkey.url) as queue:
        yield queue


@pytest.fixture
async def bench(valkey: Valkey, server: JobQueue) -> AsyncIterator[Bench]:
    """Work with two slots, on a connection of its own."""
    del server
    bench = Bench()
    async with JobQueue.open(valkey.url) as queue, queue.work(bench.work, concurrency=2, lease_seconds=2):
        yield bench
        bench.closed.set()


async def test_jobs_go_on_while_redis_is_away_and_others_begin_when_it_is_back_and_empty(
    server: JobQueue, bench: Bench, valkey: Valkey
) -> None:
    await bench.ask("long", server)
    await bench.until("long")
    valkey.stop()
    await bench.ask("asked meanwhile", server)
    await server.check()
    assert server.problem is not None
    await asyncio.sleep(2)
    valkey.start()
    await bench.until("asked meanwhile", server)
    assert server.problem is None
    assert bench.interrupted == []
    await bench.ask("long again", server)
    await bench.ask("no slot is left", server)
    await bench.until("long again")
    await asyncio.sleep(0.5)
    assert "no slot is left" not in bench.begun


async def test_a_redis_that_is_frozen_keeps_no_request(server: JobQueue, bench: Bench, valkey: Valkey) -> None:
    with valkey.frozen():
        async with asyncio.timeout(10):
            for number in range(100):
                await bench.ask(f"asked-{number}", server)
    await bench.until("asked-99", server)


@pytest.fixture
def dying(valkey: Valkey) -> Iterator[subprocess.Popen[str]]:
    """Start a worker that takes a job and never says so anywhere; it is killed at the end, if not before."""
    with subprocess.Popen(
        [sys.executable, "-c", DIES, valkey.url], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


async def test_what_a_worker_had_taken_that_died_is_delivered_again(
    valkey: Valkey, server: JobQueue, dying: "subprocess.Popen[str]"
) -> None:
    await server.add(job("j1"))
    assert dying.stdout is not None
    assert await asyncio.to_thread(dying.stdout.readline) == "woken\n"
    dying.kill()
    bench = Bench()
    bench.asked.append("j1")
    async with JobQueue.open(valkey.url) as queue, queue.work(bench.work, concurrency=1, lease_seconds=2):
        await bench.until("j1")


async def test_a_worker_leaves_while_redis_is_frozen(valkey: Valkey) -> None:
    async with asyncio.timeout(30), JobQueue.open(valkey.url) as queue:
        async with queue.work(Bench().work, concurrency=1):
            await asyncio.sleep(0.5)
            freezing = valkey.frozen()
            freezing.__enter__()
        freezing.__exit__(None, None, None)


async def test_options_that_redis_does_not_know_are_refused_at_the_start() -> None:
    with pytest.raises(InvalidArgumentError, match="GRATICULE_QUEUE_URL"):
        async with JobQueue.open("redis://:canary@h/0?pasword=x"):
            pass


async def test_a_recurring_duty_is_claimed_by_one_of_those_who_share_a_queue_at_a_time(valkey: Valkey) -> None:
    async with JobQueue.open(valkey.url) as one, JobQueue.open(valkey.url) as other:
        both = [await queue.claims("look", seconds=3) for queue in (one, other, one)]
        assert both == [True, False, False]
        assert await other.claims("something else", seconds=3)
        await asyncio.sleep(3)
        assert await other.claims("look", seconds=3)
        valkey.stop()
        assert await one.claims("look", seconds=3)  # better twice than by nobody
        valkey.start()


async def test_who_shares_a_queue_with_nobody_does_every_duty() -> None:
    async with JobQueue.open("memory://") as queue:
        assert [await queue.claims("look", seconds=60) for _ in range(2)] == [True, True]
