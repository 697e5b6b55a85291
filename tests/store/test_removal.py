"""A removal ends what is under way, then leaves nothing but history."""

import pytest

from services.models import CloneState, JobKind, JobState, MapState
from tests.support.stores import Store

pytestmark = pytest.mark.anyio


async def remove(store: Store) -> None:
    removal = await store.ask(kind=JobKind.REMOVE)
    taken = await store.take(removal.job.id)
    assert await store.jobs.finish_removal(taken.job.id, attempt=taken.job.attempt) is not None


async def test_a_removed_repository_is_gone_with_its_snapshots_but_not_its_jobs(store: Store) -> None:
    done = await store.mapped()
    store.clock.tick()
    await remove(store)
    assert await store.repositories.get(done.repository.id) is None
    assert await store.snapshots.latest(done.repository.id) is None
    history = await store.jobs.page(repository_id=done.repository.id)
    assert [(job.kind, job.state) for job in history.items] == [
        (JobKind.REMOVE, JobState.SUCCEEDED),
        (JobKind.MAP, JobState.SUCCEEDED),
    ]


async def test_a_removal_ends_what_waits_and_asks_what_runs(store: Store) -> None:
    running = (await store.take((await store.ask()).job.id)).job
    waiting = (await store.ask(ref="v1")).job
    await store.ask(kind=JobKind.REMOVE)
    after = [await store.jobs.get(job.id) for job in (running, waiting)]
    assert [job and (job.state, job.cancel_requested_at is not None) for job in after] == [
        (JobState.RUNNING, True),
        (JobState.CANCELLED, True),
    ]


async def test_a_second_removal_is_answered_by_the_first(store: Store) -> None:
    await store.mapped()
    first, second = await store.ask(kind=JobKind.REMOVE), await store.ask(kind=JobKind.REMOVE)
    assert (second.job.id, second.already_running) == (first.job.id, True)


async def test_a_clone_during_a_removal_waits_and_finds_an_empty_repository(store: Store) -> None:
    done = await store.mapped()
    removal = await store.take((await store.ask(kind=JobKind.REMOVE)).job.id)
    store.clock.tick()
    clone = await store.ask()
    assert (clone.job.state, clone.already_running) == (JobState.QUEUED, False)
    assert await store.jobs.take(clone.job.id, owner="worker") is None
    assert await store.jobs.due() == []
    await store.jobs.finish_removal(removal.job.id, attempt=1)
    repository = await store.repositories.get(done.repository.id)
    assert repository is not None
    assert (repository.clone.state, repository.map.state) == (CloneState.QUEUED, MapState.QUEUED)
    assert (repository.served_commit, [job.id for job in await store.jobs.due()]) == (None, [clone.job.id])


async def test_a_job_that_never_confirmed_its_cancel_ends_with_the_repository(store: Store) -> None:
    stuck = (await store.take((await store.ask()).job.id)).job
    await remove(store)
    read = await store.jobs.get(stuck.id)
    assert read is not None
    assert (read.state, read.revision > stuck.revision) == (JobState.CANCELLED, True)


async def test_a_removed_repository_that_is_asked_for_again_is_a_new_one(store: Store) -> None:
    done = await store.mapped()
    await remove(store)
    assert (await store.ask()).repository.id != done.repository.id


async def test_a_deleted_repository_leaves_no_live_job(store: Store) -> None:
    accepted = await store.ask()
    await store.repositories.delete(accepted.repository.id)
    assert await store.repositories.get(accepted.repository.id) is None
    assert await store.jobs.live_for(accepted.repository.id) == []


@pytest.mark.parametrize("hours", [-1, 1])
async def test_what_is_asked_for_during_a_removal_stays_whatever_the_clocks_say(store: Store, hours: int) -> None:
    await store.mapped()
    stuck = (await store.take((await store.ask(ref="v1")).job.id)).job
    removal = (await store.take((await store.ask(kind=JobKind.REMOVE)).job.id)).job
    store.clock.set_by(hours * 3600)
    later = (await store.ask()).job
    await store.jobs.finish_removal(removal.id, attempt=1)
    after = [await store.jobs.get(job.id) for job in (stuck, later)]
    assert [job and job.state for job in after] == [JobState.CANCELLED, JobState.QUEUED]
