"""A repository's two statuses, its clone and its map, with the counters of the job behind them."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final, Self

import strawberry

from schema.context import Info
from schema.fields import computed
from schema.types.failure import JobError
from schema.types.progress import Progress
from services import models
from services.models import CloneState, MapState, Phase

if TYPE_CHECKING:
    from schema.types.job import Job

strawberry.enum(CloneState, description="Where the copy of a repository's objects stands.")
strawberry.enum(MapState, description="Where the map of a repository stands.")

AT_WORK: Final = {
    CloneState.QUEUED,
    CloneState.CLONING,
    CloneState.UPDATING,
    MapState.QUEUED,
    MapState.BUILDING,
}
"""The states behind which a live job stands; the others have no progress."""

STARTED: Final = "When the work for this state began."
COMPLETED: Final = "When it ended, well or not."
PROGRESS: Final = "Counters of the live job while it does this part of its work; null otherwise."
ERROR: Final = "Why the last attempt failed; what was READY before stays readable beside it."
JOB: Final = "The job that last changed this status."

LazyJob = Annotated["Job", strawberry.lazy("schema.types.job")]


async def _last_job(job_id: str | None, info: Info) -> "Job | None":
    from schema.types.job import Job  # noqa: PLC0415  # a job shows its repository, and a repository its jobs

    row = await info.context.jobs.load(job_id) if job_id else None
    return Job.of(row) if row else None


async def _progress(
    job_id: str | None, overlay: models.Progress | None, info: Info, *, mapping: bool
) -> Progress | None:
    """Give the job's counters when they are of this half of its work: up to INDEXING, or from LISTING on."""
    row = await info.context.jobs.load(job_id) if job_id else None
    progress = overlay or (row.progress if row else None)
    if row is None or progress is None or (progress.phase.order >= Phase.LISTING.order) != mapping:
        return None
    return Progress.of(progress, phases=row.phases, now=info.context.now())


@strawberry.type(description="Where the copy of a repository's objects stands.")
class CloneStatus:
    """Where the copy of a repository's objects stands."""

    state: CloneState = strawberry.field(description="The state now.")
    started_at: datetime | None = strawberry.field(description=STARTED)
    completed_at: datetime | None = strawberry.field(description=COMPLETED)
    error: JobError | None = strawberry.field(description=ERROR)
    job_id: strawberry.Private[str | None]
    overlay: strawberry.Private[models.Progress | None]

    @classmethod
    def of(cls, status: models.Status[CloneState], *, overlay: models.Progress | None = None) -> Self:
        """Make it from the row; `overlay` has counters newer than the row's."""
        return cls(
            state=status.state,
            started_at=status.started_at,
            completed_at=status.completed_at,
            error=JobError.of(status.error),
            job_id=status.job_id,
            overlay=overlay,
        )

    @computed(PROGRESS)
    async def progress(self, info: Info) -> Progress | None:
        """Give the counters while the clone is under way."""
        if self.state not in AT_WORK:
            return None
        return await _progress(self.job_id, self.overlay, info, mapping=False)

    @computed(JOB)
    async def job(self, info: Info) -> LazyJob | None:
        """Give the job that last changed this status."""
        return await _last_job(self.job_id, info)


@strawberry.type(description="Where the map of a repository stands.")
class MapStatus:
    """Where the map of a repository stands."""

    state: MapState = strawberry.field(description="The state now.")
    started_at: datetime | None = strawberry.field(description=STARTED)
    completed_at: datetime | None = strawberry.field(description=COMPLETED)
    error: JobError | None = strawberry.field(description=ERROR)
    job_id: strawberry.Private[str | None]
    overlay: strawberry.Private[models.Progress | None]

    @classmethod
    def of(cls, status: models.Status[MapState], *, overlay: models.Progress | None = None) -> Self:
        """Make it from the row; `overlay` has counters newer than the row's."""
        return cls(
            state=status.state,
            started_at=status.started_at,
            completed_at=status.completed_at,
            error=JobError.of(status.error),
            job_id=status.job_id,
            overlay=overlay,
        )

    @computed(PROGRESS)
    async def progress(self, info: Info) -> Progress | None:
        """Give the counters while the map is under way."""
        if self.state not in AT_WORK:
            return None
        return await _progress(self.job_id, self.overlay, info, mapping=True)

    @computed(JOB)
    async def job(self, info: Info) -> LazyJob | None:
        """Give the job that last changed this status."""
        return await _last_job(self.job_id, info)
