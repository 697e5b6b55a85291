"""The whole topology from processes: two servers, two workers, Valkey, an object store and a database that they share.

Tests enter `Topology`; `scripts/topology` runs this module, which follows what all of them say until Ctrl-C.
"""

import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Self

from tests.support.bucket import Bucket
from tests.support.commands import ENDINGS
from tests.support.serve_command import ServeCommand
from tests.support.valkey import Valkey

FOR_PEOPLE = {
    "GRATICULE_ALLOW_PROTOCOLS": "https",
    "GRATICULE_ALLOW_HOSTS": "",
    "GRATICULE_ALLOW_NETWORKS": "",
    "GRATICULE_ALLOW_PORTS": "",
    "GRATICULE_SUBMISSION_RATE": "300/minute",
}
"""The policy as it is by default, where the commands of tests open loopback."""


class Topology:
    """Two servers that run no jobs and two workers, each with a folder of its own. Leaving the block ends them all."""

    def __init__(
        self,
        folder: Path,
        *,
        workers: int = 2,
        database_url: str | None = None,
        environment: Mapping[str, str] | None = None,
        on_line: Callable[[str, str], None] | None = None,
    ) -> None:
        """Start everything at the same time. `database_url` is SQLite in the folder by default, on this machine."""
        self._folder = folder
        self._on_line = on_line
        self._stack = ExitStack()
        with ExitStack() as failed:
            failed.callback(self._stack.close)
            self.valkey = self._stack.enter_context(Valkey())
            self._tell("valkey", "is up")
            self.bucket = self._stack.enter_context(Bucket(folder / "bucket"))
            self._tell("bucket", "is up")
            self.environment = {
                "GRATICULE_DATABASE_URL": database_url or f"sqlite+aiosqlite:///{folder / 'rows.sqlite3'}",
                "GRATICULE_REDIS_URL": self.valkey.url,
                "GRATICULE_CONCURRENT_JOBS": "2",
                **self.bucket.environment,
                **(environment or {}),
            }
            self.servers = [self.server(f"server{number}") for number in (1, 2)]
            self.workers = [self.worker(f"worker{number}") for number in range(1, workers + 1)]
            with ThreadPoolExecutor() as starting:
                list(starting.map(ServeCommand.wait_until_it_answers, [*self.servers, *self.workers]))
            failed.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def server(self, name: str) -> ServeCommand:
        """Start one more server, without waiting for it."""
        return self._start(name, "serve", {"GRATICULE_CONCURRENT_JOBS": "0"})

    def worker(self, name: str) -> ServeCommand:
        """Start one more worker, without waiting for it."""
        return self._start(name, "worker", {})

    def _tell(self, name: str, text: str) -> None:
        if self._on_line is not None:
            self._on_line(name, f"{text}\n")

    def _start(self, name: str, command: str, environment: Mapping[str, str]) -> ServeCommand:
        on_line = self._on_line
        started = ServeCommand(
            self._folder / name,
            environment={**self.environment, **environment},
            command=command,
            on_line=None if on_line is None else lambda line: on_line(name, line),
        )
        self._stack.callback(started.stop)
        return started


def main() -> None:
    """Start it for a person, say where it is, and follow the logs until Ctrl-C."""
    for number in ENDINGS:  # also where a parent ignores them, and no signal leaves a process behind
        signal.signal(number, signal.default_int_handler)
    _say("Starting Valkey, an object store, two servers and two workers: half a minute at most.")
    folder = Path(tempfile.mkdtemp(prefix="graticule-topology-"))
    try:
        with Topology(folder, environment=FOR_PEOPLE, on_line=_tell) as topology:
            _say(f"servers:      {' '.join(server.url for server in topology.servers)}")
            _say(f"workers:      {' '.join(f'{worker.url}/readyz' for worker in topology.workers)}")
            _say(f"database:     {topology.environment['GRATICULE_DATABASE_URL']}")
            _say(f"valkey:       {topology.valkey.url}")
            _say(f"object store: {topology.bucket.endpoint} ({topology.bucket.url})")
            _say("Ctrl-C ends all of them.")
            with suppress(KeyboardInterrupt):
                threading.Event().wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _tell(name: str, line: str) -> None:
    sys.stderr.write(f"{name:8} | {line}")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main()
