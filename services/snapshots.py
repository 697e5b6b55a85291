"""Keep the maps that are being read open: loading one costs milliseconds, a page of clients asks often.

An artifact is immutable, so an entry can only become unused, never wrong. Bytes are fetched on
the loop, columns are decoded in a thread, and concurrent askers of one map share one load.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass

from services.mapping.columns import CorruptSnapshotError, OutdatedSnapshotError, require_whole
from services.mapping.languages import engine_version
from services.mapping.snapshot import Snapshot
from services.models import SnapshotKey, SnapshotRecord
from services.store.artifacts import ArtifactStore

OPEN_SNAPSHOTS = 16
OPEN_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class OpenSnapshot:
    """A map that can be asked: when and for what it was built, and its content."""

    record: SnapshotRecord
    map: Snapshot


@dataclass(frozen=True, slots=True)
class _Loaded:
    snapshot: Snapshot
    size_bytes: int


class SnapshotShelf:
    """The most recently used maps, at most `count` of them and `size_bytes` of artifacts in all."""

    def __init__(
        self,
        artifacts: ArtifactStore,
        *,
        count: int = OPEN_SNAPSHOTS,
        size_bytes: int = OPEN_BYTES,
        mask_secrets: bool = True,
    ) -> None:
        self._artifacts = artifacts
        self._mask_secrets = mask_secrets
        self._count = count
        self._size_bytes = size_bytes
        self._loads: OrderedDict[SnapshotKey, asyncio.Task[_Loaded]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._loads)

    async def open(self, key: SnapshotKey) -> Snapshot:
        """Give the map, from memory or from its artifact.

        NotFoundError when there is none, OutdatedSnapshotError when it is another version's, in a layout of its own;
        CorruptSnapshotError when it is damaged; GraticuleError (NETWORK) while the store is away.
        """
        load = self._loads.get(key)
        if load is None:
            load = asyncio.create_task(self._load(key))
            self._loads[key] = load
        self._loads.move_to_end(key)
        try:
            # Shielded: the first asker going away must not take the map from the others.
            loaded = await asyncio.shield(load)
        except BaseException:
            if load.done() and self._loads.get(key) is load:
                del self._loads[key]
            raise
        self._evict()
        return loaded.snapshot

    def forget(self, repository_id: str) -> None:
        """Close every map of a repository that is going away."""
        for key in [key for key in self._loads if key.repository_id == repository_id]:
            del self._loads[key]

    async def _load(self, key: SnapshotKey) -> _Loaded:
        data = await self._artifacts.get(key)
        try:
            snapshot = await asyncio.to_thread(_read, data, mask_secrets=self._mask_secrets)
        except CorruptSnapshotError as error:
            if key.engine_version == engine_version():
                raise
            raise OutdatedSnapshotError from error
        return _Loaded(snapshot, len(data))

    def _evict(self) -> None:
        """Close the least recently used; what is still loading has no size yet and stays."""
        loaded = [(key, load.result().size_bytes) for key, load in self._loads.items() if _succeeded(load)]
        size = sum(size_bytes for _, size_bytes in loaded)
        for key, size_bytes in loaded[:-1]:
            if len(self._loads) <= self._count and size <= self._size_bytes:
                return
            del self._loads[key]
            size -= size_bytes


def _read(data: bytes, *, mask_secrets: bool) -> Snapshot:
    require_whole(data)
    return Snapshot.load(data, mask_secrets=mask_secrets)


def _succeeded(load: asyncio.Task[_Loaded]) -> bool:
    return load.done() and not load.cancelled() and load.exception() is None
