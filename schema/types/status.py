"""A repository's two statuses, its clone and its map, with the counters of the job behind them."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final, Self

import strawberry

from schema.context import Info
from schema.enums import enum
from schema.fields import computed
from schema.types.failure import JobError
from schema.types.progress import Progress
from services import models
from services.models import CloneState, MapState, Phase

if TYPE_CHECKING:
    from schema.types.job import Job

enum(
    CloneState,
    "Where the copy of a repository's objects stands.",
    values={
        CloneState.NOT_STARTED: "Nobody has asked for it.",
        CloneState.QUEUED: "The first clone waits for its turn.",
        CloneState.CLONING: "The first clone is under way.",
        CloneState.READY: "The objects are here.",
        CloneState.UPDATING: "The objects are here, and the remote is asked for newer ones.",
        CloneState.FAILED: "The first clone failed; `error` says why.",
        CloneState.CANCELLED: "The first clone was cancelled.",
        CloneState.EVICTED: "The objects were deleted to make room; maps stay, and a refresh clones anew.",
    },
)
enum(
    MapState,
    "Where the map of a repository stands.",
    values={
        MapState.NOT_STARTED: "Nobody has asked for it.",
        MapState.QUEUED: "It waits for the clone.",
        MapState.BUILDING: "It is being built; an older one stays readable.",
        MapState.READY: "It can be read.",
        MapState.FAILED: "It could not be built, and there is no older one.",
        MapState.CANCELLED: "It was cancelled, and there is no older one.",
    },
)

STATE: Final = "The state now."
PROGRESS: Final = "Counters of the live job while it does this part of its work; null otherwise."


@strawberry.type
class _Status:
    """What both statuses have: the row's, and counters that may be newer than the row."""

    status: strawberry.Private[models.Status[CloneState] | models.Status[MapState]]
    overlay: strawberry.Private[models.Progress | None]
    started_at: datetime | None = strawberry.field(description="When the work for this state began.")
    completed_at: datetime | None = strawberry.field(description="When it ended, well or not.")
    error: JobError | None = strawberry.field(
        description="Why the last attempt failed; what was READY before stays readable beside it."
    )

    @computed("The job that last changed this status.")
    async def job(self, info: Info) -> Annotated["Job", strawberry.lazy("schema.types.job")] | None:
        """Give the job."""
        from schema.types.job import Job  # noqa: PLC0415  # a job shows its repository, and a repository its jobs

        row = await self._job_row(info)
        return Job.of(row) if row else None

    async def _counters(self, info: Info, *, mapping: bool) -> Progress | None:
        """Give the live job's counters when they are of this half of its work: up to INDEXING, or from LISTING on."""
        row = await self._job_row(info) if self.status.state.at_work else None
        progress = self.overlay or (row.progress if row else None)
        if row is None or progress is None or (progress.phase.order >= Phase.LISTING.order) != mapping:
            return None
        return Progress.of(progress, phases=row.phases, now=info.context.now())

    async def _job_row(self, info: Info) -> models.Job | None:
        return await info.context.jobs.load(self.status.job_id) if self.status.job_id else None


@strawberry.type(description="Where the copy of a repository's objects stands.")
class CloneStatus(_Status):
    """Where the copy of a repository's objects stands."""

    state: CloneState = strawberry.field(description=STATE)

    @classmethod
    def of(cls, status: models.Status[CloneState], *, overlay: models.Progress | None = None) -> Self:
        """Make it from the row; `overlay` has counters newer than the row's."""
        return cls(
            state=status.state,
            started_at=status.started_at,
            completed_at=status.completed_at,
            error=JobError.of(status.error),
            status=status,
            overlay=overlay,
        )

    @computed(PROGRESS)
    async def progress(self, info: Info) -> Progress | None:
        """Give the counters while the clone is under way."""
        return await self._counters(info, mapping=False)


@strawberry.type(description="Where the map of a repository stands.")
class MapStatus(_Status):
    """Where the map of a repository stands."""

    state: MapState = strawberry.field(description=STATE)

    @classmethod
    def of(cls, status: models.Status[MapState], *, overlay: models.Progress | None = None) -> Self:
        """Make it from the row; `overlay` has counters newer than the row's."""
        return cls(
            state=status.state,
            started_at=status.started_at,
            completed_at=status.completed_at,
            error=JobError.of(status.error),
            status=status,
            overlay=overlay,
        )

    @computed(PROGRESS)
    async def progress(self, info: Info) -> Progress | None:
        """Give the counters while the map is under way."""
        return await self._counters(info, mapping=True)
