"""Maps that another engine made: which are to be made anew, and which were tried.

The try is a job, and says so as its client: one for each ref and engine, however it ended. So a repository whose
remote is gone is not tried again and again, and two servers of different versions do not undo each other's work.
"""

from dataclasses import dataclass

from sqlalchemy import func, select

from services.models import Job, Repository
from services.store.database import Database
from services.store.ledger import is_live
from services.store.rows import repository_of
from services.store.tables import jobs, repositories, snapshot_refs

REBUILDER = "engine "


@dataclass(frozen=True, slots=True)
class Outdated:
    """A ref whose map is by another engine; no ref is the default branch."""

    repository: Repository
    ref: str | None


def rebuilder(engine_version: str) -> str:
    """Give the client of the jobs that make maps anew for an engine; no token and no address is called so."""
    return f"{REBUILDER}{engine_version}"


def stays(job: Job) -> bool:
    """Whether a job makes a map of the known commit anew, and does not ask the remote."""
    return (job.client or "").startswith(REBUILDER)


class OutdatedMaps:
    """Find what an engine should make anew."""

    def __init__(self, database: Database, engine_version: str) -> None:
        self._database = database
        self.engine_version = engine_version

    async def live(self) -> int:
        """Give how many are being made anew."""
        client = rebuilder(self.engine_version)
        query = select(func.count()).select_from(jobs).where(is_live(), jobs.c.client == client)
        async with self._database.read() as connection:
            return int((await connection.execute(query)).scalar_one())

    async def next(self) -> Outdated | None:
        """Give the ref of the repository that was used last; None when none is left."""
        client = rebuilder(self.engine_version)
        tried = (
            select(jobs.c.id)
            .where(
                jobs.c.repository_id == snapshot_refs.c.repository_id,
                jobs.c.ref_key == snapshot_refs.c.ref_key,
                jobs.c.client == client,
            )
            .exists()
        )
        query = (
            select(repositories, snapshot_refs.c.ref_key)
            .join(snapshot_refs, snapshot_refs.c.repository_id == repositories.c.id)
            .where(
                snapshot_refs.c.engine_version != self.engine_version, repositories.c.served_commit.is_not(None), ~tried
            )
            .order_by(repositories.c.last_accessed_at.desc(), snapshot_refs.c.updated_at.desc())
            .limit(1)
        )
        async with self._database.read() as connection:
            row = (await connection.execute(query)).mappings().first()
        return Outdated(repository_of(row), row["ref_key"] or None) if row else None
