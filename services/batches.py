"""What a page of repositories or jobs asks about each of its items, in one statement for all of them.

Everything is as the viewer sees it: the conditions are part of the statements.
"""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from services.acquire.remotes import parse_ref
from services.models import Job, Page, SnapshotRecord
from services.store.batches import BatchStore
from services.viewers import Viewer


class Batches:
    """Reads for at most 500 rows at a time; what a viewer may not see is not in the answers."""

    def __init__(self, store: BatchStore, viewer: Viewer) -> None:
        self._store = store
        self._grants = viewer.grants

    async def jobs_of(self, repository_ids: Collection[str], *, offset: int, limit: int) -> Mapping[str, Page[Job]]:
        """Give the same page of each repository's jobs, newest first."""
        return await self._store.jobs_of(repository_ids, offset=offset, limit=limit, grants=self._grants)

    async def snapshots_of(
        self, repository_ids: Collection[str], *, offset: int = 0, limit: int = 20
    ) -> Mapping[str, Page[SnapshotRecord]]:
        """Give the same page of each repository's maps, newest first."""
        return await self._store.snapshots_of(repository_ids, offset=offset, limit=limit, grants=self._grants)

    async def newest_jobs(self, repository_ids: Collection[str], *, ref: str | None = None) -> Mapping[str, Job]:
        """Give each repository's job for a ref: a live one, else the one that was asked for last. InvalidRefError."""
        return await self._store.newest_jobs(repository_ids, wanted(ref), grants=self._grants)

    async def latest_snapshots(
        self, repository_ids: Collection[str], *, ref: str | None = None, at_commit: str | None = None
    ) -> Mapping[str, SnapshotRecord]:
        """Give each repository's newest map: of the default branch, of a ref, or of exactly one commit.

        That they were used is noted. InvalidRefError.
        """
        if at_commit is not None:
            found = await self._store.snapshots_at(repository_ids, at_commit, grants=self._grants)
        else:
            found = await self._store.latest_snapshots(repository_ids, wanted(ref), grants=self._grants)
        if found:
            await self._store.touch(found.keys(), now=datetime.now(UTC))
        return found

    async def queue_positions(self, job_ids: Collection[str]) -> Mapping[str, int]:
        """Give how many jobs will be taken before each of these jobs; nothing for one that does not wait."""
        return await self._store.queue_positions(job_ids, now=datetime.now(UTC))


def wanted(ref: str | None) -> str | None:
    """Give the checked ref, None for the default branch, which `HEAD` is another word for. InvalidRefError."""
    return parse_ref(ref) if ref and ref != "HEAD" else None
