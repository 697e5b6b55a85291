"""A hub on a real bus, a follower, and rows to change under them."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from services.bus import Bus
from services.events import Hint, JobEvent, MapEvent, RepositoryEvent
from services.fleet import Match
from services.follow import Follower
from services.hub import LiveHub
from services.mapping.views import OutlineRequest
from services.models import CloneState, JobChange, Phase, Progress
from services.subscriber import Delivery
from services.topics import FleetTopic, JobTopic, MapTopic, RepositoryTopic
from services.viewers import EVERYTHING, Grants
from tests.support.liverows import MemoryJobs, MemoryMaps, MemoryRepositories, MemoryRows


@dataclass
class Live:
    """Everything between a committed change and an event."""

    rows: MemoryRows
    maps: MemoryMaps
    hub: LiveHub
    follower: Follower

    def job(self, job_id: str, **how: Any) -> AsyncGenerator[JobEvent]:  # noqa: ANN401  # as Delivery has it
        job = self.rows.stored_jobs.get(job_id)
        return self.follower.follow(JobTopic(job_id, job.repository_id if job else ""), Delivery(**how))

    def repository(
        self,
        repository_id: str,
        *,
        grants: Collection[str] = (EVERYTHING,),
        **how: Any,  # noqa: ANN401
    ) -> AsyncGenerator[RepositoryEvent]:
        topic = RepositoryTopic(repository_id, Grants(frozenset(grants)))
        return self.follower.follow(topic, Delivery(**how))

    def map(
        self,
        repository_id: str,
        *,
        ref: str | None = None,
        tokens: int = 1024,
        grants: Collection[str] = (EVERYTHING,),
        **how: Any,  # noqa: ANN401
    ) -> AsyncGenerator[MapEvent]:
        topic = MapTopic(repository_id, ref, OutlineRequest(tokens=tokens), Grants(frozenset(grants)))
        return self.follower.follow(topic, Delivery(**how))

    def fleet(
        self,
        *,
        states: Collection[CloneState] = (),
        name_contains: str | None = None,
        grants: Collection[str] = (EVERYTHING,),
        **how: Any,  # noqa: ANN401
    ) -> AsyncGenerator[RepositoryEvent]:
        match = Match(frozenset(states), name_contains, Grants(frozenset(grants)))
        return self.follower.follow(FleetTopic(match), Delivery(**how))

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
    repositories, maps = MemoryRepositories(rows), MemoryMaps(rows)
    hub = LiveHub(
        bus or Bus(),
        revisions=repositories,
        resync_seconds=resync_seconds,
        heartbeat_seconds=heartbeat_seconds,
    )
    await hub.start()
    try:
        follower = Follower(repositories, MemoryJobs(rows), maps, hub, rows.clock, reread_seconds=reread_seconds)
        yield Live(rows, maps, hub, follower)
    finally:
        await hub.close()


@pytest.fixture
def open_live() -> OpenLive:
    return _open_live


@pytest.fixture
async def live() -> AsyncIterator[Live]:
    async with _open_live() as opened:
        yield opened
