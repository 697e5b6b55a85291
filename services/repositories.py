"""The façade: everything a client may ask for, in the nouns of `services.models`.

A request for work writes one row, wakes the queue and returns: no name is resolved, no git runs (p99 ≤ 50 ms). Reads
come from rows and immutable artifacts. GraphQL and MCP speak to this class, the command line to a server (`graticule
map`, without one, runs `services.jobs.pipeline`).

Every verb is asked by a viewer (`seen_by`): what they may not do is refused, and what they may not see is not there.
"""

import copy
from collections.abc import AsyncGenerator, Collection
from contextlib import aclosing
from typing import Self

from services.access.admission import Admission, Places
from services.acquire.remotes import Remote
from services.baselines import open_base
from services.batches import Batches, wanted
from services.errors import NotFoundError
from services.feed import Feed
from services.fleet import Match
from services.follow import Follower
from services.hub import LiveHub
from services.jobs.queue import JobQueue
from services.mapping.change_views import DiffRequest, MapDiff
from services.mapping.languages import engine_version
from services.mapping.views import Outline, OutlineRequest
from services.maps import Maps
from services.models import (
    Accepted,
    CloneState,
    Job,
    JobChange,
    JobKind,
    JobState,
    Mark,
    Page,
    RemoteRefs,
    Repository,
    RepositoryOrder,
    SnapshotKey,
    SnapshotRecord,
)
from services.reach import Reach
from services.snapshots import OpenSnapshot
from services.sources import SOURCE_BYTES
from services.storage import Storage
from services.store.records import Records
from services.store.requests import WorkRequest
from services.subscriber import AS_USUAL, Delivery, EventT, Subscriber
from services.topics import FleetTopic, JobTopic, MapTopic, RepositoryTopic, Topic
from services.upkeep import Upkeep
from services.viewers import LOCAL, Scope, Viewer

REMOTE_QUESTIONS, REMOTE_QUESTIONS_PER_CLIENT = 8, 4
"""How many remotes are asked for their refs at a time; each is a git process and a connection."""


class RepositoryService:
    """Ask for work, read what is known, follow what changes. One for all clients of a process."""

    def __init__(
        self,
        records: Records,
        *,
        reach: Reach,
        storage: Storage,
        queue: JobQueue,
        hub: LiveHub,
        maps: Maps,
        follower: Follower,
        admission: Admission,
    ) -> None:
        self._viewer = LOCAL
        self._admission = admission
        self._records = records
        self._policy = reach.acquirer.policy
        self._clones = reach.acquirer.clones
        self._sources = reach.sources
        self._storage = storage
        self._queue = queue
        self._hub = hub
        self._follower = follower
        self._maps = maps
        self._asking = Places(in_all=REMOTE_QUESTIONS, per_client=REMOTE_QUESTIONS_PER_CLIENT)

    def seen_by(self, viewer: Viewer) -> Self:
        """Give the same services as this viewer may use them. UnauthenticatedError for nobody."""
        viewer.require(Scope.READ)
        seen = copy.copy(self)
        seen._viewer = viewer  # noqa: SLF001  # a copy of our own
        return seen

    @property
    def batches(self) -> Batches:
        """Give the reads for whole pages, as this viewer may see them."""
        return Batches(self._records.batches, self._viewer)

    @property
    def storage(self) -> Storage:
        """Give what is kept of repositories, as this viewer may see it."""
        return self._storage.seen_by(self._viewer)

    @property
    def upkeep(self) -> Upkeep:
        """Give what this viewer may change of repositories."""
        return Upkeep(self._records.repositories, self._hub, self._viewer)

    # Requests for work

    async def clone(self, url: str, *, ref: str | None = None) -> Accepted:
        """Ask for a clone and a map of a URL in any accepted spelling; a pasted tree URL brings its ref.

        A live job for the same repository and ref is returned instead of a second one; what is
        READY starts nothing. InvalidUrlError, InvalidRefError, NotAllowedError, RateLimitedError.
        """
        self._viewer.require(Scope.CLONE)
        remote = Remote.parse(url, policy=self._policy)
        return await self._request(remote, JobKind.CLONE, wanted(ref or remote.ref))

    async def refresh(self, repository_id: str) -> Accepted:
        """Ask the remote whether it moved, and map its new head if so; the old map stays readable."""
        self._viewer.require(Scope.CLONE)
        return await self._request_known(repository_id, JobKind.REFRESH, None)

    async def build_map(self, repository_id: str, *, ref: str | None = None) -> Accepted:
        """Ask for a map of another branch, tag or full commit id of a known repository."""
        self._viewer.require(Scope.CLONE)
        return await self._request_known(repository_id, JobKind.MAP, wanted(ref))

    async def remove(self, repository_id: str) -> Accepted:
        """Ask for a repository to be forgotten: its live jobs, clone, maps and rows."""
        self._viewer.require(Scope.ADMIN)
        live = await self._records.jobs.live_for(repository_id)
        repository = await self._known(repository_id)  # as the row has it: policy may not take its URL any more
        accepted = await self._submit(
            WorkRequest(
                remote_url=repository.url,
                remote_name=repository.name,
                host=repository.host,
                kind=JobKind.REMOVE,
                ref=None,
                client=self._viewer.client,
            )
        )
        for before in live:
            job = await self._known_job(before.id)
            await self._hub.announce(JobChange(job, accepted.repository))
        return accepted

    async def cancel(self, job_id: str) -> Job:
        """Cancel a job: at once while it waits, within 3 s while it runs. An ended job stays as it is.

        Whoever asked for it may, and whoever may remove repositories.
        """
        self._viewer.require(Scope.CLONE)
        known = await self._known_job(job_id)
        if known.client != self._viewer.client:
            self._viewer.require(Scope.ADMIN)
        change = await self._records.jobs.cancel(known.id)
        if change is None:
            return await self._known_job(job_id)
        await self._hub.announce(change)  # the attempt hears of it, wherever it runs
        return change.job

    async def retry(self, job_id: str) -> Accepted:
        """Do a job again that failed or was cancelled, or at once what waits for its next try.

        An ended job stays as it is, and so does one that was cancelled and is ending: a new one does what it was for,
        or a live one for the same ref. What runs or has succeeded starts nothing. NotFoundError, RateLimitedError.
        """
        self._viewer.require(Scope.CLONE)
        job = await self._known_job(job_id)
        if job.kind is JobKind.REMOVE:
            self._viewer.require(Scope.ADMIN)
        if job.state is JobState.QUEUED:
            return await self._hurry(job)
        if job.state not in {JobState.FAILED, JobState.CANCELLED} and job.cancel_requested_at is None:
            return Accepted(await self._known(job.repository_id), job, already_running=not job.state.terminal)
        if job.kind is JobKind.REMOVE:
            return await self.remove(job.repository_id)
        return await self._request_known(job.repository_id, job.kind, job.ref)

    # What is known

    async def repository(self, repository_id: str) -> Repository | None:
        """Give the repository with this id."""
        return self._if_seen(await self._records.repositories.get(repository_id))

    async def repositories_by_id(self, ids: Collection[str]) -> dict[str, Repository]:
        """Give those of these repositories that exist, in one statement."""
        found = await self._records.repositories.get_many(ids)
        return {row.id: row for row in found.values() if self._viewer.sees(row)}

    def ref_in(self, url: str) -> str | None:
        """Give the ref that a pasted tree, blob or commit URL carries. InvalidUrlError, NotAllowedError."""
        return Remote.parse(url, policy=self._policy).ref

    async def repository_by_url(self, url: str) -> Repository | None:
        """Give the repository that a URL names, in every spelling that `clone` takes."""
        name = Remote.parse(url, policy=self._policy).name
        return self._if_seen(await self._records.repositories.by_name(name))

    async def repositories(
        self,
        *,
        offset: int = 0,
        limit: int = 50,
        states: Collection[CloneState] = (),
        name_contains: str | None = None,
        order: RepositoryOrder = RepositoryOrder.UPDATED_AT,
    ) -> Page[Repository]:
        """Give a page of repositories; `states` are of the clone, none means all."""
        return await self._records.repositories.page(
            offset=offset,
            limit=limit,
            states=states,
            name_contains=name_contains,
            order=order,
            grants=self._viewer.grants,
        )

    async def job(self, job_id: str) -> Job | None:
        """Give the job with this id."""
        return (await self.jobs_by_id({job_id})).get(job_id)

    async def jobs_by_id(self, ids: Collection[str]) -> dict[str, Job]:
        """Give those of these jobs that exist, at most 500, in one statement."""
        return await self._records.jobs.get_many(ids, grants=self._viewer.grants)

    async def jobs(
        self,
        *,
        after: Mark | None = None,
        limit: int = 50,
        repository_id: str | None = None,
        states: Collection[JobState] = (),
    ) -> Page[Job]:
        """Give a page of jobs, newest first, from a mark on."""
        return await self._records.jobs.page(
            after=after, limit=limit, repository_id=repository_id, states=states, grants=self._viewer.grants
        )

    async def remote_refs(self, url: str) -> RemoteRefs:
        """Ask a remote for its branches and tags: the dry run of a clone. Seconds, not milliseconds."""
        self._viewer.require(Scope.CLONE)
        remote = Remote.parse(url, policy=self._policy)
        await self._admit_work_on(remote)
        async with self._asking.take(self._viewer.client):
            return await self._clones.remote_refs(remote)

    # Maps

    async def snapshot(
        self, repository_id: str, *, ref: str | None = None, at_commit: str | None = None
    ) -> OpenSnapshot | None:
        """Give the newest map: of the default branch, of a ref, or of exactly one commit; None until there is one."""
        if await self.repository(repository_id) is None:
            return None
        record = await self._records.snapshots.latest(repository_id, wanted(ref), at_commit=at_commit)
        if record is None:
            return None
        await self._records.repositories.touch(repository_id)
        return OpenSnapshot(record, await self._maps.shelf.open(record.key))

    async def open_map(self, record: SnapshotRecord) -> OpenSnapshot:
        """Open a map whose record, and so its repository, was just read; NotFoundError when its artifact is gone."""
        return OpenSnapshot(record, await self._maps.shelf.open(record.key))

    async def open(self, key: SnapshotKey) -> OpenSnapshot:
        """Give the map with this key; NotFoundError when there is none (any more)."""
        record = await self._records.snapshots.get(key)
        if record is None or await self.repository(key.repository_id) is None:
            raise NotFoundError("There is no such snapshot (any more).")
        return OpenSnapshot(record, await self._maps.shelf.open(key))

    async def outline(self, key: SnapshotKey, request: OutlineRequest) -> Outline:
        """Render a map under a token budget; runs in a thread, mostly below 50 ms at 10,000 files."""
        await self._known(key.repository_id)
        return await self._maps.render(await self._maps.shelf.open(key), request)

    async def base_map(self, head: SnapshotKey, base: str | SnapshotKey) -> OpenSnapshot:
        """Give the map that another of its repository is compared with: see `services.baselines`."""
        await self._known(head.repository_id)
        return await open_base(self._records.snapshots, self._maps.shelf, head, base)

    async def diff(self, base: OpenSnapshot, head: OpenSnapshot, request: DiffRequest) -> MapDiff:
        """Compare two maps under a token budget; runs in a thread, ≤ 50 ms for a few hundred changes."""
        await self._known(head.record.key.repository_id)
        return await self._maps.compare(base.map, head.map, request)

    async def source(self, opened: OpenSnapshot, path: str, *, max_bytes: int = SOURCE_BYTES) -> bytes:
        """Give a file's content at the snapshot's commit, found through its listing, never by path on disk.

        NotFoundError when the commit has no such file, or nobody a clone; AcquireError (TOO_LARGE, CORRUPT_OBJECTS).
        """
        repository = await self._known(opened.record.key.repository_id)
        file = opened.map.file(path)
        if file is None:
            raise NotFoundError(f"The snapshot has no file {path!r}.")
        return await self._sources.read(repository.name, file.blob, max_bytes=max_bytes)

    # What changes

    def repository_topic(self, repository_id: str) -> RepositoryTopic:
        """Give what to follow for one repository."""
        return RepositoryTopic(repository_id, self._viewer.grants)

    def fleet_topic(self, *, states: Collection[CloneState] = (), name_contains: str | None = None) -> FleetTopic:
        """Give what to follow for every match."""
        return FleetTopic(Match(frozenset(states), name_contains, self._viewer.grants))

    async def map_topic(self, repository_id: str, *, ref: str | None, request: OutlineRequest) -> MapTopic:
        """Give what to follow for the outline of a ref; following counts as use, of who may. InvalidRefError."""
        topic = MapTopic(repository_id, wanted(ref), request, self._viewer.grants)
        if await self.repository(repository_id) is not None:
            await self._records.repositories.touch(repository_id)
        return topic

    async def job_topic(self, job_id: str) -> JobTopic:
        """Give what to follow for one job. NotFoundError."""
        job = await self._known_job(job_id)
        return JobTopic(job.id, job.repository_id)

    async def follow(self, topic: Topic[EventT], delivery: Delivery = AS_USUAL) -> AsyncGenerator[EventT]:
        """Give the state now, then each newer one, as long as the viewer's token holds: a stream may live for days.

        `services.follow` says how each topic ends. NotFoundError, UnauthenticatedError.
        """
        async with aclosing(self._follower.follow(topic, delivery)) as events:
            async for event in events:
                self._admission.door.check(self._viewer)
                yield event

    async def join(self, topic: Topic[EventT], subscriber: Subscriber[EventT]) -> Feed[EventT]:
        """Begin to tell a subscriber, whose deliverer asks `check` as long as it lives. NotFoundError."""
        return await self._follower.join(topic, subscriber)

    def check(self) -> None:
        """Refuse a viewer whose token was revoked or has expired. UnauthenticatedError."""
        self._admission.door.check(self._viewer)

    # Steps

    async def _hurry(self, job: Job) -> Accepted:
        """Let a job begin now that waits for the time of its next try."""
        change = await self._records.jobs.hurry(job.id, client=self._viewer.client)
        if change is None:
            return Accepted(await self._known(job.repository_id), await self._known_job(job.id), already_running=True)
        await self._hub.announce(change)
        await self._queue.add(change.job)
        return Accepted(change.repository, change.job, already_running=True)

    async def _request_known(self, repository_id: str, kind: JobKind, ref: str | None) -> Accepted:
        """Ask for work on what is known; its URL passes the door again, since policy may have changed."""
        repository = await self._known(repository_id)
        return await self._request(Remote.parse(repository.url, policy=self._policy), kind, ref)

    async def _request(self, remote: Remote, kind: JobKind, ref: str | None) -> Accepted:
        await self._admit_work_on(remote)
        return await self._submit(
            WorkRequest(
                remote_url=remote.url,
                remote_name=remote.name,
                host=remote.host,
                kind=kind,
                ref=ref,
                engine_version=engine_version(),
                client=self._viewer.client,
                private=self._admission.is_private(remote.name),
            )
        )

    async def _submit(self, request: WorkRequest) -> Accepted:
        accepted = await self._records.jobs.request(request)
        is_new = not accepted.already_running and not accepted.job.state.terminal
        if is_new or accepted.promoted:
            await self._hub.announce(JobChange(accepted.job, accepted.repository))
            await self._queue.add(accepted.job)
        return accepted

    async def _admit_work_on(self, remote: Remote) -> None:
        known = await self._records.repositories.by_name(remote.name)
        private = known is not None and known.private
        await self._admission.admit(self._viewer, remote.name, known_private=private)

    def _if_seen(self, repository: Repository | None) -> Repository | None:
        return repository if repository is not None and self._viewer.sees(repository) else None

    async def _known(self, repository_id: str) -> Repository:
        repository = await self.repository(repository_id)
        if repository is None:
            raise NotFoundError("There is no such repository (any more).")
        return repository

    async def _known_job(self, job_id: str) -> Job:
        job = await self.job(job_id)
        if job is None:
            raise NotFoundError("There is no such job (any more).")
        return job
