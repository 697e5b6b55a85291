"""What all places keep of repositories, as a viewer may see it: how much, and what would go for more."""

import copy
from dataclasses import dataclass
from typing import Final, Self

from services.eviction import going
from services.models import Repository
from services.store.map_evictions import MapEvictions
from services.store.places import PlaceStore
from services.store.repositories import RepositoryStore
from services.viewers import LOCAL, Viewer

MOST_PREVIEWED: Final = 100


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept in all, over all places, and what may be."""

    clone_bytes: int
    clone_quota_bytes: int
    map_bytes: int
    map_quota_bytes: int
    places: int


class Storage:
    """Reads the rows of what all places keep; every server can."""

    def __init__(
        self, places: PlaceStore, repositories: RepositoryStore, maps: MapEvictions, *, map_quota_bytes: int
    ) -> None:
        self._viewer = LOCAL
        self._places = places
        self._repositories = repositories
        self._maps = maps
        self._map_quota_bytes = map_quota_bytes

    def seen_by(self, viewer: Viewer) -> Self:
        """Give the same storage as this viewer may see it."""
        seen = copy.copy(self)
        seen._viewer = viewer  # noqa: SLF001  # a copy of our own
        return seen

    async def preview(self, needed_bytes: int) -> list[Repository]:
        """Give the repositories whose clones would go, in order, to free so many bytes over all places together.

        At most 100, each once; of private ones those that the viewer sees.
        """
        chosen = going(await self._places.holdings(), needed_bytes=needed_bytes)
        ids = list(dict.fromkeys(holding.repository_id for holding in chosen))[:MOST_PREVIEWED]
        found = await self._repositories.get_many(ids)
        return [found[one] for one in ids if one in found and self._viewer.sees(found[one])]

    async def kept(self) -> Kept:
        """Give what is kept in all; three statements."""
        held = await self._places.totals()
        map_bytes = await self._maps.map_bytes()
        return Kept(held.clone_bytes, held.quota_bytes, map_bytes, self._map_quota_bytes, held.places)
