"""Programs that map the same files, each run as its users run it, with its time and its most memory.

| peer | what it gives |
|---|---|
| universal-ctags | definitions; hardly any references, no edges, no rank |
| aider 0.86 | definitions and references by name, a rank of both, an outline of 2,000 tokens |
| `@optave/codegraph` | definitions, edges, complexity, control and data flow, in a database |
| the same, lean | definitions and edges alone: what is nearest to a map of ours |
"""

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

AIDER: Final = Path(__file__).parent / "peers" / "aider_map.py"
LEAN: Final = ("--no-ast", "--no-complexity", "--no-dataflow", "--no-cfg")
KIB_PER_MIB: Final = 1024
POLL_SECONDS: Final = 0.01


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a peer: wall seconds, the most memory of its largest process, and what it has made."""

    name: str
    seconds: float
    mebibytes: int
    made: str


@dataclass(frozen=True, slots=True)
class Peers:
    """The programs; None for one that is left out. `aider` is the interpreter that it is installed for."""

    aider: str | None
    ctags: str | None
    codegraph: str | None
    tokens: int
    most_seconds: float

    @property
    def any(self) -> bool:
        """Whether there is one."""
        return bool(self.aider or self.ctags or self.codegraph)

    def run(self, tree: Path, paths: Sequence[str]) -> Iterator[Run]:
        """Let each map the files of a folder that holds nothing else."""
        listing = tree.with_suffix(".list")
        listing.write_text("".join(f"{path}\n" for path in paths), "utf-8", "surrogateescape")
        if self.ctags:
            yield self._ctags(self.ctags, tree, listing)
        if self.codegraph:
            yield self._codegraph(self.codegraph, tree, "codegraph")
            yield self._codegraph(self.codegraph, tree, "codegraph, lean", *LEAN)
        if self.aider:
            yield from self._aider(self.aider, tree, listing)

    def _ctags(self, program: str, tree: Path, listing: Path) -> Run:
        tags = tree.with_suffix(".tags")
        done = self._timed([program, "-L", str(listing), "-f", str(tags), "--fields=+nS", "--sort=no"], tree)
        if done is None:
            return self._stopped("ctags")
        with tags.open("rb") as lines:
            return Run("ctags", *done, f"{sum(not line.startswith(b'!') for line in lines):,} definitions")

    def _codegraph(self, program: str, tree: Path, name: str, *options: str) -> Run:
        graph = tree / ".codegraph"
        shutil.rmtree(graph, ignore_errors=True)
        done = self._timed([program, "build", "--no-incremental", *options, str(tree)], tree)
        if done is None:
            return self._stopped(name)
        with closing(sqlite3.connect(graph / "graph.db")) as database:
            nodes, edges = (database.execute(f"SELECT count(*) FROM {one}").fetchone()[0] for one in ("nodes", "edges"))  # noqa: S608  # two names of ours
        shutil.rmtree(graph)
        return Run(name, *done, f"{nodes:,} nodes, {edges:,} edges")

    def _aider(self, python: str, tree: Path, listing: Path) -> Iterator[Run]:
        for cache in tree.glob(".aider.tags.cache*"):
            shutil.rmtree(cache)
        told = tree.with_suffix(".json")
        done = self._timed([python, str(AIDER), str(tree), str(self.tokens), str(listing), str(told)], tree)
        if done is None:
            yield self._stopped("aider, cold")
            return
        answer = json.loads(told.read_text())
        made = f"an outline of {answer['characters']:,} characters"
        yield Run("aider, cold", answer["cold_seconds"], done[1], made)
        yield Run("aider, warm", answer["warm_seconds"], done[1], made)

    def _stopped(self, name: str) -> Run:
        return Run(name, self.most_seconds, 0, f"nothing: it was ended after {self.most_seconds:g} s")

    def _timed(self, command: Sequence[str], folder: Path) -> tuple[float, int] | None:
        """Run a program; give wall seconds and the most memory it had, or None when it took too long.

        A child's `ru_maxrss` begins with what its parent had when it was forked, so the kernel is asked while it runs.
        """
        quiet = subprocess.DEVNULL
        started = time.perf_counter()
        deadline = started + self.most_seconds
        mebibytes = 0
        with subprocess.Popen(command, cwd=folder, stdout=quiet, stderr=quiet, start_new_session=True) as process:
            while process.poll() is None and time.perf_counter() < deadline:
                mebibytes = max(mebibytes, _peak_mebibytes(process.pid))
                time.sleep(POLL_SECONDS)
            seconds = time.perf_counter() - started
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                return None
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command)
        return seconds, mebibytes


def _peak_mebibytes(process: int) -> int:
    """Ask the kernel for the most memory that a process has had so far; 0 when it has just ended."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"VmHWM:\s*(\d+)", status)
    return int(found[1]) // KIB_PER_MIB if found else 0
