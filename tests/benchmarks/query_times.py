"""What queries cost a server that knows 5,000 repositories and 20,000 jobs, and how late the loop is meanwhile.

    python -m tests.benchmarks.query_times [REPOSITORY]

REPOSITORY is the path of a git repository to be mapped; a made one of 2,000 files by default. Times are
the server's own, in this process: parse, validate, execute and encode. Prints milliseconds of processor
time of the loop's thread, since what else runs on the machine is in every other clock; `late` alone is by the wall.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graphql import get_introspection_query

from schema.context import Context
from schema.contract import contract
from schema.encoding import encode
from schema.types.node import NodeKind, node_id
from services.graticule import Graticule
from services.pace import Pace
from services.store.database import Database
from services.viewers import LOCAL
from tests.benchmarks.loop_lag import probed, sources
from tests.support.fleet import multiply
from tests.support.gitrepo import make_repository
from tests.support.running import local_settings

REPOSITORIES = 5_000
JOBS_EACH = 4
TIMES = 30
AT_ONCE = 8

PAGES = {
    "repositories, 8 fields": """repositories(first:100){nodes{
        id url name revision private createdAt clone{state}map{state}}}""",
    "repositories, all but jobs": """repositories(first:100){totalCount pageInfo{endCursor hasNextPage}nodes{
        id url name revision defaultBranch sizeBytes private createdAt updatedAt lastAccessedAt
        clone{state startedAt completedAt error{code}}map{state startedAt completedAt error{code}}
        freshness{servedCommit remoteHead stale checkedAt}}}""",
    "repositories, newest job and map": """repositories(first:100){nodes{
        id name newestJob{id state}snapshot{id commit}}}""",
    "jobs": "jobs(first:100){nodes{id kind state revision ref commit attempt createdAt startedAt finishedAt}}",
    "jobs with repository": "jobs(first:100){nodes{id state queuePosition repository{id name}}}",
    "snapshots": "repository(id:$id){snapshots(first:100){nodes{id commit ref engineVersion builtAt}}}",
    "symbols": """repository(id:$id){snapshot{symbols(first:100){nodes{
        id name qualifiedName kind signature path startLine endLine rank}}}}""",
    "files": """repository(id:$id){snapshot{files(first:100){nodes{
        path blob sizeBytes language lines rank symbolCount}}}}""",
}
HEAVY = {
    "repositories(500), 12 fields": """repositories(first:500){nodes{id url name revision defaultBranch sizeBytes
        private createdAt updatedAt clone{state}map{state}freshness{servedCommit}}}""",
    "repositories(500) with jobs(4)": """repositories(first:500){nodes{
        id name jobs(first:4){nodes{id kind state attempt}}}}""",
    "jobs(250) with phases": "jobs(first:250){nodes{id state phases{phase startedAt finishedAt}repository{id name}}}",
    "jobs(100) of repositories(20)": """repositories(first:20){nodes{
        name jobs(first:100){nodes{id kind state attempt}}}}""",
    "symbols(500)": """repository(id:$id){snapshot{symbols(first:500){nodes{
        id name qualifiedName kind signature path startLine endLine rank}}}}""",
    "symbols(50) with callers(50)": """repository(id:$id){snapshot{symbols(first:50){nodes{name
        callers(first:50){nodes{path line confidence from{name}}}}}}}""",
    "files(500)": "repository(id:$id){snapshot{files(first:500){nodes{path blob sizeBytes language lines rank}}}}",
    "tree, 4 levels": "repository(id:$id){snapshot{tree(depth:4,most:2000){path name isDirectory files lines}}}",
    "repoMap of 200,000 tokens, text": "repository(id:$id){snapshot{repoMap(tokens:200000){text tokens}}}",
    "repoMap of 8,192 tokens, rows": """repository(id:$id){snapshot{repoMap(tokens:8192){
        files{path rank symbols{rank symbol{name}}}}}}""",
    "criticalFiles, languages, coverage": """repository(id:$id){snapshot{criticalFiles(first:100){path rank}
        languages{language files}coverage{symbols}documentation{nodes{path}}}}""",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A document with its variables."""

    text: str
    variables: dict[str, Any]


class Server:
    """Answers documents in this process, as the endpoint does between its socket and its socket."""

    def __init__(self, graticule: Graticule) -> None:
        self._graticule = graticule
        self._pace = Pace()

    async def answer(self, asked: Asked) -> int:
        """Give the size of the answer in bytes; the first error ends the program."""
        context = Context(self._graticule, started_at=datetime.now(UTC), viewer=LOCAL, pace=self._pace)
        result = await contract().execute(asked.text, variable_values=asked.variables, context_value=context)
        if result.errors:
            raise SystemExit(f"{asked.text}\n{result.errors[:3]}")
        return len(encode({"data": result.data, "extensions": result.extensions}))


@asynccontextmanager
async def turns(taken: list[float]) -> AsyncIterator[None]:
    """Note the processor time of each turn of the loop: what other processes do meanwhile is not in it."""
    loop = asyncio.get_running_loop()
    last, stopped = time.thread_time(), False

    def note() -> None:
        nonlocal last
        now = time.thread_time()
        taken.append(now - last)
        last = now
        if not stopped:
            loop.call_soon(note)

    loop.call_soon(note)
    try:
        yield
    finally:
        stopped = True


async def pages(server: Server, documents: dict[str, Asked]) -> None:
    """Print the times of pages of 100: for the first time, and when the document is known."""
    print(f"{'pages of 100, one at a time':<40} {'first':>8} {'median':>8} {'best':>8} {'worst':>8} {'kB':>8}")
    for name, asked in documents.items():
        taken, size = [], 0
        for _ in range(TIMES):
            began = time.thread_time()
            size = await server.answer(asked)
            taken.append((time.thread_time() - began) * 1000)
        known = taken[1:]
        figures = f"{taken[0]:8.1f} {statistics.median(known):8.1f} {min(known):8.1f} {max(known):8.1f}"
        print(f"{name:<40} {figures} {size / 1000:8.1f}", flush=True)


async def stalls(server: Server, documents: dict[str, Asked]) -> None:
    """Print what an answer took, the longest turn of the loop, and how late it was: one at a time, and 8 at once."""
    columns = f"{'one':>8} {'turn':>8} {'late':>8} {'8':>8} {'turn':>8} {'late':>8} {'kB':>8}"
    print(f"{'heavy documents':<40} {columns}")
    for name, asked in documents.items():
        await server.answer(asked)
        figures, size = [], 0
        for at_once in (1, AT_ONCE):
            lags: list[float] = []
            work: list[float] = []
            async with probed(lags), turns(work):
                await asyncio.sleep(0.02)
                began = time.thread_time()
                for _ in range(3):
                    size = max(await asyncio.gather(*(server.answer(asked) for _ in range(at_once))))
                taken = (time.thread_time() - began) / 3
                await asyncio.sleep(0.02)
            figures.append(f"{taken * 1000:8.1f} {max(work) * 1000:8.1f} {max(lags) * 1000:8.1f}")
        print(f"{name:<40} {' '.join(figures)} {size / 1000:8.1f}", flush=True)


def asked(fields: str, repository_id: str) -> Asked:
    """Make a whole document."""
    if "$id" in fields:
        return Asked(f"query($id:ID!){{{fields}}}", {"id": repository_id})
    return Asked(f"{{{fields}}}", {})


async def measure(url: str, data_dir: Path) -> None:
    """Map, fill the store, and print everything."""
    settings = local_settings(data_dir, parser_processes=2)
    contract()  # built before the server settles its memory, as the application does
    async with Graticule.start(settings) as graticule:
        service = graticule.repositories
        job = (await service.clone(url)).job
        async for _ in service.follow(await service.job_topic(job.id)):
            pass
        database = await Database.open(settings.effective_database_url)
        try:
            await multiply(database, job.repository_id, copies=REPOSITORIES, jobs_each=JOBS_EACH)
        finally:
            await database.close()
        repository_id = node_id(NodeKind.REPOSITORY, job.repository_id)
        server = Server(graticule)
        await pages(server, {name: asked(fields, repository_id) for name, fields in PAGES.items()})
        heavy = {name: asked(fields, repository_id) for name, fields in HEAVY.items()}
        await stalls(server, heavy | {"introspection": Asked(get_introspection_query(), {})})


def main() -> None:
    """Run everything once."""
    with tempfile.TemporaryDirectory() as scratch:
        repository = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(scratch) / "made.git"
        if len(sys.argv) == 1:
            make_repository(repository, sources(2000))
        asyncio.run(measure(str(repository), Path(scratch) / "data"))


if __name__ == "__main__":
    main()
