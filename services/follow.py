"""Follow a repository, a job or the whole fleet without losing an update or showing one twice.

Attach a mailbox, THEN read the rows, then emit only what is newer. A hint is never believed, only
followed by a read; counters alone are taken from it. Whatever was lost is found by reading again
after a silence (20 s) or when the hub says so.
"""

from collections.abc import AsyncGenerator, Callable, Collection, Mapping
from datetime import datetime
from typing import Protocol

from services.events import JobEvent, RepositoryEvent
from services.hub import LiveHub
from services.models import CloneState, Job, Page, Repository

REREAD_SECONDS = 20.0
FLEET_SNAPSHOTS = 500


class RepositoryReads(Protocol):
    """What is read of repositories; `services.store.repositories.RepositoryStore` has it."""

    async def get(self, repository_id: str, /) -> Repository | None:
        """Give the row."""

    async def page(
        self, *, offset: int, limit: int, states: Collection[CloneState] = (), name_contains: str | None = None
    ) -> Page[Repository]:
        """Give the rows that match."""

    async def revisions(self, ids: Collection[str] | None, /) -> Mapping[str, int]:
        """Give the revision of each that is still there."""


class JobReads(Protocol):
    """What is read of jobs; `services.store.jobs.JobStore` has it."""

    async def get(self, job_id: str, /) -> Job | None:
        """Give the row."""

    async def live_for(self, repository_id: str, /) -> Collection[Job]:
        """Give the jobs that have not ended."""


class Follower:
    """Turns hints into events. Every generator detaches its mailbox when it is closed or cancelled."""

    def __init__(
        self,
        repositories: RepositoryReads,
        jobs: JobReads,
        hub: LiveHub,
        clock: Callable[[], datetime],
        *,
        reread_seconds: float = REREAD_SECONDS,
    ) -> None:
        self._repositories = repositories
        self._jobs = jobs
        self._hub = hub
        self._clock = clock
        self._reread_seconds = reread_seconds

    async def follow_repository(
        self,
        repository_id: str,
        *,
        after_revision: int | None = None,
        max_rate_hz: float = 10.0,
        follow: bool = True,
    ) -> AsyncGenerator[RepositoryEvent]:
        """Give the state now, then each newer one."""
        raise NotImplementedError
        yield

    async def follow_repositories(
        self, *, states: Collection[CloneState] = (), name_contains: str | None = None, max_rate_hz: float = 4.0
    ) -> AsyncGenerator[RepositoryEvent]:
        """Give a SNAPSHOT of each match (at most 500), then every change of a match."""
        raise NotImplementedError
        yield

    async def follow_job(
        self, job_id: str, *, after_revision: int | None = None, max_rate_hz: float = 10.0
    ) -> AsyncGenerator[JobEvent]:
        """Give the job now, then each newer state; ends with exactly one terminal event."""
        raise NotImplementedError
        yield
