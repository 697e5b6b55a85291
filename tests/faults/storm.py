"""Kill servers at random for as long as you like: `python -m tests.faults.storm --kills 200 --seed 1 --postgresql`.

Ends with 1 and what was wrong when anything was; prints the counts either way.
"""

import argparse
import asyncio
import functools
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.support.gitserver import GitServer
from tests.support.plant import plant
from tests.support.postgres import Postgres
from tests.support.storm import LEASE_SECONDS, Outage, Storm
from tests.support.valkey import Valkey


class Site:
    """What a storm blows over: the servers, and what they need and may go without for a while."""

    def __init__(self, folder: Path, *, seed: int, nodes: int = 2, postgres: Postgres | None = None) -> None:
        self._stack = ExitStack()
        self._folder = folder
        self._seed = seed
        self._nodes = nodes
        self._postgres = postgres
        self.outages: list[Outage] = []

    def __enter__(self) -> Storm:
        """Start the servers on a database of their own."""
        database_url = f"sqlite+aiosqlite:///{self._folder / 'rows.sqlite3'}"
        if self._postgres is not None:
            database_url = self._stack.enter_context(self._postgres.database(migrated=False))
            self.outages.append(functools.partial(_without, self._postgres))
        valkey = self._stack.enter_context(Valkey())
        self.outages.append(functools.partial(_without, valkey))
        forge = self._stack.enter_context(GitServer.start(self._folder / "forge"))
        settings = environment(self._folder, valkey, database_url)
        started = self._stack.enter_context(plant(self._folder, settings, nodes=self._nodes))
        made = Storm(started, forge, database_url, seed=self._seed)
        made.make_repositories()
        return made

    def __exit__(self, *_: object) -> None:
        self._stack.close()


@contextmanager
def _without(server: Postgres | Valkey) -> Iterator[None]:
    server.stop()
    try:
        yield
    finally:
        server.start()


def environment(folder: Path, valkey: Valkey, database_url: str) -> Mapping[str, str]:
    """Give the settings that the servers share."""
    return {
        "GRATICULE_DATABASE_URL": database_url,
        "GRATICULE_ARTIFACTS_URL": str(folder / "artifacts"),
        "GRATICULE_REDIS_URL": valkey.url,
        "GRATICULE_QUEUE_URL": valkey.url,
        "GRATICULE_JOB_LEASE_SECONDS": str(LEASE_SECONDS),
    }


async def _run(blown: Storm, given: argparse.Namespace, outages: Sequence[Outage]) -> Counter[str]:
    await blown.blow(kills=given.kills, freezes=given.freezes, outages=outages)
    return await blown.faults()


def main() -> None:
    """Run one storm and print what it did."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--freezes", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--nodes", type=int, default=2)
    parser.add_argument("--outages", type=int, default=5, help="of Valkey, and of PostgreSQL if that is used")
    parser.add_argument("--postgresql", action="store_true")
    given = parser.parse_args()
    with ExitStack() as stack:
        postgres = stack.enter_context(Postgres(durable=True)) if given.postgresql else None
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        site = Site(folder, seed=given.seed, nodes=given.nodes, postgres=postgres)
        blown = stack.enter_context(site)
        faults = asyncio.run(_run(blown, given, site.outages * given.outages))
        report = {"seed": given.seed, **blown.counts, "ends": blown.history.ends(), "faults": faults}
    sys.stdout.write(json.dumps(report, indent=2) + "\n")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
