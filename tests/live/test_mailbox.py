"""One slot per entity, the latest wins."""

import asyncio

import pytest

from services.events import Hint
from services.mailbox import Mailbox, Slot
from tests.support.patience import settled

pytestmark = pytest.mark.anyio


def hint(repository_id: str, revision: int, *, sequence: int = 0, epoch: int = 0) -> Hint:
    return Hint(repository_id, revision, job_id="j", job_revision=revision, progress_seq=sequence, epoch=epoch)


async def test_of_many_hints_about_one_repository_the_latest_is_kept() -> None:
    mailbox = Mailbox()
    for revision, sequence in ((3, 1), (5, 2), (5, 9), (5, 4), (4, 20)):
        mailbox.put(Slot(hint("r", revision, sequence=sequence)))
    assert await mailbox.take(timeout_seconds=0) == (Slot(hint("r", 5, sequence=9)),)


async def test_a_busy_repository_does_not_push_out_a_quiet_one() -> None:
    mailbox = Mailbox()
    mailbox.put(Slot(hint("quiet", 1)))
    for revision in range(1000):
        mailbox.put(Slot(hint("busy", revision)))
    assert {slot.hint.repository_id for slot in await mailbox.take(timeout_seconds=0)} == {"quiet", "busy"}


async def test_a_new_attempt_outranks_the_counters_of_the_one_before() -> None:
    mailbox = Mailbox()
    mailbox.put(Slot(hint("r", 5, epoch=2, sequence=1)))
    mailbox.put(Slot(hint("r", 5, epoch=1, sequence=900)))
    assert (await mailbox.take(timeout_seconds=0))[0].hint.epoch == 2


async def test_a_loss_and_a_removal_are_not_merged_away() -> None:
    mailbox = Mailbox()
    mailbox.put(Slot(Hint("r", 5, deleted=True), lost=True))
    mailbox.put(Slot(hint("r", 6)))
    (slot,) = await mailbox.take(timeout_seconds=0)
    assert (slot.lost, slot.hint.deleted, slot.hint.repository_revision) == (True, True, 6)


async def test_a_mailbox_for_one_job_holds_nothing_about_the_others() -> None:
    mailbox = Mailbox(job_ids={"mine"})
    mailbox.put(Slot(hint("r", 5)))
    assert await mailbox.take(timeout_seconds=0.01) == ()


async def test_a_hint_about_a_whole_repository_reaches_each_of_its_jobs() -> None:
    mailbox = Mailbox(job_ids={"mine"})
    mailbox.put(Slot(Hint("r", 5), lost=True))
    assert await mailbox.take(timeout_seconds=0) == (Slot(Hint("r", 5), lost=True),)


async def test_what_was_taken_is_not_given_again() -> None:
    mailbox = Mailbox()
    mailbox.put(Slot(hint("r", 5)))
    await mailbox.take(timeout_seconds=0)
    assert await mailbox.take(timeout_seconds=0.01) == ()


async def test_closing_wakes_whoever_waits_or_pauses() -> None:
    mailbox = Mailbox()
    waiting = asyncio.gather(mailbox.take(timeout_seconds=60), mailbox.pause(60))
    await settled()
    mailbox.close()
    async with asyncio.timeout(20):
        await waiting
    assert mailbox.closed
