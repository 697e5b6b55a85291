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


class Work(Data, frozen=True):
    """A job."""

    state: JobState
    id: str = ""
    ref: str | None = None
    error: Mistake | None = None


class Jobs(Data, frozen=True):
    """A page of jobs, newest first."""

    nodes: tuple[Work, ...] = ()


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


class Mapped(Data, frozen=True):
    """`Snapshot`."""

    commit: str
    coverage: Coverage
    repo_map: Outline


class Freshness(Data, frozen=True):
    """`Freshness`."""

    stale: bool | None = None


class Known(Data, frozen=True):
    """A repository that is known, with what the document asked of it."""

    name: str
    clone: Side[CloneState]
    map: Side[MapState]
    url: str = ""
    freshness: Freshness = Freshness()
    jobs: Jobs = Jobs()
    snapshot: Mapped | None = None


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


class KnownData(Data, frozen=True):
    """The data of every document that reads a repository."""

    repository: Known | None
