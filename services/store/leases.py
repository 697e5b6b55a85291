"""Which workers fell silent, told without comparing clocks: a heartbeat that does not change for a lease is none.

Each process watches with its own monotonic clock. What a worker's clock says is only looked at for being the same as
before, so it may be an hour ahead, behind, or set. Who has not looked for a while (it was frozen, the store was away)
does not know who was silent meanwhile, and begins anew: nobody loses a job for the watcher's own absence.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

LONGEST_GAP: Final = 0.75
"""Of a lease, between two looks, of which there are four in each; it leaves a worker the rest to be heard again."""


@dataclass(frozen=True, slots=True)
class Beat:
    """The last sign of life of an attempt."""

    job_id: str
    attempt: int
    heartbeat_at: datetime | None


class Leases:
    """What one process has seen of all attempts that run. `monotonic` gives seconds."""

    def __init__(self, lease_seconds: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._lease_seconds = lease_seconds
        self._monotonic = monotonic
        self._since: dict[Beat, float] = {}
        self._looked_at = float("-inf")

    def silent(self, beats: Iterable[Beat]) -> list[Beat]:
        """Look at the beats of all that runs, and give those that have been the same for a lease."""
        now = self._monotonic()
        known = self._since if now - self._looked_at <= LONGEST_GAP * self._lease_seconds else {}
        self._looked_at = now
        self._since = {beat: known.get(beat, now) for beat in beats}
        return [beat for beat, since in self._since.items() if now - since >= self._lease_seconds]
