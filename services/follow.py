"""Follow a repository, a job, a map or the whole fleet: one feed for all who follow the same, one subscriber for each.

`services.feed` has the algorithm. Whoever delivers to many at once joins subscribers of their own;
the generators here are for one follower each.
"""

import asyncio
import math
from collections.abc import AsyncGenerator, Callable, Mapping
from datetime import datetime
from typing import Any, Final

from services.feed import REREAD_SECONDS, Feed
from services.feeds import FleetFeed, JobFeed, RepositoryFeed, Sources
from services.hub import LiveHub
from services.map_feed import MapFeed
from services.models import MapSighting, Sighting
from services.reads import JobReads, MapReads, RepositoryReads, SharedReads
from services.subscriber import AS_USUAL, Delivery, EventT, Subscriber
from services.topics import FleetTopic, JobTopic, MapTopic, RepositoryTopic, Topic

KINDS: Final[Mapping[type[Topic[Any]], Callable[..., Feed[Any]]]] = {
    JobTopic: JobFeed,
    RepositoryTopic: RepositoryFeed,
    FleetTopic: FleetFeed,
    MapTopic: MapFeed,
}


class Follower:
    """Turns hints into events. Every generator leaves its feed when it is closed or cancelled."""

    def __init__(
        self,
        repositories: RepositoryReads,
        jobs: JobReads,
        maps: MapReads,
        hub: LiveHub,
        clock: Callable[[], datetime],
        *,
        reread_seconds: float = REREAD_SECONDS,
    ) -> None:
        self._repositories = repositories
        self._maps = maps
        self._sources = Sources(
            hub, repositories, jobs, maps, SharedReads(self._sight), SharedReads(self._sight_map), clock, reread_seconds
        )
        self._feeds: dict[Topic[Any], Feed[Any]] = {}

    async def join(self, topic: Topic[EventT], subscriber: Subscriber[EventT]) -> Feed[EventT]:
        """Begin to tell a subscriber about a topic, from the state now; give the feed to leave. NotFoundError."""
        while True:
            feed = self._feeds.get(topic) or self._open(topic)
            if await feed.join(subscriber):
                return feed

    async def follow(self, topic: Topic[EventT], delivery: Delivery = AS_USUAL) -> AsyncGenerator[EventT]:
        """Give the state now, unless it is the revision that the follower has, then each newer one, at their rate.

        A job ends after exactly one terminal event, which also one that has already ended gives; a
        repository with DELETED or, without `follow`, when every job that was live at the start has
        ended. A fleet begins with a SNAPSHOT of each match (at most 500); one that no longer matches
        is shown once more. A map goes on until its repository is removed. All end when the hub closes. NotFoundError.
        """
        reader: Reader[EventT] = Reader(delivery)
        feed = await self.join(topic, reader)
        try:
            while await reader.ready():
                for pending in reader.take(asyncio.get_running_loop().time()):
                    yield pending.as_event()
        finally:
            feed.leave(reader)

    def _open(self, topic: Topic[EventT]) -> Feed[EventT]:
        def forget() -> None:
            if self._feeds.get(topic) is feed:
                del self._feeds[topic]

        feed: Feed[Any] = KINDS[type(topic)](self._sources, topic, on_end=forget)
        self._feeds[topic] = feed
        return feed

    async def _sight_map(self, key: tuple[str, str | None]) -> MapSighting | None:
        return await self._maps.sight(*key)

    async def _sight(self, repository_id: str) -> Sighting | None:
        return (await self._repositories.sights({repository_id})).get(repository_id)


class Reader(Subscriber[EventT]):
    """A subscriber that one task waits for."""

    def __init__(self, delivery: Delivery) -> None:
        self._news = asyncio.Event()
        super().__init__(delivery, self._news.set)

    async def ready(self) -> bool:
        """Wait until something may be shown; False after the end, and then the error that there was is raised."""
        loop = asyncio.get_running_loop()
        while not self.done and (wait_seconds := self.due_at - loop.time()) > 0:
            self._news.clear()
            try:
                async with asyncio.timeout(None if math.isinf(wait_seconds) else wait_seconds):
                    await self._news.wait()
            except TimeoutError:
                break
        if self.error is not None:
            raise self.error
        return not self.done
