"""Hold what one subscriber has not looked at yet: one slot per entity, the latest wins.

A slow client costs a slot for each entity it follows, never a queue, and a busy entity cannot
push out the end of a quiet one.
"""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass

from services.events import Hint


@dataclass(frozen=True, slots=True)
class Slot:
    """The newest hint about an entity; `lost` says that hints before it never arrived."""

    hint: Hint
    lost: bool = False


class Mailbox:
    """Slots by repository, or by job when it was attached for jobs. Belongs to one event loop."""

    def __init__(self, *, job_ids: Collection[str] | None = None) -> None:
        self._job_ids = None if job_ids is None else frozenset(job_ids)
        self._slots: dict[str, Slot] = {}
        self._filled = asyncio.Event()
        self._poked = asyncio.Event()
        self.closed = False
        """Whether the hub has gone; nothing will arrive any more."""

    def put(self, slot: Slot) -> None:
        """Keep a hint if it is about what this mailbox is for and newer than what it holds."""
        for entity in self._entities(slot.hint):
            held = self._slots.get(entity)
            self._slots[entity] = slot if held is None else self._merged(held, slot)
            self._filled.set()

    async def take(self, *, timeout_seconds: float) -> tuple[Slot, ...]:
        """Wait for something and give all of it; nothing after the timeout, when poked or when closed."""
        try:
            async with asyncio.timeout(timeout_seconds):
                await self._filled.wait()
        except TimeoutError:
            return ()
        if not self.closed:
            self._filled.clear()
        slots, self._slots = tuple(self._slots.values()), {}
        return slots

    async def pause(self, seconds: float) -> None:
        """Let hints merge for a while; returns at once when poked or closed."""
        if seconds <= 0:
            return
        try:
            async with asyncio.timeout(seconds):
                await self._poked.wait()
        except TimeoutError:
            return
        if not self.closed:
            self._poked.clear()

    def poke(self) -> None:
        """Wake whoever waits, though nothing came."""
        self._poked.set()
        self._filled.set()

    def close(self) -> None:
        """Wake whoever waits, for the last time."""
        self.closed = True
        self.poke()

    def _entities(self, hint: Hint) -> Collection[str]:
        """Name the slots of a hint; one about a repository as a whole is about each of its jobs."""
        if self._job_ids is None:
            return (hint.repository_id,)
        if hint.job_id is None:
            return self._job_ids
        return (hint.job_id,) if hint.job_id in self._job_ids else ()

    def _merged(self, held: Slot, new: Slot) -> Slot:
        newest = max(held.hint, new.hint, key=self._position)
        either_deleted = held.hint.deleted or new.hint.deleted
        hint = newest if newest.deleted == either_deleted else _deleted(newest)
        return Slot(hint, lost=held.lost or new.lost)

    def _position(self, hint: Hint) -> tuple[int, int, int]:
        revision = hint.repository_revision if self._job_ids is None else hint.job_revision
        return (revision, hint.epoch, hint.progress_seq)


def _deleted(hint: Hint) -> Hint:
    return Hint(repository_id=hint.repository_id, repository_revision=hint.repository_revision, deleted=True)
