"""The rows of snapshots: which maps exist, and which commit each ref led to last.

The bytes are in `services.store.artifacts`; a row is written only after them.
"""

import re
from dataclasses import replace
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.errors import InvalidArgumentError
from services.models import Page, Repository, SnapshotKey, SnapshotRecord
from services.store.database import Database, upsert
from services.store.rows import ref_key, snapshot_of
from services.store.tables import repositories, snapshot_refs, snapshots

_ABBREVIATED = re.compile(r"[0-9a-f]{7,64}")
_NEWEST = (snapshots.c.built_at.desc(), snapshots.c.commit_id.asc())


class SnapshotStore:
    """Find the maps that exist."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, key: SnapshotKey) -> SnapshotRecord | None:
        """Give the map with this key."""
        query = select(snapshots).where(
            snapshots.c.repository_id == key.repository_id,
            snapshots.c.commit_id == key.commit,
            snapshots.c.engine_version == key.engine_version,
        )
        async with self._database.read() as connection:
            row = (await connection.execute(query)).mappings().first()
        return snapshot_of(row) if row else None

    async def latest(
        self, repository_id: str, ref: str | None = None, *, at_commit: str | None = None
    ) -> SnapshotRecord | None:
        """Give the newest map of a ref, of exactly one commit, or of the default branch.

        Without a ref and without a map of the default branch: of the ref that was mapped last. The
        record names the ref that led to it.
        """
        async with self._database.read() as connection:
            if at_commit is not None:
                return await _at_commit(connection, repository_id, at_commit)
            default = select(repositories.c.default_branch).where(repositories.c.id == repository_id)
            branch = (await connection.execute(default)).scalar()
            return await newest(connection, repository_id, ref, default_branch=branch)

    async def named(self, repository_id: str, ref: str | None, *, engine_version: str) -> SnapshotRecord | None:
        """Give the map of a ref (None: the default branch), or of the only commit that begins so (7 digits and more).

        Of one commit's maps that of this engine, else the newest. InvalidArgumentError for what begins several.
        """
        async with self._database.read() as connection:
            default = select(repositories.c.default_branch).where(repositories.c.id == repository_id)
            branch = (await connection.execute(default)).scalar()
            found = await by_ref(connection, repository_id, ref_keys(ref, default_branch=branch))
            commit = found.key.commit if found else await _begun(connection, repository_id, ref or "")
            made = await _at_commit(connection, repository_id, commit, engine=engine_version) if commit else None
            return replace(made, ref=found.ref) if made and found else made

    async def page(self, repository_id: str, *, offset: int = 0, limit: int = 20) -> Page[SnapshotRecord]:
        """Give a page of a repository's maps, newest first."""
        of_repository = snapshots.c.repository_id == repository_id
        query = select(snapshots).where(of_repository).order_by(*_NEWEST).offset(offset).limit(limit)
        count = select(func.count()).select_from(snapshots).where(of_repository)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
            total = (await connection.execute(count)).scalar_one()
        return Page(tuple(snapshot_of(row) for row in rows), offset, total)


def ref_keys(ref: str | None, *, default_branch: str | None) -> frozenset[str]:
    """Give all names of a ref: no ref and the default branch's name mean the same."""
    if ref is None or ref == default_branch:
        return frozenset({"", default_branch or ""})
    return frozenset({ref})


async def newest(
    connection: AsyncConnection, repository_id: str, ref: str | None, *, default_branch: str | None
) -> SnapshotRecord | None:
    """Give the newest map as `SnapshotStore.latest` does."""
    found = await by_ref(connection, repository_id, ref_keys(ref, default_branch=default_branch))
    if found is not None:
        return found
    return await (_at_commit(connection, repository_id, ref) if ref else by_ref(connection, repository_id, None))


async def by_ref(connection: AsyncConnection, repository_id: str, keys: frozenset[str] | None) -> SnapshotRecord | None:
    """Give the map that one of these refs (None: any) led to last."""
    same = [snapshots.c[name] == snapshot_refs.c[name] for name in ("repository_id", "commit_id", "engine_version")]
    query = (
        select(snapshots, snapshot_refs.c.ref_key)
        .join(snapshot_refs, and_(*same))
        .where(snapshot_refs.c.repository_id == repository_id)
        .order_by(snapshot_refs.c.updated_at.desc(), snapshot_refs.c.ref_key.asc())
        .limit(1)
    )
    if keys is not None:
        query = query.where(snapshot_refs.c.ref_key.in_(keys))
    row = (await connection.execute(query)).mappings().first()
    return replace(snapshot_of(row), ref=row["ref_key"] or None) if row else None


async def record(connection: AsyncConnection, snapshot: SnapshotRecord, *, ref: str | None, now: datetime) -> None:
    """Note a map, and that this ref leads to it now."""
    key = {
        "repository_id": snapshot.key.repository_id,
        "commit_id": snapshot.key.commit,
        "engine_version": snapshot.key.engine_version,
    }
    facts = {"ref": ref, "built_at": snapshot.built_at, "size_bytes": snapshot.size_bytes}
    await upsert(connection, snapshots, {**key, **facts})
    await upsert(connection, snapshot_refs, {**key, "ref_key": ref_key(ref), "updated_at": now})


async def is_mapped(
    connection: AsyncConnection, repository: Repository, ref: str | None, *, engine_version: str | None
) -> bool:
    """Whether there is a map for this ref by this engine (None: by any), whichever commit it is of."""
    keys = ref_keys(ref, default_branch=repository.default_branch)
    newest = await by_ref(connection, repository.id, keys)
    return newest is not None and engine_version in (None, newest.key.engine_version)


async def _begun(connection: AsyncConnection, repository_id: str, prefix: str) -> str | None:
    """Give the only commit that has a map and begins with these digits."""
    digits = prefix.lower()
    if not _ABBREVIATED.fullmatch(digits):
        return None
    beginning = snapshots.c.commit_id.startswith(digits)
    query = select(snapshots.c.commit_id).where(snapshots.c.repository_id == repository_id, beginning).distinct()
    commits = (await connection.execute(query.limit(2))).scalars().all()
    if len(commits) > 1:
        raise InvalidArgumentError(f"More than one commit begins with {prefix}.", hint="Give more digits.")
    return commits[0] if commits else None


async def _at_commit(
    connection: AsyncConnection, repository_id: str, commit: str, *, engine: str | None = None
) -> SnapshotRecord | None:
    """Give the newest map of a commit, of this engine if there is one."""
    query = (
        select(snapshots)
        .where(snapshots.c.repository_id == repository_id, snapshots.c.commit_id == commit)
        .order_by((snapshots.c.engine_version == engine).desc(), *_NEWEST)
        .limit(1)
    )
    row = (await connection.execute(query)).mappings().first()
    return snapshot_of(row) if row else None
