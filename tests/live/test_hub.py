"""The hub brings a change to every mailbox, and finds what no hint told."""

import asyncio

import pytest

from services.bus import Bus, BusError
from services.events import Hint
from services.hub import LiveHub
from services.models import Phase, Progress
from tests.live.conftest import Live, OpenLive
from tests.support.patience import settled

pytestmark = pytest.mark.anyio


class DeafBus(Bus):
    """Loses everything."""

    async def publish(self, text: str) -> None:
        """Take it to nobody."""


class BrokenBus(Bus):
    """Cannot be reached."""

    async def publish(self, text: str) -> None:
        raise BusError(f"no connection for {len(text)} bytes")


async def test_an_announced_change_reaches_those_who_follow_it_and_no_others(live: Live) -> None:
    first, second = live.rows.add_repository("host/a/a"), live.rows.add_repository("host/b/b")
    with live.hub.attach(repository_ids={first.id}) as mine, live.hub.attach(repository_ids={second.id}) as other:
        change = await live.tell(live.rows.add_job(first.id))
        (slot,) = await mine.take(timeout_seconds=20)
        assert (slot.hint.job_id, slot.hint.repository_revision) == (change.job.id, 2)
        assert await other.take(timeout_seconds=0) == ()


async def test_a_bus_that_cannot_be_reached_is_no_reason_to_fail_or_to_lose(open_live: OpenLive) -> None:
    async with open_live(bus=BrokenBus()) as live:
        repository = live.rows.add_repository()
        with live.hub.attach() as mailbox:
            await live.tell(live.rows.add_job(repository.id))
            assert len(await mailbox.take(timeout_seconds=20)) == 1


async def test_a_change_that_no_hint_told_is_found_by_reading_the_revisions(open_live: OpenLive) -> None:
    async with open_live(bus=DeafBus(), resync_seconds=0.05) as live:
        repository = live.rows.add_repository()
        with live.hub.attach() as mailbox:
            await live.tell(live.rows.add_job(repository.id))
            (slot,) = await mailbox.take(timeout_seconds=20)
            assert (slot.lost, slot.hint.repository_revision) == (True, 2)
            assert await mailbox.take(timeout_seconds=0.2) == (), "what was found once is not found again"


async def test_a_removal_that_no_hint_told_is_found_too(open_live: OpenLive) -> None:
    async with open_live(bus=DeafBus(), resync_seconds=0.05) as live:
        repository = live.rows.add_repository()
        with live.hub.attach(repository_ids={repository.id}) as mailbox:
            assert (await mailbox.take(timeout_seconds=20))[0].lost
            live.rows.remove(repository.id)
            assert (await mailbox.take(timeout_seconds=20))[0].lost


async def test_a_store_that_fails_for_a_while_costs_a_round_and_not_the_hub(live: Live, open_live: OpenLive) -> None:
    del live
    async with open_live(bus=DeafBus(), resync_seconds=0.05) as shaken:
        repository = shaken.rows.add_repository()
        stored, shaken.rows.stored_repositories = shaken.rows.stored_repositories, None  # type: ignore[assignment]  # breaks every read
        with shaken.hub.attach() as mailbox:
            assert await mailbox.take(timeout_seconds=0.2) == ()
            shaken.rows.stored_repositories = stored
            (slot,) = await mailbox.take(timeout_seconds=20)
            assert slot.hint.repository_id == repository.id


async def test_words_of_git_that_are_no_text_do_not_stop_a_hint(live: Live) -> None:
    repository = live.rows.add_repository()
    progress = Progress(Phase.RECEIVING, message="remote: \udcff")
    with live.hub.attach() as mailbox:
        await live.hub.publish(Hint(repository.id, 1, job_id="j", progress=progress))
        assert (await mailbox.take(timeout_seconds=20))[0].hint.progress == progress


async def test_a_message_that_is_no_hint_is_passed_over(open_live: OpenLive) -> None:
    bus = Bus()
    async with open_live(bus=bus) as live:
        repository = live.rows.add_repository()
        with live.hub.attach() as mailbox:
            await bus.publish('{"repository_id": 7}')
            await bus.publish("no json")
            await live.tell(live.rows.add_job(repository.id))
            assert len(await mailbox.take(timeout_seconds=20)) == 1


async def test_closing_ends_every_mailbox_and_those_that_come_late(open_live: OpenLive) -> None:
    before = asyncio.all_tasks()
    async with open_live() as live:
        with live.hub.attach() as mailbox:
            waiting = asyncio.create_task(mailbox.take(timeout_seconds=60))
            await settled()
            await live.hub.close()
            assert await waiting == ()
        with live.hub.attach() as late:
            assert late.closed
    assert asyncio.all_tasks() == before


async def test_a_process_that_nobody_follows_reads_no_revisions_and_hears_hints() -> None:
    hub = LiveHub(Bus(), revisions=None, resync_seconds=0.01)
    await hub.start()
    with hub.attach(repository_ids={"r"}) as mailbox:
        await hub.publish(Hint("r", 2))
        (slot,) = await mailbox.take(timeout_seconds=20)
    assert (slot.hint, slot.lost) == (Hint("r", 2), False)
    await hub.close()
