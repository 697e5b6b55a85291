"""Work that nobody does any more is found by looking at the rows alone."""

import pytest

from services.errors import ErrorCode, Failure
from services.models import CloneState, Job, JobKind, JobState, Phase
from tests.support.stores import Store

pytestmark = pytest.mark.anyio
NETWORK = Failure(ErrorCode.NETWORK, "connection reset", retryable=True)


async def due(store: Store) -> list[str]:
    return [job.id for job in await store.jobs.due()]


async def lose(store: Store, job: Job) -> None:
    await store.take(job.id)
    store.clock.tick(21)
    await store.jobs.reclaim()


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
        store.clock.tick(15)
        await store.jobs.heartbeat(job.id, attempt=1)
    assert await due(store) == []


async def test_a_job_whose_worker_fell_silent_waits_again(store: Store) -> None:
    job = (await store.report(await store.take((await store.ask()).job.id), Phase.RECEIVING)).job
    store.clock.tick(20)
    assert await due(store) == [job.id]
    again = await store.take(job.id)
    assert (again.job.attempt, again.job.progress) == (2, None)


async def test_a_silent_workers_job_can_be_taken_directly(store: Store) -> None:
    job = (await store.take((await store.ask()).job.id)).job
    store.clock.tick(21)
    taken = await store.take(job.id)
    assert (taken.job.attempt, await store.jobs.heartbeat(job.id, attempt=1)) == (2, None)


async def test_after_three_lost_workers_a_job_has_failed(store: Store) -> None:
    job = (await store.ask()).job
    for _ in range(2):
        await lose(store, job)
    await store.take(job.id)
    store.clock.tick(21)
    (change,) = await store.jobs.reclaim()
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


async def test_taking_a_job_that_lost_its_third_worker_fails_it(store: Store) -> None:
    job = (await store.ask()).job
    for _ in range(2):
        await lose(store, job)
    await store.take(job.id)
    store.clock.tick(21)
    assert await store.jobs.take(job.id, owner="worker") is None
    read = await store.jobs.get(job.id)
    assert read is not None
    assert read.state is JobState.FAILED


async def test_a_shutdown_does_not_count_as_a_lost_worker(store: Store) -> None:
    job = (await store.ask()).job
    for attempt in range(1, 6):
        await store.take(job.id)
        await store.jobs.release(job.id, attempt=attempt)
    assert await due(store) == [job.id]


async def test_a_silent_worker_that_was_to_end_leaves_a_cancelled_job(store: Store) -> None:
    job = (await store.take((await store.ask()).job.id)).job
    await store.jobs.cancel(job.id)
    store.clock.tick(21)
    assert [change.job.state for change in await store.jobs.reclaim()] == [JobState.CANCELLED]


async def test_a_clock_that_is_set_back_by_an_hour_leaves_no_job_waiting_for_it(store: Store) -> None:
    silent, failed = [(await store.take((await store.ask(name)).job.id)).job for name in ("h/o/a", "h/o/b")]
    await store.jobs.fail(failed.id, attempt=1, error=NETWORK)
    store.clock.tick(-3600)
    assert set(await due(store)) == {silent.id, failed.id}


async def test_a_clock_that_is_set_forward_by_an_hour_costs_an_attempt_and_no_job(store: Store) -> None:
    job = (await store.take((await store.ask()).job.id)).job
    store.clock.tick(3600)
    assert await due(store) == [job.id]
    assert await store.jobs.heartbeat(job.id, attempt=1) is None
    again = await store.take(job.id)
    assert (await store.finish(again)).job.state is JobState.SUCCEEDED
