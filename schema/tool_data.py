"""The data of the tools' documents, typed: names as in the contract, checked when they are read."""

from typing import Generic, TypeVar

import msgspec

from services.errors import ErrorCode
from services.models import CloneState, JobState, MapState, Phase

StateT = TypeVar("StateT")


class Data(msgspec.Struct, frozen=True, rename="camel"):
    """The root of every answer."""


class Mistake(Data, frozen=True):
    """An error of a payload, of a job or of a status."""

    code: ErrorCode
    message: str
    hint: str | None = None
    retryable: bool = False


class Counters(Data, frozen=True):
    """`Progress`; BigInt is a decimal string."""

    phase: Phase
    fraction: float | None = None
    current: int | None = None
    total: int | None = None
    received_bytes: str | None = None
    seconds_remaining: float | None = None


class Side(Data, Generic[StateT], frozen=True):
    """One of a repository's two statuses."""

    state: StateT
    started_at: str | None = None
    completed_at: str | None = None
    error: Mistake | None = None
    progress: Counters | None = None


class Step(Data, frozen=True):
    """`PhaseRecord`."""

    phase: Phase
    started_at: str | None = None
    current: int | None = None


class Work(Data, frozen=True):
    """A job."""

    state: JobState
    id: str = ""
    started_at: str | None = None
    finished_at: str | None = None
    error: Mistake | None = None
    progress: Counters | None = None
    phases: tuple[Step, ...] = ()

    @property
    def mapping(self) -> Step | None:
        """Give its first step after the clone; None while it has not got so far."""
        return next((step for step in self.phases if step.phase.order >= Phase.LISTING.order), None)

    def step(self, phase: Phase) -> Step | None:
        """Give one step."""
        return next((step for step in self.phases if step.phase is phase), None)


class Coverage(Data, frozen=True):
    """`Coverage`."""

    files_listed: int
    files_parsed: int


class Led(Data, frozen=True):
    """`Snapshot`, by the ref that led to it."""

    ref: str | None


class Mapped(Led, frozen=True):
    """`Snapshot`, as every reading tool asks for it."""

    commit: str
    coverage: Coverage


class Freshness(Data, frozen=True):
    """`Freshness`."""

    stale: bool | None = None


class Named(Data, frozen=True):
    """A repository by its name."""

    url: str
    name: str

    @property
    def path(self) -> str:
        """Give what names it to another tool: its name, or the URL where the name would be read as another one's."""
        if self.url.startswith(("https://", "ssh://")):
            return self.name
        return self.url if self.url.startswith("file:") else self.url.removesuffix(".git")


class Known(Named, frozen=True):
    """A repository that is known, and the newest job for the ref that was asked for."""

    default_branch: str | None
    newest_job: Work | None


class Readable(Known, frozen=True):
    """A repository as every reading tool asks for it."""

    freshness: Freshness
    snapshot: Mapped | None


class Followed(Known, frozen=True):
    """A repository with its two statuses."""

    clone: Side[CloneState]
    map: Side[MapState]
    snapshot: Led | None


class Cloned(Data, frozen=True):
    """The payload of `cloneRepository` and of `refreshRepository`."""

    already_running: bool
    repository: Named | None
    job: Work | None
    errors: tuple[Mistake, ...]


class RefreshedData(Data, frozen=True):
    """The data of refresh_repo."""

    refresh_repository: Cloned


class ClonedData(Data, frozen=True):
    """The data of clone_repo."""

    clone_repository: Cloned


class StatusData(Data, frozen=True):
    """The data of get_clone_status and of wait_for_repo."""

    repository: Followed | None


class ReadData(Data, frozen=True):
    """The data of a reading tool, but for what it alone asks for."""

    repository: Readable | None


class Place(Data, frozen=True):
    """A repository by what leads to it."""

    id: str
    url: str


class PlaceData(Data, frozen=True):
    """The data of `FIND`."""

    repository: Place | None


class Followup(Data, frozen=True):
    """One event of a job."""

    job: Work


class FollowData(Data, frozen=True):
    """The data of the subscription of wait_for_repo."""

    job_progress: Followup
