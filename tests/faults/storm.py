"""Kill servers at random for as long as you like: `python -m tests.faults.storm --kills 200 --seed 1`.

Ends with 1 and what was wrong when anything was; prints the counts either way.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.support.gitserver import GitServer
from tests.support.plant import plant
from tests.support.storm import LEASE_SECONDS, Storm
from tests.support.valkey import Valkey


@contextmanager
def storm(folder: Path, *, seed: int, nodes: int = 2) -> Iterator[Storm]:
    """Start the servers that will suffer, on a database of their own."""
    database_url = f"sqlite+aiosqlite:///{folder / 'rows.sqlite3'}"
    with (
        Valkey() as valkey,
        GitServer.start(folder / "forge") as forge,
        plant(folder, environment(folder, valkey, database_url), nodes=nodes) as started,
    ):
        made = Storm(started, forge, database_url, seed=seed)
        made.make_repositories()
        yield made


def environment(folder: Path, valkey: Valkey, database_url: str) -> Mapping[str, str]:
    """Give the settings that the servers share."""
    return {
        "GRATICULE_DATABASE_URL": database_url,
        "GRATICULE_ARTIFACTS_URL": str(folder / "artifacts"),
        "GRATICULE_REDIS_URL": valkey.url,
        "GRATICULE_QUEUE_URL": valkey.url,
        "GRATICULE_JOB_LEASE_SECONDS": str(LEASE_SECONDS),
    }


def main() -> None:
    """Run one storm and print what it did."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--freezes", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--nodes", type=int, default=2)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, storm(Path(folder), seed=given.seed, nodes=given.nodes) as blown:
        asyncio.run(blown.blow(kills=given.kills, freezes=given.freezes))
        faults = asyncio.run(blown.faults())
        report = {"seed": given.seed, **blown.counts, "ends": blown.history.ends(), "faults": faults}
    sys.stdout.write(json.dumps(report, indent=2) + "\n")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
