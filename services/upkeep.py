"""How a repository is kept up to date by itself, as a viewer may see and change it."""

from services.errors import InvalidArgumentError, NotFoundError
from services.events import Hint
from services.hub import LiveHub
from services.models import Repository, RepositoryChanges
from services.store.repositories import RepositoryStore
from services.viewers import Scope, Viewer

FEWEST_REFRESH_MINUTES = 5
MOST_REFRESH_MINUTES = 30 * 24 * 60


class Upkeep:
    """What a viewer changes of repositories, without a job."""

    def __init__(self, repositories: RepositoryStore, hub: LiveHub, viewer: Viewer) -> None:
        self._repositories = repositories
        self._hub = hub
        self._viewer = viewer

    async def update(self, repository_id: str, changes: RepositoryChanges) -> Repository:
        """Change how a repository is kept; what is None stays as it is.

        A pin takes who may remove repositories, since it takes room from everybody else.
        `refresh_minutes` is 0 or from 5 to 43,200 (30 days). NotFoundError, NotAllowedError, InvalidArgumentError.
        """
        self._viewer.require(Scope.CLONE if changes.pinned is None else Scope.ADMIN)
        minutes = changes.refresh_minutes
        if minutes and not FEWEST_REFRESH_MINUTES <= minutes <= MOST_REFRESH_MINUTES:
            allowed = f"0 or from {FEWEST_REFRESH_MINUTES} to {MOST_REFRESH_MINUTES}"
            raise InvalidArgumentError(f"`refreshMinutes` is {allowed}, not {minutes}.")
        known = await self._repositories.get(repository_id)
        if known is None or not self._viewer.sees(known):
            raise NotFoundError("There is no such repository (any more).")
        changed = await self._repositories.change(repository_id, changes)
        if changed.revision != known.revision:
            await self._hub.publish(Hint(changed.id, changed.revision))
        return changed
