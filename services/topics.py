"""What can be followed, as values: followers of equal topics share one feed.

The grants of whoever follows are part of a topic where they decide what is shown, so that nothing is
ever shared between those who may not see the same.
"""

from dataclasses import dataclass
from typing import Generic

from services.events import JobEvent, MapEvent, RepositoryEvent
from services.fleet import Match
from services.mapping.views import OutlineRequest
from services.subscriber import EventT
from services.viewers import Grants


@dataclass(frozen=True)
class Topic(Generic[EventT]):
    """Something whose events are of one type."""


@dataclass(frozen=True)
class JobTopic(Topic[JobEvent]):
    """One job of a repository; whether a follower may see it is found out before."""

    job_id: str
    repository_id: str


@dataclass(frozen=True)
class RepositoryTopic(Topic[RepositoryEvent]):
    """One repository, as somebody with these grants sees it."""

    repository_id: str
    grants: Grants


@dataclass(frozen=True)
class MapTopic(Topic[MapEvent]):
    """The outline of one ref of a repository (None: of its default branch), as somebody with these grants sees it."""

    repository_id: str
    ref: str | None
    request: OutlineRequest
    grants: Grants


@dataclass(frozen=True)
class FleetTopic(Topic[RepositoryEvent]):
    """Every repository that matches."""

    match: Match
