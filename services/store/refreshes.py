"""When a followed repository is refreshed next: pure functions of its row, the end of a job and the time.

Every time is spread by a tenth, and the first one over the whole interval, so that 10,000 repositories that are
followed at once do not begin at once. After failures the interval doubles, up to a day.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from zlib import crc32

from services.models import Job, JobKind, JobState, Repository

LONGEST_BACKOFF_MINUTES: Final = 24 * 60
SPREAD: Final = 0.1


def follow_upstream(repository: Repository, minutes: int, *, now: datetime) -> Repository:
    """Refresh it every so many minutes from now on, 0: not any more."""
    if not minutes:
        return replace(repository, refresh_minutes=None, refresh_failures=0, next_refresh_at=None)
    if minutes == repository.refresh_minutes:
        return repository
    first = now + timedelta(minutes=minutes * _chance(repository.id, now))
    return replace(repository, refresh_minutes=minutes, refresh_failures=0, next_refresh_at=first)


def rescheduled(repository: Repository, job: Job) -> Repository:
    """Give the repository with the time of its next refresh as it is after this change of a job."""
    of_default = job.ref in {None, repository.default_branch}
    if repository.refresh_minutes is None or job.kind is JobKind.REMOVE or not (of_default and job.state.terminal):
        return repository
    failures = repository.refresh_failures
    if job.state is not JobState.CANCELLED:
        failures = failures + 1 if job.state is JobState.FAILED else 0
    return put_off(replace(repository, refresh_failures=failures), now=job.updated_at)


def put_off(repository: Repository, *, now: datetime) -> Repository:
    """Let it wait for its interval, or for longer after failures."""
    if repository.refresh_minutes is None:
        return repository
    minutes = repository.refresh_minutes
    if repository.refresh_failures:
        minutes = max(minutes, min(minutes * 2 ** min(repository.refresh_failures, 20), LONGEST_BACKOFF_MINUTES))
    spread = 1 - SPREAD + 2 * SPREAD * _chance(repository.id, now)
    return replace(repository, next_refresh_at=now + timedelta(minutes=minutes * spread))


def _chance(repository_id: str, now: datetime) -> float:
    """Give 0 to 1: another for each repository and time, the same in every process."""
    return crc32(f"{repository_id} {now.timestamp()}".encode()) / 2**32
