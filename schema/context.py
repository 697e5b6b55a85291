"""What every resolver may reach: the services as the viewer may use them, and loaders that join equal questions.

One context serves one HTTP request, one MCP call or one websocket. A websocket lives for hours, so
the loaders join only what is asked in the same turn of the event loop and remember nothing. Its
viewer is nobody until `connection_init` was answered.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

import strawberry

from schema.joined import Joined
from schema.limits import Limits
from services.errors import GraticuleError
from services.metrics import Metrics
from services.pace import Pace
from services.viewers import NOBODY, Viewer

if TYPE_CHECKING:
    from services.graticule import Graticule
    from services.repositories import RepositoryService
    from services.snapshots import OpenSnapshot

RowT = TypeVar("RowT")
Asked: TypeAlias = tuple[Any, ...]
"""One question about one row: its id, then what else is asked, by which questions are grouped."""

CONCURRENT_READS: Final = 4
SOURCE_BYTES: Final = 1024 * 1024


class Context:
    """The services and the clock, as one viewer sees them."""

    def __init__(
        self,
        graticule: "Graticule",
        *,
        started_at: datetime,
        viewer: Viewer = NOBODY,
        limits: Limits = Limits(),  # noqa: B008  # frozen
        pace: Pace | None = None,
    ) -> None:
        self.graticule = graticule
        self.limits = limits
        self.pace = pace or Pace()
        self.started_at = started_at
        self.viewer = viewer
        self._reading = asyncio.Semaphore(CONCURRENT_READS)
        self.pausing = 0
        # `service` is looked up each time: a socket's viewer comes after its context.
        self.jobs = self._joined(lambda ids: self.service.jobs_by_id(ids))  # noqa: PLW0108
        self.repositories = self._joined(lambda ids: self.service.repositories_by_id(ids))  # noqa: PLW0108
        self.queue_positions = self._joined(lambda ids: self.service.batches.queue_positions(ids))  # noqa: PLW0108
        self.job_pages = self._grouped(
            lambda ids, offset, limit: self.service.batches.jobs_of(ids, offset=offset, limit=limit)
        )
        self.snapshot_pages = self._grouped(
            lambda ids, offset, limit: self.service.batches.snapshots_of(ids, offset=offset, limit=limit)
        )
        self.newest_jobs = self._grouped(lambda ids, ref: self.service.batches.newest_jobs(ids, ref=ref))
        self.latest_snapshots = self._grouped(
            lambda ids, ref, commit: self.service.batches.latest_snapshots(ids, ref=ref, at_commit=commit)
        )

    @property
    def metrics(self) -> Metrics:
        """Give the figures of this process."""
        return self.graticule.backbone.metrics

    def refused(self, error: GraticuleError) -> None:
        """Count what a client is told as data of a payload."""
        self.metrics.refusals.labels(error.code.value).inc()

    @property
    def service(self) -> "RepositoryService":
        """Give the façade that answers everything, to this viewer.

        UnauthenticatedError for nobody, and when the token was revoked since a socket was opened with it.
        """
        self.graticule.door.check(self.viewer)
        return self.graticule.repositories.seen_by(self.viewer)

    async def read_source(self, opened: "OpenSnapshot", path: str, *, max_bytes: int = SOURCE_BYTES) -> bytes:
        """Read a file of a snapshot; of one caller at most four at a time, since each is a git process."""
        async with self._reading:
            return await self.service.source(opened, path, max_bytes=max_bytes)

    def now(self) -> datetime:
        """Give the time, for durations that are shown."""
        return datetime.now(UTC)

    async def pause(self) -> None:
        """Let the loop turn; what this context's fields ask the store waits for those that pause."""
        self.pausing += 1
        try:
            await self.pace.turn()
        finally:
            self.pausing -= 1

    def _joined(self, load: Callable[[Collection[str]], Awaitable[Mapping[str, RowT]]]) -> Joined[str, RowT]:
        """Read the rows that are asked for together in one statement; None for what is not there."""
        return Joined(load, lambda: self.pausing > 0, self.pause)

    def _grouped(self, load: Callable[..., Awaitable[Mapping[str, RowT]]]) -> Joined[Asked, RowT]:
        """Read what is asked about many rows in one statement for each thing that is asked.

        What is wrong with one thing is told to those who asked for it alone.
        """

        async def load_all(asked: Collection[Asked]) -> Mapping[Asked, RowT | BaseException]:
            ids: dict[Asked, set[str]] = defaultdict(set)
            for row_id, *what in asked:
                ids[tuple(what)].add(row_id)
            answers = await asyncio.gather(*(load(ids[what], *what) for what in ids), return_exceptions=True)
            found = dict(zip(ids, answers, strict=True))
            return {one: row for one in asked if (row := _row(found[one[1:]], one[0])) is not None}

        return Joined(load_all, lambda: self.pausing > 0, self.pause)


def _row(answer: Mapping[str, RowT] | BaseException, row_id: str) -> RowT | BaseException | None:
    return answer if isinstance(answer, BaseException) else answer.get(row_id)


Info: TypeAlias = strawberry.Info[Context, None]
