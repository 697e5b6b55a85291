"""In which order waiting jobs are taken: persons first, clients in turn, and no host beyond what it bears."""

import asyncio
import random
from collections import Counter

import pytest

from services.errors import ErrorCode, Failure
from services.models import Job, JobChange, JobKind, JobState, Lane
from services.store.requests import LiveLimits
from tests.support.stores import FakeClock, Store, open_store

pytestmark = pytest.mark.anyio
NETWORK = Failure(ErrorCode.NETWORK, "connection reset", retryable=True)
TWO_EACH = LiveLimits(running_per_host=2)


async def ask_for(store: Store, client: str, *names: str, lane: Lane = Lane.INTERACTIVE) -> list[Job]:
    jobs = []
    for name in names:
        store.clock.tick()
        jobs.append((await store.ask(f"{name}/o/{client}", client=client, lane=lane)).job)
    return jobs


async def take_all(store: Store, *, most: int = 100) -> list[str]:
    """Take what may begin, one after the other."""
    taken: list[str] = []
    while len(taken) < most and (change := await store.jobs.take_next(owner="worker")) is not None:
        taken.append(change.job.id)
    return taken


async def test_whoever_asks_for_one_does_not_wait_for_fifty_of_another(store: Store) -> None:
    many = await ask_for(store, "a", *(f"h{number}" for number in range(50)))
    (one,) = await ask_for(store, "b", "h")
    assert await take_all(store, most=3) == [many[0].id, one.id, many[1].id]


async def test_whoever_has_jobs_running_is_not_next_before_whoever_has_none(store: Store) -> None:
    many = await ask_for(store, "a", *(f"h{number}" for number in range(8)))
    for _ in range(4):
        await store.jobs.take_next(owner="worker")
    (one,) = await ask_for(store, "b", "h")
    assert await take_all(store, most=2) == [one.id, many[4].id]


async def test_clients_take_turns_however_many_each_has_asked_for(store: Store) -> None:
    jobs = {client: await ask_for(store, client, "1", "2", "3", "4") for client in ("a", "b", "c")}
    owner = {job.id: client for client, of_one in jobs.items() for job in of_one}
    assert "".join(owner[job_id] for job_id in await take_all(store)) == "abc" * 4


async def test_what_a_person_waits_for_comes_before_everything_in_the_background(store: Store) -> None:
    behind = await ask_for(store, "", "1", "2", lane=Lane.BACKGROUND)
    before = await ask_for(store, "a", "1", "2", "3")
    assert await take_all(store) == [job.id for job in (*before, *behind)]


async def test_a_slot_for_persons_alone_takes_nothing_from_the_background(store: Store) -> None:
    await ask_for(store, "", "1", lane=Lane.BACKGROUND)
    assert await store.jobs.take_next(owner="worker", last_lane=Lane.INTERACTIVE) is None


async def test_a_background_job_that_a_person_asks_for_goes_to_their_lane_and_is_theirs(store: Store) -> None:
    first = (await store.ask("h/o/n", kind=JobKind.REFRESH, lane=Lane.BACKGROUND)).job
    await ask_for(store, "b", "1", "2")
    asked = await store.ask("h/o/n", kind=JobKind.REFRESH, client="a")
    assert (asked.job.id, asked.already_running, asked.promoted) == (first.id, True, True)
    assert (asked.job.lane, asked.job.client, asked.job.revision) == (Lane.INTERACTIVE, "a", first.revision + 1)
    assert await take_all(store, most=1) == [first.id]
    assert not (await store.ask("h/o/n", kind=JobKind.REFRESH, client="a")).promoted


async def test_what_nobody_waits_for_demotes_nothing(store: Store) -> None:
    first = (await store.ask("h/o/n", client="a")).job
    again = await store.ask("h/o/n", kind=JobKind.REFRESH, lane=Lane.BACKGROUND)
    assert (again.job, again.promoted) == (first, False)


async def test_a_job_in_the_background_that_is_hurried_goes_to_the_lane_of_persons(store: Store) -> None:
    job = (await store.ask(lane=Lane.BACKGROUND)).job
    hurried = await store.jobs.hurry(job.id, client="a")
    assert hurried is not None
    assert (hurried.job.lane, hurried.job.client) == (Lane.INTERACTIVE, "a")
    assert await store.jobs.hurry(job.id) is None


async def test_the_places_in_the_queue_are_the_order_in_which_jobs_are_taken(store: Store) -> None:
    dice = random.Random(7)  # noqa: S311  # the same mix each time
    for number in range(40):
        lane = dice.choice((Lane.INTERACTIVE, Lane.INTERACTIVE, Lane.BACKGROUND))
        await store.ask(f"h{number}/o/n", client=dice.choice("aaaabbc"), lane=lane)
        if number % 5 == 4:
            await store.jobs.take_next(owner="worker")
        store.clock.tick(dice.random())
    waiting = [job.id for job in (await store.jobs.page(limit=100, states=[JobState.QUEUED])).items]
    places = await store.batches.queue_positions(waiting, now=store.clock())
    assert await take_all(store) == sorted(waiting, key=places.__getitem__)


async def test_what_waits_for_its_next_try_has_its_place_behind_those_that_may_begin(store: Store) -> None:
    failed = await store.take((await store.ask("a/o/n")).job.id)
    await store.jobs.fail(failed.job.id, attempt=1, error=NETWORK)
    waits = (await store.ask("b/o/n")).job
    ids = [failed.job.id, waits.id]
    assert await store.batches.queue_positions(ids, now=store.clock()) == {waits.id: 0, failed.job.id: 1}
    store.clock.tick(10)
    assert await store.batches.queue_positions(ids, now=store.clock()) == {failed.job.id: 0, waits.id: 1}


async def test_a_host_that_has_what_it_bears_lets_others_go_ahead(url: str) -> None:
    async with open_store(url, FakeClock(), TWO_EACH) as store:
        busy = await ask_for(store, "a", "h")
        busy += [(await store.ask(f"h/o/{number}", client="a")).job for number in range(3)]
        other = await ask_for(store, "a", "g")
        assert await take_all(store) == [busy[0].id, busy[1].id, other[0].id]
        assert await store.jobs.take(busy[2].id, owner="worker") is None
        await store.jobs.fail(busy[0].id, attempt=1, error=NETWORK)
        assert await take_all(store) == [busy[2].id]


async def test_what_has_no_host_has_no_limit_and_neither_has_a_removal(url: str) -> None:
    async with open_store(url, FakeClock(), TWO_EACH) as store:
        for number in range(4):
            await store.ask(f"/srv/{number}")
        for number in range(4):
            await store.ask(f"h/o/{number}")
        removal = (await store.ask("h/o/3", kind=JobKind.REMOVE)).job
        assert len(await take_all(store)) == 4 + 2 + 1
        assert (await store.jobs.get(removal.id)) is not None
        assert (await store.jobs.page(states=[JobState.QUEUED])).total == 1


async def test_many_takers_on_one_database_take_each_job_once_and_exceed_no_host(url: str) -> None:
    async with open_store(url, FakeClock(), TWO_EACH) as one, open_store(url, FakeClock(), TWO_EACH) as other:
        hosts = {(await one.ask(f"h{number % 3}/o/{number}")).job.id: number % 3 for number in range(12)}
        taken: list[str] = []

        async def take(store: Store, owner: str) -> list[JobChange]:
            found = []
            while (change := await store.jobs.take_next(owner=owner)) is not None:
                found.append(change)
            return found

        for _ in range(2):
            rounds = await asyncio.gather(*(take(store, str(number)) for number in range(4) for store in (one, other)))
            running = [change for found in rounds for change in found]
            assert Counter(hosts[change.job.id] for change in running) == {0: 2, 1: 2, 2: 2}
            taken += [(await one.finish(change)).job.id for change in running]
    assert sorted(taken) == sorted(hosts)
