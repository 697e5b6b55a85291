"""Room for clones before they are made: what is there, what is on its way, and what must go for more.

What a clone is expected to take is kept for it, and grows with what git has written, so that clones
that run side by side cannot overrun together what each alone would keep to.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from services.errors import AcquireError, ErrorCode, QuotaExceededError
from services.settings import MEBIBYTE, Settings

GUESS_BYTES: Final = 64 * MEBIBYTE
"""For a repository that was never cloned: nine of ten are smaller at one commit deep."""
AHEAD_BYTES: Final = 32 * MEBIBYTE
"""Kept beyond what git has written, which is looked at twice a second: 64 MB/s."""
SMALL_SHARE: Final = 16
"""Of the quota: neither a guess nor what is kept ahead is more, or four clones would fill a small disk unseen."""
FREE_SHARE: Final = 20
"""Of the disk: what is to stay free is at most this part of it."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What the clones below a folder may take."""

    folder: Path
    clones_bytes: int
    disk_free_bytes: int

    @classmethod
    def from_settings(cls, settings: Settings) -> "Budget":
        """Take it out of the settings."""
        return cls(settings.data_dir, settings.clones_bytes, settings.disk_free_bytes)

    def guess_bytes(self, known: int | None) -> int:
        """Give what a clone will take: as much as the last one did, else a small part of what there is."""
        return known or min(GUESS_BYTES, self.quota_bytes() // SMALL_SHARE)

    def ahead_bytes(self) -> int:
        """Give what is kept beyond what is written."""
        return min(AHEAD_BYTES, self.quota_bytes() // SMALL_SHARE)

    def quota_bytes(self) -> int:
        """Give what clones may take, never more than the disk has."""
        return min(self.clones_bytes, shutil.disk_usage(self.folder).total)

    def lacking_on_disk(self, coming_bytes: int) -> int:
        """Give what is missing on the disk for so many bytes more; 0 and less: nothing is."""
        disk = shutil.disk_usage(self.folder)
        return min(self.disk_free_bytes, disk.total // FREE_SHARE) + coming_bytes - disk.free


@dataclass(slots=True, eq=False)
class Claim:
    """What one attempt has kept and what of that it has written."""

    kept_bytes: int = 0
    written_bytes: int = 0


class Stock(Protocol):
    """The clones that are there; `services.jobs.place.Place` has them."""

    async def used_bytes(self) -> int:
        """Give what they take."""

    async def pinned_bytes(self) -> int:
        """Give what those take that may never go."""

    async def evict(self, needed_bytes: int) -> int:
        """Free so many bytes, or as many as can be; gives how many."""


class Rooms:
    """The claims of all attempts of one place."""

    def __init__(self, budget: Budget, stock: Stock) -> None:
        self.budget = budget
        self._stock = stock
        self._claims: set[Claim] = set()
        self._turn = asyncio.Lock()

    @property
    def kept_bytes(self) -> int:
        """Give what all attempts have kept."""
        return sum(claim.kept_bytes for claim in self._claims)

    @property
    def coming_bytes(self) -> int:
        """Give what they may still write."""
        return sum(max(0, claim.kept_bytes - claim.written_bytes) for claim in self._claims)

    @asynccontextmanager
    async def claim(self, expected_bytes: int) -> AsyncIterator[Claim]:
        """Keep room for a clone until the block ends. QuotaExceededError; AcquireError (DISK_FULL)."""
        claim = Claim()
        self._claims.add(claim)
        try:
            await self._keep(claim, expected_bytes)
            yield claim
        finally:
            self._claims.discard(claim)

    async def grow(self, claim: Claim, size_bytes: int) -> None:
        """Keep more for what has become larger than was expected; what is kept ahead is kept where it can be."""
        claim.written_bytes = size_bytes
        if size_bytes > claim.kept_bytes:
            ahead = await asyncio.to_thread(self.budget.ahead_bytes)
            await self._keep(claim, size_bytes - claim.kept_bytes, ahead_bytes=ahead)

    async def _keep(self, claim: Claim, more_bytes: int, *, ahead_bytes: int = 0) -> None:
        if more_bytes <= 0:
            return
        async with self._turn:
            lacking = await self._lacking(claim, more_bytes + ahead_bytes)
            if max(lacking) > 0:
                await self._stock.evict(max(lacking))
                lacking = await self._lacking(claim, more_bytes + ahead_bytes)
            quota, disk = (part - ahead_bytes for part in lacking)
            if quota > 0:
                raise await self._over_quota(claim, more_bytes)
            if disk > 0:
                raise AcquireError(
                    ErrorCode.DISK_FULL,
                    f"The disk has {disk} bytes too little for this clone and for what is to stay free.",
                    hint="Free some space, remove repositories, or lower GRATICULE_DISK_FREE_BYTES.",
                )
            claim.kept_bytes += more_bytes + (ahead_bytes if max(lacking) <= 0 else 0)

    async def _lacking(self, claim: Claim, more_bytes: int) -> tuple[int, int]:
        """Give what is missing for more under the quota, and on the disk, where some of it may be written already."""
        over = await self._stock.used_bytes() + self.kept_bytes + more_bytes - self.budget.quota_bytes()
        written = max(0, claim.written_bytes - claim.kept_bytes)
        return over, self.budget.lacking_on_disk(self.coming_bytes + more_bytes - written)

    async def _over_quota(self, claim: Claim, more_bytes: int) -> QuotaExceededError:
        """Say which limit it is and what takes the room; passing unless it is what is pinned, and this clone."""
        used, quota = await self._stock.used_bytes(), self.budget.quota_bytes()
        error = QuotaExceededError(
            ErrorCode.QUOTA_EXCEEDED,
            f"GRATICULE_CLONES_BYTES gives {quota} bytes here. Clones that cannot be evicted now take {used}, "
            f"those under way {self.kept_bytes}: no room for {more_bytes} more.",
        )
        error.passing = await self._stock.pinned_bytes() + claim.kept_bytes + more_bytes <= quota
        return error
