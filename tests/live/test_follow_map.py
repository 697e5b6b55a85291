"""Following a map: nothing yet, drafts, the map, the next one, a failure, and its removal."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from services.errors import ErrorCode, GraticuleError, NotFoundError
from services.events import EventKind, MapEvent
from services.models import JobChange, JobState
from tests.live.conftest import Live
from tests.support.liverows import MemoryRepositories
from tests.support.patience import settled

pytestmark = pytest.mark.anyio
FAST_HZ = 1000.0


async def next_event(events: AsyncGenerator[MapEvent]) -> MapEvent:
    async with asyncio.timeout(20):
        return await anext(events)


async def is_silent(events: AsyncGenerator[MapEvent]) -> bool:
    """Whether nothing is told, however long the loop turns; ends the following."""
    waiting = asyncio.create_task(next_event(events))
    await asyncio.sleep(0.01)
    await settled()
    silent = not waiting.done()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    return silent


def begun(live: Live) -> JobChange:
    """Begin the first job of a repository."""
    return live.rows.take(live.rows.add_job(live.rows.add_repository().id).job.id)


async def draw(live: Live, change: JobChange, name: str) -> JobChange:
    """Store a draft, then let the row say so, as an attempt does."""
    live.maps.drafts[change.job.attempt_key] = name
    return await live.tell(live.rows.count(change.job.id, 1))


def shown(event: MapEvent) -> tuple[EventKind, int, bool, bool, str | None]:
    """Give what a reader sees of an event."""
    name = None if event.outline is None else event.outline.text.split("def ")[1].split("(")[0]
    return event.kind, event.revision, event.gap, event.complete, name


async def test_a_map_is_shown_as_nothing_then_as_drafts_then_whole(live: Live) -> None:
    change = begun(live)
    events = live.map(change.repository.id, max_rate_hz=FAST_HZ)
    seen = [await next_event(events)]
    for name in ("coarse", "finer"):
        await draw(live, change, name)
        seen.append(await next_event(events))
    live.maps.complete[change.repository.id] = "whole"
    await live.tell(live.rows.end(change.job.id))
    seen.append(await next_event(events))
    assert [shown(event) for event in seen] == [
        (EventKind.SNAPSHOT, 3, False, False, None),
        (EventKind.CHANGE, 4, False, False, "coarse"),
        (EventKind.CHANGE, 5, False, False, "finer"),
        (EventKind.CHANGE, 6, False, True, "whole"),
    ]
    await events.aclose()


async def test_what_reads_the_same_is_not_told_again_and_makes_no_gap(live: Live) -> None:
    change = begun(live)
    events = live.map(change.repository.id, max_rate_hz=FAST_HZ)
    await next_event(events)
    for name in ("same", "same", "other"):
        await draw(live, change, name)
        await settled()
    seen = [await next_event(events)]
    if seen[0].revision == 4:
        seen.append(await next_event(events))
    assert shown(seen[-1])[1:] == (6, len(seen) == 1, False, "other")
    await events.aclose()


async def test_a_map_that_is_there_is_one_event_until_the_next_commit(live: Live) -> None:
    change = begun(live)
    live.maps.complete[change.repository.id] = "first"
    live.rows.end(change.job.id)
    events = live.map(change.repository.id, max_rate_hz=FAST_HZ)
    assert shown(await next_event(events)) == (EventKind.SNAPSHOT, 4, False, True, "first")
    again = await live.tell(live.rows.take(live.rows.add_job(change.repository.id).job.id))
    live.maps.drafts[again.job.attempt_key] = "never shown"
    await live.tell(live.rows.count(again.job.id, 1))
    live.maps.complete[change.repository.id] = "second"
    await live.tell(live.rows.end(again.job.id))
    assert shown(await next_event(events))[2:] == (True, True, "second")
    await events.aclose()


async def test_a_draft_is_shown_on_while_the_job_begins_anew(live: Live) -> None:
    change = begun(live)
    await draw(live, change, "draft")
    events = live.map(change.repository.id, max_rate_hz=FAST_HZ)
    assert shown(await next_event(events))[3:] == (False, "draft")
    await live.tell(live.rows.put_back(change.job.id))
    again = await live.tell(live.rows.take(change.job.id))
    await settled()
    await draw(live, again, "second draft")
    assert shown(await next_event(events))[3:] == (False, "second draft")
    await events.aclose()


async def test_a_failure_is_told_with_the_last_outline(live: Live) -> None:
    change = begun(live)
    await draw(live, change, "draft")
    events = live.map(change.repository.id, max_rate_hz=FAST_HZ)
    await next_event(events)
    failure = GraticuleError(ErrorCode.TOO_LARGE, "It is too large.").as_failure()
    del live.maps.drafts[change.job.attempt_key]
    await live.tell(live.rows.end(change.job.id, JobState.FAILED, error=failure))
    event = await next_event(events)
    assert (shown(event)[3:], event.error) == ((False, "draft"), failure)
    late = await next_event(live.map(change.repository.id, tokens=500))
    assert (late.outline, late.error) == (None, failure)
    await events.aclose()


async def test_the_failure_of_the_next_map_leaves_the_one_that_there_is(live: Live) -> None:
    change = begun(live)
    live.maps.complete[change.repository.id] = "first"
    live.rows.end(change.job.id)
    events = live.map(change.repository.id, max_rate_hz=FAST_HZ)
    await next_event(events)
    again = live.rows.take(live.rows.add_job(change.repository.id).job.id)
    failure = GraticuleError(ErrorCode.NETWORK, "Nobody answers.").as_failure()
    await live.tell(live.rows.end(again.job.id, JobState.FAILED, error=failure))
    event = await next_event(events)
    assert (shown(event)[3:], event.error) == ((True, "first"), failure)
    await events.aclose()


async def test_whoever_follows_a_map_whose_job_was_cancelled_is_told_so(live: Live) -> None:
    change = begun(live)
    live.rows.end(change.job.id, JobState.CANCELLED)
    event = await next_event(live.map(change.repository.id))
    assert event.error is not None
    assert event.error.code is ErrorCode.CANCELLED


async def test_a_removed_repository_ends_its_map_with_the_last_outline(live: Live) -> None:
    change = begun(live)
    live.maps.complete[change.repository.id] = "whole"
    events = live.map(change.repository.id, max_rate_hz=FAST_HZ)
    await next_event(events)
    live.rows.remove(change.repository.id)
    await live.hub.announce(change, deleted=True)
    assert shown(await next_event(events)) == (EventKind.DELETED, 4, False, True, "whole")
    with pytest.raises(StopAsyncIteration):
        await next_event(events)
    assert live.hub.attached == 0


async def test_whoever_comes_back_with_the_revision_that_they_have_is_told_only_what_is_newer(live: Live) -> None:
    change = begun(live)
    drawn = await draw(live, change, "draft")
    revision = drawn.repository.revision
    assert await is_silent(live.map(change.repository.id, after_revision=revision, max_rate_hz=FAST_HZ))
    events = live.map(change.repository.id, after_revision=revision - 1, max_rate_hz=FAST_HZ)
    assert shown(await next_event(events)) == (EventKind.SNAPSHOT, revision, False, False, "draft")
    await events.aclose()
    restarted = live.map(change.repository.id, after_revision=revision + 100)
    assert shown(await next_event(restarted))[:3] == (EventKind.RESYNC, revision, True)
    await restarted.aclose()


async def test_an_outline_is_rendered_once_for_all_who_follow_it(live: Live) -> None:
    change = begun(live)
    await draw(live, change, "draft")
    followers = [live.map(change.repository.id, max_rate_hz=FAST_HZ) for _ in range(20)]
    for events in followers:
        await next_event(events)
    assert live.maps.rendered == 1
    other = live.map(change.repository.id, tokens=500)
    await next_event(other)
    assert live.maps.rendered == 2
    for events in (*followers, other):
        await events.aclose()


async def test_lost_hints_are_made_up_for_by_reading_again(live: Live) -> None:
    change = begun(live)
    events = live.map(change.repository.id, max_rate_hz=FAST_HZ)
    await next_event(events)
    live.maps.drafts[change.job.attempt_key] = "draft"
    live.rows.count(change.job.id, 1)
    await live.hub._resync(MemoryRepositories(live.rows))  # noqa: SLF001  # what the hub does every 30 s
    assert shown(await next_event(events)) == (EventKind.RESYNC, 4, False, False, "draft")
    await events.aclose()


async def test_a_map_is_not_there_for_whoever_may_not_see_its_repository(live: Live) -> None:
    change = begun(live)
    events = live.map(change.repository.id, grants=(), max_rate_hz=FAST_HZ)
    await next_event(events)
    live.rows.hide(change.repository.id)
    with pytest.raises(NotFoundError):
        await next_event(live.map(change.repository.id, grants=(), tokens=500))
    await draw(live, change, "secret")
    with pytest.raises(NotFoundError):
        await next_event(events)


async def test_the_map_of_an_unknown_repository_is_not_found(live: Live) -> None:
    with pytest.raises(NotFoundError):
        await next_event(live.map("nobody"))
    assert live.hub.attached == 0
