"""The history of jobs ends: what is kept of it, and what somebody may still need."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select

from services.errors import ErrorCode, Failure
from services.models import Job, JobKind, JobState, Mark
from services.store.history import MOST_DELETED, REMOVED, History
from services.store.rows import values_of_job
from services.store.tables import jobs
from tests.support.stores import FakeClock, Store, open_store

pytestmark = pytest.mark.anyio
KEPT = 5
GONE = Failure(ErrorCode.NOT_FOUND_OR_PRIVATE, "It is gone.", retryable=False, hint="")


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    """Open the stores where five jobs of each repository are kept."""
    async with open_store(url, FakeClock(), kept=KEPT) as store:
        yield store


async def history(store: Store, repository_id: str) -> list[Job]:
    return list((await store.jobs.page(repository_id=repository_id, limit=500)).items)


async def refresh(store: Store, *, ref: str | None = None, ends: bool = True) -> Job:
    store.clock.tick(3600)
    taken = await store.take((await store.ask(kind=JobKind.REFRESH, ref=ref)).job.id)
    done = await (store.finish(taken) if ends else store.jobs.fail(taken.job.id, attempt=taken.job.attempt, error=GONE))
    assert done is not None
    return done.job


async def add_old(store: Store, job: Job, count: int, *, repository_id: str | None = None) -> None:
    """Add older copies of a job that has ended, as a version that deleted none has left them."""
    to = repository_id or job.repository_id
    old = [
        replace(
            job, id=f"{to}{number}"[-32:], repository_id=to, created_at=job.created_at - timedelta(seconds=number + 1)
        )
        for number in range(count)
    ]
    rows = [values_of_job(job) | {"lost_workers": 0, "transient_failures": 0} for job in old]
    async with store.database.begin() as connection:
        await connection.execute(insert(jobs), rows)


async def count(store: Store) -> int:
    async with store.database.read() as connection:
        return len((await connection.execute(select(jobs.c.id))).all())


async def test_of_each_repository_the_newest_jobs_stay(store: Store) -> None:
    first = await store.mapped()
    other = await store.mapped("h/o/other")
    ids = [(await refresh(store)).id for _ in range(3 * KEPT)]
    kept = [job.id for job in await history(store, first.repository.id)]
    assert kept[:KEPT] == ids[: -KEPT - 1 : -1]
    assert set(kept[KEPT:]) == {first.job.id}  # the last of its kind for a ref that has a map
    assert [job.id for job in await history(store, other.repository.id)] == [other.job.id]


async def test_the_last_success_stays_behind_any_number_of_failures(store: Store) -> None:
    await store.mapped()
    success = await refresh(store)
    for _ in range(3 * KEPT):
        await refresh(store, ends=False)
    answer = await store.ask(kind=JobKind.CLONE)
    assert (answer.already_running, answer.job.id) == (False, success.id)


async def test_what_ended_within_the_hour_stays(store: Store) -> None:
    repository = (await store.mapped()).repository
    for _ in range(2 * KEPT):
        taken = await store.take((await store.ask(kind=JobKind.REFRESH)).job.id)
        await store.finish(taken)
        store.clock.tick(60)
    assert len(await history(store, repository.id)) == 2 * KEPT + 1
    await refresh(store)
    await refresh(store)
    assert len(await history(store, repository.id)) == KEPT + 1


async def test_a_live_job_stays_however_old_it_is(store: Store) -> None:
    await store.mapped()
    waits = (await store.ask(kind=JobKind.MAP, ref="v1")).job
    for _ in range(2 * KEPT):
        await refresh(store)
    assert await store.jobs.get(waits.id) == waits


async def test_a_job_that_its_repository_names_stays(store: Store) -> None:
    repository = (await store.mapped()).repository
    for _ in range(3 * KEPT):
        await refresh(store, ref="v1", ends=False)
    now = await store.repositories.get(repository.id)
    assert now is not None
    assert now.map.job_id is not None
    assert {now.clone.job_id, now.map.job_id} <= {job.id for job in await history(store, repository.id)}


async def test_the_walk_deletes_what_an_older_version_kept_of_living_and_removed_repositories(store: Store) -> None:
    done = await store.mapped()
    await add_old(store, done.job, MOST_DELETED + 20)
    await add_old(store, done.job, 30, repository_id="0removed")
    walk = History(store.database, store.clock, kept=KEPT)
    store.clock.tick(7200)
    assert await walk.sweep() > 0
    assert [await count(store), await walk.sweep()] == [KEPT + 30, 0]
    store.clock.tick(REMOVED.total_seconds())
    assert [await walk.sweep(), await count(store)] == [30, KEPT]


async def test_the_walk_goes_on_where_it_stopped_when_there_is_very_much(store: Store) -> None:
    done = await store.mapped()
    for number in range(3):
        await add_old(store, done.job, 1100, repository_id=f"removed{number}")
    store.clock.tick(REMOVED.total_seconds() + 1)
    walk = History(store.database, store.clock, kept=KEPT)
    first, second = await walk.sweep(), await walk.sweep()
    assert (1500 < first <= 2000, first + second, await count(store)) == (True, 3300, 1)


async def test_processes_that_walk_at_once_delete_each_row_once(store: Store, url: str) -> None:
    done = await store.mapped()
    await add_old(store, done.job, 250)
    await add_old(store, done.job, 250, repository_id="removed")
    store.clock.tick(REMOVED.total_seconds() + 1)
    async with open_store(url, store.clock) as other:
        walks = [History(each.database, store.clock, kept=KEPT) for each in (store, other, store, other)]
        deleted = await asyncio.gather(*(walk.sweep() for walk in walks))
        await walks[0].sweep()
    assert (sum(deleted) <= 501 - KEPT, await count(store)) == (True, KEPT)


async def test_none_is_deleted_when_all_are_kept(url: str) -> None:
    async with open_store(url, FakeClock(), kept=0) as store:
        repository = (await store.mapped()).repository
        for _ in range(2 * KEPT):
            await refresh(store)
        assert await History(store.database, store.clock, kept=0).sweep() == 0
        assert len(await history(store, repository.id)) == 2 * KEPT + 1


async def test_a_job_that_was_deleted_is_not_found(store: Store) -> None:
    await store.mapped()
    first = await refresh(store)
    for _ in range(2 * KEPT):
        last = await refresh(store)
    assert (first.state, await store.jobs.get(first.id)) == (JobState.SUCCEEDED, None)
    assert await store.jobs.cancel(first.id) is None
    assert await store.jobs.get_many([first.id, last.id]) == {last.id: last}


async def test_a_page_goes_on_where_it_ended_when_jobs_before_and_behind_it_were_deleted(store: Store) -> None:
    ids: list[str] = []
    for number in range(10):
        ids.insert(0, (await store.ask(f"h/o/{number}")).job.id)
        store.clock.tick()
    page = await store.jobs.page(limit=4)
    last = page.items[-1]
    async with store.database.begin() as connection:
        await connection.execute(delete(jobs).where(jobs.c.id.in_([ids[1], last.id, ids[8]])))
    await store.ask("h/o/new")
    rest = await store.jobs.page(after=Mark(last.created_at, last.id), limit=4)
    assert [job.id for job in rest.items] == ids[4:8]
    assert (rest.offset, rest.total, rest.has_next) == (3, 8, True)
