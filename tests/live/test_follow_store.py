"""The same on the real store: what a transaction wrote is what its followers are told."""

import asyncio
import random
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.bus import Bus
from services.errors import GraticuleError
from services.events import EventKind, JobEvent, RepositoryEvent
from services.follow import Follower
from services.hub import LiveHub
from services.maps import Maps
from services.models import Accepted, CloneState, JobChange, JobKind, JobState, Phase, Progress
from services.snapshots import SnapshotShelf
from services.store import database as database_module
from services.store.artifacts import ArtifactStore
from services.store.database import Database
from services.store.jobs import JobStore
from services.store.map_sights import MapSights
from services.store.repositories import RepositoryStore
from services.store.requests import WorkRequest
from services.subscriber import Delivery
from services.topics import JobTopic, RepositoryTopic
from services.viewers import LOCAL
from tests.live.test_fuzz import FaultyBus
from tests.support.patience import until

pytestmark = pytest.mark.anyio

COMMIT = "c" * 40
FAST = Delivery(max_rate_hz=1000)


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Stored:
    """A store, and the hub and follower on it."""

    database: Database
    repositories: RepositoryStore
    jobs: JobStore
    hub: LiveHub
    follower: Follower

    async def ask(self, name: str, kind: JobKind = JobKind.CLONE) -> Accepted:
        request = WorkRequest(remote_url=f"https://{name}", remote_name=name, host="h", kind=kind, ref=None)
        accepted = await self.jobs.request(request)
        await self.hub.announce(JobChange(accepted.job, accepted.repository))
        return accepted

    async def run(self, job_id: str) -> JobChange:
        """Take a job through its phases to its end."""
        change = await self.tell(await self.jobs.take(job_id, owner="worker"))
        attempt = change.job.attempt
        for phase in (Phase.RECEIVING, Phase.LISTING, Phase.PARSING):
            for current in (1, 50, 100):
                progress = Progress(phase, current, 100)
                await self.tell(await self.jobs.progress(job_id, attempt=attempt, progress=progress))
        return await self.tell(await self.jobs.succeed(job_id, attempt=attempt, commit=COMMIT))

    async def tell(self, change: JobChange | None) -> JobChange:
        assert change is not None
        await self.hub.announce(change)
        return change


async def open_stored(stack: AsyncExitStack, folder: Path, bus: Bus, reread_seconds: float) -> Stored:
    database = await Database.open(f"sqlite+aiosqlite:///{folder / 'rows.sqlite3'}")
    stack.push_async_callback(database.close)
    repositories, jobs = RepositoryStore(database, now), JobStore(database, now, lease_seconds=60, tries=3)
    hub = LiveHub(bus, revisions=repositories, resync_seconds=reread_seconds)
    await hub.start()
    stack.push_async_callback(hub.close)
    artifacts = ArtifactStore(folder / "maps")
    maps = Maps(MapSights(database), artifacts, SnapshotShelf(artifacts))
    follower = Follower(repositories, jobs, maps, hub, now, reread_seconds=reread_seconds)
    return Stored(database, repositories, jobs, hub, follower)


@pytest.fixture
async def stored(tmp_path: Path) -> AsyncIterator[Stored]:
    async with AsyncExitStack() as stack:
        yield await open_stored(stack, tmp_path, Bus(), 60.0)


async def read_job(stored: Stored, job_id: str) -> list[JobEvent]:
    job = await stored.jobs.get(job_id)
    assert job is not None
    return [event async for event in stored.follower.follow(JobTopic(job.id, job.repository_id), FAST)]


async def read_repository(stored: Stored, repository_id: str) -> list[RepositoryEvent]:
    events = stored.follower.follow(
        RepositoryTopic(repository_id, LOCAL.grants), Delivery(max_rate_hz=1000, follow=False)
    )
    return [event async for event in events]


def check(revisions: list[int], last: int) -> None:
    assert revisions == sorted(set(revisions))
    assert revisions[-1] == last


async def test_job_and_repository_are_followed_to_their_last_row(stored: Stored) -> None:
    accepted = await stored.ask("h/o/n")
    job, repository = (
        asyncio.create_task(read_job(stored, accepted.job.id)),
        asyncio.create_task(read_repository(stored, accepted.repository.id)),
    )
    await until(lambda: stored.hub.attached == 2)
    change = await stored.run(accepted.job.id)
    check([event.revision for event in await job], change.job.revision)
    check([event.revision for event in await repository], change.repository.revision)
    assert [event.job.state.terminal for event in await job].count(True) == 1
    assert (await repository)[-1].repository.clone.state is CloneState.READY


async def test_a_removal_ends_those_who_follow_the_repository_and_its_job(stored: Stored) -> None:
    first = await stored.ask("h/o/n")
    await stored.run(first.job.id)
    removal = (await stored.ask("h/o/n", JobKind.REMOVE)).job
    following = asyncio.create_task(anext_deleted(stored, first.repository.id))
    job = asyncio.create_task(read_job(stored, removal.id))
    await until(lambda: stored.hub.attached == 2)
    change = await stored.tell(await stored.jobs.take(removal.id, owner="worker"))
    done = await stored.jobs.finish_removal(removal.id, attempt=change.job.attempt)
    assert done is not None
    await stored.hub.announce(done, deleted=True)
    async with asyncio.timeout(20):
        assert (await job)[-1].job.state is JobState.SUCCEEDED
        assert await following == first.repository.id
    assert stored.hub.attached == 0


async def anext_deleted(stored: Stored, repository_id: str) -> str:
    async for event in stored.follower.follow(RepositoryTopic(repository_id, LOCAL.grants), FAST):
        last = event
    assert last.kind is EventKind.DELETED
    return last.repository.id


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Keep everybody else out of a database, as a backup or a repair does."""
    with closing(sqlite3.connect(file, isolation_level=None, timeout=20)) as connection:
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        yield


async def test_a_database_that_is_locked_for_a_moment_ends_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "BUSY_SECONDS", 0)
    async with AsyncExitStack() as stack:
        stored = await open_stored(stack, tmp_path, Bus(), 60.0)
        accepted = await stored.ask("h/o/n")
        events = stored.follower.follow(JobTopic(accepted.job.id, accepted.repository.id), FAST)
        assert (await anext(events)).revision == accepted.job.revision
        change = await stored.jobs.take(accepted.job.id, owner="worker")
        await stored.database.engine.dispose()  # whoever reads has to open the file anew
        with locked(tmp_path / "rows.sqlite3"):
            await stored.tell(change)
            with pytest.raises(GraticuleError, match="busy"):
                await stored.jobs.get(accepted.job.id)
            told = asyncio.create_task(anext(events))
            await asyncio.sleep(0.3)
            assert not told.done()
        async with asyncio.timeout(20):
            event = await told
        assert (event.kind, event.job.state, event.gap) == (EventKind.CHANGE, JobState.RUNNING, False)
        await events.aclose()


async def test_nobody_is_stuck_on_the_store_when_hints_are_lost(tmp_path: Path) -> None:
    rng = random.Random(20240101)  # noqa: S311  a fixed seed: the same faults in every run
    async with AsyncExitStack() as stack, asyncio.timeout(20):
        stored = await open_stored(stack, tmp_path, FaultyBus(rng), 0.3)
        asked = [await stored.ask(f"h/o/{number}") for number in range(6)]
        async with asyncio.TaskGroup() as group:
            jobs = [group.create_task(read_job(stored, asked[number % 6].job.id)) for number in range(48)]
            repositories = [
                group.create_task(read_repository(stored, asked[number % 6].repository.id)) for number in range(24)
            ]
            changes = [group.create_task(stored.run(accepted.job.id)) for accepted in asked]
        ends = [task.result() for task in changes]
        for number, job in enumerate(jobs):
            check([event.revision for event in job.result()], ends[number % 6].job.revision)
            assert sum(event.job.state.terminal for event in job.result()) == 1
        for number, repository in enumerate(repositories):
            check([event.revision for event in repository.result()], ends[number % 6].repository.revision)
        assert stored.hub.attached == 0
