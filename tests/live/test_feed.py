"""One feed for all who follow the same: each change is read once, and nobody begins with an old state."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, aclosing

import pytest

from services import feed
from services.errors import NotFoundError
from services.events import EventKind, JobEvent, RepositoryEvent
from services.models import CloneState, JobState
from tests.live.conftest import Live, OpenLive
from tests.live.test_hub import DeafBus
from tests.support.patience import settled, until

pytestmark = pytest.mark.anyio

FOLLOWERS = 200


async def take(events: AsyncGenerator[JobEvent]) -> JobEvent:
    async with asyncio.timeout(20):
        return await anext(events)


async def test_a_change_is_read_once_for_all_who_follow_it(live: Live) -> None:
    job = live.rows.add_job(live.rows.add_repository().id).job
    followers = [live.job(job.id, max_rate_hz=1000) for _ in range(FOLLOWERS)]
    await asyncio.gather(*map(take, followers))
    before = live.rows.reads
    for state in (live.rows.take, live.rows.end):
        await live.tell(state(job.id))
        events = await asyncio.gather(*map(take, followers))
    assert {event.job.state for event in events} == {JobState.SUCCEEDED}
    assert live.rows.reads - before == 2
    for follower in followers:
        assert [event async for event in follower] == []
    assert live.hub.attached == 0


async def test_all_who_join_together_share_a_reading(live: Live) -> None:
    repository = live.rows.add_repository()
    async with AsyncExitStack() as stack:
        followers = [
            await stack.enter_async_context(aclosing(live.repository(repository.id))) for _ in range(FOLLOWERS)
        ]
        events = await asyncio.gather(*[anext(follower) for follower in followers])
    assert {event.kind for event in events} == {EventKind.SNAPSHOT}
    assert live.rows.reads < 12


async def test_a_fleet_at_work_is_read_together(live: Live) -> None:
    for number in range(100):
        live.rows.take(live.rows.add_job(live.rows.add_repository(f"host/a/{number}").id).job.id)
    fleet = live.fleet()
    events = [await anext(fleet) for _ in range(100)]
    assert {event.repository.clone.state for event in events} == {CloneState.CLONING}
    assert live.rows.reads == 1
    await fleet.aclose()


async def test_whoever_joins_late_begins_with_the_state_now_though_no_hint_told_it(open_live: OpenLive) -> None:
    async with open_live(bus=DeafBus()) as live:
        job = live.rows.add_job(live.rows.add_repository().id).job
        early = live.job(job.id, max_rate_hz=1000)
        await take(early)
        live.rows.count(job.id, 10)
        late = await take(live.job(job.id))
        assert (late.kind, late.revision, late.gap) == (EventKind.SNAPSHOT, 2, False)
        assert (await take(early)).revision == 2, "what the reading found is told to the others as well"


async def test_each_follower_keeps_its_own_rate(live: Live) -> None:
    job = live.rows.add_job(live.rows.add_repository().id).job
    fast, slow = live.job(job.id, max_rate_hz=1000), live.job(job.id, max_rate_hz=5)
    seen: dict[str, list[JobEvent]] = {"fast": [], "slow": []}

    async def read(name: str, events: AsyncGenerator[JobEvent]) -> None:
        async for event in events:
            seen[name].append(event)  # in order, while it goes on

    async with asyncio.TaskGroup() as group:
        group.create_task(read("fast", fast))
        group.create_task(read("slow", slow))
        for current in range(30):
            await asyncio.sleep(0.01)
            await live.tell(live.rows.count(job.id, current))
        await live.tell(live.rows.end(job.id))
    assert len(seen["fast"]) > 2 * len(seen["slow"])
    assert seen["fast"][-1].revision == seen["slow"][-1].revision
    assert not any(event.gap for event in seen["slow"][:1])
    assert any(event.gap for event in seen["slow"][1:])


async def test_a_follower_that_leaves_does_not_end_the_others(live: Live) -> None:
    job = live.rows.add_job(live.rows.add_repository().id).job
    staying, leaving = live.job(job.id, max_rate_hz=1000), live.job(job.id)
    await take(staying)
    await take(leaving)
    await leaving.aclose()
    await live.tell(live.rows.end(job.id))
    assert (await take(staying)).job.state is JobState.SUCCEEDED


async def test_one_that_goes_while_it_comes_does_not_end_the_others(live: Live) -> None:
    job = live.rows.add_job(live.rows.add_repository().id).job
    staying = live.job(job.id, max_rate_hz=1000)
    await take(staying)
    for turns in range(12):
        coming = asyncio.create_task(take(live.job(job.id)))
        for _ in range(turns):
            await asyncio.sleep(0)
        coming.cancel()
        await asyncio.wait({coming})
        await live.tell(live.rows.count(job.id, turns))
        assert (await take(staying)).kind is EventKind.CHANGE


async def test_one_that_comes_while_the_last_one_goes_is_served(live: Live) -> None:
    job = live.rows.add_job(live.rows.add_repository().id).job
    for _ in range(50):
        going = live.job(job.id)
        await take(going)
        coming = asyncio.create_task(take(live.job(job.id)))
        await asyncio.sleep(0)
        await going.aclose()
        assert (await coming).kind is EventKind.SNAPSHOT


async def test_one_that_comes_while_the_job_ends_sees_the_end(live: Live) -> None:
    for turns in range(12):
        job = live.rows.add_job(live.rows.add_repository(f"host/a/{turns}").id).job
        early = live.job(job.id, max_rate_hz=1000)
        await take(early)
        await live.tell(live.rows.end(job.id))
        for _ in range(turns):
            await asyncio.sleep(0)
        late = [event async for event in live.job(job.id)]
        assert [event.job.state for event in late] == [JobState.SUCCEEDED]
        assert (await take(early)).job.state is JobState.SUCCEEDED


@pytest.fixture
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "RETRY_SECONDS", (0.01,) * 4)


@pytest.mark.usefixtures("_hurried")
async def test_a_store_that_goes_on_failing_ends_its_followers_and_the_next_one_begins_anew(live: Live) -> None:
    repository = live.rows.add_repository()
    change = live.rows.add_job(repository.id)
    followers: list[AsyncGenerator[RepositoryEvent]] = [live.repository(repository.id) for _ in range(3)]
    for follower in followers:
        await anext(follower)
    live.rows.broken = OSError("the disk is gone")
    await live.tell(change)
    await live.tell(live.rows.take(change.job.id))
    for follower in followers:
        with pytest.raises(OSError, match="the disk is gone"):
            await anext(follower)
    live.rows.broken = None
    assert (await anext(live.repository(repository.id))).kind is EventKind.SNAPSHOT


async def fail_once(live: Live) -> None:
    """Let one read of a row fail, and wait until it has."""
    reads = live.rows.reads
    live.rows.broken = OSError("the disk is busy")
    await until(lambda: live.rows.reads > reads)
    live.rows.broken = None


async def test_a_reading_that_fails_once_is_done_again_and_loses_nothing(live: Live) -> None:
    job = live.rows.add_job(live.rows.add_repository().id).job
    one, fleet = live.job(job.id, max_rate_hz=1000), live.fleet(max_rate_hz=1000)
    await take(one)
    await anext(fleet)
    failing = asyncio.create_task(fail_once(live))
    await asyncio.sleep(0)
    await live.tell(live.rows.take(job.id))
    await live.tell(live.rows.add_job(live.rows.add_repository("host/a/new").id))
    await failing
    event = await take(one)
    assert (event.kind, event.revision, event.gap) == (EventKind.CHANGE, 2, False)
    told = {(await anext(fleet)).repository.id for _ in range(2)}
    assert told == {"r0", "r1"}, "a repository that nobody was shown is known from its hint alone"
    await fleet.aclose()
    await one.aclose()


async def test_who_joins_while_the_store_fails_waits_for_it_however_many_come(live: Live) -> None:
    repository = live.rows.add_repository()
    live.rows.broken = OSError("the disk is busy")
    coming = [asyncio.create_task(anext(live.repository(repository.id))) for _ in range(FOLLOWERS)]
    for _ in range(20):
        await settled()
        coming.append(asyncio.create_task(anext(live.repository(repository.id))))
    live.rows.broken = None
    assert {event.kind for event in await asyncio.gather(*coming)} == {EventKind.SNAPSHOT}


async def test_a_hub_that_closes_ends_those_who_wait_for_a_store_that_fails(live: Live) -> None:
    repository = live.rows.add_repository()
    live.rows.broken = OSError("the disk is busy")
    waiting = asyncio.create_task(anext(live.repository(repository.id)))
    await until(lambda: live.rows.reads > 0)
    await live.hub.close()
    with pytest.raises(StopAsyncIteration):
        await waiting


async def test_a_repository_that_is_hidden_meanwhile_is_not_shown_any_more(live: Live) -> None:
    repository = live.rows.add_repository()
    events = live.repository(repository.id, grants=frozenset({"host/other"}))
    assert (await anext(events)).revision == 1
    live.rows.hide(repository.id)
    await live.tell(live.rows.add_job(repository.id))
    with pytest.raises(NotFoundError):
        await anext(events)


async def test_nobody_who_may_not_see_it_gets_what_another_is_shown(live: Live) -> None:
    repository = live.rows.add_repository()
    live.rows.hide(repository.id)
    granted = live.repository(repository.id)
    await anext(granted)
    with pytest.raises(NotFoundError):
        await anext(live.repository(repository.id, grants=frozenset({"host/other"})))
    fleet = live.fleet(grants=frozenset({"host/other"}))
    waiting = asyncio.create_task(anext(fleet))
    await live.tell(live.rows.add_job(repository.id))
    assert (await anext(granted)).revision == 2
    await settled()
    assert not waiting.done()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
