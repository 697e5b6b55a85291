"""Watch a server while it maps what somebody made to hurt it."""

import re
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.mapping.bombs import BOMBS, NAMES
from tests.support.gitserver import make_repository
from tests.support.serve_command import ServeCommand

ASK_SECONDS = 0.04
WEIGH_SECONDS = 0.2
LOOPS = {"loop/a": "b", "loop/b": "a", "loop/self": ".", "loop/up": "../.."}


class Watch:
    """Asks a server how it is, and looks at its parsers, until the block ends."""

    def __init__(self, server: ServeCommand) -> None:
        self.waits: list[float] = []
        self.failures = 0
        self.peak_bytes = 0
        self._server = server
        self._over = threading.Event()

    @property
    def p99_seconds(self) -> float:
        """Give the wait that one in a hundred exceeds."""
        return statistics.quantiles(self.waits, n=100)[-1]

    @contextmanager
    def running(self) -> Iterator[None]:
        """Watch for as long as the block runs."""
        threads = [threading.Thread(target=work) for work in (self._ask, self._weigh)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._over.set()
            for thread in threads:
                thread.join()

    def _ask(self) -> None:
        with httpx.Client(base_url=self._server.url, timeout=30) as web:
            while not self._over.wait(ASK_SECONDS):
                began = time.perf_counter()
                self.failures += not web.get("/healthz").is_success
                self.waits.append(time.perf_counter() - began)

    def _weigh(self) -> None:
        while not self._over.wait(WEIGH_SECONDS):
            for child in self._server.children():
                self.peak_bytes = max(self.peak_bytes, most_bytes(child.pid))


def most_bytes(pid: int) -> int:
    """Give the most memory that a process has had so far; 0 when it has gone."""
    try:
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(found[1]) * 1024 if found else 0


def bombed_repository(path: Path, bombs: Sequence[str]) -> int:
    """Make a repository of bombs, of strange names and of links in circles; give how many files it has."""
    files: dict[str, bytes | str] = {name: BOMBS[name]() for name in bombs}
    files |= dict.fromkeys(NAMES, b"def f(): pass\n")
    files |= {**LOOPS, "good.py": "def good(): pass\n"}
    modes = dict.fromkeys(LOOPS, 0o120000)
    modes |= dict.fromkeys((name for name in files if name.startswith("bin/")), 0o100755)
    make_repository(path, files, modes=modes)
    return len(files)
