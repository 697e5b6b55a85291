"""What a map costs: against a bare parse of the same files, against other programs on the same files, and later maps.

    python -m tests.benchmarks.map_speed REPOSITORY... [--processes 2] [--rounds 3]
        [--aider PYTHON] [--ctags PROGRAM] [--codegraph PROGRAM] [--most-seconds 1200] [--json FILE]

REPOSITORY is a path; its default branch is cloned into a temporary folder, by plain git and by us in turn. PYTHON is
the interpreter of an environment that has `aider-chat`; the other two are the paths of `universal-ctags`, and of
`codegraph` of npm's `@optave/codegraph`. Prints every round, and ratios of the best rounds: whatever else a machine
does can only add to a time, and seconds of two machines cannot be compared. Each repository has a process of its own,
and so its own memory.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from services.acquire.clones import Clone, Clones
from services.acquire.git import GitLimits
from services.acquire.remotes import Remote, RemotePolicy
from services.mapping.outline import outline
from services.mapping.pool import ParserPool
from services.mapping.snapshot import Snapshot
from services.mapping.views import Focus, OutlineRequest
from services.settings import Settings
from tests.benchmarks.floor import BareParsers, peak_mebibytes
from tests.benchmarks.map_peers import Peers, Run
from tests.benchmarks.map_way import TOKENS, Product

LATER_MAPS: Final = 30


@dataclass(slots=True)
class Times:
    """Seconds of each round, by what was done."""

    seconds: dict[str, list[float]] = field(default_factory=dict)

    def note(self, name: str, seconds: float) -> None:
        """Add a round."""
        self.seconds.setdefault(name, []).append(seconds)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Add how long something took."""
        started = time.perf_counter()
        yield
        self.note(name, time.perf_counter() - started)

    def best(self, name: str) -> float:
        """Give the round that was disturbed least."""
        return min(self.seconds[name])


@dataclass(frozen=True, slots=True)
class Report:
    """All figures of one repository. Seconds and mebibytes; `later` are sorted seconds of later maps."""

    repository: str
    files: int
    contents: int
    megabytes: float
    symbols: int
    references: int
    edges: int
    times: dict[str, list[float]]
    later: list[float]
    parent_mebibytes: int
    worker_mebibytes: int
    peers: list[Run]


def run_git(*arguments: str) -> None:
    """Run git, which may read repositories of other users here."""
    subprocess.run(["git", "-c", "safe.directory=*", *arguments], check=True)


def clone_in_turn(repository: Path, folder: Path, times: Times, rounds: int) -> Clone:
    """Clone by plain git and by us in turn; give our last clone."""
    policy = RemotePolicy.from_settings(Settings(allow_protocols="file"))
    remote = Remote.parse(repository.resolve().as_uri(), policy=policy)
    for number in range(rounds):
        plain = folder / f"plain-{number}.git"
        with times.timed("plain clone"):
            run_git("clone", "--quiet", "--bare", "--depth=1", repository.resolve().as_uri(), str(plain))
        clones = Clones(folder / f"data-{number}", policy=policy, limits=GitLimits())
        with times.timed("our clone"):
            clone = asyncio.run(clones.acquire(remote, ref=None, key="benchmark", report=lambda _progress: None))
    return clone


def later_maps(snapshot: Snapshot) -> list[float]:
    """Ask for maps with other budgets and focuses."""
    names = [symbol.name for symbol in snapshot.symbols(limit=LATER_MAPS).items]
    seconds = []
    for number in range(LATER_MAPS):
        text = f"fix {names[number % len(names)]} when the {names[-1 - number % len(names)]} fails" if names else "fix"
        request = OutlineRequest(tokens=500 + 250 * number, focus=Focus(text=text if number % 2 else ""))
        started = time.perf_counter()
        outline(snapshot, request)
        seconds.append(time.perf_counter() - started)
    return sorted(seconds)


def write_tree(paths: Sequence[str], files: Sequence[bytes], folder: Path) -> Path:
    """Write down what was parsed, and nothing else: what every peer gets to read."""
    tree = folder / "tree"
    for path, content in zip(paths, files, strict=True):
        target = tree / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    run_git("init", "--quiet", str(tree))
    return tree


def measure(repository: Path, folder: Path, asked: argparse.Namespace) -> Report:
    """Measure one repository."""
    times = Times()
    clone = clone_in_turn(repository, folder, times, asked.rounds)
    settings = Settings()
    pool = ParserPool(
        processes=asked.processes,
        file_deadline_seconds=settings.file_deadline_seconds,
        memory_bytes=settings.parser_memory_bytes,
    )
    peers = Peers(asked.aider, asked.ctags, asked.codegraph, TOKENS, asked.most_seconds)
    with closing(pool), BareParsers(asked.processes) as floor:
        pool.start()
        product = Product(clone, pool, folder, settings)
        with closing(product.empty_cache()) as tags:
            snapshot = product.map(tags)  # also the round that warms everything
            parsed = product.parsed(tags)
        memory = peak_mebibytes(), pool.run(peak_mebibytes)
        files = product.contents(parsed)
        for number in range(asked.rounds):
            times.note("bare parse", floor.seconds(files))
            changed = product.changed(parsed, number)
            with closing(product.empty_cache()) as tags:
                with times.timed("cold map"):
                    product.map(tags)
                with times.timed("warm map"):
                    product.map(tags)
                with times.timed("refresh"):
                    product.build(changed.entries, tags, changed.read)
        later = later_maps(snapshot)
        runs: list[Run] = []
        if peers.any:
            tree = write_tree(parsed.paths, product.contents_of(parsed.paths), folder)
            runs = list(peers.run(tree, parsed.paths))
    coverage = snapshot.coverage
    return Report(
        repository=repository.parent.name if repository.name == "repo" else repository.name,
        files=coverage.files_listed,
        contents=len(files),
        megabytes=sum(len(content) for _, content in files) / 1e6,
        symbols=coverage.symbols,
        references=coverage.references,
        edges=len(snapshot.columns["edge.source"]),
        times=times.seconds,
        later=later,
        parent_mebibytes=memory[0],
        worker_mebibytes=memory[1],
        peers=runs,
    )


def show(report: Report) -> None:
    """Print seconds and ratios."""
    best = {name: min(seconds) for name, seconds in report.times.items()}
    print(f"\n{report.repository}: {report.contents} contents, {report.megabytes:.1f} MB, {report.files} files listed")
    print(f"  {report.symbols:,} symbols, {report.references:,} references, {report.edges:,} edges")
    for name, seconds in report.times.items():
        print(f"  {name:12} {best[name]:8.3f} s   of {' '.join(f'{one:.3f}' for one in seconds)}")
    later = report.later
    print(f"  later map    p50 {later[len(later) // 2] * 1e3:.1f} ms, p95 {later[int(len(later) * 0.95)] * 1e3:.1f} ms")
    print(f"  peak memory  {report.parent_mebibytes} MiB here, {report.worker_mebibytes} MiB in a parser process")
    for run in report.peers:
        ratio = run.seconds / best["cold map"]
        print(f"  {run.name:16} {run.seconds:8.2f} s = {ratio:5.2f} cold maps, {run.mebibytes} MiB, {run.made}")
    pairs = (("our clone", "plain clone"), ("cold map", "bare parse"), ("warm map", "bare parse"))
    print("  " + "; ".join(f"{one} / {other} = {best[one] / best[other]:.2f}" for one, other in pairs))


def run_each(repositories: Sequence[str]) -> None:
    """Measure each repository in a process of its own."""
    shared = [one for one in sys.argv[1:] if one not in repositories]
    for repository in repositories:
        subprocess.run([sys.executable, "-m", "tests.benchmarks.map_speed", repository, *shared], check=True)


def main() -> None:
    """Measure each repository."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repositories", nargs="+", metavar="REPOSITORY")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--aider", metavar="PYTHON")
    parser.add_argument("--ctags", metavar="PROGRAM")
    parser.add_argument("--codegraph", metavar="PROGRAM")
    parser.add_argument("--most-seconds", type=float, default=1200, help="what a peer may take")
    parser.add_argument("--json", type=Path, help="a file to which a line is added for each repository")
    asked = parser.parse_args()
    if len(asked.repositories) > 1:
        run_each(asked.repositories)
        return
    with tempfile.TemporaryDirectory() as folder:
        report = measure(Path(asked.repositories[0]), Path(folder), asked)
    show(report)
    if asked.json:
        line: dict[str, Any] = asdict(report)
        with asked.json.open("a") as lines:
            lines.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
