"""What a job costs what all machines share: statements and commits of the database, messages of the bus, bytes of maps.

    python -m tests.benchmarks.job_cost [--jobs 20] [--database URL] [REPOSITORY …]

Every REPOSITORY is the path of a git repository, cloned over file://; made ones of 5 files by default. Each is cloned,
then refreshed when nothing has moved. What an idle server asks of the database in ten seconds comes first. Counts are
exact for what ran; how many progress rows a job writes depends on its seconds, at one a second and a phase.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import event

from services.graticule import Graticule
from services.logs import configure_logging
from services.metrics import Metrics
from services.models import Job
from services.repositories import RepositoryService
from services.store.database import Database
from tests.support.gitrepo import make_repository
from tests.support.running import ended, local_settings

IDLE_SECONDS = 10
FILES = 5


class Meter:
    """Counts statements and commits of one database, and messages of one bus, since it was last read."""

    def __init__(self, database: Database, metrics: Metrics) -> None:
        self._counts: Counter[str] = Counter()
        self._published = 0.0
        self._metrics = metrics
        engine = database.engine.sync_engine
        event.listen(engine, "before_cursor_execute", self._statement)
        event.listen(engine, "commit", lambda _connection: self._count("commits"))

    def _statement(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:  # noqa: ANN401  SQLAlchemy's
        kind = statement.split(None, 1)[0].upper()
        self._count("reads" if kind in {"SELECT", "WITH"} else "writes" if kind in {"INSERT", "UPDATE"} else "other")

    def _count(self, name: str) -> None:
        self._counts[name] += 1

    def read(self) -> Counter[str]:
        """Give the counts, and begin anew."""
        published = self._metrics.bus_published._value.get()  # noqa: SLF001  prometheus-client has no other way
        counts, self._counts = self._counts, Counter()
        counts["messages"] = round(published - self._published)
        self._published = published
        return counts


async def measure(paths: Sequence[Path], jobs: int, folder: Path, database_url: str | None) -> None:
    """Run the jobs one after the other and print a line for each kind."""
    metrics = Metrics()
    settings = local_settings(folder / "data", database_url=database_url)
    async with Graticule.start(settings, metrics=metrics) as graticule:
        meter = Meter(graticule.backbone.database, metrics)
        meter.read()
        await asyncio.sleep(IDLE_SECONDS)
        show(f"idle, {IDLE_SECONDS} s", meter.read(), seconds=[float(IDLE_SECONDS)], jobs=1)
        service = graticule.repositories
        repeated = [paths[number % len(paths)] for number in range(max(jobs, len(paths)))]
        clones = dict.fromkeys(repeated)
        first = [await timed(service, path) for path in clones]
        show(f"clone and map, {len(first)} jobs", meter.read(), seconds=[took for _, took in first], jobs=len(first))
        again = [
            await timed(service, path, repository_id=job.repository_id)
            for path, (job, _) in zip(clones, first, strict=True)
        ]
        show(
            f"refresh, not moved, {len(again)} jobs", meter.read(), seconds=[took for _, took in again], jobs=len(again)
        )
    maps = [file.stat().st_size for file in (folder / "data/artifacts").rglob("*.map")]
    sys.stdout.write(f"bytes of a map: median {statistics.median(maps):,.0f}, all {sum(maps):,}\n")


async def timed(service: RepositoryService, path: Path, repository_id: str | None = None) -> tuple[Job, float]:
    """Run one job to its end; gives it and its seconds."""
    began = time.perf_counter()
    accepted = await (service.refresh(repository_id) if repository_id else service.clone(f"file://{path}"))
    job = await ended(service, accepted.job.id)
    assert job.error is None, job.error
    return job, time.perf_counter() - began


def show(name: str, counts: Counter[str], *, seconds: Sequence[float], jobs: int) -> None:
    """Print what one job of these took."""
    parts = [f"{counts[part] / jobs:.1f} {part}" for part in ("reads", "writes", "commits", "messages")]
    sys.stdout.write(f"{name}: {', '.join(parts)}; {statistics.median(seconds):.2f} s each\n")
    sys.stdout.flush()


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repositories", nargs="*", type=Path)
    parser.add_argument("--jobs", type=int, default=20)
    parser.add_argument("--database")
    given = parser.parse_args()
    configure_logging("WARNING")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = given.repositories or [made(folder, number) for number in range(given.jobs)]
        asyncio.run(measure(paths, given.jobs, folder, given.database))


def made(folder: Path, number: int) -> Path:
    """Make a small repository."""
    path = folder / f"made/r{number}.git"
    make_repository(path, {f"m{at}.py": f"def f{number}_{at}(): return f{at}()\n" for at in range(FILES)})
    return path


if __name__ == "__main__":
    main()
