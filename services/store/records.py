"""The tables that the façade reads, together."""

from dataclasses import dataclass

from services.store.batches import BatchStore
from services.store.jobs import JobStore
from services.store.places import PlaceStore
from services.store.repositories import RepositoryStore
from services.store.snapshots import SnapshotStore


@dataclass(frozen=True, slots=True)
class Records:
    """The tables that the façade reads."""

    repositories: RepositoryStore
    jobs: JobStore
    snapshots: SnapshotStore
    batches: BatchStore
    places: PlaceStore
