"""One data folder's clones under their quota: what comes, what is evicted, and rows that say what is on disk.

The row goes first and the folder after it, both while nobody reads: whoever finds a row finds a clone,
and a folder that a crash left without one is taken up, or deleted, by the next look.
"""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from services.acquire.clones import Clones
from services.acquire.folders import digest_of
from services.acquire.git import folder_bytes
from services.errors import AcquireError, ErrorCode, NotFoundError
from services.events import Hint
from services.eviction import Holding, going, overflow, unread
from services.hub import LiveHub
from services.jobs.rooms import Budget, Claim, Rooms
from services.metrics import Metrics
from services.models import JobKind, Repository
from services.store.places import PlaceStore

REFUSALS: Final = frozenset({ErrorCode.QUOTA_EXCEEDED, ErrorCode.DISK_FULL})
LOST_SECONDS: Final = 24 * 3600.0
"""A machine that was away for less comes back with its clones; what one that is gone held is a row, not a disk."""
LOOKS_AT_DISK_EVERY: Final = 10
"""Sweeps, of which there is one a minute: what another place's removal left here, and what was done by hand."""

logger = structlog.stdlib.get_logger()


@dataclass(frozen=True, slots=True)
class Shelf:
    """The parts of a place: its name, rows, folders, and who is told of changes."""

    place_id: str
    places: PlaceStore
    clones: Clones
    hub: LiveHub
    metrics: Metrics


class Place:
    """The clones of one data folder. `sweep` it every minute; `room` is where a clone begins."""

    def __init__(self, shelf: Shelf, budget: Budget) -> None:
        self.id = shelf.place_id
        self._places = shelf.places
        self.clones = shelf.clones
        self._hub = shelf.hub
        self._metrics = shelf.metrics
        self._rooms = Rooms(budget, self)
        self._evicting = asyncio.Lock()
        self._sweeps = 0

    # What comes

    @asynccontextmanager
    async def room(self, repository: Repository, kind: JobKind) -> AsyncIterator["CloneRoom"]:
        """Keep room for a clone of a repository until the block ends. QuotaExceededError; AcquireError (DISK_FULL).

        None is kept for one that is here already, which only grows.
        """
        budget = self._rooms.budget
        here = await self._places.holds(self.id, repository.id)
        expected = 0 if here else await asyncio.to_thread(budget.guess_bytes, repository.size_bytes)
        try:
            async with self._rooms.claim(expected) as claim:
                yield CloneRoom(self, repository, claim, used=kind is not JobKind.REFRESH)
        except AcquireError as error:
            if error.code in REFUSALS:
                self._metrics.refused_clones.inc()
            raise

    async def grown(self, claim: Claim, size_bytes: int) -> None:
        """Keep more room for a clone that grows."""
        await self._rooms.grow(claim, size_bytes)

    async def arrived(self, repository: Repository, size_bytes: int, *, used: bool) -> None:
        """Note a clone; one of a repository that was removed meanwhile is an error, and goes with the next look."""
        after = await self._places.arrived(self.id, repository.id, size_bytes, used=used)
        if after is None:
            raise NotFoundError("The repository was removed while it was being cloned.")
        await self._tell(after)

    async def read(self, repository: Repository) -> None:
        """Note that a file of a clone was read."""
        await self._places.used(self.id, repository.id)

    async def gone(self, repository_id: str) -> None:
        """Note that a clone was thrown away."""
        changed = await self._places.gone(self.id, repository_id)
        if changed is not None:
            await self._tell(changed)

    async def throw_away(self, repository: Repository) -> None:
        """Delete a clone that was found damaged, unless somebody else has it: they will find that out as well."""

        async def agreed() -> bool:
            await self.gone(repository.id)
            return True

        await self.clones.evict(repository.name, agreed=agreed)

    # What goes

    async def used_bytes(self) -> int:
        """Give what the clones take."""
        return await self._places.clone_bytes(self.id)

    async def pinned_bytes(self) -> int:
        """Give what those of pinned repositories take."""
        return await self._places.pinned_bytes(self.id)

    async def evict(self, needed_bytes: int) -> int:
        """Free so many bytes by the least recently used clones that may go; gives how many were freed."""
        freed = 0
        async with self._evicting:
            left = unread(await self._places.holdings(self.id), self.clones.in_use)
            while freed < needed_bytes and (chosen := going(left, needed_bytes=needed_bytes - freed)):
                for holding in chosen:
                    freed += await self._let_go(holding)
                left = unread(left, {holding.name for holding in chosen})
        return freed

    async def relieve(self, repository: Repository) -> None:
        """Make room on a disk that was found full, for one more try at a repository."""
        budget = self._rooms.budget
        expected = await asyncio.to_thread(budget.guess_bytes, repository.size_bytes)
        needed = await asyncio.to_thread(budget.lacking_on_disk, expected)
        if needed > 0:
            await self.evict(needed)

    async def _let_go(self, holding: Holding) -> int:
        changed: list[Repository] = []

        async def agreed() -> bool:
            after = await self._places.evict(self.id, holding.repository_id)
            changed.extend([after] if after else [])
            return after is not None

        if not await self.clones.evict(holding.name, agreed=agreed):
            return 0
        logger.info("clone evicted", repository=holding.name, size_bytes=holding.size_bytes, used_at=holding.used_at)
        self._metrics.evictions.labels("clone").inc()
        self._metrics.evicted_bytes.labels("clone").inc(holding.size_bytes)
        await self._tell(changed[0])
        return holding.size_bytes

    # Again and again

    async def sweep(self) -> None:
        """Say that this place lives, evict above the high watermark, and now and then look at what is on disk."""
        budget = self._rooms.budget
        quota = await asyncio.to_thread(budget.quota_bytes)
        await self._places.beat(self.id, host=socket.gethostname(), quota_bytes=quota)
        if self._sweeps % LOOKS_AT_DISK_EVERY == 0:
            await self._look_at_disk()
            await self._forget_lost()
        self._sweeps += 1
        await self.settle()

    async def settle(self) -> None:
        """Evict down to the low watermark once the high one is passed, of the quota or of what the disk has left."""
        budget = self._rooms.budget
        used = await self.used_bytes()
        quota = await asyncio.to_thread(budget.quota_bytes)
        lacking = await asyncio.to_thread(budget.lacking_on_disk, self._rooms.coming_bytes)
        needed = max(overflow(used, quota), lacking)
        freed = await self.evict(needed) if needed > 0 else 0
        self._metrics.clone_bytes.set(used - freed)
        self._metrics.clone_quota_bytes.set(quota)
        self._metrics.reserved_bytes.set(self._rooms.coming_bytes)

    async def _look_at_disk(self) -> None:
        """Make rows and folders agree: rows without a folder go, folders without a row are taken up or deleted."""
        found = await self.clones.present()
        rows = {digest_of(holding.name): holding for holding in await self._places.holdings(self.id)}
        for digest in rows.keys() - found.keys():
            await self._lose(rows[digest])
        unknown = found.keys() - rows.keys()
        known = {digest_of(name): name for name in (await self._places.names() if unknown else {})}
        for digest in unknown:
            await self._take_up(found[digest], known.get(digest))
        for repository_id in await self._places.strays():
            await self.gone(repository_id)

    async def _lose(self, holding: Holding) -> None:
        """Drop a row whose folder is not there, unless somebody is just making it."""
        if holding.name in self.clones.in_use:
            return
        if not await self.clones.is_here(holding.name):
            logger.warning("a clone is gone", repository=holding.name)
            await self.gone(holding.repository_id)

    async def _take_up(self, folder: Path, name: str | None) -> None:
        """Note a clone that has no row; delete one that belongs to nobody."""
        if name is None:
            logger.info("a clone of no repository is deleted", folder=folder.name)
            await self.clones.discard(folder)
            return
        if name in self.clones.in_use:
            return
        ids = await self._places.names()
        if name in ids:
            size_bytes = await asyncio.to_thread(folder_bytes, folder)
            after = await self._places.arrived(self.id, ids[name], size_bytes, used=False)
            if after is not None:
                await self._tell(after)

    async def _forget_lost(self) -> None:
        """Forget places that have been silent for a day: nobody can read what they hold."""
        for place_id in await self._places.lost(seconds=LOST_SECONDS):
            logger.warning("a place is lost", place=place_id)
            for changed in await self._places.close(place_id):
                await self._tell(changed)

    async def _tell(self, repository: Repository) -> None:
        await self._hub.publish(Hint(repository.id, repository.revision))


class CloneRoom:
    """The room of one attempt: `services.acquire.rooms.Room` at a place."""

    def __init__(self, place: Place, repository: Repository, claim: Claim, *, used: bool) -> None:
        self._place = place
        self._repository = repository
        self._claim = claim
        self._used = used

    async def grown(self, size_bytes: int) -> None:
        """Take so many bytes in all."""
        await self._place.grown(self._claim, size_bytes)

    async def arrived(self, size_bytes: int) -> None:
        """Note the clone; what it takes is in its row from now on."""
        await self._place.arrived(self._repository, size_bytes, used=self._used)
        self._claim.kept_bytes = self._claim.written_bytes = 0

    async def gone(self) -> None:
        """Note that the clone was thrown away."""
        await self._place.gone(self._repository.id)
