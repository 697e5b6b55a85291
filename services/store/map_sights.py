"""Where the map of a ref stands: the repository, the job that makes it and the map that there is, as of one moment."""

from sqlalchemy import Select, case, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.models import Job, JobKind, MapSighting, Repository
from services.store.database import Database
from services.store.ledger import is_live
from services.store.rows import job_of, repository_of
from services.store.snapshots import newest, ref_keys
from services.store.tables import jobs, repositories


class MapSights:
    """Look at maps; three statements for one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, repository_id: str, ref: str | None) -> MapSighting | None:
        """Look at the map of a ref, of the default branch without one; None when the repository is gone."""
        async with self._database.read() as connection:
            query = select(repositories).where(repositories.c.id == repository_id)
            row = (await connection.execute(query)).mappings().first()
            if row is None:
                return None
            repository = repository_of(row)
            job = await _job(connection, repository, ref)
            record = await newest(connection, repository_id, ref, default_branch=repository.default_branch)
        return MapSighting(repository, job, record)


async def _job(connection: AsyncConnection, repository: Repository, ref: str | None) -> Job | None:
    """Give the job for a ref: a live one, else the one that was asked for last."""
    row = (await connection.execute(_jobs_for(repository, ref))).mappings().first()
    return job_of(row) if row else None


def _jobs_for(repository: Repository, ref: str | None) -> Select[tuple[object, ...]]:
    """Without a ref, jobs for others come last: their map is shown until there is one of the default branch."""
    of_it = jobs.c.ref_key.in_(ref_keys(ref, default_branch=repository.default_branch))
    order = (case((of_it, 0), else_=1), case((is_live(), 0), else_=1), jobs.c.created_at.desc(), jobs.c.id.desc())
    query = select(jobs).where(jobs.c.repository_id == repository.id, jobs.c.kind != JobKind.REMOVE.value)
    return (query if ref is None else query.where(of_it)).order_by(*order).limit(1)
