"""What travels when something changes: small hints on the bus, whole events to a subscriber.

A hint only says that a row moved and how far; losing one costs latency, never correctness,
because whoever receives it reads the row (`services.follow`).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import msgspec

from services.errors import Failure
from services.mapping.views import Outline
from services.models import Job, Progress, Repository
from services.snapshots import OpenSnapshot


class EventKind(StrEnum):
    """SNAPSHOT is the state now; RESYNC means that hints were lost and the state was read again."""

    SNAPSHOT = "SNAPSHOT"
    CHANGE = "CHANGE"
    RESYNC = "RESYNC"
    DELETED = "DELETED"


class Hint(msgspec.Struct, frozen=True, omit_defaults=True):
    """One change on the bus, about 200 bytes of JSON.

    Ordered by (revision, epoch, progress_seq). `progress` carries the lossy counters that are
    not written to the row; `epoch` is the attempt that counted them.
    """

    repository_id: str
    repository_revision: int
    job_id: str | None = None
    job_revision: int = 0
    epoch: int = 0
    progress_seq: int = 0
    progress: Progress | None = None
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class RepositoryEvent:
    """A repository as it is now, and whether revisions in between were merged."""

    kind: EventKind
    revision: int
    gap: bool
    repository: Repository
    occurred_at: datetime
    progress: Progress | None = None
    live: frozenset[str] = frozenset()
    """The jobs of it that had not ended at this revision."""

    @property
    def entity_id(self) -> str:
        """Give what it is about."""
        return self.repository.id

    @property
    def final(self) -> bool:
        """Whether nothing can come after it."""
        return self.kind is EventKind.DELETED


@dataclass(frozen=True, slots=True)
class JobEvent:
    """A job as it is now, and whether revisions in between were merged."""

    kind: EventKind
    revision: int
    gap: bool
    job: Job
    occurred_at: datetime

    @property
    def entity_id(self) -> str:
        """Give what it is about."""
        return self.job.id

    @property
    def live(self) -> frozenset[str]:
        """Give the job itself until it has ended."""
        return frozenset() if self.job.state.terminal else frozenset({self.job.id})

    @property
    def final(self) -> bool:
        """Whether nothing can come after it."""
        return self.job.state.terminal


@dataclass(frozen=True, slots=True)
class MapEvent:
    """The outline of a ref as it is now. `opened` is the map that it is of: a draft unless `complete`."""

    kind: EventKind
    revision: int
    gap: bool
    repository_id: str
    complete: bool = False
    opened: OpenSnapshot | None = None
    outline: Outline | None = None
    error: Failure | None = None
    """Why the last job for it made none."""

    @property
    def entity_id(self) -> str:
        """Give what it is about."""
        return self.repository_id

    @property
    def live(self) -> frozenset[str]:
        """Give nothing: it is followed beyond every job."""
        return frozenset()

    @property
    def final(self) -> bool:
        """Whether nothing can come after it."""
        return self.kind is EventKind.DELETED

    @property
    def said(self) -> tuple[object, ...]:
        """Give what a reader sees; drafts are compared by their text alone."""
        key = self.opened.record.key if self.opened and self.complete else None
        return self.complete, key, self.outline and self.outline.text, self.error
