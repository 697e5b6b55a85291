"""Who asks for what is asked for already, shares it; the store decides, whichever process asks."""

import asyncio
from dataclasses import replace

import pytest

from services.errors import ErrorCode, Failure, NotFoundError
from services.models import Accepted, Job, JobKind, JobState, Lane, Phase, Repository
from services.store.outdated import rebuilder
from services.store.requests import WorkRequest
from services.store.sight import ALL
from tests.support.stores import FakeClock, Store, open_store

pytestmark = pytest.mark.anyio
REQUEST = WorkRequest(remote_url="https://h/o/n", remote_name="h/o/n", host="h", kind=JobKind.CLONE, ref=None)
BROKEN = Failure(ErrorCode.REF_NOT_FOUND, "no such ref", retryable=False)


async def test_a_first_request_makes_a_repository_and_a_waiting_job(store: Store) -> None:
    accepted = await store.ask("h/o/n")
    assert (accepted.repository.name, accepted.job.state, accepted.already_running) == ("h/o/n", JobState.QUEUED, False)


async def test_asking_again_while_the_job_lives_gives_the_same_job(store: Store) -> None:
    first, second = await store.ask(), await store.ask()
    assert (second.job, second.already_running) == (first.job, True)


async def test_a_running_job_answers_too(store: Store) -> None:
    first = await store.ask()
    await store.take(first.job.id)
    assert (await store.ask()).job.id == first.job.id


async def test_another_ref_is_another_job(store: Store) -> None:
    first, second = await store.ask(), await store.ask(ref="v1")
    assert first.job.id != second.job.id
    assert first.repository.id == second.repository.id


async def test_the_default_branch_by_name_is_the_same_as_no_ref(store: Store) -> None:
    await store.mapped()
    first = await store.ask(kind=JobKind.REFRESH)
    assert (await store.ask(kind=JobKind.MAP, ref="main")).job.id == first.job.id


async def test_a_refresh_is_answered_by_the_clone_that_runs(store: Store) -> None:
    first = await store.ask()
    assert (await store.ask(kind=JobKind.REFRESH)).job.id == first.job.id


async def test_a_clone_of_what_is_ready_starts_nothing(store: Store) -> None:
    done = await store.mapped()
    again = await store.ask()
    assert (again.job, again.already_running) == (done.job, False)
    assert again.repository == done.repository


@pytest.mark.parametrize(("engine", "state"), [("e1", JobState.SUCCEEDED), ("e2", JobState.QUEUED)])
async def test_a_clone_of_what_another_engine_mapped_maps_it_anew(store: Store, engine: str, state: JobState) -> None:
    await store.mapped()
    again = await store.jobs.request(replace(REQUEST, engine_version=engine))
    assert again.job.state is state


async def test_a_clone_of_an_unmapped_ref_of_a_ready_repository_starts_a_job(store: Store) -> None:
    await store.mapped()
    assert (await store.ask(ref="v1")).job.state is JobState.QUEUED


async def test_a_refresh_of_what_is_ready_starts_a_job(store: Store) -> None:
    await store.mapped()
    assert (await store.ask(kind=JobKind.REFRESH)).job.state is JobState.QUEUED


async def test_a_clone_after_a_failed_one_starts_anew(store: Store) -> None:
    first = await store.ask()
    await store.take(first.job.id)
    await store.jobs.fail(first.job.id, attempt=1, error=BROKEN)
    second = await store.ask()
    assert (second.job.id == first.job.id, second.already_running) == (False, False)


async def test_a_clone_while_the_last_one_is_being_cancelled_starts_anew(store: Store) -> None:
    first = await store.ask()
    await store.take(first.job.id)
    await store.jobs.cancel(first.job.id)
    second = await store.ask()
    assert (second.job.id == first.job.id, second.job.state) == (False, JobState.QUEUED)


async def test_the_url_follows_the_newest_spelling_until_something_was_served(store: Store) -> None:
    first = await store.ask("h/o/n")
    await store.jobs.cancel(first.job.id)
    second = await store.jobs.request(replace(REQUEST, remote_url="ssh://h/o/n"))
    assert second.repository.url == "ssh://h/o/n"
    taken = await store.take(second.job.id)
    await store.finish(await store.report(taken, Phase.PARSING))
    third = await store.jobs.request(replace(REQUEST, remote_url="git://h/o/n", ref="v1"))
    assert third.repository.url == "ssh://h/o/n"


async def test_two_services_on_one_store_agree_on_one_job(store: Store, url: str) -> None:
    async with open_store(url, FakeClock()) as other:
        answers = await asyncio.gather(*[asker.ask() for asker in (store, other) * 25])
    assert len({answer.job.id for answer in answers}) == 1
    assert [answer.already_running for answer in answers].count(False) == 1


def test_two_event_loops_in_two_threads_agree_on_one_job_for_each_name(url: str) -> None:
    async def ask_all() -> list[Accepted]:
        async with open_store(url, FakeClock()) as store:
            return await asyncio.gather(*[store.ask(f"h/o/{number}") for number in range(20)])

    async def both() -> list[list[Accepted]]:
        return await asyncio.gather(*[asyncio.to_thread(asyncio.run, ask_all()) for _ in range(2)])

    here, there = asyncio.run(both())
    assert [one.job.id for one in here] == [one.job.id for one in there]
    assert all(one.already_running is not two.already_running for one, two in zip(here, there, strict=True))


async def newest(store: Store, repository: Repository, ref: str | None) -> Job | None:
    found = await store.batches.newest_jobs({repository.id}, ref, grants=ALL)
    return found.get(repository.id)


async def test_a_place_in_the_queue_counts_who_waits_before(store: Store) -> None:
    jobs = []
    for name in ("a", "b", "c"):
        jobs.append((await store.ask(name)).job)
        store.clock.tick()
    await store.take(jobs[0].id)
    places = await store.batches.queue_positions([job.id for job in jobs], now=store.clock())
    assert places == {jobs[1].id: 0, jobs[2].id: 1}


async def test_the_newest_job_of_a_ref_is_no_other_refs_and_no_removal(store: Store) -> None:
    default = (await store.mapped()).job
    side = (await store.mapped(ref="side")).job
    store.clock.tick()
    await store.ask(ref="other")
    repository = (await store.ask(kind=JobKind.REMOVE)).repository
    assert await newest(store, repository, "side") == side
    assert await newest(store, repository, "nobody-asked") is None
    assert await newest(store, repository, None) == await newest(store, repository, "main") == default


async def test_the_newest_job_of_a_ref_is_the_live_one_before_those_that_ended_later(store: Store) -> None:
    by_name = (await store.ask(ref="main")).job
    store.clock.tick()
    change = await store.mapped()
    assert change.repository.default_branch == "main"
    assert await newest(store, change.repository, None) == by_name


async def test_many_jobs_are_read_at_once_and_the_unknown_left_out(store: Store) -> None:
    made = [(await store.ask(name)).job for name in ("a", "b", "c")][:2]
    assert await store.jobs.get_many([job.id for job in made] + ["nobody"]) == {job.id: job for job in made}


async def test_pages_of_jobs_are_newest_first_and_filtered(store: Store) -> None:
    first = await store.ask("a")
    store.clock.tick()
    second = await store.ask("b")
    page = await store.jobs.page(limit=1)
    assert ([job.id for job in page.items], page.total, page.has_next) == ([second.job.id], 2, True)
    of_first = await store.jobs.page(repository_id=first.repository.id, states=[JobState.QUEUED])
    assert [job.id for job in of_first.items] == [first.job.id]
    assert (await store.jobs.page(states=[JobState.FAILED])).total == 0


async def test_what_is_for_a_known_repository_alone_makes_none_anew(store: Store) -> None:
    gone = (await store.ask()).repository
    await store.repositories.delete(gone.id)
    request = replace(REQUEST, kind=JobKind.MAP, repository_id=gone.id)
    with pytest.raises(NotFoundError):
        await store.jobs.request(request)
    assert (await store.repositories.page()).total == 0


@pytest.mark.parametrize("runs", [False, True])
async def test_a_refresh_does_not_join_a_map_that_is_made_anew_without_the_remote(store: Store, *, runs: bool) -> None:
    await store.mapped()
    rebuild = (await store.ask(kind=JobKind.MAP, client=rebuilder("e2"), lane=Lane.BACKGROUND)).job
    if runs:
        await store.take(rebuild.id)
    refresh = await store.ask(kind=JobKind.REFRESH)
    assert (refresh.already_running, refresh.job.state, refresh.job.kind) == (False, JobState.QUEUED, JobKind.REFRESH)
    before = await store.jobs.get(rebuild.id)
    assert before is not None
    assert (before.client, before.cancel_requested_at is None) == (None, False)  # so it counts as not tried
    assert before.state is (JobState.RUNNING if runs else JobState.CANCELLED)
    assert (await store.ask(kind=JobKind.REFRESH)).job.id == refresh.job.id
    assert (await store.take(refresh.job.id)).job.attempt == 1


async def test_who_asks_for_a_map_joins_one_that_is_made_anew(store: Store) -> None:
    await store.mapped()
    rebuild = (await store.ask(kind=JobKind.MAP, client=rebuilder("e2"), lane=Lane.BACKGROUND)).job
    assert (await store.ask(kind=JobKind.MAP)).job.id == rebuild.id
