"""What the jobs rely on in docket: delivery once, again, later, and interruption."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.errors import InvalidArgumentError
from services.jobs.queue import JobQueue
from services.models import Job, JobKind, JobState

pytestmark = pytest.mark.anyio

NOW = datetime.now(UTC)
JOB = Job("j1", "r1", JobKind.CLONE, JobState.QUEUED, revision=1, attempt=0, created_at=NOW, updated_at=NOW)


class Recorder:
    """Counts deliveries; a delivery lasts until `release` is set."""

    def __init__(self) -> None:
        self.begun: asyncio.Queue[str] = asyncio.Queue()
        self.interrupted: asyncio.Queue[str] = asyncio.Queue()
        self.release = asyncio.Event()

    async def run(self, job_id: str) -> None:
        self.begun.put_nowait(job_id)
        try:
            await self.release.wait()
        except asyncio.CancelledError:
            self.interrupted.put_nowait(job_id)

    async def next(self) -> str:
        async with asyncio.timeout(20):
            return await self.begun.get()


@pytest.fixture
async def queue() -> AsyncIterator[JobQueue]:
    async with JobQueue.open("memory://") as queue:
        yield queue


@pytest.fixture
async def recorder(queue: JobQueue) -> AsyncIterator[Recorder]:
    recorder = Recorder()
    async with queue.work(recorder.run, concurrency=4):
        yield recorder
        recorder.release.set()


async def test_a_job_added_twice_is_delivered_once(queue: JobQueue, recorder: Recorder) -> None:
    await queue.add(JOB)
    await queue.add(JOB)
    assert await recorder.next() == "j1"
    await queue.add(JOB)
    await asyncio.sleep(0.3)
    assert recorder.begun.empty()


async def test_the_next_attempt_is_delivered_while_the_last_still_ends(queue: JobQueue, recorder: Recorder) -> None:
    await queue.add(JOB)
    await recorder.next()
    await queue.add(replace(JOB, attempt=1))
    assert await recorder.next() == "j1"


async def test_a_delivery_that_ended_is_forgotten_at_once(queue: JobQueue, recorder: Recorder) -> None:
    recorder.release.set()
    await queue.add(JOB)
    await recorder.next()
    async with asyncio.timeout(20):
        while recorder.begun.empty():
            await queue.add(JOB)
            await asyncio.sleep(0.02)


async def test_a_job_is_not_delivered_before_its_time(queue: JobQueue, recorder: Recorder) -> None:
    added_at = datetime.now(UTC)
    await queue.add(replace(JOB, not_before=added_at + timedelta(seconds=0.6)))
    await recorder.next()
    assert datetime.now(UTC) - added_at >= timedelta(seconds=0.6)


async def test_a_waiting_job_can_be_taken_back(queue: JobQueue, recorder: Recorder) -> None:
    later = replace(JOB, not_before=datetime.now(UTC) + timedelta(seconds=0.4))
    await queue.add(later)
    await queue.cancel(later)
    await asyncio.sleep(0.8)
    assert recorder.begun.empty()


async def test_a_running_job_is_interrupted_at_once(queue: JobQueue, recorder: Recorder) -> None:
    await queue.add(JOB)
    await recorder.next()
    await queue.cancel(replace(JOB, state=JobState.RUNNING, attempt=1))
    async with asyncio.timeout(20):
        assert await recorder.interrupted.get() == "j1"


async def test_two_queues_of_one_process_do_not_mix(recorder: Recorder) -> None:
    async with JobQueue.open("memory://") as other:
        await other.add(JOB)
        await asyncio.sleep(0.3)
    assert recorder.begun.empty()


async def test_a_queue_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidArgumentError, match="GRATICULE_QUEUE_URL"):
        async with JobQueue.open("carrier-pigeon://here"):
            pass
