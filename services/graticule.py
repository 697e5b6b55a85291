"""The composition root of a server: what is opened, in which order, and closed in reverse.

Whoever serves (GraphQL, MCP, the command line) enters `Graticule.start` and finds one façade and one hub. On one
machine the server works as well; with `concurrent_jobs` 0 it leaves that to workers and keeps nothing of its own.
Leaving it takes at most 10 s: running jobs go back into the queue and are resumed by whoever comes next.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from services.access.admission import Admission
from services.access.door import Door
from services.access.rates import Rates
from services.acquire.acquirer import Acquirer
from services.acquire.git import check_git_version
from services.backbone import Backbone, now
from services.follow import Follower
from services.garbage import settled_memory
from services.hub import LiveHub
from services.mapping.tokens import encoding
from services.mapping.views import Tokenizer
from services.maps import Maps
from services.metrics import Metrics
from services.reach import Reach
from services.repositories import RepositoryService
from services.roles import require_server
from services.settings import Settings, is_shared
from services.sources import Elsewhere, FirstOf
from services.storage import Storage
from services.store.datadir import lock_data_dir
from services.store.map_evictions import MapEvictions
from services.store.map_sights import MapSights
from services.store.tokens import TokenStore
from services.tracing import Traces
from services.workplace import open_workplace


@dataclass(frozen=True, slots=True)
class Graticule:
    """The running services of one server."""

    backbone: Backbone
    repositories: RepositoryService
    door: Door
    reach: Reach

    @property
    def settings(self) -> Settings:
        """Give the settings that it was started with."""
        return self.backbone.settings

    @property
    def hub(self) -> LiveHub:
        """Give where changes are heard of."""
        return self.backbone.hub

    @classmethod
    @asynccontextmanager
    async def start(
        cls, settings: Settings, *, metrics: Metrics | None = None, traces: Traces | None = None
    ) -> AsyncIterator[Self]:
        """Open everything, resume what a dead server left, and work until the block ends.

        Raises a GraticuleError when another server holds the data folder, or uses the database and shares no
        bus with this one, when nobody could run jobs, when git is missing or too old, or when a setting is wrong. A
        bus that cannot be reached is none of these: `problem` says so until it can.
        """
        require_server(settings)
        async with AsyncExitStack() as stack:
            await asyncio.to_thread(check_git_version)
            stack.enter_context(_folder(settings))
            # Building it holds the GIL for 0.15 s, which the first asker of an outline would feel.
            vocabulary = asyncio.create_task(asyncio.to_thread(encoding, Tokenizer.O200K_BASE))
            backbone = await stack.enter_async_context(
                Backbone.open(settings, metrics=metrics or Metrics(), followed=True, traces=traces)
            )
            rates = Rates(settings.submission_rate, redis_url=settings.redis_url)
            stack.push_async_callback(rates.close)
            door = await Door.open(TokenStore(backbone.database), now, settings)
            reach = await stack.enter_async_context(_open_reach(backbone))
            service = _open_service(backbone, reach, door, rates)
            await stack.enter_async_context(backbone.kept_going())
            await vocabulary
            async with settled_memory():
                yield cls(backbone, service, door, reach)

    async def problem(self) -> str | None:
        """Why this server should get no clients now, in a line; None when it should. One SELECT, at most 2 s."""
        works = self.settings.concurrent_jobs > 0
        obstacle = await asyncio.to_thread(self.reach.acquirer.clones.problem) if works else None
        return await self.backbone.problem() or obstacle

    async def measure(self) -> None:
        """Look at what is only counted when somebody reads the figures; one SELECT, at most 2 s."""
        await self.backbone.measure()


@contextmanager
def _folder(settings: Settings) -> Iterator[None]:
    """Hold the data folder if jobs run here. Without jobs nothing is kept but a database of this machine, if any."""
    if settings.concurrent_jobs:
        with lock_data_dir(settings.data_dir):
            yield
        return
    if settings.database_url is None:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    yield


@asynccontextmanager
async def _open_reach(backbone: Backbone) -> AsyncIterator[Reach]:
    """Run jobs, or only reach remotes, from a folder that goes away: any number of servers needs none of their own.

    Files are read here, and from others if there is a bus to ask them over.
    """
    settings = backbone.settings
    async with AsyncExitStack() as stack:
        elsewhere = [Elsewhere(settings.effective_bus_url)] if is_shared(settings.effective_bus_url) else []
        for others in elsewhere:
            stack.push_async_callback(others.close)
        if settings.concurrent_jobs:
            here = await stack.enter_async_context(open_workplace(backbone))
            yield Reach(here.acquirer, FirstOf(here.sources, *elsewhere))
            return
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="graticule-server-"))
        acquirer = Acquirer.from_settings(settings, root=Path(folder))
        await backbone.records.repositories.hide(acquirer.credentials.covers)
        yield Reach(acquirer, FirstOf(*elsewhere))


def _open_service(backbone: Backbone, reach: Reach, door: Door, rates: Rates) -> RepositoryService:
    records, settings = backbone.records, backbone.settings
    maps = Maps(MapSights(backbone.database), backbone.artifacts, backbone.shelf)
    evictions = MapEvictions(backbone.database, now)
    return RepositoryService(
        records,
        reach=reach,
        storage=Storage(records.places, records.repositories, evictions, map_quota_bytes=settings.artifacts_bytes),
        queue=backbone.queue,
        hub=backbone.hub,
        maps=maps,
        follower=Follower(records.repositories, records.jobs, maps, backbone.hub, now),
        admission=Admission(door, rates, reach.acquirer.credentials.covers),
    )
