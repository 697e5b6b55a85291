"""Between rows and nouns: one function each way, so that no other module spells out columns."""

from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import RowMapping

from services.errors import Failure
from services.models import (
    CloneState,
    Job,
    JobKind,
    JobState,
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
    "owner",
    "heartbeat_at",
    "not_before",
)
JOB_TIMES = ("cancel_requested_at", "created_at", "updated_at", "started_at", "finished_at")
REPOSITORY_COLUMNS = ("url", "name", "host", "revision", "created_at", "updated_at", "last_accessed_at")
REPOSITORY_FACTS = ("default_branch", "served_commit", "remote_head", "checked_at", "size_bytes", "pinned", "private")


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
            CloneState(row["clone_state"]),
            row["clone_started_at"],
            row["clone_completed_at"],
            _failure(row["clone_error"]),
            row["clone_job_id"],
        ),
        map=Status(
            MapState(row["map_state"]),
            row["map_started_at"],
            row["map_completed_at"],
            _failure(row["map_error"]),
            row["map_job_id"],
        ),
        **_pick(row, REPOSITORY_COLUMNS + REPOSITORY_FACTS),
    )


def values_of_repository(repository: Repository) -> Values:
    """Give every column of a repository."""
    values: Values = {name: getattr(repository, name) for name in ("id", *REPOSITORY_COLUMNS, *REPOSITORY_FACTS)}
    return values | _status_values("clone", repository.clone) | _status_values("map", repository.map)


def job_of(row: Row) -> Job:
    """Read a row of `jobs`."""
    return Job(
        id=row["id"],
        kind=JobKind(row["kind"]),
        state=JobState(row["state"]),
        commit=row["commit_id"],
        progress=msgspec.json.decode(row["progress"], type=Progress) if row["progress"] else None,
        phases=msgspec.json.decode(row["phases"], type=tuple[PhaseRecord, ...]),
        error=_failure(row["error"]),
        **_pick(row, JOB_COLUMNS + JOB_TIMES),
    )


def values_of_job(job: Job) -> Values:
    """Give every column of a job but the two counters of retries."""
    values: Values = {name: getattr(job, name) for name in ("id", *JOB_COLUMNS, *JOB_TIMES)}
    return values | {
        "kind": job.kind.value,
        "ref_key": ref_key(job.ref),
        "state": job.state.value,
        "commit_id": job.commit,
        "progress": _json(job.progress),
        "phases": _json(job.phases),
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


def _pick(row: Row, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: row[name] for name in names}


def _json(value: Failure | Progress | tuple[PhaseRecord, ...] | None) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()


def _failure(text: str | None) -> Failure | None:
    return None if text is None else msgspec.json.decode(text, type=Failure)
