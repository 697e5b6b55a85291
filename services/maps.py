"""Maps for whoever follows them: where they stand, the ones that there are, and drafts of those that are being made."""

import asyncio

from services.errors import NotFoundError
from services.mapping.change_views import DiffRequest, MapDiff
from services.mapping.columns import CorruptSnapshotError
from services.mapping.diff import diff
from services.mapping.outline import outline
from services.mapping.snapshot import Snapshot
from services.mapping.views import Outline, OutlineRequest
from services.models import Job, MapSighting, SnapshotKey, SnapshotRecord
from services.reads import SharedReads
from services.snapshots import OpenSnapshot, SnapshotShelf
from services.store.artifacts import ArtifactStore
from services.store.map_sights import MapSights

OUTLINES = 1
"""How many maps are rendered at a time: threads share one interpreter, and 8 of them kept the loop waiting 0.3 s."""
DRAFT = "draft"
"""In place of an engine version: nothing that is addressed by the key of a draft is found later."""


class Maps:
    """What `services.map_feed` reads, and the one place where outlines are written. `shelf` has the open maps."""

    def __init__(self, sights: MapSights, artifacts: ArtifactStore, shelf: SnapshotShelf) -> None:
        self.shelf = shelf
        self._sights = sights
        self._artifacts = artifacts
        self._drafts: SharedReads[str, Snapshot | None] = SharedReads(self._load)
        self._rendering = asyncio.Semaphore(OUTLINES)

    async def sight(self, repository_id: str, ref: str | None, /) -> MapSighting | None:
        """Look at the map of a ref; None when the repository is gone."""
        return await self._sights.get(repository_id, ref)

    async def open(self, record: SnapshotRecord, /) -> OpenSnapshot | None:
        """Open a map; None when its bytes are gone or damaged."""
        try:
            return OpenSnapshot(record, await self.shelf.open(record.key))
        except (NotFoundError, CorruptSnapshotError):
            return None

    async def draft(self, job: Job, /) -> OpenSnapshot | None:
        """Open the newest draft of a job's current attempt; a millisecond for each MB."""
        snapshot = await self._drafts.get(job.attempt_key)
        if snapshot is None:
            return None
        key = SnapshotKey(job.repository_id, snapshot.commit, DRAFT)
        return OpenSnapshot(SnapshotRecord(key, job.ref, job.updated_at, size_bytes=0), snapshot)

    async def render(self, snapshot: Snapshot, request: OutlineRequest, /) -> Outline:
        """Write the outline; runs in a thread, mostly below 50 ms at 10,000 files."""
        async with self._rendering:
            return await asyncio.to_thread(outline, snapshot, request)

    async def compare(self, base: Snapshot, head: Snapshot, request: DiffRequest, /) -> MapDiff:
        """Compare two maps; runs in a thread, ≤ 50 ms for a few hundred changes."""
        async with self._rendering:
            return await asyncio.to_thread(diff, base, head, request)

    async def _load(self, attempt_key: str) -> Snapshot | None:
        data = await self._artifacts.get_draft(attempt_key)
        try:
            return None if data is None else await asyncio.to_thread(Snapshot.load, data)
        except CorruptSnapshotError:  # by an engine of another version, on another server
            return None
