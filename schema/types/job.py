"""A job: one durable row of work, as a client follows it."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Self

import strawberry

from schema.context import Info
from schema.enums import enum
from schema.fields import computed
from schema.scalars import GitObjectID
from schema.types.connection import Connection, connection
from schema.types.failure import JobError
from schema.types.node import Node, NodeKind, node_id
from schema.types.progress import PhaseRecord, Progress
from services import models
from services.models import JobKind, JobState, Mark, Page, Phase

if TYPE_CHECKING:
    from schema.types.repository import Repository

enum(
    JobKind,
    "What a job is for; all but REMOVE end in a snapshot.",
    values={
        JobKind.CLONE: "Clone a repository and map it.",
        JobKind.REFRESH: "Ask the remote, and map its new head when it has moved.",
        JobKind.MAP: "Map another branch, tag or commit.",
        JobKind.REMOVE: "Delete the clone, the maps and the rows.",
    },
)
enum(
    JobState,
    "The state machine of a job; the last three are final.",
    values={
        JobState.QUEUED: "It waits for its turn, or for its next try.",
        JobState.RUNNING: "An attempt is under way.",
        JobState.SUCCEEDED: "It did what it was for.",
        JobState.FAILED: "It was given up; `error` says why.",
        JobState.CANCELLED: "Somebody cancelled it.",
    },
)


@strawberry.type(description="One attempt at a job that has ended.")
class AttemptRecord:
    """One attempt that has ended."""

    number: int = strawberry.field(description="The first is 1.")
    started_at: datetime = strawberry.field(description="When it began.")
    finished_at: datetime = strawberry.field(description="When it ended.")
    error: JobError | None = strawberry.field(description="Why it failed; null when it was interrupted or succeeded.")
    phase: Phase | None = strawberry.field(description="The phase in which it ended; null when that was not kept.")
    last_lines: list[str] = strawberry.field(description="What git wrote last; empty when it was not git that failed.")

    @classmethod
    def of(cls, record: models.AttemptRecord) -> Self:
        """Make it from the stored record."""
        return cls(
            number=record.number,
            started_at=record.started_at,
            finished_at=record.finished_at,
            error=JobError.of(record.error),
            phase=record.phase,
            last_lines=list(record.error.lines) if record.error else [],
        )


@strawberry.type(description="One durable piece of work; it survives a restart of the server.")
class Job(Node):
    """One durable piece of work."""

    kind: JobKind = strawberry.field(description="What it is for.")
    state: JobState = strawberry.field(description="The state now.")
    revision: int = strawberry.field(description="Grows by one at every change of this job.")
    ref: str | None = strawberry.field(description="The branch, tag or commit asked for; null: the default branch.")
    commit: GitObjectID | None = strawberry.field(description="The commit that was found there.")
    attempt: int = strawberry.field(description="How often the work was begun; 0 while it waits for the first time.")
    error: JobError | None = strawberry.field(description="Why the last attempt failed.")
    created_at: datetime = strawberry.field(description="When it was asked for.")
    started_at: datetime | None = strawberry.field(description="When this attempt began.")
    finished_at: datetime | None = strawberry.field(description="When it reached a final state.")
    model: strawberry.Private[models.Job]

    @classmethod
    def of(cls, job: models.Job) -> Self:
        """Make it from the row."""
        return cls(
            id=node_id(NodeKind.JOB, job.id),
            kind=job.kind,
            state=job.state,
            revision=job.revision,
            ref=job.ref,
            commit=GitObjectID(job.commit) if job.commit else None,
            attempt=job.attempt,
            error=JobError.of(job.error),
            created_at=job.created_at,
            started_at=job.started_at,
            finished_at=job.finished_at,
            model=job,
        )

    @computed(
        "Every phase of this attempt with its start, end and counters, or of the last one while the job waits for the "
        "next; `attempts` says how far each before it got."
    )
    def phases(self) -> list[PhaseRecord]:
        """Give the phases: only when they are asked for, since there are a dozen."""
        return [PhaseRecord.of(record) for record in self.model.phases]

    @computed("Every attempt that has ended, the newest last, with its error and git's own last lines; at most 20.")
    def attempts(self) -> list[AttemptRecord]:
        """Give the history of the job."""
        return [AttemptRecord.of(record) for record in self.model.attempts]

    @computed("The newest counters; null before the first ones.")
    def progress(self, info: Info) -> Progress | None:
        """Give the counters with the time that remains."""
        if self.model.progress is None:
            return None
        return Progress.of(self.model.progress, phases=self.model.phases, now=info.context.now())

    @computed(
        "How many jobs will be taken before this one, as things stand; null when it does not wait. Clients take turns, "
        "so a job that is asked for later may come before it; where a remote host has as many jobs running as it may "
        "have, those of other hosts go ahead."
    )
    async def queue_position(self, info: Info) -> int | None:
        """Give the place in the queue."""
        if self.state is not JobState.QUEUED:
            return None
        return await info.context.queue_positions.load(self.model.id)

    @computed("What it works on; null once that repository was removed.")
    async def repository(
        self, info: Info
    ) -> Annotated["Repository", strawberry.lazy("schema.types.repository")] | None:
        """Give the repository of this job."""
        from schema.types.repository import Repository  # noqa: PLC0415  # a repository shows its jobs

        row = await info.context.repositories.load(self.model.repository_id)
        return Repository.of(row) if row else None


def job_connection(page: Page[models.Job]) -> Connection[Job]:
    """Dress a page of jobs, of which some are deleted while it is read on."""
    return connection(page, Job.of, mark=lambda job: Mark(job.created_at, job.id))
