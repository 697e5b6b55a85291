"""Remember what was shown of an entity, so that nothing older or equal is shown again.

Pure: rows and hints go in, events come out. Rows are ordered by revision; between two revisions
only counters move, ordered by their sequence number, and within an attempt they never go back.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from services.events import EventKind, Hint, JobEvent, RepositoryEvent
from services.models import Job, JobState, Progress, Repository, Sighting


@dataclass(frozen=True, slots=True)
class Counters:
    """The counters of one attempt, and the newest (revision, sequence) that was looked at."""

    job_id: str
    attempt: int
    revision: int
    sequence: int
    progress: Progress | None

    def with_row(self, job: Job) -> "Counters":
        """Take a newer row; hints may have shown more than it holds."""
        if (job.id, job.attempt) != (self.job_id, self.attempt):
            return counters_of(job)
        sequence = self.sequence if job.revision == self.revision else 0
        running = job.state is JobState.RUNNING
        progress = furthest(self.progress, job.progress) if running else job.progress
        return replace(self, revision=max(job.revision, self.revision), sequence=sequence, progress=progress)

    def with_hint(self, hint: Hint) -> "Counters":
        """Take a hint's counters, if they are newer and of the same attempt; else nothing changes."""
        mine = (hint.job_id, hint.epoch) == (self.job_id, self.attempt)
        newer = (hint.job_revision, hint.progress_seq) > (self.revision, self.sequence)
        if hint.progress is None or not mine or not newer:
            return self
        progress = furthest(self.progress, hint.progress)
        return replace(self, revision=hint.job_revision, sequence=hint.progress_seq, progress=progress)


def counters_of(job: Job) -> Counters:
    """Give what a row alone says."""
    return Counters(job.id, job.attempt, job.revision, 0, job.progress)


def furthest(shown: Progress | None, fresh: Progress | None) -> Progress | None:
    """Give the fresh counters, unless their phase or one of their numbers is behind what was shown."""
    if shown is None or fresh is None:
        return fresh or shown
    if fresh.phase is not shown.phase:
        return fresh if fresh.phase.order > shown.phase.order else shown
    behind = (fresh.current or 0) < (shown.current or 0) or (fresh.received_bytes or 0) < (shown.received_bytes or 0)
    return shown if behind else fresh


class JobCursor:
    """What its followers have been shown of one job."""

    def __init__(self) -> None:
        self._job: Job | None = None
        self._counters: Counters | None = None

    def needs_row(self, hint: Hint) -> bool:
        """Whether a hint says that there is a newer row than what was shown."""
        return hint.deleted or self._job is None or hint.job_revision > self._job.revision

    def row(self, job: Job, hint: Hint | None, *, kind: EventKind, now: datetime) -> JobEvent | None:
        """Give the event of a row that was just read, with the hint's counters on top; None unless newer."""
        last = self._job.revision if self._job else job.revision - 1
        if job.revision <= last:
            return None
        self._take(job)
        if hint is not None and self._counters is not None and not job.state.terminal:
            self._counters = self._counters.with_hint(hint)
        return JobEvent(kind, job.revision, job.revision > last + 1, self._shown(job), now)

    def overlay(self, hint: Hint, now: datetime) -> JobEvent | None:
        """Give the event of newer counters on the same row; None unless they moved."""
        if self._job is None or self._counters is None or self._job.state.terminal:
            return None
        before, self._counters = self._counters, self._counters.with_hint(hint)
        if self._counters.progress == before.progress:
            return None
        return JobEvent(EventKind.CHANGE, self._job.revision, gap=False, job=self._shown(self._job), occurred_at=now)

    def vanished(self, now: datetime) -> JobEvent | None:
        """Give the terminal event of a job whose row went away with its repository."""
        if self._job is None or self._job.state.terminal:
            return None
        gone = replace(self._job, state=JobState.CANCELLED, revision=self._job.revision + 1, finished_at=now)
        return JobEvent(EventKind.DELETED, gone.revision, gap=False, job=gone, occurred_at=now)

    def _take(self, job: Job) -> None:
        self._job = job
        self._counters = self._counters.with_row(job) if self._counters else counters_of(job)

    def _shown(self, job: Job) -> Job:
        return replace(job, progress=self._counters.progress) if self._counters else job


class RepositoryCursor:
    """What its followers have been shown of one repository."""

    def __init__(self) -> None:
        self._counters: Counters | None = None
        self._repository: Repository | None = None
        self._live: frozenset[str] = frozenset()

    @property
    def revision(self) -> int:
        """The newest revision that was shown; 0 before the first."""
        return self._repository.revision if self._repository else 0

    def needs_row(self, hint: Hint) -> bool:
        """Whether a hint says that there is a newer row than what was shown."""
        return hint.deleted or hint.repository_revision > self.revision

    def row(self, sighting: Sighting, hint: Hint | None, *, kind: EventKind, now: datetime) -> RepositoryEvent | None:
        """Give the event of a row that was just read, with the hint's counters on top; None unless newer."""
        last = self.revision if self._repository else sighting.repository.revision - 1
        if sighting.repository.revision <= last:
            return None
        self._take(sighting)
        if hint is not None and self._counters is not None:
            self._counters = self._counters.with_hint(hint)
        return self._event(kind, now, gap=sighting.repository.revision > last + 1)

    def overlay(self, hint: Hint, now: datetime) -> RepositoryEvent | None:
        """Give the event of newer counters on the same row; None unless they moved."""
        if self._counters is None:
            return None
        before, self._counters = self._counters, self._counters.with_hint(hint)
        return None if self._counters.progress == before.progress else self._event(EventKind.CHANGE, now, gap=False)

    def vanished(self, now: datetime) -> RepositoryEvent | None:
        """Give the last event of a repository that was removed."""
        if self._repository is None:
            return None
        self._repository = replace(self._repository, revision=self.revision + 1)
        self._counters = None
        self._live = frozenset()
        return self._event(EventKind.DELETED, now, gap=False)

    def _take(self, sighting: Sighting) -> None:
        self._repository = sighting.repository
        self._live = frozenset(job.id for job in sighting.live)
        job = sighting.job
        if job is None:
            self._counters = None
        else:
            self._counters = self._counters.with_row(job) if self._counters else counters_of(job)

    def _event(self, kind: EventKind, now: datetime, *, gap: bool) -> RepositoryEvent | None:
        if self._repository is None:
            return None
        progress = self._counters.progress if self._counters else None
        return RepositoryEvent(kind, self.revision, gap, self._repository, now, progress, self._live)
