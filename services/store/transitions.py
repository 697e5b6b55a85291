"""How a job moves from state to state: pure functions of the job, the time and what happened.

Which transition is allowed in which state is decided by whoever holds the row (`JobStore`).
"""

import random as chance
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.errors import HINTS, ErrorCode, Failure
from services.models import AttemptRecord, Job, JobKind, JobState, Phase, PhaseRecord, Progress, Repository
from services.store.rows import Held

FIRST_BACKOFF_SECONDS = 2.0
LONGEST_BACKOFF_SECONDS = 300.0
LOST_WORKERS = 3
MOST_ATTEMPTS = 20
"""That are remembered of a job: tries and lost workers are fewer, restarts of a server may be more."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """When a job that failed for a transient reason is tried again; `tries` counts the first one.

    Full jitter on the upper half: between 50 and 100 % of 2, 4, 8 … 300 s.
    """

    tries: int
    random: Callable[[], float] = chance.random

    def backoff(self, failures: int) -> timedelta:
        """Give how long to wait after this many failures, at least 1."""
        seconds = min(FIRST_BACKOFF_SECONDS * 2 ** (failures - 1), LONGEST_BACKOFF_SECONDS)
        return timedelta(seconds=seconds * (0.5 + 0.5 * self.random()))


def begun(job: Job, *, owner: str, now: datetime) -> Job:
    """Start the next attempt; its phases begin with the wait that led to it."""
    waited_since = job.updated_at if job.attempt else job.created_at
    return replace(
        job,
        state=JobState.RUNNING,
        attempt=job.attempt + 1,
        owner=owner,
        heartbeat_at=now,
        started_at=now,
        not_before=None,
        error=None,
        progress=None,
        phases=(PhaseRecord(Phase.QUEUED, waited_since, now),),
    )


def progressed(job: Job, progress: Progress, *, now: datetime) -> Job:
    """Count on within a phase, or close it and open the next; a phase never comes back."""
    last = job.phases[-1]
    if progress.phase.order < last.phase.order:
        return job
    if progress.phase is last.phase:
        phases: tuple[PhaseRecord, ...] = (
            *job.phases[:-1],
            replace(last, current=progress.current, total=progress.total),
        )
    else:
        opened = PhaseRecord(progress.phase, now, None, progress.current, progress.total)
        phases = (*closed(job.phases, now=now), opened)
    return replace(job, progress=progress, phases=phases, heartbeat_at=now)


def closed(phases: Sequence[PhaseRecord], *, now: datetime) -> Sequence[PhaseRecord]:
    """End the phase that is open, if any."""
    if not phases or phases[-1].finished_at is not None:
        return phases
    return (*phases[:-1], replace(phases[-1], finished_at=now))


def left(job: Job, *, error: Failure | None, now: datetime) -> Sequence[AttemptRecord]:
    """Give the attempts of a job with the one that ends now, if one was under way; of very many only the newest."""
    if job.state is not JobState.RUNNING or job.started_at is None:
        return job.attempts
    reached = job.phases[-1].phase if job.phases else None
    return (*job.attempts, AttemptRecord(job.attempt, job.started_at, now, error, reached))[-MOST_ATTEMPTS:]


def ended(job: Job, state: JobState, *, now: datetime, error: Failure | None = None) -> Job:
    """Reach a final state; the progress stays and says how far it got."""
    return replace(
        job,
        state=state,
        error=error,
        phases=closed(job.phases, now=now),
        attempts=left(job, error=error, now=now),
        owner=None,
        heartbeat_at=None,
        not_before=None,
        finished_at=now,
    )


def succeeded(job: Job, *, commit: str, now: datetime) -> Job:
    """Reach SUCCEEDED with the commit that was found."""
    done = replace(job, commit=commit, progress=Progress(Phase.DONE))
    return ended(done, JobState.SUCCEEDED, now=now)


def put_back(
    job: Job,
    *,
    now: datetime,
    error: Failure | None = None,
    not_before: datetime | None = None,
) -> Job:
    """Wait in the queue again; a job that somebody cancelled meanwhile ends instead."""
    if job.cancel_requested_at is not None:
        return ended(job, JobState.CANCELLED, now=now)
    phases = closed(job.phases, now=now)
    return replace(
        job,
        state=JobState.QUEUED,
        error=error,
        phases=phases,
        attempts=left(job, error=error, now=now),
        progress=None,
        owner=None,
        heartbeat_at=None,
        not_before=not_before,
    )


def failed(held: Held, error: Failure, *, policy: RetryPolicy, now: datetime) -> Held:
    """Wait for another try when the error is transient and tries are left; else reach FAILED."""
    job = held.job
    failures = held.transient_failures + 1
    if not error.retryable or failures >= policy.tries:
        cancelled = job.cancel_requested_at is not None
        after = (
            ended(job, JobState.CANCELLED, now=now) if cancelled else ended(job, JobState.FAILED, now=now, error=error)
        )
        return replace(held, job=after)
    after = put_back(job, now=now, error=error, not_before=now + policy.backoff(failures))
    return replace(held, job=after, transient_failures=failures)


def lost(held: Held, *, now: datetime) -> Held:
    """Wait in the queue again after a lost worker; after the third reach FAILED, unless it is half of a removal."""
    count = held.lost_workers + 1
    code = ErrorCode.WORKER_LOST
    goes_on = held.job.kind is JobKind.REMOVE or held.job.cancel_requested_at is not None
    if count < LOST_WORKERS or goes_on:
        silent = Failure(code, "The worker died or fell silent.", retryable=True, hint=HINTS[code])
        return replace(held, job=put_back(held.job, now=now, error=silent), lost_workers=count)
    failure = Failure(code, f"{count} workers died or fell silent while at it.", retryable=True, hint=HINTS[code])
    return replace(held, job=ended(held.job, JobState.FAILED, now=now, error=failure), lost_workers=count)


def cancel_requested(held: Held, *, now: datetime) -> Held:
    """End a job that waits; ask the worker of one that runs."""
    job = held.job
    if job.state is JobState.QUEUED:
        return replace(held, job=ended(replace(job, cancel_requested_at=now), JobState.CANCELLED, now=now))
    return replace(held, job=replace(job, cancel_requested_at=now))


def served(
    repository: Repository,
    *,
    commit: str,
    ref: str | None,
    default_branch: str | None,
    remote_head: str | None,
    size_bytes: int | None,
    now: datetime,
) -> Repository:
    """Know what a finished job found; a map of another ref does not become what is served."""
    known = replace(
        repository,
        cloned=True,
        default_branch=default_branch or repository.default_branch,
        size_bytes=repository.size_bytes if size_bytes is None else size_bytes,
    )
    if remote_head is not None:
        known = replace(known, remote_head=remote_head, checked_at=now)
    if ref in {None, known.default_branch} or known.served_commit is None:
        known = replace(known, served_commit=commit)
    return known
