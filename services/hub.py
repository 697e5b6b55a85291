"""Fan hints out to the subscribers of this process, and notice when hints were lost.

The bus is read once; every mailbox attached here gets what is about its entities. After an outage of
the bus the revisions of all repositories are read, and every 30 s what they sum up to, to find what moved without a
hint reaching us and wake its followers: a lost hint costs latency, and no subscriber can be stuck.
"""

import asyncio
import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

import msgspec
import structlog

from services.bus import Bus, BusError
from services.events import Hint
from services.mailbox import Mailbox, Slot
from services.metrics import Metrics, watch_size
from services.models import JobChange
from services.revisions import RevisionReads, Revisions
from services.supervision import HEARTBEAT_SECONDS, SupervisedBus
from services.tracing import step

RESYNC_SECONDS: Final = 30.0
UNSENT_HINTS: Final = 10_000
"""Kept for the end of an outage, about 3 MB; of the oldest beyond that the others learn within 30 s."""

logger = structlog.stdlib.get_logger()


class LiveHub:
    """One for all writers and subscribers of a process; owns the bus it is given.

    Without `revisions` lost hints are not looked for: whoever listens here reads the rows anyway.
    """

    def __init__(
        self,
        bus: Bus,
        *,
        revisions: RevisionReads | None,
        resync_seconds: float = RESYNC_SECONDS,
        heartbeat_seconds: float = HEARTBEAT_SECONDS,
        metrics: Metrics | None = None,
    ) -> None:
        self._metrics = metrics or Metrics()
        self._bus = SupervisedBus(
            bus,
            receive=self._receive,
            recover=self._recover,
            confirm=self._confirm,
            metrics=self._metrics,
            heartbeat_seconds=heartbeat_seconds,
        )
        self._revisions = revisions
        self._resync_seconds = resync_seconds
        self._seen = Revisions()
        self._confirmed: dict[str, int] = {}
        self._unsent: dict[tuple[str, str | None], Hint] = {}
        self._fleet: set[Mailbox] = set()
        self._mailboxes: defaultdict[str, set[Mailbox]] = defaultdict(set)
        self._resyncing: asyncio.Task[None] | None = None
        self._closed = False
        self._decoder = msgspec.json.Decoder(Hint)
        watch_size(self._metrics.mailboxes, lambda: self.attached)

    @property
    def attached(self) -> int:
        """How many mailboxes are attached."""
        return len(self._fleet.union(*self._mailboxes.values()))

    @property
    def problem(self) -> str | None:
        """Why changes of other servers do not arrive now; None when they do."""
        return self._bus.problem

    async def start(self) -> None:
        """Open the bus, learn where every repository stands, then listen.

        A bus that cannot be reached is `problem`, not an error: it is tried again for as long as this runs.
        """
        await self._bus.start()
        if self._revisions is None:
            return
        for repository_id, revision in (await self._revisions.revisions(None)).items():
            self._seen.note(repository_id, revision)
        self._confirm()
        self._resyncing = asyncio.create_task(self._resync_for_ever(self._revisions), name="hub: resync")

    async def close(self) -> None:
        """End every subscriber cleanly, then the bus."""
        self._closed = True
        for mailbox in self._fleet.union(*self._mailboxes.values()):
            mailbox.close()
        if self._resyncing is not None:
            self._resyncing.cancel()
            await asyncio.wait({self._resyncing})
        await self._bus.close()

    async def announce(self, change: JobChange, *, deleted: bool = False) -> None:
        """Tell everybody what a committed transaction changed; never raises for the bus's sake."""
        hint = Hint(
            repository_id=change.repository.id,
            repository_revision=change.repository.revision,
            job_id=change.job.id,
            job_revision=change.job.revision,
            epoch=change.job.attempt,
            deleted=deleted,
        )
        with step("event published", job=change.job.id, revision=change.job.revision):
            await self.publish(hint)

    async def publish(self, hint: Hint) -> None:
        """Send a hint, after the commit it is about; when the bus fails, this process still gets it at once.

        The others get it when the bus is back.
        """
        try:
            await self._bus.publish(_encode(hint))
        except BusError:
            self._keep(hint)
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

    def _receive(self, text: str) -> None:
        try:
            hint = self._decode(text)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            logger.warning("unreadable hint", error=str(error))
            return
        self._deliver(Slot(hint))

    def _decode(self, text: str) -> Hint:
        try:
            return self._decoder.decode(text)
        except msgspec.DecodeError:
            return msgspec.convert(json.loads(text), Hint)  # knows lone surrogates

    def _deliver(self, slot: Slot) -> None:
        hint = slot.hint
        if self._revisions is not None:
            self._seen.note(hint.repository_id, hint.repository_revision)
        for mailbox in self._fleet:
            mailbox.put(slot)
        for mailbox in self._mailboxes.get(hint.repository_id, ()):
            mailbox.put(slot)

    def _keep(self, hint: Hint) -> None:
        """Remember what the others have not been told: the newest hint about each job."""
        key = (hint.repository_id, hint.job_id)
        self._unsent.pop(key, None)
        self._unsent[key] = hint
        if len(self._unsent) > UNSENT_HINTS:
            del self._unsent[next(iter(self._unsent))]

    def _confirm(self) -> None:
        """Remember what is known to have arrived: hints in flight may be lost with the bus, and hide others."""
        self._confirmed = self._seen.known()

    async def _recover(self) -> None:
        """Tell the others what they missed, and wake whoever moved since the bus was last known to work."""
        while self._unsent:
            key = next(iter(self._unsent))
            hint = self._unsent.pop(key)
            try:
                await self._bus.publish(_encode(hint))
            except BusError:
                self._unsent.setdefault(key, hint)  # a newer one may have come meanwhile
                raise
        if self._revisions is not None:
            self._metrics.resyncs.labels("outage").inc()
            self._compare(self._confirmed, await self._revisions.revisions(None))
        self._confirm()

    async def _resync_for_ever(self, reads: RevisionReads) -> None:
        while True:
            await asyncio.sleep(self._resync_seconds)
            # Gathered, so that a store that fails for a while costs one round and not the loop.
            for error in await asyncio.gather(self._resync(reads), return_exceptions=True):
                if error is not None:
                    logger.warning("revisions could not be read", exc_info=error)

    async def _resync(self, reads: RevisionReads) -> None:
        """Look at the parts that do not sum up to what is known; what moves meanwhile is only looked at twice."""
        self._metrics.resyncs.labels("entropy").inc()
        parts = self._seen.differing(await reads.revision_sums())
        if parts:
            known = self._seen.known_in(parts)
            self._compare(known, await reads.revisions_in(parts))

    def _compare(self, known: Mapping[str, int], stored: Mapping[str, int]) -> None:
        """Wake the followers of what moved, or went, beyond what is known."""
        for repository_id, revision in stored.items():
            if revision > known.get(repository_id, -1):
                self._deliver(Slot(Hint(repository_id, revision), lost=True))
        for repository_id in known.keys() - stored.keys():
            self._deliver(Slot(Hint(repository_id, known[repository_id]), lost=True))
            self._seen.forget(repository_id)


def _encode(hint: Hint) -> str:
    try:
        return msgspec.json.encode(hint).decode()
    except UnicodeEncodeError:  # Git's own words can hold lone surrogates, which msgspec does not write
        return json.dumps(msgspec.to_builtins(hint))
