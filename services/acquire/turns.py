"""Who works on a repository's clone: one at a time changes it, any number read it, and nobody while it goes."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager


class Turns:
    """A lock for each name that somebody holds, reads or waits for; nothing is kept of the others."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}
        self._waiting: Counter[str] = Counter()
        self._readers: Counter[str] = Counter()
        self._going: dict[str, asyncio.Event] = {}

    @property
    def busy(self) -> frozenset[str]:
        """Give the names that somebody holds, reads or waits for now."""
        return frozenset((*self._waiting, *self._readers, *self._going))

    @asynccontextmanager
    async def take(self, name: str) -> AsyncIterator[None]:
        """Wait for the name, and hold it; in the order in which it was asked for. Readers read on."""
        lock = self._locks.setdefault(name, asyncio.Lock())
        try:
            with _counted(self._waiting, name):
                await self._stays(name)
                async with lock:
                    yield
        finally:
            if name not in self._waiting:
                self._locks.pop(name, None)

    @asynccontextmanager
    async def read(self, name: str) -> AsyncIterator[None]:
        """Keep what is there from going, beside those who work on it; waits only while it goes."""
        with _counted(self._readers, name):
            await self._stays(name)
            yield

    @contextmanager
    def alone(self, name: str) -> Iterator[bool]:
        """Keep everybody off a name that may go now; False, and nothing is kept, when somebody has it."""
        if name in self.busy:
            yield False
            return
        self._going[name] = asyncio.Event()
        try:
            yield True
        finally:
            self._going.pop(name).set()

    async def _stays(self, name: str) -> None:
        while name in self._going:
            await self._going[name].wait()


@contextmanager
def _counted(counter: Counter[str], name: str) -> Iterator[None]:
    counter[name] += 1
    try:
        yield
    finally:
        counter[name] -= 1
        if not counter[name]:
            del counter[name]
