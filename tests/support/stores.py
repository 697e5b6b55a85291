"""The stores on one database with a clock that moves by hand, and short ways through a job's life."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.models import Accepted, JobChange, JobKind, Lane, Phase, Progress, SnapshotKey, SnapshotRecord
from services.store.batches import BatchStore
from services.store.database import Database
from services.store.jobs import JobStore
from services.store.map_evictions import MapEvictions
from services.store.places import PlaceStore
from services.store.repositories import RepositoryStore
from services.store.requests import UNLIMITED, LiveLimits, WorkRequest
from services.store.snapshots import SnapshotStore

COMMIT = "c" * 40


class FakeClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2030, 1, 1, tzinfo=UTC)
        self.passed_seconds = 0.0

    def __call__(self) -> datetime:
        return self.now

    def tick(self, seconds: float = 1.0) -> None:
        self.passed_seconds += seconds
        self.set_by(seconds)

    def set_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def monotonic(self) -> float:
        return self.passed_seconds


@dataclass(frozen=True)
class Store:
    """The stores on one database, and the shortest way through a job's life."""

    database: Database
    clock: FakeClock
    jobs: JobStore
    repositories: RepositoryStore
    snapshots: SnapshotStore
    batches: BatchStore
    places: PlaceStore
    evictions: MapEvictions

    async def ask(
        self,
        name: str = "h/o/n",
        *,
        kind: JobKind = JobKind.CLONE,
        ref: str | None = None,
        client: str | None = None,
        private: bool = False,
        lane: Lane = Lane.INTERACTIVE,
    ) -> Accepted:
        host = name.split("/", 1)[0]
        return await self.jobs.request(
            WorkRequest(
                remote_url=f"https://{name}",
                remote_name=name,
                host=host,
                kind=kind,
                ref=ref,
                client=client,
                private=private,
                lane=lane,
            )
        )

    async def take(self, job_id: str) -> JobChange:
        change = await self.jobs.take(job_id, owner="worker")
        assert change is not None
        return change

    async def report(self, change: JobChange, *phases: Phase) -> JobChange:
        for phase in phases:
            reported = await self.jobs.progress(change.job.id, attempt=change.job.attempt, progress=Progress(phase))
            assert reported is not None
            change = reported
        return change

    async def finish(self, change: JobChange, *, commit: str = COMMIT, engine: str = "e1") -> JobChange:
        key = SnapshotKey(change.repository.id, commit, engine)
        done = await self.jobs.succeed(
            change.job.id,
            attempt=change.job.attempt,
            commit=commit,
            ref=change.job.ref,
            default_branch="main",
            remote_head=commit if change.job.ref is None else None,
            size_bytes=7,
            snapshot=SnapshotRecord(key, change.job.ref, self.clock(), 5),
        )
        assert done is not None
        return done

    async def outlast(self, seconds: float = 20.0) -> list[JobChange]:
        """Let time pass for whoever looks every 5 s for workers that fell silent; give what was taken back."""
        changes = await self.jobs.reclaim()
        while seconds > 0:
            self.clock.tick(min(seconds, 5.0))
            seconds -= 5.0
            changes += await self.jobs.reclaim()
        return changes

    async def mapped(
        self, name: str = "h/o/n", *, ref: str | None = None, commit: str = COMMIT, engine: str = "e1"
    ) -> JobChange:
        accepted = await self.ask(name, kind=JobKind.MAP, ref=ref)
        taken = await self.take(accepted.job.id)
        return await self.finish(await self.report(taken, Phase.RESOLVING, Phase.PARSING), commit=commit, engine=engine)


def store_on(database: Database, clock: FakeClock, limits: LiveLimits = UNLIMITED, *, kept: int = 0) -> Store:
    return Store(
        database,
        clock,
        JobStore(
            database,
            clock,
            lease_seconds=20,
            tries=3,
            limits=limits,
            random=lambda: 1.0,
            kept=kept,
            monotonic=clock.monotonic,
        ),
        RepositoryStore(database, clock),
        SnapshotStore(database),
        BatchStore(database),
        PlaceStore(database, clock),
        MapEvictions(database, clock),
    )


@asynccontextmanager
async def open_store(
    url: str, clock: FakeClock, limits: LiveLimits = UNLIMITED, *, kept: int = 0
) -> AsyncIterator[Store]:
    database = await Database.open(url)
    try:
        yield store_on(database, clock, limits, kept=kept)
    finally:
        await database.close()
