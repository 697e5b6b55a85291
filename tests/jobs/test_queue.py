"""What the jobs rely on in docket: a slot is woken once, again, and later."""

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
    """Counts the slots that were woken; each works until `release` is set."""

    def __init__(self) -> None:
        self.begun: asyncio.Queue[None] = asyncio.Queue()
        self.release = asyncio.Event()

    async def work(self) -> None:
        self.begun.put_nowait(None)
        await self.release.wait()

    async def next(self) -> None:
        async with asyncio.timeout(20):
            await self.begun.get()


@pytest.fixture
async def queue() -> AsyncIterator[JobQueue]:
    async with JobQueue.open("memory://") as queue:
        yield queue


@pytest.fixture
async def recorder(queue: JobQueue) -> AsyncIterator[Recorder]:
    recorder = Recorder()
    async with queue.work(recorder.work, concurrency=4):
        yield recorder
        recorder.release.set()


async def test_a_job_added_twice_wakes_one_slot(queue: JobQueue, recorder: Recorder) -> None:
    await queue.add(JOB)
    await queue.add(JOB)
    await recorder.next()
    await queue.add(JOB)
    await asyncio.sleep(0.3)
    assert recorder.begun.empty()


async def test_the_next_attempt_wakes_a_slot_while_the_last_still_ends(queue: JobQueue, recorder: Recorder) -> None:
    await queue.add(JOB)
    await recorder.next()
    await queue.add(replace(JOB, attempt=1))
    await recorder.next()


async def test_a_delivery_that_ended_is_forgotten_at_once(queue: JobQueue, recorder: Recorder) -> None:
    recorder.release.set()
    await queue.add(JOB)
    await recorder.next()
    async with asyncio.timeout(20):
        while recorder.begun.empty():
            await queue.add(JOB)
            await asyncio.sleep(0.02)


async def test_no_slot_is_woken_before_the_time_of_a_job(queue: JobQueue, recorder: Recorder) -> None:
    added_at = datetime.now(UTC)
    await queue.add(replace(JOB, not_before=added_at + timedelta(seconds=0.6)))
    await recorder.next()
    assert datetime.now(UTC) - added_at >= timedelta(seconds=0.6)


async def test_a_job_that_need_not_wait_for_its_time_any_more_wakes_a_slot(queue: JobQueue, recorder: Recorder) -> None:
    await queue.add(replace(JOB, not_before=datetime.now(UTC) + timedelta(hours=1)))
    await queue.add(JOB)
    await recorder.next()


async def test_two_queues_of_one_process_do_not_mix(recorder: Recorder) -> None:
    async with JobQueue.open("memory://") as other:
        await other.add(JOB)
        await asyncio.sleep(0.3)
    assert recorder.begun.empty()


async def test_a_queue_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidArgumentError, match="GRATICULE_QUEUE_URL"):
        async with JobQueue.open("carrier-pigeon://here"):
            pass
