"""The nouns that cross layers: frozen values, units in their names, times in UTC.

What a mapped repository contains is in `services.mapping.views`; this module holds what is
remembered about repositories and jobs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Generic, TypeVar

from services.errors import Failure

StateT = TypeVar("StateT", bound=StrEnum)
ItemT = TypeVar("ItemT")


class CloneState(StrEnum):
    """Where the copy of a repository's objects stands."""

    NOT_STARTED = "NOT_STARTED"
    QUEUED = "QUEUED"
    CLONING = "CLONING"
    READY = "READY"
    UPDATING = "UPDATING"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    EVICTED = "EVICTED"

    @property
    def at_work(self) -> bool:
        """Whether a live job stands behind this state."""
        return self in {CloneState.QUEUED, CloneState.CLONING, CloneState.UPDATING}


class MapState(StrEnum):
    """Where the map of a repository stands."""

    NOT_STARTED = "NOT_STARTED"
    QUEUED = "QUEUED"
    BUILDING = "BUILDING"
    READY = "READY"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"

    @property
    def at_work(self) -> bool:
        """Whether a live job stands behind this state."""
        return self in {MapState.QUEUED, MapState.BUILDING}


class Phase(StrEnum):
    """The steps of a job, in the order in which they happen; some may be skipped, none repeats."""

    QUEUED = "QUEUED"
    RESOLVING = "RESOLVING"
    ENUMERATING = "ENUMERATING"
    COUNTING = "COUNTING"
    COMPRESSING = "COMPRESSING"
    RECEIVING = "RECEIVING"
    INDEXING = "INDEXING"
    LISTING = "LISTING"
    PARSING = "PARSING"
    LINKING = "LINKING"
    RANKING = "RANKING"
    SAVING = "SAVING"
    DONE = "DONE"

    @property
    def order(self) -> int:
        """Give the position in the order in which phases happen, from 0."""
        return _PHASE_ORDER[self]


_PHASE_ORDER = {phase: position for position, phase in enumerate(Phase)}


class JobKind(StrEnum):
    """What a job is for; all but REMOVE end in a snapshot."""

    CLONE = "CLONE"
    REFRESH = "REFRESH"
    MAP = "MAP"
    REMOVE = "REMOVE"


class JobState(StrEnum):
    """The state machine of a job; the last three are final."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"

    @property
    def terminal(self) -> bool:
        """Whether the job has ended."""
        return self not in {JobState.QUEUED, JobState.RUNNING}


class Lane(IntEnum):
    """Who waits for a job: what is asked for by a person goes before all that nobody looks at."""

    INTERACTIVE = 0
    BACKGROUND = 1


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is: the phase and its real counters, `None` where a number is not known."""

    phase: Phase
    current: int | None = None
    total: int | None = None
    received_bytes: int | None = None
    bytes_per_second: float | None = None
    message: str | None = None

    @property
    def fraction(self) -> float | None:
        """Give 0 to 1, or None while the total is unknown: never invented."""
        if self.current is None or not self.total:
            return None
        return min(self.current / self.total, 1.0)


@dataclass(frozen=True, slots=True)
class PhaseRecord:
    """One phase of a job's current attempt, with its last counters."""

    phase: Phase
    started_at: datetime
    finished_at: datetime | None = None
    current: int | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class AttemptRecord:
    """One attempt at a job that has ended; `error` is None for one that succeeded or was given back at a shutdown."""

    number: int
    started_at: datetime
    finished_at: datetime
    error: Failure | None = None
    phase: Phase | None = None
    """How far it got; None of one that ended before this was kept."""


@dataclass(frozen=True, slots=True)
class Status(Generic[StateT]):
    """One of a repository's two statuses: its clone or its map."""

    state: StateT
    started_at: datetime | None = None
    completed_at: datetime | None = None
    error: Failure | None = None
    job_id: str | None = None


@dataclass(frozen=True, slots=True)
class Repository:
    """A remote that is known here. `revision` grows by one at every change and never goes back."""

    id: str
    url: str
    name: str
    host: str
    revision: int
    clone: Status[CloneState]
    map: Status[MapState]
    created_at: datetime
    updated_at: datetime
    last_accessed_at: datetime
    default_branch: str | None = None
    served_commit: str | None = None
    remote_head: str | None = None
    checked_at: datetime | None = None
    size_bytes: int | None = None
    pinned: bool = False
    private: bool = False
    """Its clone needs credentials of this server; only who was given it may see it."""
    refresh_minutes: int | None = None
    """How often it is refreshed by itself; None: never."""
    refresh_failures: int = 0
    """How many jobs for its default branch have failed since the last that succeeded."""
    next_refresh_at: datetime | None = None
    cloned: bool = False
    """Whether some place holds a clone of it; a map outlives its clones."""


@dataclass(frozen=True, slots=True)
class RepositoryChanges:
    """What somebody changes of a repository; None leaves it as it is."""

    refresh_minutes: int | None = None
    """0: it is not refreshed by itself any more."""
    pinned: bool | None = None


class RepositoryOrder(StrEnum):
    """How a page of repositories is sorted; times newest first, names from a to z."""

    UPDATED_AT = "UPDATED_AT"
    CREATED_AT = "CREATED_AT"
    LAST_ACCESSED_AT = "LAST_ACCESSED_AT"
    NAME = "NAME"


@dataclass(frozen=True, slots=True)
class Job:
    """One durable row of work. Every write of an attempt is fenced by its number."""

    id: str
    repository_id: str
    kind: JobKind
    state: JobState
    revision: int
    attempt: int
    created_at: datetime
    updated_at: datetime
    ref: str | None = None
    commit: str | None = None
    progress: Progress | None = None
    phases: Sequence[PhaseRecord] = ()
    attempts: Sequence[AttemptRecord] = ()
    """Those that have ended, the newest last; of very many only the newest."""
    error: Failure | None = None
    client: str | None = None
    """Who asked for it, as far as work is counted: a token or an address."""
    private: bool = False
    lane: Lane = Lane.INTERACTIVE
    turn: int = 0
    """Its place among the clients of its lane (`services.store.turns`); smaller ones are taken first."""
    host: str = ""
    """The remote host that it talks to, empty when it talks to none."""
    request_id: str | None = None
    """The request that began it, as that one's log lines name it; None of what nobody asked for."""
    traceparent: str | None = None
    """Where it hangs in a trace (W3C Trace Context); None unless its request was traced."""
    owner: str | None = None
    heartbeat_at: datetime | None = None
    not_before: datetime | None = None
    cancel_requested_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None

    @property
    def attempt_key(self) -> str:
        """Name the current attempt in folders: what lies under another name is of one that has ended."""
        return f"{self.id}-{self.attempt}"


@dataclass(frozen=True, slots=True)
class SnapshotKey:
    """What names one immutable map: a repository, a commit and the engine that made it."""

    repository_id: str
    commit: str
    engine_version: str


@dataclass(frozen=True, slots=True)
class SnapshotRecord:
    """A map that exists: its key, the ref it was last asked for, and when it was built."""

    key: SnapshotKey
    ref: str | None
    built_at: datetime
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Sighting:
    """A repository and its jobs that had not ended, both as they were at one moment."""

    repository: Repository
    live: tuple[Job, ...] = ()

    @property
    def job(self) -> Job | None:
        """The live job whose counters stand for the repository: a running one, the oldest."""
        return min(self.live, key=lambda job: (job.state is not JobState.RUNNING, job.created_at, job.id), default=None)


@dataclass(frozen=True, slots=True)
class MapSighting:
    """Where the map of a ref stood at one moment: the job that makes it, or made it last, and the newest map."""

    repository: Repository
    job: Job | None = None
    record: SnapshotRecord | None = None


@dataclass(frozen=True, slots=True)
class JobChange:
    """Both rows after one transaction: what a hint is made of."""

    job: Job
    repository: Repository


@dataclass(frozen=True, slots=True)
class Accepted:
    """The answer to a request for work; `already_running` when an earlier request does it."""

    repository: Repository
    job: Job
    already_running: bool
    promoted: bool = False
    """Whether that earlier request was nobody's, and its job waits in the lane of persons from now on."""


@dataclass(frozen=True, slots=True)
class RemoteRef:
    """One branch or tag of a remote. `name` is short (`main`, `v1.0`); tags are peeled to commits."""

    name: str
    commit: str


@dataclass(frozen=True, slots=True)
class RemoteRefs:
    """What a remote offers, without a clone; sorted by name."""

    head: str | None
    default_branch: str | None
    branches: tuple[RemoteRef, ...]
    tags: tuple[RemoteRef, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a list, newest first, whose rows come and go: behind the row with this id that was made then."""

    created_at: datetime
    id: str


@dataclass(frozen=True, slots=True)
class Page(Generic[ItemT]):
    """A slice of a longer list: `total` counts all, `offset` is where `items` begins."""

    items: tuple[ItemT, ...]
    offset: int
    total: int

    @property
    def has_next(self) -> bool:
        """Whether more follows after these items."""
        return self.offset + len(self.items) < self.total
