"""Repositories that are followed: asked for when due, once, spread, put off by failures, and no longer than wanted."""

import asyncio
from datetime import timedelta

import pytest

from services.errors import ErrorCode, Failure, NotFoundError, RateLimitedError
from services.models import Accepted, Job, JobKind, JobState, Lane, Phase, Repository, RepositoryChanges
from services.store.requests import UNLIMITED, LiveLimits, WorkRequest
from services.store.schedule import ScheduleStore
from tests.support.stores import Store, open_store

pytestmark = pytest.mark.anyio
GONE = Failure(ErrorCode.NOT_FOUND_OR_PRIVATE, "gone", retryable=False)
MINUTE = 60


def schedule(store: Store, limits: LiveLimits = UNLIMITED) -> ScheduleStore:
    return ScheduleStore(store.database, store.clock, limits)


def request_for(repository: Repository) -> WorkRequest:
    return WorkRequest(
        remote_url=repository.url,
        remote_name=repository.name,
        host=repository.host,
        kind=JobKind.REFRESH,
        ref=None,
        lane=Lane.BACKGROUND,
    )


async def ask_for_due(store: Store) -> list[Accepted]:
    plan = schedule(store)
    asked = [await plan.ask(repository, request_for(repository)) for repository in await plan.due()]
    return [accepted for accepted in asked if accepted is not None]


async def follow(store: Store, name: str = "h/o/n", *, minutes: int = 10) -> Repository:
    repository = (await store.mapped(name)).repository
    return await store.repositories.change(repository.id, RepositoryChanges(refresh_minutes=minutes))


async def next_refresh(store: Store, repository: Repository) -> timedelta:
    """Give how long it is until the next refresh."""
    found = await store.repositories.get(repository.id)
    assert found is not None
    assert found.next_refresh_at is not None
    return found.next_refresh_at - store.clock()


async def refresh(store: Store, *, error: Failure | None = None) -> Job:
    """Wait until the refresh is asked for, and let it end."""
    store.clock.tick(2 * 24 * 60 * MINUTE)
    (accepted,) = await ask_for_due(store)
    taken = await store.take(accepted.job.id)
    if error is None:
        return (await store.finish(await store.report(taken, Phase.PARSING))).job
    change = await store.jobs.fail(taken.job.id, attempt=1, error=error)
    assert change is not None
    return change.job


async def test_a_followed_repository_is_refreshed_in_the_background_when_its_time_has_come(store: Store) -> None:
    repository = await follow(store)
    assert timedelta(0) <= await next_refresh(store, repository) <= timedelta(minutes=10)
    store.clock.tick(10 * MINUTE)
    (accepted,) = await ask_for_due(store)
    assert (accepted.job.kind, accepted.job.lane, accepted.job.client) == (JobKind.REFRESH, Lane.BACKGROUND, None)
    assert await ask_for_due(store) == []


async def test_after_a_refresh_the_next_one_is_an_interval_away(store: Store) -> None:
    repository = await follow(store)
    await refresh(store)
    assert timedelta(minutes=9) <= await next_refresh(store, repository) <= timedelta(minutes=11)


async def test_a_refresh_that_a_person_asked_for_counts(store: Store) -> None:
    repository = await follow(store)
    store.clock.tick(9 * MINUTE)
    taken = await store.take((await store.ask(kind=JobKind.REFRESH)).job.id)
    await store.finish(await store.report(taken, Phase.PARSING))
    store.clock.tick(2 * MINUTE)
    assert await ask_for_due(store) == []
    assert await next_refresh(store, repository) > timedelta(minutes=6)


async def test_several_processes_ask_for_each_refresh_once(store: Store, url: str) -> None:
    for number in range(8):
        await follow(store, f"h/o/{number}")
    store.clock.tick(10 * MINUTE)
    async with open_store(url, store.clock) as other:
        rounds = await asyncio.gather(*(ask_for_due(one) for one in (store, other, store)))
    asked = [accepted.job.id for one in rounds for accepted in one if not accepted.already_running]
    assert len(asked) == len(set(asked)) == 8


async def test_many_that_are_followed_at_once_do_not_begin_at_once(store: Store) -> None:
    for number in range(40):
        repository = (await store.ask(f"h/o/{number}")).repository
        await store.repositories.change(repository.id, RepositoryChanges(refresh_minutes=10))
    begun = []
    for _ in range(10):
        store.clock.tick(MINUTE)
        begun.append(len(await ask_for_due(store)))
    assert sum(begun) == 40
    assert max(begun) < 15


async def test_failures_put_the_next_refresh_off_twice_as_far_up_to_a_day_and_success_ends_that(store: Store) -> None:
    repository = await follow(store)
    waits = []
    for _ in range(9):
        await refresh(store, error=GONE)
        waits.append((await next_refresh(store, repository)).total_seconds() / MINUTE)
    expected = [min(10 * 2**count, 24 * 60) for count in range(1, 10)]
    assert [0.9 * most <= wait <= 1.1 * most for wait, most in zip(waits, expected, strict=True)] == [True] * 9
    await refresh(store)
    assert await next_refresh(store, repository) <= timedelta(minutes=11)


async def test_a_failed_map_of_another_ref_puts_nothing_off(store: Store) -> None:
    repository = await follow(store)
    before = await next_refresh(store, repository)
    taken = await store.take((await store.ask(kind=JobKind.MAP, ref="gone")).job.id)
    await store.jobs.fail(taken.job.id, attempt=1, error=GONE)
    assert await next_refresh(store, repository) == before


async def test_a_cancelled_refresh_comes_back_at_its_next_time_alone(store: Store) -> None:
    repository = await follow(store)
    store.clock.tick(10 * MINUTE)
    (accepted,) = await ask_for_due(store)
    await store.jobs.cancel(accepted.job.id)
    assert await ask_for_due(store) == []
    assert await next_refresh(store, repository) >= timedelta(minutes=9)


async def test_what_is_being_removed_is_not_asked_for_again(store: Store) -> None:
    await follow(store)
    store.clock.tick(10 * MINUTE)
    removal = (await store.ask(kind=JobKind.REMOVE)).job
    assert await ask_for_due(store) == []
    await store.take(removal.id)
    await store.jobs.finish_removal(removal.id, attempt=1)
    store.clock.tick(24 * 60 * MINUTE)
    assert await schedule(store).due() == []


async def test_what_was_cancelled_before_it_was_ever_here_stays_so(store: Store) -> None:
    accepted = await store.ask()
    await store.jobs.cancel(accepted.job.id)
    await store.repositories.change(accepted.repository.id, RepositoryChanges(refresh_minutes=10))
    store.clock.tick(10 * MINUTE)
    assert await ask_for_due(store) == []
    assert await schedule(store).due() == []


async def test_following_ends_when_that_is_asked_for(store: Store) -> None:
    repository = await follow(store)
    after = await store.repositories.change(repository.id, RepositoryChanges(refresh_minutes=0))
    assert (after.refresh_minutes, after.next_refresh_at) == (None, None)
    store.clock.tick(24 * 60 * MINUTE)
    assert await schedule(store).due() == []


async def test_a_change_that_changes_nothing_has_no_revision(store: Store) -> None:
    repository = await follow(store)
    assert await store.repositories.change(repository.id, RepositoryChanges()) == repository
    assert await store.repositories.change(repository.id, RepositoryChanges(refresh_minutes=10)) == repository
    with pytest.raises(NotFoundError):
        await store.repositories.change("nobody", RepositoryChanges(refresh_minutes=10))


async def test_what_is_too_much_for_a_host_stays_due(store: Store) -> None:
    repository = await follow(store)
    await store.ask("h/o/other")
    store.clock.tick(10 * MINUTE)
    plan = schedule(store, LiveLimits(per_host=1))
    with pytest.raises(RateLimitedError):
        await plan.ask(repository, request_for(repository))
    assert [found.id for found in await plan.due()] == [repository.id]


async def test_a_url_that_is_not_allowed_any_more_counts_as_a_failure(store: Store) -> None:
    repository = await follow(store)
    store.clock.tick(10 * MINUTE)
    assert await schedule(store).ask(repository, None) is None
    found = await store.repositories.get(repository.id)
    assert found is not None
    assert found.refresh_failures == 1
    assert (await store.jobs.page(states=[JobState.QUEUED])).total == 0
