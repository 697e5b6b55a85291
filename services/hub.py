"""Fan hints out to the subscribers of this process, and notice when hints were lost.

The bus is read once; every mailbox attached here gets what is about its entities. Every 30 s one
SELECT of all revisions finds what moved without a hint reaching us and wakes its followers, so a
lost hint costs latency and no subscriber can be stuck.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from contextlib import contextmanager

import msgspec
import structlog

from services.bus import Bus, BusError
from services.events import Hint
from services.mailbox import Mailbox, Slot
from services.models import JobChange

ReadRevisions = Callable[[], Awaitable[Mapping[str, int]]]
"""Reads the revision of every repository, by id, from the store."""

RESYNC_SECONDS = 30.0

logger = structlog.stdlib.get_logger()


class LiveHub:
    """One for all writers and subscribers of a process; owns the bus it is given."""

    def __init__(self, bus: Bus, *, read_revisions: ReadRevisions, resync_seconds: float = RESYNC_SECONDS) -> None:
        self._bus = bus
        self._read_revisions = read_revisions
        self._resync_seconds = resync_seconds
        self._seen: dict[str, int] = {}
        self._fleet: set[Mailbox] = set()
        self._mailboxes: defaultdict[str, set[Mailbox]] = defaultdict(set)
        self._tasks: list[asyncio.Task[None]] = []
        self._closed = False
        self._decoder = msgspec.json.Decoder(Hint)

    @property
    def attached(self) -> int:
        """How many mailboxes are attached."""
        return len(self._fleet.union(*self._mailboxes.values()))

    async def start(self) -> None:
        """Open the bus, learn where every repository stands, then listen."""
        await self._bus.start()
        self._seen = dict(await self._read_revisions())
        self._tasks = [
            asyncio.create_task(self._listen(), name="hub: listen"),
            asyncio.create_task(self._resync_for_ever(), name="hub: resync"),
        ]

    async def close(self) -> None:
        """End every subscriber cleanly, then the bus."""
        self._closed = True
        for mailbox in self._fleet.union(*self._mailboxes.values()):
            mailbox.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._bus.close()

    async def announce(self, change: JobChange, *, deleted: bool = False) -> None:
        """Tell everybody what a committed transaction changed; never raises for the bus's sake."""
        await self.publish(
            Hint(
                repository_id=change.repository.id,
                repository_revision=change.repository.revision,
                job_id=change.job.id,
                job_revision=change.job.revision,
                epoch=change.job.attempt,
                deleted=deleted,
            )
        )

    async def publish(self, hint: Hint) -> None:
        """Send a hint, after the commit it is about; when the bus fails, this process still gets it."""
        try:
            await self._bus.publish(msgspec.json.encode(hint).decode())
        except (BusError, UnicodeEncodeError) as error:
            # Git's own words can hold lone surrogates, which JSON cannot.
            logger.warning("hint not sent", repository=hint.repository_id, error=str(error))
            self._deliver(Slot(hint))

    @contextmanager
    def attach(
        self, *, repository_ids: Collection[str] | None = None, job_ids: Collection[str] | None = None
    ) -> Iterator[Mailbox]:
        """Collect hints about repositories (None: all), or about some jobs of them, until the block ends.

        Attach before reading the state that the hints are to be compared with.
        """
        mailbox = Mailbox(job_ids=job_ids)
        if self._closed:
            mailbox.close()
        self._add(mailbox, repository_ids)
        try:
            yield mailbox
        finally:
            self._remove(mailbox, repository_ids)

    def _add(self, mailbox: Mailbox, repository_ids: Collection[str] | None) -> None:
        if repository_ids is None:
            self._fleet.add(mailbox)
            return
        for repository_id in repository_ids:
            self._mailboxes[repository_id].add(mailbox)

    def _remove(self, mailbox: Mailbox, repository_ids: Collection[str] | None) -> None:
        self._fleet.discard(mailbox)
        for repository_id in repository_ids or ():
            self._mailboxes[repository_id].discard(mailbox)
            if not self._mailboxes[repository_id]:
                del self._mailboxes[repository_id]

    async def _listen(self) -> None:
        async for text in self._bus.messages():
            try:
                hint = self._decoder.decode(text)
            except msgspec.DecodeError as error:
                logger.warning("unreadable hint", error=str(error))
                continue
            self._deliver(Slot(hint))

    def _deliver(self, slot: Slot) -> None:
        hint = slot.hint
        self._seen[hint.repository_id] = max(hint.repository_revision, self._seen.get(hint.repository_id, 0))
        for mailbox in self._fleet:
            mailbox.put(slot)
        for mailbox in self._mailboxes.get(hint.repository_id, ()):
            mailbox.put(slot)

    async def _resync_for_ever(self) -> None:
        while True:
            await asyncio.sleep(self._resync_seconds)
            # Gathered, so that a store that fails for a while costs one round and not the loop.
            for error in await asyncio.gather(self._resync(), return_exceptions=True):
                if error is not None:
                    logger.warning("revisions could not be read", exc_info=error)

    async def _resync(self) -> None:
        """Wake the followers of what moved, or went, without our having heard of it."""
        before = dict(self._seen)
        revisions = await self._read_revisions()
        for repository_id, revision in revisions.items():
            if revision > self._seen.get(repository_id, -1):
                self._deliver(Slot(Hint(repository_id, revision), lost=True))
        for repository_id in before.keys() - revisions.keys():
            self._deliver(Slot(Hint(repository_id, before[repository_id]), lost=True))
            del self._seen[repository_id]
