"""How far a job is: git's and the parser's own counters, and nothing that was made up."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, Self

import strawberry

from schema.enums import enum
from schema.scalars import BigInt
from services import models
from services.models import Phase

enum(
    Phase,
    "The steps of a job, in their order; some may be skipped, none repeats.",
    values={
        Phase.QUEUED: "Waiting for its turn.",
        Phase.RESOLVING: "Looking up the host and asking it for the ref.",
        Phase.ENUMERATING: "The remote lists the objects to send.",
        Phase.COUNTING: "The remote counts them.",
        Phase.COMPRESSING: "The remote packs them.",
        Phase.RECEIVING: "Objects and bytes arrive.",
        Phase.INDEXING: "git checks and indexes what arrived.",
        Phase.LISTING: "Listing the files of the commit.",
        Phase.PARSING: "Reading the definitions and uses in each file.",
        Phase.LINKING: "Finding the definition behind each use.",
        Phase.RANKING: "Ranking definitions and files by who uses them.",
        Phase.SAVING: "Storing the map.",
        Phase.DONE: "The job has succeeded.",
    },
)

SHORTEST_OBSERVATION_SECONDS: Final = 2.0
FEWEST_COUNTED: Final = 3


@strawberry.type(description="How far a job is, by real counters; null where a number is not known.")
class Progress:
    """How far a job is."""

    phase: Phase = strawberry.field(description="The step that is under way.")
    fraction: float | None = strawberry.field(description="0 to 1; null while the total is unknown: never invented.")
    current: int | None = strawberry.field(description="Objects or files done in this phase.")
    total: int | None = strawberry.field(description="Objects or files of this phase in all.")
    received_bytes: BigInt | None = strawberry.field(description="Bytes that came from the remote so far.")
    bytes_per_second: float | None = strawberry.field(description="The transfer rate as git measures it.")
    seconds_remaining: float | None = strawberry.field(
        description="Of this phase, from its own counters; null until two seconds of them exist."
    )
    message: str | None = strawberry.field(description="A line for people, when the step has something to say.")

    @classmethod
    def of(cls, progress: models.Progress, *, phases: Iterable[models.PhaseRecord], now: datetime) -> Self:
        """Make it from counters; `phases` say since when this phase runs."""
        received = progress.received_bytes
        return cls(
            phase=progress.phase,
            fraction=progress.fraction,
            current=progress.current,
            total=progress.total,
            received_bytes=None if received is None else BigInt(received),
            bytes_per_second=progress.bytes_per_second,
            seconds_remaining=_seconds_remaining(progress, _started_at(progress.phase, phases), now),
            message=progress.message,
        )


@strawberry.type(description="One phase of a job with its start, its end and its last counters.")
class PhaseRecord:
    """One phase of a job."""

    phase: Phase = strawberry.field(description="Which step it was.")
    started_at: datetime = strawberry.field(description="When it began.")
    finished_at: datetime | None = strawberry.field(description="When it ended; null while it is under way.")
    current: int | None = strawberry.field(description="Objects or files done.")
    total: int | None = strawberry.field(description="Objects or files in all.")

    @classmethod
    def of(cls, record: models.PhaseRecord) -> Self:
        """Make it from the stored record."""
        return cls(
            phase=record.phase,
            started_at=record.started_at,
            finished_at=record.finished_at,
            current=record.current,
            total=record.total,
        )


def _started_at(phase: Phase, phases: Iterable[models.PhaseRecord]) -> datetime | None:
    return next((record.started_at for record in phases if record.phase is phase and not record.finished_at), None)


def _seconds_remaining(progress: models.Progress, started_at: datetime | None, now: datetime) -> float | None:
    """Extend the phase's own mean rate; None while there is too little to extend."""
    if started_at is None or progress.total is None or (progress.current or 0) < FEWEST_COUNTED:
        return None
    elapsed = (now - started_at).total_seconds()
    if elapsed < SHORTEST_OBSERVATION_SECONDS:
        return None
    done = progress.current or 0
    return round(max(progress.total - done, 0) * elapsed / done, 1)
