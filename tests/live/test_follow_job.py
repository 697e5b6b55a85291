"""Following a job: the state now, each newer one, one end."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from services.errors import InvalidArgumentError, NotFoundError
from services.events import EventKind, JobEvent
from services.models import JobState
from tests.live.conftest import Live, OpenLive
from tests.live.test_hub import BrokenBus, DeafBus
from tests.support.patience import settled

pytestmark = pytest.mark.anyio
FAST_HZ = 1000.0


async def next_event(events: AsyncGenerator[JobEvent]) -> JobEvent:
    async with asyncio.timeout(20):
        return await anext(events)


async def test_a_job_is_shown_from_its_state_now_to_its_one_end(live: Live) -> None:
    job = live.rows.add_job(live.rows.add_repository().id).job
    events = live.job(job.id, max_rate_hz=FAST_HZ)
    seen = [await next_event(events)]
    for step in (live.rows.take, lambda job_id: live.rows.count(job_id, 10), live.rows.end):
        await live.tell(step(job.id))
        seen.append(await next_event(events))
    assert [event.kind for event in seen] == [EventKind.SNAPSHOT, *[EventKind.CHANGE] * 3]
    assert [event.revision for event in seen] == [1, 2, 3, 4]
    assert not any(event.gap for event in seen)
    assert [event.job.state.terminal for event in seen] == [False, False, False, True]
    with pytest.raises(StopAsyncIteration):
        await anext(events)


async def test_a_job_that_has_ended_is_shown_once(live: Live) -> None:
    job = live.rows.add_job(live.rows.add_repository().id).job
    live.rows.end(job.id, JobState.FAILED)
    for after_revision in (None, 1, 2):
        seen = [event async for event in live.job(job.id, after_revision=after_revision)]
        assert [(event.kind, event.job.state) for event in seen] == [(EventKind.SNAPSHOT, JobState.FAILED)]


async def test_an_unknown_job_is_not_found(live: Live) -> None:
    with pytest.raises(NotFoundError):
        await anext(live.job("nobody"))
    assert live.hub.attached == 0


@pytest.mark.parametrize("max_rate_hz", [0.0, -1.0, float("nan"), 1e-300])
async def test_a_rate_that_would_never_show_anything_is_refused(live: Live, max_rate_hz: float) -> None:
    job = live.rows.add_job(live.rows.add_repository().id).job
    with pytest.raises(InvalidArgumentError):
        await anext(live.job(job.id, max_rate_hz=max_rate_hz))


async def test_counters_between_two_rows_are_shown_and_never_go_back(live: Live) -> None:
    job = live.rows.add_job(live.rows.add_repository().id).job
    change = live.rows.take(job.id)
    events = live.job(job.id, max_rate_hz=FAST_HZ)
    await next_event(events)
    numbers: list[int] = []
    revisions = set()
    for sequence, current in ((2, 20), (1, 10), (2, 20), (3, 15), (4, 40)):
        await live.count(change, current, sequence)
    await live.count(change, 50, 5)
    while 50 not in numbers:
        event = await next_event(events)
        revisions.add(event.revision)
        numbers.append((event.job.progress and event.job.progress.current) or 0)
    assert numbers == sorted(set(numbers))
    assert revisions == {change.job.revision}
    await events.aclose()


async def test_a_row_older_than_the_counters_shown_does_not_take_them_back(live: Live) -> None:
    job = live.rows.add_job(live.rows.add_repository().id).job
    change = live.rows.take(job.id)
    events = live.job(job.id, max_rate_hz=FAST_HZ)
    await next_event(events)
    await live.count(change, 80, 1)
    await next_event(events)
    await live.tell(live.rows.count(job.id, 70))
    event = await next_event(events)
    assert event.job.progress is not None
    assert (event.revision, event.job.progress.current) == (3, 80)
    await events.aclose()


async def test_a_new_attempt_counts_from_its_own_beginning(live: Live) -> None:
    job = live.rows.add_job(live.rows.add_repository().id).job
    first = live.rows.take(job.id)
    events = live.job(job.id, max_rate_hz=FAST_HZ)
    await next_event(events)
    await live.count(first, 80, 1)
    await next_event(events)
    await live.tell(live.rows.put_back(job.id))
    assert (await next_event(events)).job.progress is None
    await live.tell(live.rows.take(job.id))
    second = await live.tell(live.rows.count(job.id, 5))
    await live.count(first, 90, 2)
    event = await next_event(events)
    while event.revision < second.job.revision:
        event = await next_event(events)
    assert event.job.progress is not None
    assert event.job.progress.current == 5
    await events.aclose()


async def test_what_a_client_has_is_not_sent_again(live: Live) -> None:
    job = live.rows.add_job(live.rows.add_repository().id).job
    events = live.job(job.id, after_revision=1)
    waiting = asyncio.create_task(next_event(events))
    await settled()
    await live.tell(live.rows.take(job.id))
    event = await waiting
    assert (event.kind, event.revision, event.gap) == (EventKind.CHANGE, 2, False)
    await events.aclose()


async def test_a_client_that_missed_revisions_is_told_of_the_gap(live: Live) -> None:
    job = live.rows.add_job(live.rows.add_repository().id).job
    for current in (10, 20):
        live.rows.count(job.id, current)
    events = live.job(job.id, after_revision=1)
    event = await next_event(events)
    assert (event.kind, event.revision, event.gap) == (EventKind.SNAPSHOT, 3, True)
    await events.aclose()


async def test_a_revision_from_another_life_starts_anew(live: Live) -> None:
    job = live.rows.add_job(live.rows.add_repository().id).job
    events = live.job(job.id, after_revision=900, max_rate_hz=FAST_HZ)
    event = await next_event(events)
    assert (event.kind, event.revision, event.gap) == (EventKind.RESYNC, 1, True)
    await live.tell(live.rows.take(job.id))
    assert (await next_event(events)).revision == 2
    await events.aclose()


async def test_a_rate_merges_what_is_in_between_and_keeps_the_end(live: Live) -> None:
    job = live.rows.add_job(live.rows.add_repository().id).job
    seen: list[tuple[float, JobEvent]] = []

    async def read() -> None:
        async for event in live.job(job.id, max_rate_hz=10):
            seen.append((asyncio.get_running_loop().time(), event))  # noqa: PERF401  the time of each arrival

    reading = asyncio.create_task(read())
    await live.tell(live.rows.take(job.id))
    for current in range(50):
        await live.tell(live.rows.count(job.id, current))
        await asyncio.sleep(0.005)
    await live.tell(live.rows.end(job.id))
    ended_at = asyncio.get_running_loop().time()
    await reading
    assert len(seen) <= 2 + 10 * (seen[-1][0] - seen[0][0]), "ten a second, however late each of them was read"
    assert seen[-1][1].job.state is JobState.SUCCEEDED
    assert seen[-1][1].gap
    assert seen[-1][0] - ended_at < 10, "it is told with the next of these ten, not with a later look at the row"


async def test_an_end_that_no_hint_told_is_found_after_a_silence(open_live: OpenLive) -> None:
    async with open_live(bus=DeafBus(), reread_seconds=0.05) as live:
        job = live.rows.add_job(live.rows.add_repository().id).job
        events = live.job(job.id)
        await next_event(events)
        await live.tell(live.rows.end(job.id))
        event = await next_event(events)
        assert (event.kind, event.job.state) == (EventKind.RESYNC, JobState.SUCCEEDED)
        with pytest.raises(StopAsyncIteration):
            await anext(events)


async def test_a_job_whose_row_went_away_still_ends(open_live: OpenLive) -> None:
    async with open_live(reread_seconds=0.05) as live:
        job = live.rows.add_job(live.rows.add_repository().id).job
        events = live.job(job.id)
        await next_event(events)
        del live.rows.stored_jobs[job.id]
        event = await next_event(events)
        assert (event.kind, event.job.state.terminal) == (EventKind.DELETED, True)
        with pytest.raises(StopAsyncIteration):
            await anext(events)


@pytest.mark.parametrize("turns", range(12))
async def test_a_change_during_the_first_read_is_not_lost(open_live: OpenLive, turns: int) -> None:
    async with open_live(bus=BrokenBus()) as live:  # hints come at once, not some turns of the loop later
        job = live.rows.add_job(live.rows.add_repository().id).job
        events = live.job(job.id, max_rate_hz=FAST_HZ)
        first = asyncio.create_task(next_event(events))
        for _ in range(turns):
            await asyncio.sleep(0)
        change = await live.tell(live.rows.count(job.id, 1))
        event = await first
        if event.revision < change.job.revision:
            event = await next_event(events)
        assert event.revision == change.job.revision
        await events.aclose()


async def test_a_subscriber_that_leaves_or_is_cancelled_leaves_no_mailbox(live: Live) -> None:
    job = live.rows.add_job(live.rows.add_repository().id).job
    left = live.job(job.id)
    await next_event(left)
    cancelled = live.job(job.id, after_revision=1)
    waiting = asyncio.create_task(next_event(cancelled))
    await settled()
    assert live.hub.attached == 1
    await left.aclose()
    assert live.hub.attached == 1
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert live.hub.attached == 0


async def test_a_hub_that_closes_ends_its_subscribers(open_live: OpenLive) -> None:
    async with open_live() as live:
        job = live.rows.add_job(live.rows.add_repository().id).job
        events = live.job(job.id)
        await next_event(events)
        waiting = asyncio.create_task(next_event(events))
        await settled()
        await live.hub.close()
        with pytest.raises(StopAsyncIteration):
            await waiting
