"""All maps under their quota: the oldest that no ref leads to go first, then those of who was read least.

Every server sweeps the same store; what two of them choose at once goes once.
"""

from collections.abc import Awaitable, Callable, Sequence

import structlog

from services.events import Hint
from services.eviction import KeptMap, going, overflow
from services.hub import LiveHub
from services.metrics import Metrics
from services.store.artifacts import ArtifactStore
from services.store.map_evictions import MapEvictions, of_one_repository

logger = structlog.stdlib.get_logger()


class MapQuota:
    """The maps of all servers. `sweep` it every minute."""

    def __init__(
        self, rows: MapEvictions, artifacts: ArtifactStore, *, quota_bytes: int, hub: LiveHub, metrics: Metrics
    ) -> None:
        self._rows = rows
        self._artifacts = artifacts
        self.quota_bytes = quota_bytes
        self._hub = hub
        self._metrics = metrics

    async def used_bytes(self) -> int:
        """Give what all maps take."""
        return await self._rows.map_bytes()

    async def sweep(self) -> None:
        """Delete what an interrupted eviction left, and evict above the high watermark."""
        await self._delete_condemned()
        used = await self.used_bytes()
        needed = overflow(used, self.quota_bytes)
        freed = await self.evict(needed) if needed > 0 else 0
        self._metrics.map_bytes.set(used - freed)
        self._metrics.map_quota_bytes.set(self.quota_bytes)

    async def evict(self, needed_bytes: int) -> int:
        """Free so many bytes, or as many as may go; gives how many were freed."""
        freed = await self.evict_superseded(needed_bytes)
        return freed + await self._rounds(self._rows.least_read, needed_bytes - freed)

    async def evict_superseded(self, needed_bytes: int) -> int:
        """Free so many bytes of maps that no ref leads to, or as many as there are."""
        return await self._rounds(self._rows.superseded, needed_bytes)

    async def _rounds(self, read: Callable[[], Awaitable[list[KeptMap]]], needed_bytes: int) -> int:
        freed = 0
        while freed < needed_bytes:
            round_bytes = await self._round(going(await read(), needed_bytes=needed_bytes - freed))
            if not round_bytes:
                break
            freed += round_bytes
        return freed

    async def _round(self, chosen: Sequence[KeptMap]) -> int:
        for maps in of_one_repository(chosen):
            for changed in await self._rows.condemn([kept.key for kept in maps]):
                await self._hub.publish(Hint(changed.id, changed.revision))
        gone = set(await self._delete_condemned())
        freed = [kept.size_bytes for kept in chosen if kept.key in gone]
        if freed:
            logger.info("maps evicted", count=len(freed), size_bytes=sum(freed))
            self._metrics.evictions.labels("map").inc(len(freed))
            self._metrics.evicted_bytes.labels("map").inc(sum(freed))
        return sum(freed)

    async def _delete_condemned(self) -> Sequence[object]:
        keys = await self._rows.condemned()
        for key in keys:
            await self._artifacts.delete(key)
        await self._rows.forget(keys)
        return keys
