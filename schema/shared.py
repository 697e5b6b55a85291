"""The subscription fields whose executions are shared: what each follows, and how its event is shown.

The arguments that only say how one follower wants to be told are no part of what is followed, so that a
thousand clients that come back with a thousand revisions still make one group.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from schema.subscription import (
    FLEET_RATE_HZ,
    MAP_RATE_HZ,
    RATE_HZ,
    JobEvent,
    RepoMapEvent,
    RepositoryEvent,
    rate,
)
from schema.types.node import NodeKind, row_id
from schema.types.repo_map import FocusInput, outline_request
from schema.types.repository import RepositoryFilter, narrowing
from services import events
from services.subscriber import Delivery
from services.topics import FleetTopic, JobTopic, MapTopic, RepositoryTopic, Topic

if TYPE_CHECKING:
    from services.repositories import RepositoryService

Arguments = Mapping[str, Any]
"""The arguments of a field as graphql-core has coerced them, by the names of the contract."""

DELIVERY: Final = frozenset({"afterRevision", "maxRateHz", "follow"})


@dataclass(frozen=True, slots=True)
class SharedField:
    """One field. `topic` raises NotFoundError and InvalidArgumentError, as its resolver does."""

    topic: Callable[["RepositoryService", Arguments], Awaitable[Topic[Any]]]
    show: Callable[[Any], object]
    default_rate_hz: float

    def delivery(self, arguments: Arguments) -> Delivery:
        """Read how one follower wants to be told. InvalidArgumentError."""
        return Delivery(
            arguments.get("afterRevision"),
            rate(arguments.get("maxRateHz"), default=self.default_rate_hz),
            arguments.get("follow") is not False,
        )


async def _job(service: "RepositoryService", arguments: Arguments) -> JobTopic:
    return await service.job_topic(row_id(arguments["id"], NodeKind.JOB))


async def _repository(service: "RepositoryService", arguments: Arguments) -> RepositoryTopic:
    return service.repository_topic(row_id(arguments["id"], NodeKind.REPOSITORY))


async def _fleet(service: "RepositoryService", arguments: Arguments) -> FleetTopic:
    given = arguments.get("filter")
    which = RepositoryFilter(states=given.get("states"), name_contains=given.get("nameContains")) if given else None
    narrowed = narrowing(which)
    return service.fleet_topic(states=narrowed.states, name_contains=narrowed.name_contains)


async def _map(service: "RepositoryService", arguments: Arguments) -> MapTopic:
    focus = arguments.get("focus")
    request = outline_request(
        arguments.get("tokens"),
        None,
        FocusInput(**focus) if focus else None,
        arguments.get("paths"),
        languages=arguments.get("languages"),
        order=arguments.get("orderBy"),
        line_numbers=arguments.get("lineNumbers"),
    )
    repository_id = row_id(arguments["repositoryId"], NodeKind.REPOSITORY)
    return await service.map_topic(repository_id, ref=arguments.get("ref"), request=request)


def _repository_event(event: events.RepositoryEvent) -> RepositoryEvent:
    return RepositoryEvent.of(event)


def _job_event(event: events.JobEvent) -> JobEvent:
    return JobEvent.of(event)


def _map_event(event: events.MapEvent) -> RepoMapEvent:
    return RepoMapEvent.of(event)


SHARED: Final[Mapping[str, SharedField]] = {
    "jobProgress": SharedField(_job, _job_event, RATE_HZ),
    "repoMapChanged": SharedField(_map, _map_event, MAP_RATE_HZ),
    "repositoryChanged": SharedField(_repository, _repository_event, RATE_HZ),
    "repositoriesChanged": SharedField(_fleet, _repository_event, FLEET_RATE_HZ),
}
