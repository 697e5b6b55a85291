"""Following the fleet: one snapshot of each match, then whatever changes, appears or goes."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from services.events import EventKind, RepositoryEvent
from services.models import CloneState
from tests.live.conftest import Live, OpenLive
from tests.live.test_hub import DeafBus
from tests.support.patience import settled

pytestmark = pytest.mark.anyio
FAST_HZ = 1000.0


async def take(events: AsyncGenerator[RepositoryEvent], count: int) -> list[RepositoryEvent]:
    async with asyncio.timeout(20):
        return [await anext(events) for _ in range(count)]


def told(events: list[RepositoryEvent]) -> list[tuple[str, EventKind, int]]:
    return [(event.repository.id, event.kind, event.revision) for event in events]


async def test_every_match_is_shown_before_any_change(live: Live) -> None:
    for name in ("host/a/one", "host/b/two", "host/a/three"):
        live.rows.add_repository(name)
    events = live.fleet(name_contains="A/", max_rate_hz=FAST_HZ)
    assert told(await take(events, 2)) == [("r0", EventKind.SNAPSHOT, 1), ("r2", EventKind.SNAPSHOT, 1)]
    await live.tell(live.rows.add_job("r1"))
    await live.tell(live.rows.add_job("r2"))
    assert told(await take(events, 1)) == [("r2", EventKind.CHANGE, 2)]
    await events.aclose()
    assert live.hub.attached == 0


async def test_a_change_while_the_snapshots_are_read_comes_after_them(live: Live) -> None:
    for name in ("host/a/one", "host/b/two"):
        live.rows.add_repository(name)
    events = live.fleet(max_rate_hz=FAST_HZ)
    first = await take(events, 1)
    await live.tell(live.rows.add_job("r0"))
    assert told(first + await take(events, 2)) == [
        ("r0", EventKind.SNAPSHOT, 1),
        ("r1", EventKind.SNAPSHOT, 1),
        ("r0", EventKind.CHANGE, 2),
    ]
    await events.aclose()


async def test_a_new_repository_appears(live: Live) -> None:
    events = live.fleet(max_rate_hz=FAST_HZ)
    waiting = asyncio.create_task(take(events, 1))
    await settled()
    await live.tell(live.rows.add_job(live.rows.add_repository().id))
    assert told(await waiting) == [("r0", EventKind.CHANGE, 2)]
    await events.aclose()


async def test_a_removed_repository_goes(live: Live) -> None:
    change = live.rows.add_job(live.rows.add_repository().id)
    events = live.fleet(max_rate_hz=FAST_HZ)
    await take(events, 1)
    live.rows.remove("r0")
    await live.hub.announce(change, deleted=True)
    assert told(await take(events, 1)) == [("r0", EventKind.DELETED, 3)]
    await events.aclose()


async def test_a_repository_that_stops_to_match_is_shown_once_more(live: Live) -> None:
    job = live.rows.add_job(live.rows.add_repository().id).job
    live.rows.take(job.id)
    events = live.fleet(states={CloneState.CLONING}, max_rate_hz=FAST_HZ)
    await take(events, 1)
    await live.tell(live.rows.end(job.id))
    (left,) = await take(events, 1)
    assert left.repository.clone.state is CloneState.READY
    again = live.rows.add_job("r0").job
    await live.tell(live.rows.put_back(again.id))
    await live.tell(live.rows.take(again.id))
    (back,) = await take(events, 1)
    assert back.repository.clone.state is CloneState.CLONING
    await events.aclose()


async def test_the_end_of_one_is_not_lost_because_another_moves(live: Live) -> None:
    quiet, busy = (live.rows.add_job(live.rows.add_repository(f"host/a/{name}").id).job for name in ("q", "b"))
    events = live.fleet(max_rate_hz=FAST_HZ)
    await take(events, 2)
    await live.tell(live.rows.end(quiet.id))
    for current in range(300):
        await live.tell(live.rows.count(busy.id, current))
    await settled()
    seen = {event.repository.id: event for event in await take(events, 2)}
    assert seen["r0"].repository.clone.state is CloneState.READY
    assert seen["r1"].revision == 302
    await events.aclose()


async def test_counters_of_each_are_shown_between_rows(live: Live) -> None:
    change = live.rows.take(live.rows.add_job(live.rows.add_repository().id).job.id)
    events = live.fleet(max_rate_hz=FAST_HZ)
    await take(events, 1)
    await live.count(change, 40, 1)
    (event,) = await take(events, 1)
    assert event.progress is not None
    assert (event.revision, event.progress.current) == (3, 40)
    await events.aclose()


@pytest.mark.parametrize(("resync_seconds", "reread_seconds"), [(0.05, 60.0), (60.0, 0.05)])
async def test_what_no_hint_told_is_found(open_live: OpenLive, resync_seconds: float, reread_seconds: float) -> None:
    async with open_live(bus=DeafBus(), resync_seconds=resync_seconds, reread_seconds=reread_seconds) as live:
        for name in ("host/a/one", "host/b/two"):
            live.rows.add_repository(name)
        events = live.fleet(max_rate_hz=FAST_HZ)
        await take(events, 2)
        await live.tell(live.rows.add_job("r0"))
        assert told(await take(events, 1)) == [("r0", EventKind.RESYNC, 2)]
        live.rows.remove("r1")
        assert told(await take(events, 1)) == [("r1", EventKind.DELETED, 2)]
        await events.aclose()


async def test_a_fleet_begins_with_at_most_five_hundred(live: Live) -> None:
    for number in range(510):
        live.rows.add_repository(f"host/a/{number}")
    events = live.fleet(max_rate_hz=FAST_HZ)
    assert {event.kind for event in await take(events, 500)} == {EventKind.SNAPSHOT}
    await live.tell(live.rows.add_job("r509"))
    assert told(await take(events, 1)) == [("r509", EventKind.CHANGE, 2)]
    await events.aclose()


async def test_a_hub_that_closes_ends_the_fleet(open_live: OpenLive) -> None:
    async with open_live() as live:
        live.rows.add_repository()
        events = live.fleet(max_rate_hz=0.1)
        await take(events, 1)
        waiting = asyncio.create_task(take(events, 1))
        await settled()
        await live.hub.close()
        with pytest.raises(StopAsyncIteration):
            await waiting
