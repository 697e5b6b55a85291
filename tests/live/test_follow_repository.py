"""Following a repository: the state now, each newer one, and its removal."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from services.errors import NotFoundError
from services.events import EventKind, RepositoryEvent
from services.models import CloneState, JobState
from tests.live.conftest import Live, OpenLive
from tests.support.patience import settled

pytestmark = pytest.mark.anyio
FAST_HZ = 1000.0


async def next_event(events: AsyncGenerator[RepositoryEvent]) -> RepositoryEvent:
    async with asyncio.timeout(20):
        return await anext(events)


async def test_a_repository_is_shown_now_and_then_with_every_change_of_its_jobs(live: Live) -> None:
    repository = live.rows.add_repository()
    events = live.repository(repository.id, max_rate_hz=FAST_HZ)
    seen = [await next_event(events)]
    job = (await live.tell(live.rows.add_job(repository.id))).job
    seen.append(await next_event(events))
    await live.tell(live.rows.take(job.id))
    seen.append(await next_event(events))
    assert [(event.kind, event.revision, event.gap) for event in seen] == [
        (EventKind.SNAPSHOT, 1, False),
        (EventKind.CHANGE, 2, False),
        (EventKind.CHANGE, 3, False),
    ]
    assert [event.repository.clone.state for event in seen][1:] == [CloneState.QUEUED, CloneState.CLONING]
    await events.aclose()


async def test_an_unknown_repository_is_not_found(live: Live) -> None:
    with pytest.raises(NotFoundError):
        await anext(live.repository("nobody"))
    assert live.hub.attached == 0


async def test_revisions_that_were_merged_are_told_as_a_gap(live: Live) -> None:
    repository = live.rows.add_repository()
    events = live.repository(repository.id, max_rate_hz=FAST_HZ)
    await next_event(events)
    job = (await live.tell(live.rows.add_job(repository.id))).job
    await live.tell(live.rows.take(job.id))
    await live.tell(live.rows.end(job.id))
    await settled()
    event = await next_event(events)
    assert (event.revision, event.gap, event.repository.clone.state) == (4, True, CloneState.READY)
    await events.aclose()


async def test_the_counters_of_the_live_job_are_shown_until_it_ends(live: Live) -> None:
    repository = live.rows.add_repository()
    job = live.rows.add_job(repository.id).job
    change = live.rows.take(job.id)
    events = live.repository(repository.id, max_rate_hz=FAST_HZ)
    await next_event(events)
    await live.count(change, 40, 1)
    counted = await next_event(events)
    assert counted.progress is not None
    assert (counted.revision, counted.progress.current) == (3, 40)
    await live.tell(live.rows.end(job.id))
    ended = await next_event(events)
    assert (ended.revision, ended.progress) == (4, None)
    await events.aclose()


async def test_a_late_counter_of_a_job_that_has_ended_shows_nothing(live: Live) -> None:
    repository = live.rows.add_repository()
    change = live.rows.take(live.rows.add_job(repository.id).job.id)
    events = live.repository(repository.id, max_rate_hz=FAST_HZ)
    await next_event(events)
    await live.tell(live.rows.end(change.job.id))
    await next_event(events)
    await live.count(change, 99, 9)
    waiting = asyncio.create_task(next_event(events))
    await settled()
    assert not waiting.done()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)


async def test_without_follow_it_ends_after_every_job_that_was_live_has_ended(live: Live) -> None:
    repository = live.rows.add_repository()
    jobs = [live.rows.add_job(repository.id).job for _ in range(2)]
    events = live.repository(repository.id, max_rate_hz=FAST_HZ, follow=False)
    await next_event(events)
    await live.tell(live.rows.end(jobs[0].id))
    assert (await next_event(events)).revision == 4
    later = await live.tell(live.rows.add_job(repository.id))
    assert (await next_event(events)).revision == 5
    await live.tell(live.rows.end(jobs[1].id, JobState.CANCELLED))
    assert (await next_event(events)).revision == 6
    with pytest.raises(StopAsyncIteration):
        await next_event(events)
    assert not live.rows.stored_jobs[later.job.id].state.terminal
    assert live.hub.attached == 0


async def test_without_follow_and_without_a_live_job_it_shows_the_state_and_ends(live: Live) -> None:
    repository = live.rows.add_repository()
    seen = [event async for event in live.repository(repository.id, follow=False)]
    assert [event.kind for event in seen] == [EventKind.SNAPSHOT]


async def test_what_a_client_has_is_not_sent_again(live: Live) -> None:
    repository = live.rows.add_repository()
    events = live.repository(repository.id, after_revision=1)
    waiting = asyncio.create_task(next_event(events))
    await settled()
    await live.tell(live.rows.add_job(repository.id))
    assert (await waiting).revision == 2
    await events.aclose()


async def test_a_removed_repository_is_shown_once_more_as_deleted(live: Live) -> None:
    repository = live.rows.add_repository()
    change = live.rows.add_job(repository.id)
    events = live.repository(repository.id, max_rate_hz=FAST_HZ)
    await next_event(events)
    live.rows.remove(repository.id)
    await live.hub.announce(change, deleted=True)
    event = await next_event(events)
    assert (event.kind, event.repository.id, event.revision) == (EventKind.DELETED, repository.id, 3)
    with pytest.raises(StopAsyncIteration):
        await next_event(events)
    assert live.hub.attached == 0


async def test_a_client_that_does_not_read_costs_one_slot_and_then_sees_the_newest(live: Live) -> None:
    repository = live.rows.add_repository()
    job = live.rows.add_job(repository.id).job
    events = live.repository(repository.id, max_rate_hz=FAST_HZ)
    await next_event(events)
    for current in range(200):
        await live.tell(live.rows.count(job.id, current))
    await settled()
    event = await next_event(events)
    assert (event.revision, event.gap) == (202, True)
    await events.aclose()


async def test_a_cancelled_subscriber_leaves_no_mailbox(live: Live) -> None:
    repository = live.rows.add_repository()
    events = live.repository(repository.id, after_revision=1)
    waiting = asyncio.create_task(next_event(events))
    await settled()
    assert live.hub.attached == 1
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert live.hub.attached == 0


async def test_a_hub_that_closes_ends_a_subscriber_in_its_pause(open_live: OpenLive) -> None:
    async with open_live() as live:
        events = live.repository(live.rows.add_repository().id, max_rate_hz=0.1)
        await next_event(events)
        waiting = asyncio.create_task(next_event(events))
        await settled()
        await live.hub.close()
        with pytest.raises(StopAsyncIteration):
            await waiting
