"""What the duty of the schedule does with what is due: it asks, wakes a slot and tells; and it minds the policy."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from services.acquire.remotes import RemotePolicy
from services.bus import Bus
from services.hub import LiveHub
from services.jobs.queue import JobQueue
from services.jobs.schedule import ask_for_due
from services.models import JobKind, JobState, Lane, RepositoryChanges
from services.store.database import Database
from services.store.requests import UNLIMITED
from services.store.schedule import ScheduleStore
from tests.support.running import local_settings
from tests.support.stores import FakeClock, Store, store_on

pytestmark = pytest.mark.anyio
NAME = "127.0.0.1:8443/o/n"


@dataclass(frozen=True, slots=True)
class Bench:
    """A repository that is followed, and is due; `woken` is set when a slot was woken."""

    store: Store
    hub: LiveHub
    queue: JobQueue
    woken: asyncio.Event
    policy: RemotePolicy

    async def ask(self, policy: RemotePolicy) -> int:
        schedule = ScheduleStore(self.store.database, self.store.clock, UNLIMITED)
        return await ask_for_due(schedule=schedule, policy=policy, queue=self.queue, hub=self.hub)


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'rows.sqlite3'}")
    store = store_on(database, FakeClock())
    hub = LiveHub(Bus(), revisions=store.repositories)
    await hub.start()
    repository = (await store.mapped(NAME)).repository
    await store.repositories.change(repository.id, RepositoryChanges(refresh_minutes=10))
    store.clock.tick(600)
    woken = asyncio.Event()

    async def work() -> None:
        woken.set()

    async with JobQueue.open("memory://") as queue, queue.work(work, concurrency=1):
        yield Bench(store, hub, queue, woken, RemotePolicy.from_settings(local_settings(tmp_path)))
    await hub.close()
    await database.close()


async def test_what_is_due_is_asked_for_told_and_wakes_a_slot(bench: Bench) -> None:
    with bench.hub.attach() as mailbox:
        assert await bench.ask(bench.policy) == 1
        (slot,) = await mailbox.take(timeout_seconds=20)
    async with asyncio.timeout(20):
        await bench.woken.wait()
    (job,) = (await bench.store.jobs.page(states=[JobState.QUEUED])).items
    assert (slot.hint.job_id, job.kind, job.lane) == (job.id, JobKind.REFRESH, Lane.BACKGROUND)
    assert await bench.ask(bench.policy) == 0


async def test_what_the_policy_does_not_allow_any_more_is_put_off(bench: Bench, tmp_path: Path) -> None:
    closed = RemotePolicy.from_settings(local_settings(tmp_path, allow_hosts="example.org"))
    assert await bench.ask(closed) == 0
    found = await bench.store.repositories.by_name(NAME)
    assert found is not None
    assert (found.refresh_failures, (await bench.store.jobs.page(states=[JobState.QUEUED])).total) == (1, 0)
