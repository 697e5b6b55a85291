"""What each kind of job does; all but REMOVE end in a snapshot of one commit."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from services.acquire.remotes import Remote
from services.errors import GraticuleError, NotFoundError
from services.jobs.map_quota import MapQuota
from services.jobs.pipeline import Mapped, Report, Target, Workshop, make_map
from services.jobs.place import Place
from services.jobs.rooms import GUESS_BYTES
from services.mapping.columns import CorruptSnapshotError
from services.mapping.drafting import Sketch
from services.mapping.languages import engine_version
from services.models import Job, JobChange, JobKind, JobState, Phase, Progress, Repository, SnapshotKey, SnapshotRecord
from services.snapshots import SnapshotShelf
from services.store.artifacts import ArtifactStore
from services.store.database import Clock
from services.store.faults import is_full
from services.store.jobs import JobStore
from services.store.outdated import rebuilder
from services.store.snapshots import SnapshotStore

ALONE_SECONDS = 15.0
ALONE_POLL_SECONDS = 0.05

logger = structlog.stdlib.get_logger()


@dataclass(frozen=True, slots=True)
class Made:
    """What a job has made: the commit that is served now, and its map."""

    commit: str
    default_branch: str | None
    remote_head: str | None
    size_bytes: int | None
    snapshot: SnapshotRecord


@dataclass(frozen=True, slots=True)
class Depot:
    """Where maps are kept: their rows, their bytes, and the ones that are open."""

    snapshots: SnapshotStore
    artifacts: ArtifactStore
    shelf: SnapshotShelf
    quota: MapQuota

    async def holds(self, key: SnapshotKey) -> bool:
        """Whether a map is known and its bytes can be read; what was lost or damaged is made again."""
        if await self.snapshots.get(key) is None:
            return False
        try:
            await self.shelf.open(key)
        except (NotFoundError, CorruptSnapshotError):
            return False
        return True


class Kinds:
    """Does a job's work, whichever kind it is of; knows nothing of attempts and states."""

    def __init__(self, *, workshop: Workshop, place: Place, jobs: JobStore, depot: Depot, clock: Clock) -> None:
        self._workshop = workshop
        self._place = place
        self._jobs = jobs
        self._depot = depot
        self._clock = clock

    async def run(self, change: JobChange, *, report: Report, sketch: Sketch) -> Made | None:
        """Do it, and give what was made; None for REMOVE. `sketch` gets drafts of the first map of a ref."""
        job, repository = change.job, change.repository
        if job.kind is JobKind.REMOVE:
            await self._remove(job, repository)
            return None
        try:
            return await self._map(
                Remote.parse(repository.url, policy=self._workshop.acquirer.policy), change, report, sketch
            )
        except (GraticuleError, OSError) as error:
            if is_full(error):
                await self._make_way(repository)
            raise

    async def obstacle(self) -> str | None:
        """Say why nothing can be done here now, in a line; None when it can. 0.1 ms."""
        return await asyncio.to_thread(self._workshop.acquirer.clones.problem)

    async def settle(self) -> None:
        """Evict clones above the high watermark, once a job has ended; what fails now is done by the next sweep."""
        try:
            await self._place.settle()
        except (GraticuleError, OSError) as error:
            logger.warning("clones could not be evicted", error=str(error))

    async def _map(self, remote: Remote, change: JobChange, report: Report, sketch: Sketch) -> Made:
        """Make a map of what the ref leads to now. A clone that is here is only fetched into when it moved."""
        job, repository = change.job, change.repository
        known = await self._depot.snapshots.latest(repository.id, job.ref)
        is_shown = known is not None and await self._depot.holds(known.key)
        stays = known is not None and job.client == rebuilder(engine_version())
        async with self._place.room(repository, job.kind) as room:
            mapped = await make_map(
                Target(remote, job.ref, job.attempt_key, stay_at=known.key.commit if known and stays else None),
                workshop=self._workshop,
                report=report,
                have=self._have(repository),
                sketch=None if is_shown else sketch,
                room=room,
            )
        report(Progress(Phase.SAVING))
        clone = mapped.clone
        head = clone.commit if job.ref is None and not stays else None
        return Made(clone.commit, clone.default_branch, head, clone.size_bytes, await self._save(mapped, change))

    async def _make_way(self, repository: Repository) -> None:
        """Give a full disk back what can be made again: tags, maps that no ref leads to, clones that nobody used."""
        await asyncio.to_thread(self._workshop.tags.give_way)
        try:
            await self._depot.quota.evict_superseded(repository.size_bytes or GUESS_BYTES)
            await self._place.relieve(repository)
        except (GraticuleError, OSError) as error:
            logger.warning("no room could be made on the full disk", error=str(error))

    def _have(self, repository: Repository) -> Callable[[str], Awaitable[bool]]:
        async def have(commit: str) -> bool:
            return await self._depot.holds(_key(repository, commit))

        return have

    async def _save(self, mapped: Mapped, change: JobChange) -> SnapshotRecord:
        """Store the bytes first; the row that makes them visible is the job's last write."""
        key = _key(change.repository, mapped.clone.commit)
        if mapped.artifact is not None:
            await self._depot.artifacts.put(key, mapped.artifact)
            return SnapshotRecord(key, change.job.ref, self._clock(), len(mapped.artifact))
        record = await self._depot.snapshots.get(key)
        if record is None:
            raise NotFoundError("The snapshot was removed while it was being asked for.")
        return record

    async def _remove(self, job: Job, repository: Repository) -> None:
        """Delete what is on disk, once the repository's other jobs have let go of it."""
        await self._until_alone(job)
        await self._workshop.acquirer.clones.remove(repository.name)
        await self._depot.artifacts.delete_repository(repository.id)
        self._depot.shelf.forget(repository.id)

    async def _until_alone(self, job: Job) -> None:
        """Wait for the other jobs to end; their rows say so, whichever process runs them."""
        async with asyncio.timeout(ALONE_SECONDS):
            while await self._company(job):  # noqa: ASYNC110  the others may run in another process
                await asyncio.sleep(ALONE_POLL_SECONDS)

    async def _company(self, job: Job) -> bool:
        """Whether another job runs: none begins while this one lives, and what waited has ended or came later."""
        live = await self._jobs.live_for(job.repository_id)
        return any(other.id != job.id and other.state is JobState.RUNNING for other in live)


def _key(repository: Repository, commit: str) -> SnapshotKey:
    return SnapshotKey(repository.id, commit, engine_version())
