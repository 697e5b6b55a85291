"""How long the event loop is ever held up while a repository of 2,000 files is cloned, mapped and asked.

    python -m tests.benchmarks.loop_lag [FILES] [REPOSITORY]

With a repository's path, that one is mapped instead of a made one. Prints milliseconds.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from services.graticule import Graticule
from services.mapping.views import OutlineRequest
from services.models import Job
from services.repositories import RepositoryService
from tests.support.gitrepo import make_repository
from tests.support.running import ended, local_settings

TICK_SECONDS = 0.002
DEFAULT_FILES = 2000


@asynccontextmanager
async def probed(lags: list[float]) -> AsyncIterator[None]:
    """Note how late the loop comes back from a short sleep, again and again."""

    async def probe() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(TICK_SECONDS)
            lags.append(time.perf_counter() - before - TICK_SECONDS)

    task = asyncio.create_task(probe())
    try:
        yield
    finally:
        task.cancel()


def sources(files: int) -> dict[str, str]:
    """Make Python files of about 5 kB that import and call each other."""
    return {f"pkg{n % 40}/m{n}.py": _source(n, files) for n in range(files)}


def _source(n: int, files: int) -> str:
    other = (n * 7 + 1) % files
    lines = [f"from pkg{other % 40}.m{other} import f{other}_0", ""]
    for i in range(40):
        lines += [
            f"def f{n}_{i}(first, second):",
            f'    """Do {i}."""',
            f"    return f{other}_0(first, second) + {i}",
            "",
        ]
    return "\n".join(lines)


async def measure(url: str, data_dir: Path) -> None:
    async with Graticule.start(local_settings(data_dir, parser_processes=2)) as graticule:
        service = graticule.repositories
        lags: list[float] = []
        began = time.perf_counter()
        async with probed(lags):
            job = await ended(service, (await service.clone(url)).job.id)
        show(f"clone and map, {time.perf_counter() - began:.1f} s", lags)
        show_phases(job)
        lags.clear()
        async with probed(lags):
            await ask(service, job)
        show("open and 20 outlines", lags)


async def ask(service: RepositoryService, job: Job) -> None:
    found = await service.snapshot(job.repository_id)
    if found is None:
        raise SystemExit(f"no map: {job.error}")
    for tokens in range(1000, 21_000, 1000):
        await service.outline(found.record.key, OutlineRequest(tokens=tokens))


def show(what: str, lags: list[float]) -> None:
    p99 = statistics.quantiles(lags, n=100)[-1]
    print(f"{what}: loop late by at most {max(lags) * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms")


def show_phases(job: Job) -> None:
    for record in job.phases:
        if record.finished_at is not None:
            print(f"  {record.phase:<12} {(record.finished_at - record.started_at).total_seconds():6.2f} s")


def main() -> None:
    files = int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_FILES
    with tempfile.TemporaryDirectory() as scratch:
        repository = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(scratch) / "made.git"
        if len(sys.argv) <= 2:
            make_repository(repository, sources(files))
        asyncio.run(measure(str(repository), Path(scratch) / "data"))


if __name__ == "__main__":
    main()
