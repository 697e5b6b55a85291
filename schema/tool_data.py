"""The data of the tools' documents, typed: names as in the contract, checked when they are read."""

from typing import Generic, TypeVar

import msgspec

from services.models import CloneState, JobState, MapState, Phase

StateT = TypeVar("StateT")


class Data(msgspec.Struct, frozen=True, rename="camel"):
    """The root of every answer."""


class Mistake(Data, frozen=True):
    """An error of a payload, of a job or of a status."""

    message: str
    hint: str | None = None


class Counters(Data, frozen=True):
    """`Progress`; BigInt is a decimal string."""

    phase: Phase
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


class Omitted(Data, frozen=True):
    """What did not fit."""

    symbols: int


class Outline(Data, frozen=True):
    """`RepoMap`."""

    text: str
    tokens: int
    budget: int
    omitted: Omitted


class Coverage(Data, frozen=True):
    """`Coverage`."""

    files_listed: int
    files_parsed: int


class Led(Data, frozen=True):
    """`Snapshot`, by the ref that led to it."""

    ref: str | None


class Mapped(Led, frozen=True):
    """`Snapshot`, with its outline."""

    commit: str
    coverage: Coverage
    repo_map: Outline


class Freshness(Data, frozen=True):
    """`Freshness`."""

    stale: bool | None = None


class Known(Data, frozen=True):
    """A repository that is known, and the newest job for the ref that was asked for."""

    name: str
    default_branch: str | None
    newest_job: Work | None


class Readable(Known, frozen=True):
    """A repository as get_source_repo_map asks for it."""

    url: str
    freshness: Freshness
    snapshot: Mapped | None


class Followed(Known, frozen=True):
    """A repository as get_clone_status asks for it."""

    clone: Side[CloneState]
    map: Side[MapState]
    snapshot: Led | None


class Named(Data, frozen=True):
    """A repository by its name."""

    name: str


class Cloned(Data, frozen=True):
    """The payload of `cloneRepository`."""

    already_running: bool
    repository: Named | None
    job: Work | None
    errors: tuple[Mistake, ...]


class ClonedData(Data, frozen=True):
    """The data of clone_repo."""

    clone_repository: Cloned


class StatusData(Data, frozen=True):
    """The data of get_clone_status."""

    repository: Followed | None


class ReadData(Data, frozen=True):
    """The data of get_source_repo_map."""

    repository: Readable | None
