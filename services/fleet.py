"""Remember which repositories a fleet subscription follows, as they begin and stop to match.

Pure: rows go in, events come out; `services.follow` reads the rows.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from services.cursor import RepositoryCursor, Sighting
from services.events import EventKind, RepositoryEvent
from services.models import CloneState, Repository
from services.viewers import LOCAL, Viewer


@dataclass(frozen=True, slots=True)
class Match:
    """Which repositories a fleet subscription is about, and who follows it; no states means all."""

    states: frozenset[CloneState]
    name_contains: str | None
    viewer: Viewer = LOCAL

    def __call__(self, repository: Repository) -> bool:
        """Whether a repository belongs to the fleet."""
        if not self.viewer.sees(repository):
            return False
        named = self.name_contains is None or self.name_contains.lower() in repository.name.lower()
        return named and (not self.states or repository.clone.state in self.states)


class Fleet:
    """What one fleet subscription has shown of each match, and the revisions that did not match."""

    def __init__(self, match: Match) -> None:
        self.match = match
        self.cursors: dict[str, RepositoryCursor] = {}
        self.others: dict[str, int] = {}

    def enter(self, sighting: Sighting, now: datetime) -> RepositoryEvent | None:
        """Begin to follow a match."""
        cursor = self.cursors[sighting.repository.id] = RepositoryCursor()
        self.others.pop(sighting.repository.id, None)
        return cursor.first(sighting, now)

    def meet(self, sighting: Sighting, kind: EventKind, now: datetime) -> RepositoryEvent | None:
        """Take note of a repository that was not followed so far; its event if it matches."""
        if not self.match(sighting.repository):
            self.others[sighting.repository.id] = sighting.repository.revision
            return None
        event = self.enter(sighting, now)
        return None if event is None else replace(event, kind=kind)

    def settle(self, event: RepositoryEvent | None) -> None:
        """Stop following what was removed or has stopped to match."""
        if event is None or (event.kind is not EventKind.DELETED and self.match(event.repository)):
            return
        del self.cursors[event.repository.id]
        if event.kind is not EventKind.DELETED:
            self.others[event.repository.id] = event.revision
