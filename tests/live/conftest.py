"""A hub on a real bus, a follower, and rows to change under them."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

import pytest

from services.bus import Bus
from services.events import Hint
from services.follow import Follower
from services.hub import LiveHub
from services.models import JobChange, Phase, Progress
from tests.support.liverows import MemoryJobs, MemoryRepositories, MemoryRows


@dataclass
class Live:
    """Everything between a committed change and an event."""

    rows: MemoryRows
    hub: LiveHub
    follower: Follower

    async def tell(self, change: JobChange) -> JobChange:
        await self.hub.announce(change)
        return change

    async def count(self, change: JobChange, current: int, sequence: int) -> None:
        """Send counters that are in no row."""
        await self.hub.publish(
            Hint(
                repository_id=change.repository.id,
                repository_revision=change.repository.revision,
                job_id=change.job.id,
                job_revision=change.job.revision,
                epoch=change.job.attempt,
                progress_seq=sequence,
                progress=Progress(Phase.RECEIVING, current, 1000),
            )
        )


OpenLive = Callable[..., AbstractAsyncContextManager[Live]]


@asynccontextmanager
async def _open_live(
    *,
    bus: Bus | None = None,
    resync_seconds: float = 60.0,
    reread_seconds: float = 60.0,
    heartbeat_seconds: float = 5.0,
    rows: MemoryRows | None = None,
) -> AsyncIterator[Live]:
    rows = rows or MemoryRows()
    repositories = MemoryRepositories(rows)
    hub = LiveHub(
        bus or Bus(),
        read_revisions=lambda: repositories.revisions(None),
        resync_seconds=resync_seconds,
        heartbeat_seconds=heartbeat_seconds,
    )
    await hub.start()
    try:
        yield Live(rows, hub, Follower(repositories, MemoryJobs(rows), hub, rows.clock, reread_seconds=reread_seconds))
    finally:
        await hub.close()


@pytest.fixture
def open_live() -> OpenLive:
    return _open_live


@pytest.fixture
async def live() -> AsyncIterator[Live]:
    async with _open_live() as opened:
        yield opened
