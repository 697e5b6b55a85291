"""Rows in memory with the ports that `services.follow` reads, for thousands of subscribers at once.

Every read gives way to other tasks, before and after, as a real store does.
"""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from services.errors import Failure
from services.mapping.outline import outline
from services.mapping.snapshot import Snapshot
from services.mapping.views import Outline, OutlineRequest
from services.models import (
    CloneState,
    Job,
    JobChange,
    JobKind,
    JobState,
    MapSighting,
    MapState,
    Page,
    Phase,
    Progress,
    Repository,
    Sighting,
    SnapshotKey,
    SnapshotRecord,
    Status,
)
from services.revisions import PART_LETTERS
from services.snapshots import OpenSnapshot
from services.viewers import Grants
from tests.support.maps import small_map

EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
CLONE_STATES = {
    JobState.QUEUED: CloneState.QUEUED,
    JobState.RUNNING: CloneState.CLONING,
    JobState.SUCCEEDED: CloneState.READY,
    JobState.FAILED: CloneState.FAILED,
    JobState.CANCELLED: CloneState.CANCELLED,
}


@dataclass
class MemoryRows:
    """A writer's side: each method is one committed transaction."""

    stored_repositories: dict[str, Repository] = field(default_factory=dict)
    stored_jobs: dict[str, Job] = field(default_factory=dict)
    now: datetime = EPOCH
    reads: int = 0
    broken: OSError | None = None
    """What every read of one row raises, while it is set."""

    def read(self) -> None:
        """Count a read of one row."""
        self.reads += 1
        if self.broken is not None:
            raise self.broken

    def clock(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now

    def add_repository(self, name: str = "host/owner/name") -> Repository:
        now = self.clock()
        repository = Repository(
            id=f"r{len(self.stored_repositories)}",
            url=f"https://{name}",
            name=name,
            host="host",
            revision=1,
            clone=Status(CloneState.NOT_STARTED),
            map=Status(MapState.NOT_STARTED),
            created_at=now,
            updated_at=now,
            last_accessed_at=now,
        )
        self.stored_repositories[repository.id] = repository
        return repository

    def add_job(self, repository_id: str) -> JobChange:
        now = self.clock()
        job_id = f"j{len(self.stored_jobs)}"
        return self._write(Job(job_id, repository_id, JobKind.CLONE, JobState.QUEUED, 0, 0, now, now))

    def take(self, job_id: str) -> JobChange:
        job = self.stored_jobs[job_id]
        return self._write(replace(job, state=JobState.RUNNING, attempt=job.attempt + 1, progress=None))

    def count(self, job_id: str, current: int, *, phase: Phase = Phase.RECEIVING) -> JobChange:
        return self._write(replace(self.stored_jobs[job_id], progress=Progress(phase, current, 1000)))

    def put_back(self, job_id: str) -> JobChange:
        return self._write(replace(self.stored_jobs[job_id], state=JobState.QUEUED, progress=None))

    def end(self, job_id: str, state: JobState = JobState.SUCCEEDED, *, error: Failure | None = None) -> JobChange:
        return self._write(replace(self.stored_jobs[job_id], state=state, error=error, progress=Progress(Phase.DONE)))

    def hide(self, repository_id: str) -> None:
        """Make a repository private, without a new revision."""
        self.stored_repositories[repository_id] = replace(self.stored_repositories[repository_id], private=True)

    def remove(self, repository_id: str) -> None:
        del self.stored_repositories[repository_id]

    def _write(self, job: Job) -> JobChange:
        now = self.clock()
        job = replace(job, revision=job.revision + 1, updated_at=now)
        repository = self.stored_repositories[job.repository_id]
        clone = Status(CLONE_STATES[job.state], job_id=job.id)
        repository = replace(repository, revision=repository.revision + 1, updated_at=now, clone=clone)
        self.stored_repositories[repository.id] = repository
        self.stored_jobs[job.id] = job
        return JobChange(job, repository)


class MemoryRepositories:
    """The reader's side of repositories."""

    def __init__(self, rows: MemoryRows) -> None:
        self._rows = rows

    async def sights(self, ids: Collection[str], /) -> Mapping[str, Sighting]:
        await asyncio.sleep(0)
        self._rows.read()
        live = [job for job in self._rows.stored_jobs.values() if not job.state.terminal]
        found = {
            row.id: Sighting(row, tuple(job for job in live if job.repository_id == row.id))
            for row in map(self._rows.stored_repositories.get, ids)
            if row is not None
        }
        await asyncio.sleep(0)
        return found

    async def page(
        self,
        *,
        offset: int,
        limit: int,
        states: Collection[CloneState] = (),
        name_contains: str | None = None,
        grants: Grants,
    ) -> Page[Repository]:
        await asyncio.sleep(0)
        rows = [
            row
            for row in self._rows.stored_repositories.values()
            if grants.show(row)
            and (not states or row.clone.state in states)
            and (name_contains or "").lower() in row.name.lower()
        ]
        return Page(tuple(rows[offset : offset + limit]), offset, len(rows))

    async def revisions(self, ids: Collection[str] | None = None, /) -> Mapping[str, int]:
        await asyncio.sleep(0)
        rows = self._rows.stored_repositories.values()
        return {row.id: row.revision for row in rows if ids is None or row.id in ids}

    async def revision_sums(self) -> Mapping[str, tuple[int, int]]:
        sums: dict[str, tuple[int, int]] = {}
        for repository_id, revision in (await self.revisions()).items():
            count, total = sums.get(repository_id[:PART_LETTERS], (0, 0))
            sums[repository_id[:PART_LETTERS]] = (count + 1, total + revision)
        return sums

    async def revisions_in(self, parts: Collection[str], /) -> Mapping[str, int]:
        found = (await self.revisions()).items()
        return {repository_id: revision for repository_id, revision in found if repository_id[:PART_LETTERS] in parts}


class MemoryJobs:
    """The reader's side of jobs."""

    def __init__(self, rows: MemoryRows) -> None:
        self._rows = rows

    async def get(self, job_id: str, /) -> Job | None:
        await asyncio.sleep(0)
        self._rows.read()
        row = self._rows.stored_jobs.get(job_id)
        await asyncio.sleep(0)
        return row


class MemoryMaps:
    """The reader's side of maps: complete ones by repository, drafts by attempt, each named by its one function."""

    def __init__(self, rows: MemoryRows) -> None:
        self._rows = rows
        self.complete: dict[str, str] = {}
        self.drafts: dict[str, str] = {}
        self.rendered = 0

    async def sight(self, repository_id: str, ref: str | None, /) -> MapSighting | None:
        del ref
        await asyncio.sleep(0)
        self._rows.read()
        repository = self._rows.stored_repositories.get(repository_id)
        if repository is None:
            return None
        jobs = [job for job in self._rows.stored_jobs.values() if job.repository_id == repository_id]
        name = self.complete.get(repository_id)
        record = SnapshotRecord(SnapshotKey(repository_id, name, "e"), None, EPOCH, 0) if name else None
        return MapSighting(repository, jobs[-1] if jobs else None, record)

    async def open(self, record: SnapshotRecord, /) -> OpenSnapshot | None:
        await asyncio.sleep(0)
        return OpenSnapshot(record, small_map(record.key.commit))

    async def draft(self, job: Job, /) -> OpenSnapshot | None:
        await asyncio.sleep(0)
        name = self.drafts.get(job.attempt_key)
        record = SnapshotRecord(SnapshotKey(job.repository_id, "", "draft"), None, EPOCH, 0)
        return OpenSnapshot(record, small_map(name)) if name else None

    async def render(self, snapshot: Snapshot, request: OutlineRequest, /) -> Outline:
        await asyncio.sleep(0)
        self.rendered += 1
        return outline(snapshot, request)
