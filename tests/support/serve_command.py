"""`graticule serve`, or `worker`, as a process of its own: to be talked to like any server, and to be killed."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

import httpx
import psutil

from tests.support.asker import Asker

LISTENS = re.compile(r"(?:listens on|answers) (http://[^/\s]+)")
START_SECONDS = 100
OPEN_TO_LOOPBACK = {
    "GRATICULE_ALLOW_PROTOCOLS": "https,http",
    "GRATICULE_ALLOW_HOSTS": "127.0.0.1",
    "GRATICULE_ALLOW_NETWORKS": "127.0.0.0/8",
    "GRATICULE_ALLOW_PORTS": "*",
    "GRATICULE_PARSER_PROCESSES": "1",
    "GRATICULE_SUBMISSION_RATE": "1000/second",  # a test asks as fast as it can
}


class ServeCommand:
    """A started server, or worker that answers probes.

    Leaving the `with` block stops it; `kill()` ends it as a power cut would.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        port: int = 0,
        environment: Mapping[str, str] | None = None,
        launcher: Sequence[str] = (),
        command: str = "serve",
        python: str = sys.executable,
        on_line: Callable[[str], None] | None = None,
    ) -> None:
        self.data_dir = data_dir
        self._on_line = on_line
        self.log: list[str] = []
        self._listening = threading.Event()
        self._web = httpx.Client(timeout=30)
        self.url = ""
        self._process = subprocess.Popen(
            [*launcher, python, "-m", "schema", command, "--port", str(port), "--data-dir", str(data_dir)],
            env={**os.environ, **OPEN_TO_LOOPBACK, **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read_log)
        self._reader.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def __enter__(self) -> Self:
        self.wait_until_it_answers()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while self._process.poll() is None and time.monotonic() < deadline:
            if self._listening.wait(0.05) and self._answers():
                self._web.base_url = self.url
                return
        self.stop()
        raise AssertionError("the server did not start:\n" + "".join(self.log))

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/healthz", timeout=1).is_success
        except httpx.HTTPError:
            return False

    def ask(self) -> Asker:
        """Give a client of this server."""
        return Asker(self._web)

    def children(self) -> list[psutil.Process]:
        """Give every process below the server: git, parsers."""
        return psutil.Process(self.pid).children(recursive=True)

    def kill(self) -> None:
        """End it with SIGKILL: nothing of its own runs any more."""
        self._process.kill()
        self._end()

    def stop(self) -> int:
        """End it with SIGTERM and give its exit code."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        self._end()
        return self._process.returncode

    def _end(self) -> None:
        self._process.wait(timeout=START_SECONDS)
        self._reader.join()
        self._web.close()
        if self._process.stdout:
            self._process.stdout.close()

    def _read_log(self) -> None:
        for line in self._process.stdout or ():
            self.log.append(line)
            if self._on_line is not None:
                self._on_line(line)
            found = LISTENS.search(line)
            if found:
                self.url = found.group(1)
                self._listening.set()
