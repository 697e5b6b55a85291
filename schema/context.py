"""What every resolver may reach: the services as the viewer may use them, and loaders that join equal questions.

One context serves one HTTP request, one MCP call or one websocket. A websocket lives for hours, so
the loaders join only what is asked in the same turn of the event loop and remember nothing. Its
viewer is nobody until `connection_init` was answered.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

import strawberry
from strawberry.dataloader import DataLoader

from services import models
from services.viewers import NOBODY, Viewer

if TYPE_CHECKING:
    from services.graticule import Graticule
    from services.repositories import RepositoryService

RowT = TypeVar("RowT")

CONCURRENT_READS: Final = 4
JOINED_ROWS: Final = 500
"""As many as a page may have; SQL statements have bounded parameters."""

SOURCE_BYTES: Final = 1024 * 1024


class Context:
    """The services and the clock, as one viewer sees them."""

    def __init__(self, graticule: "Graticule", *, started_at: datetime, viewer: Viewer = NOBODY) -> None:
        self.graticule = graticule
        self.started_at = started_at
        self.viewer = viewer
        self._reading = asyncio.Semaphore(CONCURRENT_READS)
        self.jobs: DataLoader[str, models.Job | None] = joined(self._jobs_by_id)
        self.repositories: DataLoader[str, models.Repository | None] = joined(self._repositories_by_id)

    @property
    def service(self) -> "RepositoryService":
        """Give the façade that answers everything, to this viewer.

        UnauthenticatedError for nobody, and when the token was revoked since a socket was opened with it.
        """
        self.graticule.door.check(self.viewer)
        return self.graticule.repositories.seen_by(self.viewer)

    async def read_source(self, key: models.SnapshotKey, path: str, *, max_bytes: int = SOURCE_BYTES) -> bytes:
        """Read a file of a snapshot; of one caller at most four at a time, since each is a git process."""
        async with self._reading:
            return await self.service.source(key, path, max_bytes=max_bytes)

    async def _jobs_by_id(self, ids: Collection[str]) -> dict[str, models.Job]:
        return await self.service.jobs_by_id(ids)  # asked anew each time: the viewer may have come since

    async def _repositories_by_id(self, ids: Collection[str]) -> dict[str, models.Repository]:
        return await self.service.repositories_by_id(ids)

    def now(self) -> datetime:
        """Give the time, for durations that are shown."""
        return datetime.now(UTC)


Info: TypeAlias = strawberry.Info[Context, None]


def joined(load: Callable[[Collection[str]], Awaitable[Mapping[str, RowT]]]) -> DataLoader[str, RowT | None]:
    """Read the rows that one turn asks for in one statement; None for what is not there."""

    async def load_all(ids: list[str]) -> list[RowT | None]:
        rows = await load(set(ids))
        return [rows.get(row_id) for row_id in ids]

    return DataLoader(load_fn=load_all, cache=False, max_batch_size=JOINED_ROWS)
