"""Remember which repositories a fleet subscription follows, as they begin and stop to match.

Pure: rows go in, events come out; `services.follow` reads the rows.
"""

from dataclasses import dataclass
from datetime import datetime

from services.cursor import RepositoryCursor
from services.events import EventKind, RepositoryEvent
from services.models import CloneState, Repository, Sighting
from services.viewers import Grants


@dataclass(frozen=True, slots=True)
class Match:
    """Which repositories a fleet subscription is about, of those that its followers may see; no states means all."""

    states: frozenset[CloneState]
    name_contains: str | None
    grants: Grants

    def __call__(self, repository: Repository) -> bool:
        """Whether a repository belongs to the fleet."""
        if not self.grants.show(repository):
            return False
        named = self.name_contains is None or self.name_contains.lower() in repository.name.lower()
        return named and (not self.states or repository.clone.state in self.states)


class Fleet:
    """What one fleet subscription has shown of each match, and the revisions that did not match."""

    def __init__(self, match: Match) -> None:
        self.match = match
        self.cursors: dict[str, RepositoryCursor] = {}
        self.others: dict[str, int] = {}

    def enter(self, sighting: Sighting, kind: EventKind, now: datetime) -> RepositoryEvent | None:
        """Begin to follow a match."""
        cursor = self.cursors[sighting.repository.id] = RepositoryCursor()
        self.others.pop(sighting.repository.id, None)
        return cursor.row(sighting, None, kind=kind, now=now)

    def meet(self, sighting: Sighting, kind: EventKind, now: datetime) -> RepositoryEvent | None:
        """Take note of a repository that was not followed so far; its event if it matches."""
        if not self.match(sighting.repository):
            self.others[sighting.repository.id] = sighting.repository.revision
            return None
        return self.enter(sighting, kind, now)

    def settle(self, event: RepositoryEvent | None) -> None:
        """Stop following what was removed or has stopped to match."""
        if event is None or (not event.final and self.match(event.repository)):
            return
        del self.cursors[event.repository.id]
        if not event.final:
            self.others[event.repository.id] = event.revision
