"""When garbage is collected: seldom, and not again through what stays.

A full collection looks at every object that is not spared, and holds the event loop meanwhile: with
20,000 followers for 87 ms, once a minute, and it freed nothing. What has survived one is therefore spared
from the next ones. What dies later is freed all the same, unless it is part of a circle: those wait until
so much was spared that all of it is worth a look.
"""

import gc
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

from services.duties import Duty, duties

YOUNG_OBJECTS: Final = 20_000
"""A change that is told to 10,000 followers makes an object for each: Python's own 700 would be 15 collections."""
LOOK_SECONDS: Final = 1.0
"""How often to look whether a full one is due: what came since the last is what it takes its time for."""
COLLECTED_EVERY: Final = 1
"""Collections of the middle generation, of 200,000 objects each, after which a full one is due."""
COLLECTED_AT_ONCE_EVERY: Final = 40
"""After so many it no longer waits for its time: 8 million objects that nothing but a collection may free."""
MOST_SPARED: Final = 1_000_000
"""Objects, some 100 MB, that were spared since all were looked at."""


class Garbage:
    """Collects for the one process that it is in."""

    def __init__(self, *, most_spared: int = MOST_SPARED) -> None:
        self._most_spared = most_spared
        self._known = 0
        """Objects that were spared when all were looked at."""

    @contextmanager
    def settled(self) -> Iterator[None]:
        """Spare what is there, which lives as long as the server, and leave full collections to `collect`.

        Those that Python begins by itself fell into the middle of large answers and took up to 200 ms.
        """
        usual = gc.get_threshold()
        self._look_at_all()
        gc.set_threshold(YOUNG_OBJECTS, usual[1], COLLECTED_AT_ONCE_EVERY)
        try:
            yield
        finally:
            gc.set_threshold(*usual)
            gc.unfreeze()

    async def collect(self) -> None:
        """Collect in full when that is due, and spare what is left: 0.2 ms for each 1,000 objects that are new.

        `gc.get_objects` would hold a tuple that another thread is making, which then fails there with a SystemError:
        it ended the thread of the pool that looks after the parsers.
        """
        if gc.get_count()[2] < COLLECTED_EVERY:
            return
        if gc.get_freeze_count() - self._known > self._most_spared:  # 10 ms for a million
            self._look_at_all()
            return
        gc.collect()
        gc.freeze()

    def _look_at_all(self) -> None:
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        self._known = gc.get_freeze_count()


@asynccontextmanager
async def settled_memory() -> AsyncIterator[None]:
    """Spare what lives as long as the process from garbage collection, and collect the rest when that is due."""
    garbage = Garbage()
    with garbage.settled():
        async with duties(Duty("garbage", garbage.collect, LOOK_SECONDS)):
            yield
