"""Between rows and nouns: one function each way, so that no other module spells out columns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final, overload

import msgspec
from sqlalchemy import RowMapping

from services.errors import Failure
from services.models import (
    AttemptRecord,
    CloneState,
    ItemT,
    Job,
    JobKind,
    JobState,
    Lane,
    MapState,
    PhaseRecord,
    Progress,
    Repository,
    SnapshotKey,
    SnapshotRecord,
    Status,
)

Row = RowMapping
Values = dict[str, object]
JOB_COLUMNS = (
    "repository_id",
    "ref",
    "revision",
    "attempt",
    "client",
    "private",
    "turn",
    "host",
    "request_id",
    "traceparent",
    "owner",
    "heartbeat_at",
    "not_before",
)
JOB_TIMES = ("cancel_requested_at", "created_at", "updated_at", "started_at", "finished_at")
REPOSITORY_COLUMNS = ("url", "name", "host", "revision", "created_at", "updated_at", "last_accessed_at")
REPOSITORY_FACTS = (
    "default_branch",
    "served_commit",
    "remote_head",
    "checked_at",
    "size_bytes",
    "pinned",
    "private",
    "refresh_minutes",
    "refresh_failures",
    "next_refresh_at",
    "cloned",
)


_CLONE_STATES: Final = {state.value: state for state in CloneState}
_MAP_STATES: Final = {state.value: state for state in MapState}
_JOB_KINDS: Final = {kind.value: kind for kind in JobKind}
_JOB_STATES: Final = {state.value: state for state in JobState}
_LANES: Final = {lane.value: lane for lane in Lane}
_OF_REPOSITORY: Final = (*REPOSITORY_COLUMNS, *REPOSITORY_FACTS)
_OF_JOB: Final = (*JOB_COLUMNS, *JOB_TIMES)
_read_repository = itemgetter(*_OF_REPOSITORY)
_read_job = itemgetter(*_OF_JOB)
_phases = msgspec.json.Decoder(tuple[PhaseRecord, ...])
_attempts = msgspec.json.Decoder(tuple[AttemptRecord, ...])
_progress = msgspec.json.Decoder(Progress)


class Stored(Sequence[ItemT]):
    """The phases or attempts of a stored job, read each time they are looked at, in 7 µs.

    They are a dozen objects a job, of which lists show none; to keep them would make garbage collections long.
    """

    __slots__ = ("_decoder", "_text")

    def __init__(self, text: str, decoder: msgspec.json.Decoder[tuple[ItemT, ...]]) -> None:
        self._text = text
        self._decoder = decoder

    def __len__(self) -> int:
        return len(self._read())

    def __iter__(self) -> Iterator[ItemT]:
        return iter(self._read())

    @overload
    def __getitem__(self, place: int) -> ItemT: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[ItemT, ...]: ...
    def __getitem__(self, place: int | slice) -> ItemT | tuple[ItemT, ...]:
        return self._read()[place]

    def __eq__(self, other: object) -> bool:
        return self._read() == (tuple(other) if isinstance(other, Stored) else other)

    def __hash__(self) -> int:
        return hash(self._read())

    def __repr__(self) -> str:
        return repr(self._read())

    def _read(self) -> tuple[ItemT, ...]:
        return self._decoder.decode(self._text)


@dataclass(frozen=True, slots=True)
class Held:
    """A job and its repository as they are inside a transaction, with what only retries need."""

    job: Job
    repository: Repository
    lost_workers: int
    transient_failures: int


def ref_key(ref: str | None) -> str:
    """Give what stands for a ref in unique indexes: NULLs never collide."""
    return ref or ""


def repository_of(row: Row) -> Repository:
    """Read a row of `repositories`."""
    return Repository(
        id=row["id"],
        clone=Status(
            _CLONE_STATES[row["clone_state"]],
            row["clone_started_at"],
            row["clone_completed_at"],
            _failure(row["clone_error"]),
            row["clone_job_id"],
        ),
        map=Status(
            _MAP_STATES[row["map_state"]],
            row["map_started_at"],
            row["map_completed_at"],
            _failure(row["map_error"]),
            row["map_job_id"],
        ),
        **dict(zip(_OF_REPOSITORY, _read_repository(row), strict=True)),
    )


def values_of_repository(repository: Repository) -> Values:
    """Give every column of a repository."""
    values: Values = {name: getattr(repository, name) for name in ("id", *REPOSITORY_COLUMNS, *REPOSITORY_FACTS)}
    return values | _status_values("clone", repository.clone) | _status_values("map", repository.map)


def job_of(row: Row) -> Job:
    """Read a row of `jobs`."""
    return Job(
        id=row["id"],
        kind=_JOB_KINDS[row["kind"]],
        state=_JOB_STATES[row["state"]],
        lane=_LANES[row["lane"]],
        commit=row["commit_id"],
        progress=_progress.decode(row["progress"]) if row["progress"] else None,
        phases=Stored(row["phases"], _phases),
        attempts=Stored(row["attempts"], _attempts),
        error=_failure(row["error"]),
        **dict(zip(_OF_JOB, _read_job(row), strict=True)),
    )


def values_of_job(job: Job) -> Values:
    """Give every column of a job but the two counters of retries."""
    values: Values = {name: getattr(job, name) for name in ("id", *JOB_COLUMNS, *JOB_TIMES)}
    return values | {
        "kind": job.kind.value,
        "ref_key": ref_key(job.ref),
        "state": job.state.value,
        "lane": job.lane.value,
        "commit_id": job.commit,
        "progress": _json(job.progress),
        "phases": _json(tuple(job.phases)),
        "attempts": _json(tuple(job.attempts)),
        "error": _json(job.error),
    }


def snapshot_of(row: Row) -> SnapshotRecord:
    """Read a row of `snapshots`."""
    key = SnapshotKey(row["repository_id"], row["commit_id"], row["engine_version"])
    return SnapshotRecord(key, row["ref"], row["built_at"], row["size_bytes"])


def _status_values(prefix: str, status: Status[CloneState] | Status[MapState]) -> Values:
    return {
        f"{prefix}_state": status.state.value,
        f"{prefix}_started_at": status.started_at,
        f"{prefix}_completed_at": status.completed_at,
        f"{prefix}_error": _json(status.error),
        f"{prefix}_job_id": status.job_id,
    }


def _json(value: Failure | Progress | tuple[PhaseRecord, ...] | tuple[AttemptRecord, ...] | None) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()


def _failure(text: str | None) -> Failure | None:
    return None if text is None else msgspec.json.decode(text, type=Failure)
