"""What can be followed: the state now, then each newer one, and never a lost end.

The algorithm is `services.follow`; here its events become the contract's, and its generators are
closed as soon as the subscriber goes.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime
from typing import Annotated, Final, Self

import strawberry

from schema.context import Info
from schema.enums import enum
from schema.fields import subscription
from schema.types.failure import JobError
from schema.types.job import Job
from schema.types.node import NodeKind, row_id
from schema.types.repo_map import FocusInput, RepoMap, outline_request
from schema.types.repository import Repository, RepositoryFilter, narrowing
from schema.types.snapshot import Coverage, Languages, LineNumbers, OrderBy, Paths, Snapshot
from services import events
from services.errors import InvalidArgumentError
from services.events import EventKind
from services.mapping import views
from services.mapping.views import OutlineOrder
from services.subscriber import SLOWEST_HZ, Delivery

enum(
    EventKind,
    "Why an event was sent.",
    values={
        EventKind.SNAPSHOT: "The state now, as the first event.",
        EventKind.CHANGE: "A newer state.",
        EventKind.RESYNC: "The state now, read again: hints were lost, or `afterRevision` was never reached.",
        EventKind.DELETED: "It was removed; the last event about it.",
    },
)

HIGHEST_RATE_HZ: Final = 30.0
RATE_HZ: Final = 10
FLEET_RATE_HZ: Final = 4
MAP_RATE_HZ: Final = 1
NOTHING: Final = views.Coverage(0, 0, 0, 0, 0, 0, 0, 0)
"""What is covered before there is an outline."""

RepositoryId = Annotated[strawberry.ID, strawberry.argument(name="id", description="The global id of the repository.")]
JobId = Annotated[strawberry.ID, strawberry.argument(name="id", description="The global id of the job.")]
AfterRevision = Annotated[
    int | None,
    strawberry.argument(
        description="Leave out what is not newer than this revision of the object, 0 or more. "
        "One that it has not reached is of another life of it: the state now follows as RESYNC, with gap."
    ),
]
MaxRate = Annotated[
    float | None, strawberry.argument(description="Events a second at most, from 0.1 to 30; the newest state wins.")
]

KIND: Final = "Why this event was sent."
REVISION: Final = "The object's revision; it only ever grows."
GAP: Final = "Whether revisions lie between this event and the one before that were merged (normal) or lost (RESYNC)."
OCCURRED_AT: Final = "When the server sent it."


@strawberry.type(description="A repository as it is now.")
class RepositoryEvent:
    """A repository as it is now."""

    kind: EventKind = strawberry.field(description=KIND)
    revision: int = strawberry.field(description=REVISION)
    gap: bool = strawberry.field(description=GAP)
    repository: Repository = strawberry.field(description="The repository; as it last was when kind is DELETED.")
    occurred_at: datetime = strawberry.field(description=OCCURRED_AT)

    @classmethod
    def of(cls, event: events.RepositoryEvent) -> Self:
        """Make it from the services' event."""
        return cls(
            kind=event.kind,
            revision=event.revision,
            gap=event.gap,
            repository=Repository.of(event.repository, overlay=event.progress),
            occurred_at=event.occurred_at,
        )


@strawberry.type(description="A job as it is now.")
class JobEvent:
    """A job as it is now."""

    kind: EventKind = strawberry.field(description=KIND)
    revision: int = strawberry.field(description=REVISION)
    gap: bool = strawberry.field(description=GAP)
    job: Job = strawberry.field(description="The job.")
    occurred_at: datetime = strawberry.field(description=OCCURRED_AT)

    @classmethod
    def of(cls, event: events.JobEvent) -> Self:
        """Make it from the services' event."""
        return cls(
            kind=event.kind,
            revision=event.revision,
            gap=event.gap,
            job=Job.of(event.job),
            occurred_at=event.occurred_at,
        )


@strawberry.type(
    description="The outline of a ref as it is now: first a draft of definitions, then the map of a commit, "
    "then that of the next one."
)
class RepoMapEvent:
    """The outline of a ref as it is now."""

    kind: EventKind = strawberry.field(description=KIND)
    revision: int = strawberry.field(description="The repository's revision; it only ever grows.")
    gap: bool = strawberry.field(description=GAP)
    complete: bool = strawberry.field(description="Whether the outline is final: the one that `snapshot` gives.")
    coverage: Coverage = strawberry.field(
        description="What the outline is of. In a draft `filesParsed` are those that were parsed so far, "
        "`symbols` those that were found so far, parsed or not, and no reference is resolved."
    )
    snapshot: Snapshot | None = strawberry.field(description="The map that was outlined; null for a draft.")
    repo_map: RepoMap | None = strawberry.field(description="The outline; null until the first one exists.")
    error: JobError | None = strawberry.field(
        description="Why the job that was to make the map, or the next one, made none; the outline is the last one."
    )

    @classmethod
    def of(cls, event: events.MapEvent) -> Self:
        """Make it from the services' event."""
        opened = event.opened
        outlined = RepoMap.of(event.outline, opened=opened) if opened and event.outline else None
        return cls(
            kind=event.kind,
            revision=event.revision,
            gap=event.gap,
            complete=event.complete,
            coverage=Coverage.of(opened.map.coverage if opened else NOTHING),
            snapshot=Snapshot.of(opened.record, found=opened) if opened and event.complete else None,
            repo_map=outlined,
            error=JobError.of(event.error),
        )


@strawberry.type(description="What can be followed, over graphql-transport-ws or as server-sent events.")
class Subscription:
    """What can be followed."""

    @subscription(
        "First event: the state now. Then each newer one, at most maxRateHz. "
        "Ends after the job that was live has ended, unless follow."
    )
    async def repository_changed(
        self,
        info: Info,
        global_id: RepositoryId,
        after_revision: AfterRevision = None,
        max_rate_hz: MaxRate = RATE_HZ,
        *,
        follow: Annotated[
            bool | None, strawberry.argument(description="Go on after the job that is live now has ended.")
        ] = True,
    ) -> AsyncGenerator[RepositoryEvent, None]:
        """Follow one repository."""
        service = info.context.service
        topic = service.repository_topic(row_id(global_id, NodeKind.REPOSITORY))
        delivery = Delivery(after_revision, rate(max_rate_hz, default=RATE_HZ), follow is not False)
        async with aclosing(service.follow(topic, delivery)) as events_:
            async for event in events_:
                yield RepositoryEvent.of(event)

    @subscription(
        "The fleet: one SNAPSHOT for each match (at most 500), then every change of a match. "
        "One that stops to match is shown once more, as it is then, and again when it matches."
    )
    async def repositories_changed(
        self,
        info: Info,
        which: Annotated[RepositoryFilter | None, strawberry.argument(name="filter", description="Which ones.")] = None,
        max_rate_hz: MaxRate = FLEET_RATE_HZ,
    ) -> AsyncGenerator[RepositoryEvent, None]:
        """Follow the fleet."""
        service, narrowed = info.context.service, narrowing(which)
        topic = service.fleet_topic(states=narrowed.states, name_contains=narrowed.name_contains)
        async with aclosing(
            service.follow(topic, Delivery(max_rate_hz=rate(max_rate_hz, default=FLEET_RATE_HZ)))
        ) as events_:
            async for event in events_:
                yield RepositoryEvent.of(event)

    @subscription("The job now, then each newer state. Ends with exactly one terminal event.")
    async def job_progress(
        self,
        info: Info,
        global_id: JobId,
        after_revision: AfterRevision = None,
        max_rate_hz: MaxRate = RATE_HZ,
    ) -> AsyncGenerator[JobEvent, None]:
        """Follow one job to its end."""
        service = info.context.service
        topic = await service.job_topic(row_id(global_id, NodeKind.JOB))
        delivery = Delivery(after_revision, rate(max_rate_hz, default=RATE_HZ))
        async with aclosing(service.follow(topic, delivery)) as events_:
            async for event in events_:
                yield JobEvent.of(event)

    @subscription(
        "A live map: usable while it is built (`coverage` says how far), final when it is ranked, new when upstream "
        "has moved. An outline that reads the same is not sent again. Ends when the repository is removed."
    )
    async def repo_map_changed(  # noqa: PLR0913  # the contract's own arguments
        self,
        info: Info,
        repository_id: Annotated[strawberry.ID, strawberry.argument(description="The global id of the repository.")],
        ref: Annotated[
            str | None, strawberry.argument(description="A branch, tag or commit; none: the default branch.")
        ] = None,
        tokens: Annotated[
            int | None, strawberry.argument(description="The budget, 1 to 200000: never exceeded.")
        ] = 1024,
        focus: Annotated[FocusInput | None, strawberry.argument(description="What you work on.")] = None,
        *,
        paths: Paths = None,
        languages: Languages = None,
        order_by: OrderBy = OutlineOrder.RANK,
        line_numbers: LineNumbers = True,
        after_revision: AfterRevision = None,
        max_rate_hz: MaxRate = MAP_RATE_HZ,
    ) -> AsyncGenerator[RepoMapEvent, None]:
        """Follow one outline."""
        service = info.context.service
        request = outline_request(
            tokens, None, focus, paths, languages=languages, order=order_by, line_numbers=line_numbers
        )
        topic = await service.map_topic(row_id(repository_id, NodeKind.REPOSITORY), ref=ref, request=request)
        delivery = Delivery(after_revision, rate(max_rate_hz, default=MAP_RATE_HZ))
        async with aclosing(service.follow(topic, delivery)) as events_:
            async for event in events_:
                yield RepoMapEvent.of(event)


def rate(asked: float | None, *, default: float) -> float:
    """Give the rate in force. InvalidArgumentError for one that the contract does not allow."""
    given = default if asked is None else asked
    if not SLOWEST_HZ <= given <= HIGHEST_RATE_HZ:
        raise InvalidArgumentError(f"`maxRateHz` must be from {SLOWEST_HZ:g} to {HIGHEST_RATE_HZ:g}, not {given:g}.")
    return given
