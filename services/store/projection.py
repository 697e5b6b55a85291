"""What a job says about its repository: one pure function from both rows to the two statuses.

A status belongs to the job that moves it: jobs for other refs of the same repository leave it
alone while its owner is at work. Nothing that fails takes away what can be read.
"""

from dataclasses import replace

from services.errors import ErrorCode
from services.models import CloneState, Job, JobKind, JobState, MapState, Phase, Repository, Status

CLONE_BUSY = frozenset({CloneState.CLONING, CloneState.UPDATING})


def project(repository: Repository, job: Job) -> Repository:
    """Give the repository with both statuses as this job makes them, and all else unchanged.

    `repository` is as it was before the job's change, except that `served_commit` already tells
    whether a map can be read now, and `cloned` whether some place holds a clone.
    """
    if job.kind is JobKind.REMOVE:
        return repository
    return replace(repository, clone=_clone(repository, job), map=_map(repository, job))


def concerns_map(repository: Repository, job: Job) -> bool:
    """Whether an error of this job is the map's: it has its objects, or the ref of a readable repository is gone."""
    gone = job.error is not None and job.error.code is ErrorCode.REF_NOT_FOUND and repository.served_commit is not None
    return gone or reached_map(job)


def reached_map(job: Job) -> bool:
    """Whether the current attempt has its objects and is past acquiring."""
    return any(record.phase.order >= Phase.LISTING.order for record in job.phases)


def _clone(repository: Repository, job: Job) -> Status[CloneState]:
    before = repository.clone
    waits = before.state is CloneState.QUEUED
    if _is_anothers(before.job_id, job, waits=waits, busy=before.state in CLONE_BUSY):
        return before
    state = _clone_state(repository, job)
    begins = state in CLONE_BUSY and before.state not in CLONE_BUSY
    kept = before.completed_at if state in {CloneState.READY, CloneState.UPDATING} else None
    arrived = state is CloneState.READY and before.state in CLONE_BUSY and _goes_well(job)
    ended = state in {CloneState.FAILED, CloneState.CANCELLED}
    return Status(
        state,
        started_at=job.updated_at if begins else before.started_at,
        completed_at=job.updated_at if arrived or ended else kept,
        error=None if concerns_map(repository, job) else job.error,
        job_id=job.id,
    )


def _clone_state(repository: Repository, job: Job) -> CloneState:
    present = repository.cloned
    if job.state is JobState.QUEUED:
        return CloneState.READY if present else CloneState.QUEUED
    if job.state is JobState.RUNNING and not reached_map(job):
        return CloneState.UPDATING if present else CloneState.CLONING
    if present or reached_map(job) or job.state is JobState.SUCCEEDED:
        return CloneState.READY
    return CloneState.FAILED if job.state is JobState.FAILED else CloneState.CANCELLED


def _map(repository: Repository, job: Job) -> Status[MapState]:
    before = repository.map
    waits = before.state is MapState.QUEUED
    if _is_anothers(before.job_id, job, waits=waits, busy=before.state is MapState.BUILDING):
        return before
    state = _map_state(repository, job)
    begins = state is MapState.BUILDING and before.state is not MapState.BUILDING
    ended = job.state is JobState.SUCCEEDED or state in {MapState.FAILED, MapState.CANCELLED}
    readable = repository.served_commit is not None
    hopeless = state is MapState.FAILED
    return Status(
        state,
        started_at=job.updated_at if begins else before.started_at,
        completed_at=job.updated_at if ended else before.completed_at if readable else None,
        error=job.error if concerns_map(repository, job) or hopeless else None,
        job_id=job.id,
    )


def _map_state(repository: Repository, job: Job) -> MapState:
    if job.state is JobState.RUNNING and reached_map(job):
        return MapState.BUILDING
    if repository.served_commit is not None or job.state is JobState.SUCCEEDED:
        return MapState.READY
    if job.state.terminal:
        return MapState.FAILED if job.state is JobState.FAILED else MapState.CANCELLED
    return MapState.QUEUED


def _is_anothers(owner: str | None, job: Job, *, waits: bool, busy: bool) -> bool:
    """Whether another job moves this status: one at work keeps it, one that waits yields to work or success."""
    if owner in {None, job.id}:
        return False
    return busy or (waits and job.state not in {JobState.RUNNING, JobState.SUCCEEDED})


def _goes_well(job: Job) -> bool:
    return reached_map(job) or job.state is JobState.SUCCEEDED
