"""Who gets a slot: the last one is a person's, and with a single one they come next."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from services.bus import Bus
from services.hub import LiveHub
from services.jobs.kinds import Kinds
from services.jobs.observer import Observer
from services.jobs.pipeline import Report
from services.jobs.queue import JobQueue
from services.jobs.reconcile import deliver_due
from services.jobs.worker import JobWorker, Lease
from services.mapping.drafting import Sketch
from services.metrics import Metrics
from services.models import Job, JobChange, Lane
from services.store.artifacts import ArtifactStore
from services.store.database import Database
from tests.support.patience import until
from tests.support.stores import FakeClock, Store, store_on

pytestmark = pytest.mark.anyio


class Held(Kinds):
    """Work that lasts until it is let go, and removes nothing."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.going: dict[str, asyncio.Event] = {}
        self.hindered: str | None = None

    async def run(self, change: JobChange, *, report: Report, sketch: Sketch) -> None:
        del report, sketch
        self.begun.append(change.job.id)
        self.going[change.job.id] = asyncio.Event()
        await self.going[change.job.id].wait()

    async def obstacle(self) -> str | None:
        """Say what the test says."""
        return self.hindered

    async def settle(self) -> None:
        """Evict nothing."""


@dataclass
class Bench:
    """A worker on real rows and a real queue, with work that a test lets go."""

    store: Store
    hub: LiveHub
    queue: JobQueue
    worker: JobWorker
    kinds: Held
    asked: list[Job] = field(default_factory=list)

    async def ask(self, name: str, *, lane: Lane = Lane.INTERACTIVE) -> Job:
        """Ask as the services do."""
        accepted = await self.store.ask(f"{name}/o/n", lane=lane)
        await self.queue.add(accepted.job)
        return accepted.job

    async def begins(self, count: int) -> list[str]:
        """Wait until so many jobs have begun, and give all that have."""
        await until(lambda: len(self.kinds.begun) >= count)
        await asyncio.sleep(0.3)  # for one more, which must not begin
        return self.kinds.begun

    async def ended(self, job: Job) -> None:
        """Look at the row until it has ended: no hint is waited for."""
        while not (await self.store.jobs.get_many([job.id]))[job.id].state.terminal:  # noqa: ASYNC110  # as it says
            await asyncio.sleep(0.05)

    def let_go(self, job_id: str) -> None:
        self.kinds.going[job_id].set()


@asynccontextmanager
async def bench(folder: Path, *, slots: int) -> AsyncIterator[Bench]:
    database = await Database.open(f"sqlite+aiosqlite:///{folder / 'rows.sqlite3'}")
    store = store_on(database, FakeClock())
    hub = LiveHub(Bus(), revisions=store.repositories)
    await hub.start()
    kinds = Held()
    async with JobQueue.open("memory://") as queue:
        worker = JobWorker(
            kinds=kinds,
            jobs=store.jobs,
            hub=hub,
            artifacts=ArtifactStore(folder / "maps"),
            queue=queue,
            lease=Lease("me", 20.0),
            slots=slots,
            observer=Observer(Metrics()),
        )
        async with queue.work(worker.work, concurrency=slots):
            try:
                yield Bench(store, hub, queue, worker, kinds)
            finally:
                await worker.close()
    await hub.close()
    await database.close()


async def test_a_worker_that_could_do_nothing_leaves_the_jobs_to_others(tmp_path: Path) -> None:
    async with bench(tmp_path, slots=1) as at:
        at.kinds.hindered = "git was not found on this machine."
        waits = await at.ask("h")
        await asyncio.sleep(0.5)
        assert at.kinds.begun == []
        at.kinds.hindered = None
        await deliver_due(jobs=at.store.jobs, queue=at.queue)
        assert await at.begins(1) == [waits.id]
        at.let_go(waits.id)


async def test_twenty_refreshes_that_take_their_time_leave_a_slot_to_a_person(tmp_path: Path) -> None:
    async with bench(tmp_path, slots=3) as at:
        for number in range(20):
            await at.ask(f"h{number}", lane=Lane.BACKGROUND)
        assert len(await at.begins(2)) == 2
        job = await at.ask("mine")
        assert (await at.begins(3))[2:] == [job.id]


async def test_a_slot_goes_on_with_what_was_held_back_when_there_is_room_again(tmp_path: Path) -> None:
    async with bench(tmp_path, slots=2) as at:
        jobs = [await at.ask(f"h{number}", lane=Lane.BACKGROUND) for number in range(4)]
        for count in range(1, 5):
            assert (await at.begins(count)) == [job.id for job in jobs[:count]]
            at.let_go(jobs[count - 1].id)


async def test_with_a_single_slot_a_person_comes_next(tmp_path: Path) -> None:
    async with bench(tmp_path, slots=1) as at:
        first, _ = [await at.ask(f"h{number}", lane=Lane.BACKGROUND) for number in range(2)]
        await at.begins(1)
        job = await at.ask("mine")
        at.let_go(first.id)
        assert (await at.begins(2)) == [first.id, job.id]


async def test_a_refresh_in_the_background_that_a_person_asks_for_begins_at_once(tmp_path: Path) -> None:
    async with bench(tmp_path, slots=2) as at:
        jobs = [await at.ask(f"h{number}", lane=Lane.BACKGROUND) for number in range(5)]
        await at.begins(1)
        await at.ask("h4")
        assert (await at.begins(2)) == [jobs[0].id, jobs[4].id]


async def test_what_an_emptied_queue_has_lost_begins_when_somebody_looks(tmp_path: Path) -> None:
    async with bench(tmp_path, slots=4) as at:
        for number in range(6):
            await at.store.ask(f"h{number}/o/n")
        assert await deliver_due(jobs=at.store.jobs, queue=at.queue) == 6
        assert len(await at.begins(4)) == 4
        for job_id in list(at.kinds.going):
            at.let_go(job_id)
        assert len(await at.begins(6)) == 6


async def test_a_cancel_reaches_an_attempt_by_its_hint_alone(tmp_path: Path) -> None:
    async with bench(tmp_path, slots=1) as at:
        job = await at.ask("mine")
        await at.begins(1)
        change = await at.store.jobs.cancel(job.id)
        assert change is not None
        async with asyncio.timeout(2.5):  # a heartbeat takes 3 s
            await at.hub.announce(change)
            await at.ended(job)


async def test_a_cancel_of_which_no_hint_arrives_is_seen_by_the_next_heartbeat(tmp_path: Path) -> None:
    async with bench(tmp_path, slots=1) as at:
        job = await at.ask("mine")
        await at.begins(1)
        await at.store.jobs.cancel(job.id)
        async with asyncio.timeout(10):
            await at.ended(job)
