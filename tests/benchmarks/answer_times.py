"""How soon a real server answers while it works: mutations, `/healthz`, and the first event of a subscription.

    python -m tests.benchmarks.answer_times [CALLS] [sqlite|postgres]

One server process, one forge, on loopback, and a PostgreSQL that flushes each commit where it is asked for. Prints
milliseconds: median, 99th percentile and worst.
"""

import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import httpx

from tests.benchmarks.loop_lag import sources
from tests.support.asker import Asker
from tests.support.gitserver import GitServer, make_repository
from tests.support.postgres import Postgres
from tests.support.serve_command import ServeCommand

CALLS = 200
FILES = 2000
PAUSE_SECONDS = 0.02


def timed(calls: int, call: Callable[[int], object]) -> list[float]:
    """Call one after the other with a short pause between, and give the milliseconds of each."""
    taken = []
    for number in range(calls):
        started = time.perf_counter()
        call(number)
        taken.append((time.perf_counter() - started) * 1000)
        time.sleep(PAUSE_SECONDS)
    return taken


def report(what: str, taken: list[float]) -> None:
    """Print one row."""
    ordered = sorted(taken)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    print(f"{what:<58} {statistics.median(ordered):8.1f} {p99:8.1f} {ordered[-1]:8.1f}   n={len(ordered)}")


class Building:
    """Keeps maps of 2,000 files being built, one after the other, for the length of the block."""

    def __init__(self, ask: Asker, forge: GitServer) -> None:
        self._ask = ask
        self._forge = forge
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work)
        self.built = 0

    def __enter__(self) -> Self:
        self._thread.start()
        time.sleep(0.5)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._stop.is_set():
            name = f"ada/large-{self.built}.git"
            make_repository(self._forge.root / name, sources(FILES) | {"seed.py": f"SEED = {self.built}\n"})
            self._ask.map(self._forge.url(name))
            self.built += 1


def measure(server: ServeCommand, forge: GitServer, calls: int) -> None:
    """Print the rows: idle first, then under load."""
    ask = server.ask()
    with httpx.Client(base_url=server.url) as web:
        report("new repository, its small jobs running meanwhile", timed(calls, lambda n: clone_small(ask, forge, n)))
        known = forge.url("ada/small-0.git")
        report("ready repository, idle", timed(calls, lambda _: ask.clone(known)))
        report("/healthz, idle", timed(calls, lambda _: web.get("/healthz")))
        with Building(Asker(httpx.Client(base_url=server.url, timeout=60)), forge) as building:
            report("new repository, while maps of 2,000 files are built", timed(calls, lambda n: unknown(ask, n)))
            report("ready repository, while maps are built", timed(calls, lambda _: ask.clone(known)))
            report("/healthz, while maps are built", timed(calls * 2, lambda _: web.get("/healthz")))
        print(f"maps of {FILES} files built meanwhile: {building.built}")


def clone_small(ask: Asker, forge: GitServer, number: int) -> None:
    """Ask for a small repository that was made before."""
    ask.clone(forge.url(f"ada/small-{number}.git"))


def unknown(ask: Asker, number: int) -> None:
    """Ask for a repository on a port where nobody listens: a new row and a job that soon fails."""
    ask.clone(f"http://127.0.0.1:9/ada/unknown-{number}.git")


@contextmanager
def database(kind: str) -> Iterator[dict[str, str]]:
    """Give the environment of a server on a fresh database."""
    if kind == "sqlite":
        yield {}
        return
    with Postgres(durable=True) as postgres, postgres.database() as url:
        yield {"GRATICULE_DATABASE_URL": url}


def main() -> None:
    """Run everything once."""
    calls = int(sys.argv[1]) if len(sys.argv) > 1 else CALLS
    kind = sys.argv[2] if len(sys.argv) > 2 else "sqlite"
    with tempfile.TemporaryDirectory() as folder, GitServer.start(Path(folder) / "forge") as forge:
        for number in range(calls):
            make_repository(forge.root / f"ada/small-{number}.git", {"a.py": f"def f{number}(): ...\n"})
        with database(kind) as settings, ServeCommand(Path(folder) / "data", environment=settings) as server:
            print(f"{'':<58} {'median':>8} {'p99':>8} {'worst':>8}   milliseconds")
            measure(server, forge, calls)


if __name__ == "__main__":
    main()
