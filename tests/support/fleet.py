"""A store with thousands of rows, made from the few of one repository that is really mapped."""

import uuid
from typing import Any

from sqlalchemy import RowMapping, Table, insert, select

from services.store.database import Database
from services.store.tables import jobs, repositories, snapshot_refs, snapshots

CHUNK = 400


async def multiply(database: Database, repository_id: str, *, copies: int, jobs_each: int) -> None:
    """Copy a repository, its newest job (so many times each) and its maps' rows; the artifacts stay its own."""
    async with database.read() as connection:

        async def of_it(table: Table, column: str = "repository_id") -> list[RowMapping]:
            query = select(table).where(table.c[column] == repository_id)
            return list((await connection.execute(query)).mappings().all())

        [repository] = await of_it(repositories, "id")
        job = (await of_it(jobs))[-1]
        maps, refs = await of_it(snapshots), await of_it(snapshot_refs)
    rows: dict[Table, list[dict[str, Any]]] = {repositories: [], jobs: [], snapshots: [], snapshot_refs: []}
    for number in range(copies):
        new, newest = uuid.uuid4().hex, [uuid.uuid4().hex for _ in range(jobs_each)]
        name = f"{repository['name']}-{number}"
        status = {"clone_job_id": newest[0], "map_job_id": newest[0]}
        rows[repositories].append({**repository, "id": new, "name": name, **status})
        rows[jobs] += [{**job, "id": one, "repository_id": new} for one in newest]
        rows[snapshots] += [{**one, "repository_id": new} for one in maps]
        rows[snapshot_refs] += [{**one, "repository_id": new} for one in refs]
    for table, values in rows.items():
        for start in range(0, len(values), CHUNK):
            async with database.begin() as connection:
                await connection.execute(insert(table), values[start : start + CHUNK])
