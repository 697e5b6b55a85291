"""A bus that is cut, restarted, away or silent: nothing waits for it, and nobody misses an end.

The hubs read the rows by themselves only every minute here, so what is seen was told by the recovery.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import AsyncExitStack
from itertools import pairwise

import msgspec
import pytest
from structlog.testing import capture_logs

from services.bus import Bus
from services.events import EventKind, Hint, JobEvent
from services.hub import LiveHub
from services.models import JobState
from tests.live.conftest import Live, OpenLive
from tests.support.liverows import MemoryRows
from tests.support.patience import until
from tests.support.valkey import Valkey

pytestmark = pytest.mark.anyio

HEARTBEAT_SECONDS = 1.0
"""Two of them are more than a busy machine keeps a healthy Valkey from answering."""

JOBS = 20


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    with Valkey() as server:
        yield server


@pytest.fixture
async def servers(valkey: Valkey, open_live: OpenLive) -> AsyncIterator[tuple[Live, Live]]:
    """Two hubs on the same rows and the same Valkey."""
    rows = MemoryRows()
    async with AsyncExitStack() as stack:
        one, two = [
            await stack.enter_async_context(
                open_live(bus=Bus(valkey.url), rows=rows, heartbeat_seconds=HEARTBEAT_SECONDS)
            )
            for _ in range(2)
        ]
        await ready(one)
        await ready(two)
        yield one, two


async def ready(live: Live, *, is_ready: bool = True) -> None:
    await until(lambda: (live.hub.problem is None) is is_ready)


async def start_jobs(live: Live) -> list[str]:
    """Begin jobs of some repositories, several of each."""
    repositories = [live.rows.add_repository(f"host/a/{number}") for number in range(JOBS // 2)]
    jobs = [live.rows.add_job(repositories[number % len(repositories)].id).job.id for number in range(JOBS)]
    for job_id in jobs:
        await live.tell(live.rows.take(job_id))
    return jobs


async def end(live: Live, jobs: list[str]) -> None:
    for job_id in jobs:
        await live.tell(live.rows.end(job_id, JobState.SUCCEEDED))


class Watchers:
    """Everybody who follows one of the jobs, on every server."""

    def __init__(self, servers: tuple[Live, ...], jobs: list[str]) -> None:
        self._seen: list[list[JobEvent]] = [[] for _ in range(len(servers) * len(jobs))]
        pairs = [(live, job_id) for live in servers for job_id in jobs]
        self._tasks = [
            asyncio.create_task(self._follow(live, job_id, seen))
            for (live, job_id), seen in zip(pairs, self._seen, strict=True)
        ]

    async def all_attached(self) -> None:
        await until(lambda: all(self._seen))

    async def saw_every_end_once(self) -> list[EventKind]:
        """Wait, at most 20 s, until nobody is left behind; gives how each was told."""
        async with asyncio.timeout(20):
            await asyncio.gather(*self._tasks)
        for seen in self._seen:
            assert [event.job.state.terminal for event in seen] == [False] * (len(seen) - 1) + [True]
            assert all(old.revision < new.revision for old, new in pairwise(seen))
        return [seen[-1].kind for seen in self._seen]

    async def _follow(self, live: Live, job_id: str, seen: list[JobEvent]) -> None:
        async for event in live.job(job_id):
            seen.append(event)  # noqa: PERF401  # seen while it goes on


async def test_subscribers_see_every_end_when_their_connections_were_cut(
    valkey: Valkey, servers: tuple[Live, Live]
) -> None:
    jobs = await start_jobs(servers[0])
    watchers = Watchers(servers, jobs)
    await watchers.all_attached()
    assert valkey.kill_subscribers() == 2
    await end(servers[0], jobs)
    await watchers.saw_every_end_once()


async def test_subscribers_see_every_end_over_a_restart_of_the_bus(valkey: Valkey, servers: tuple[Live, Live]) -> None:
    jobs = await start_jobs(servers[0])
    watchers = Watchers(servers, jobs)
    await watchers.all_attached()
    await end(servers[0], jobs[: JOBS // 2])
    await asyncio.to_thread(valkey.stop)
    await asyncio.to_thread(valkey.start)
    await end(servers[0], jobs[JOBS // 2 :])
    await watchers.saw_every_end_once()


async def test_what_ended_during_an_outage_is_seen_at_once_here_and_elsewhere_when_the_bus_is_back(
    valkey: Valkey, servers: tuple[Live, Live]
) -> None:
    one, two = servers
    jobs = await start_jobs(one)
    here, elsewhere = Watchers((one,), jobs), Watchers((two,), jobs)
    await here.all_attached()
    await elsewhere.all_attached()
    await asyncio.to_thread(valkey.stop)
    await ready(one, is_ready=False)
    await ready(two, is_ready=False)
    await end(one, jobs)
    await here.saw_every_end_once()
    await asyncio.sleep(2)
    await asyncio.to_thread(valkey.start)
    assert EventKind.RESYNC in await elsewhere.saw_every_end_once()
    await ready(one)
    await ready(two)


async def test_who_was_away_tells_those_who_were_not_what_they_missed(
    valkey: Valkey, servers: tuple[Live, Live], open_live: OpenLive
) -> None:
    unreachable = Bus("redis://127.0.0.1:1")
    async with open_live(bus=unreachable, rows=servers[0].rows, heartbeat_seconds=HEARTBEAT_SECONDS) as away:
        jobs = await start_jobs(servers[0])
        watchers = Watchers(servers, jobs)
        await watchers.all_attached()
        await end(away, jobs)
        unreachable._url = valkey.url  # noqa: SLF001  # the network between this server and the bus is mended
        assert set(await watchers.saw_every_end_once()) == {EventKind.CHANGE}


async def test_a_hint_that_was_lost_is_not_hidden_by_a_later_one_of_the_same_repository(valkey: Valkey) -> None:
    may_read = asyncio.Event()
    may_read.set()
    stored = {"r": 1}

    class Reads:
        async def revisions(self, ids: None, /) -> dict[str, int]:
            assert ids is None
            await may_read.wait()
            return stored

        async def revision_sums(self) -> dict[str, tuple[int, int]]:
            return {"r": (1, stored["r"])}

        async def revisions_in(self, parts: Collection[str], /) -> dict[str, int]:
            assert set(parts) == {"r"}
            return stored

    writer = Bus(valkey.url)
    hub = LiveHub(Bus(valkey.url), revisions=Reads(), heartbeat_seconds=HEARTBEAT_SECONDS)
    await writer.start()
    await hub.start()
    may_read.clear()
    stored["r"] = 3
    with hub.attach(repository_ids={"r"}, job_ids={"first"}) as mailbox:
        valkey.kill_subscribers()
        await writer.publish(msgspec.json.encode(Hint("r", 2, "first", 2)).decode())
        await asyncio.sleep(0.6)  # the hub listens again, and has not read yet
        await writer.publish(msgspec.json.encode(Hint("r", 3, "second", 1)).decode())
        await asyncio.sleep(0.3)
        may_read.set()
        (slot,) = await mailbox.take(timeout_seconds=20)
        assert slot.lost
    await hub.close()
    await writer.close()


async def test_nothing_waits_for_a_bus_that_answers_no_more(valkey: Valkey, servers: tuple[Live, Live]) -> None:
    one, two = servers
    jobs = await start_jobs(one)
    here, elsewhere = Watchers((one,), jobs), Watchers((two,), jobs)
    await here.all_attached()
    await elsewhere.all_attached()
    with valkey.frozen():
        begun = time.monotonic()
        await end(one, jobs)
        assert time.monotonic() - begun < 5  # each alone would wait 0.5 s, all together 10 s
        await here.saw_every_end_once()
        await ready(two, is_ready=False)
    await elsewhere.saw_every_end_once()
    await ready(one)


async def test_a_server_starts_without_its_bus_and_uses_it_when_it_comes(valkey: Valkey, open_live: OpenLive) -> None:
    valkey.stop()
    async with open_live(bus=Bus(valkey.url), heartbeat_seconds=HEARTBEAT_SECONDS) as live:
        assert live.hub.problem is not None
        assert "Connection refused" in live.hub.problem or "connecting" in live.hub.problem
        repository = live.rows.add_repository()
        with live.hub.attach() as mailbox:
            await live.tell(live.rows.add_job(repository.id))
            assert len(await mailbox.take(timeout_seconds=20)) == 1
        await asyncio.to_thread(valkey.start)
        await ready(live)


async def test_an_outage_is_logged_once_and_so_is_its_end(valkey: Valkey, servers: tuple[Live, Live]) -> None:
    one, _ = servers
    with capture_logs() as log:
        await asyncio.to_thread(valkey.stop)
        await end(one, await start_jobs(one))
        await asyncio.sleep(2)
        await asyncio.to_thread(valkey.start)
        for live in servers:
            await ready(live)
    assert sorted(line["event"] for line in log) == [
        *["the bus is back"] * 2,
        *["the bus is lost; hints stay in this process until it is back"] * 2,
    ]


async def test_a_bus_that_takes_everything_and_gives_nothing_back_is_not_ready(open_live: OpenLive) -> None:
    class DeafBus(Bus):
        async def publish(self, text: str) -> None:
            """Take it to nobody."""

    async with open_live(bus=DeafBus(), heartbeat_seconds=0.1) as live:
        assert live.hub.problem is not None
        await until(lambda: "heartbeats" in (live.hub.problem or ""))
