"""Work that nobody does any more is found by looking at the rows alone."""

import pytest

from services.errors import ErrorCode, Failure
from services.models import CloneState, Job, JobKind, JobState, Phase
from tests.support.stores import FakeClock, Store, open_store

pytestmark = pytest.mark.anyio
NETWORK = Failure(ErrorCode.NETWORK, "connection reset", retryable=True)


async def due(store: Store) -> list[str]:
    return [job.id for job in await store.jobs.due()]


async def lose(store: Store, job: Job) -> None:
    await store.take(job.id)
    assert len(await store.outlast()) == 1


async def test_what_waits_is_due_oldest_first(store: Store) -> None:
    first = await store.ask("a")
    store.clock.tick()
    second = await store.ask("b")
    assert await due(store) == [first.job.id, second.job.id]


async def test_what_failed_for_now_is_due_when_its_time_has_come(store: Store) -> None:
    job = (await store.take((await store.ask()).job.id)).job
    await store.jobs.fail(job.id, attempt=1, error=NETWORK)
    assert await due(store) == []
    store.clock.tick(2)
    assert await due(store) == [job.id]


async def test_a_job_with_a_living_worker_is_not_due(store: Store) -> None:
    job = (await store.take((await store.ask()).job.id)).job
    for _ in range(3):
        assert await store.outlast(15) == []
        await store.jobs.heartbeat(job.id, attempt=1)
    assert await due(store) == []


async def test_a_job_whose_worker_fell_silent_waits_again(store: Store) -> None:
    job = (await store.report(await store.take((await store.ask()).job.id), Phase.RECEIVING)).job
    assert await store.outlast(19) == []
    assert await due(store) == []
    await store.outlast(1)
    assert await due(store) == [job.id]
    again = await store.take(job.id)
    assert (again.job.attempt, again.job.progress) == (2, None)


async def test_after_three_lost_workers_a_job_has_failed(store: Store) -> None:
    job = (await store.ask()).job
    for _ in range(2):
        await lose(store, job)
    await store.take(job.id)
    (change,) = await store.outlast()
    assert change.job.state is JobState.FAILED
    assert change.job.error is not None
    assert change.job.error.code is ErrorCode.WORKER_LOST
    assert change.repository.clone.state is CloneState.FAILED


async def test_a_removal_goes_on_however_many_workers_it_loses(store: Store) -> None:
    """Half of it would leave a repository whose bytes are gone."""
    await store.mapped()
    removal = (await store.ask(kind=JobKind.REMOVE)).job
    for _ in range(4):
        await lose(store, removal)
    done = await store.jobs.finish_removal(removal.id, attempt=(await store.take(removal.id)).job.attempt)
    assert done is not None
    assert done.job.state is JobState.SUCCEEDED


async def test_a_shutdown_does_not_count_as_a_lost_worker(store: Store) -> None:
    job = (await store.ask()).job
    for attempt in range(1, 6):
        await store.take(job.id)
        await store.jobs.release(job.id, attempt=attempt)
    assert await due(store) == [job.id]


async def test_a_silent_worker_that_was_to_end_leaves_a_cancelled_job(store: Store) -> None:
    job = (await store.take((await store.ask()).job.id)).job
    await store.jobs.cancel(job.id)
    assert [change.job.state for change in await store.outlast()] == [JobState.CANCELLED]


async def test_a_job_of_which_its_worker_is_silent_is_not_taken_before_it_was_taken_back(store: Store) -> None:
    job = (await store.take((await store.ask()).job.id)).job
    store.clock.tick(3600)
    assert await store.jobs.take(job.id, owner="worker") is None
    assert await store.jobs.heartbeat(job.id, attempt=1) is not None


async def test_who_did_not_look_for_a_while_takes_nothing_back(store: Store) -> None:
    await store.take((await store.ask()).job.id)
    await store.outlast(15)
    store.clock.tick(3600)
    assert await store.jobs.reclaim() == []
    assert await store.outlast(15) == []
    assert len(await store.outlast(5)) == 1


@pytest.mark.parametrize("hours", [-1, 1])
async def test_a_worker_whose_clock_is_wrong_loses_no_job_that_lives_and_keeps_none_when_it_is_dead(
    store: Store, url: str, hours: int
) -> None:
    other = FakeClock()
    other.set_by(hours * 3600)
    async with open_store(url, other) as worker:
        job = (await worker.take((await store.ask()).job.id)).job
        for _ in range(12):
            assert await store.outlast(5) == []
            other.tick(5)
            assert await worker.jobs.heartbeat(job.id, attempt=1) is not None
        assert [change.job.id for change in await store.outlast()] == [job.id]
        assert await worker.jobs.heartbeat(job.id, attempt=1) is None


@pytest.mark.parametrize("hours", [-1, 1])
async def test_a_clock_that_is_set_costs_no_attempt_and_leaves_no_job_waiting(store: Store, hours: int) -> None:
    running, failed = [(await store.take((await store.ask(name)).job.id)).job for name in ("h/o/a", "h/o/b")]
    await store.jobs.fail(failed.id, attempt=1, error=NETWORK)
    await store.outlast(5)
    store.clock.set_by(hours * 3600)
    assert await due(store) == [failed.id]
    assert await store.outlast(10) == []
    assert await store.jobs.heartbeat(running.id, attempt=1) is not None
