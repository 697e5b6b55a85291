"""Processes that use one database at the same moment: what one writer at a time would hide shows here."""

import asyncio

import pytest

from services.models import JobState
from tests.support.racers import race
from tests.support.stores import Store

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("url", ["postgres"], indirect=True)]


async def test_a_hundred_identical_requests_through_two_processes_start_one_job(store: Store, url: str) -> None:
    answers = await asyncio.to_thread(race, url, "ask", times=50)
    assert [len(ids) for ids in answers] == [50, 50]
    assert {job_id for ids in answers for job_id in ids} == {job.id for job in (await store.jobs.page()).items}
    assert (await store.jobs.page()).total == 1
    assert (await store.repositories.page()).items[0].revision == 1


async def test_a_job_is_taken_by_one_of_two_processes(store: Store, url: str) -> None:
    ids = [(await store.ask(f"h/o/{number}")).job.id for number in range(20)]
    assert sum(await asyncio.to_thread(race, url, "take", ids=ids)) == 20
    assert {job.attempt for job in (await store.jobs.page()).items} == {1}


async def test_a_client_gets_no_job_above_its_limit_through_two_processes(store: Store, url: str) -> None:
    assert sum(await asyncio.to_thread(race, url, "crowd", names=20, limit=7)) == 7
    assert (await store.jobs.page()).total == 7


async def test_requests_and_removals_of_one_repository_leave_no_job_without_it(store: Store, url: str) -> None:
    ended = await asyncio.to_thread(race, url, "churn", rounds=15)
    assert sum(ended) > 0
    live = (await store.jobs.page(limit=500, states=[JobState.QUEUED, JobState.RUNNING])).items
    known = await store.repositories.get_many({job.repository_id for job in live})
    assert {job.repository_id for job in live} == set(known)
