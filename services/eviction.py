"""What goes when room is short: pure functions from rows to the ones that are deleted, in order.

A clone can be made again from its remote and a map from a clone, so both are caches under a quota. What
somebody waits for (a live job), reads at this moment, or has pinned, never goes.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol, TypeVar

from services.models import SnapshotKey

HIGH: Final = 0.9
"""Of a quota: above this, room is made. A tenth of the default is 5 GiB, a minute of four fast clones."""
LOW: Final = 0.8
"""Of a quota: down to this, so that the next clone does not begin by making room again."""


@dataclass(frozen=True, slots=True)
class Holding:
    """A clone at a place. `used_at` is the latest use of the repository there or of its maps; `busy`: a live job."""

    repository_id: str
    name: str
    size_bytes: int
    used_at: datetime
    pinned: bool = False
    busy: bool = False

    @property
    def stays(self) -> bool:
        """Whether it may not go now."""
        return self.pinned or self.busy

    @property
    def order(self) -> tuple[object, ...]:
        """What sorts those that go: the least recently used first."""
        return self.used_at, self.repository_id


@dataclass(frozen=True, slots=True)
class KeptMap:
    """A map in the store. `superseded`: no ref leads to it (any more); `used_at` is the last use of its repository."""

    key: SnapshotKey
    size_bytes: int
    built_at: datetime
    used_at: datetime
    superseded: bool = False
    pinned: bool = False
    busy: bool = False

    @property
    def stays(self) -> bool:
        """Whether it may not go now: of a pinned repository only what no ref leads to may."""
        return self.busy or (self.pinned and not self.superseded)

    @property
    def order(self) -> tuple[object, ...]:
        """What sorts those that go: the oldest that no ref leads to, then the repositories that were read least."""
        since = self.built_at if self.superseded else self.used_at
        return not self.superseded, since, self.key.repository_id, self.key.commit, self.key.engine_version


class Evictable(Protocol):
    """A clone or a map."""

    @property
    def size_bytes(self) -> int:
        """Give what its going frees."""

    @property
    def stays(self) -> bool:
        """Whether it may not go now."""

    @property
    def order(self) -> tuple[object, ...]:
        """Give what sorts those that go."""


EvictableT = TypeVar("EvictableT", bound=Evictable)


def going(items: Iterable[EvictableT], *, needed_bytes: int) -> list[EvictableT]:
    """Give what goes, in order, until so many bytes are free, or all that may go when that is less."""
    chosen: list[EvictableT] = []
    for item in sorted((item for item in items if not item.stays), key=lambda item: item.order):
        if needed_bytes <= 0:
            break
        chosen.append(item)
        needed_bytes -= item.size_bytes
    return chosen


def unread(holdings: Iterable[Holding], reading: Collection[str]) -> list[Holding]:
    """Give the clones of which none of these names is: those are read, or worked on, at this moment."""
    return [holding for holding in holdings if holding.name not in reading]


def overflow(used_bytes: int, quota_bytes: int) -> int:
    """Give how many bytes are to go: none below the high watermark, else all above the low one."""
    return used_bytes - int(quota_bytes * LOW) if used_bytes > quota_bytes * HIGH else 0
