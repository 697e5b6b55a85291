"""How the cost of a map grows with the number of files, from 1,000 to 100,000: a table, and a picture for the docs.

    python -m tests.benchmarks.growth REPOSITORY... [--files 1000,3000,10000,30000,100000] [--svg docs/growth.svg]

REPOSITORIES are paths of bare repositories. Their files are put side by side, each repository in a folder of its own,
until there are as many as wanted; when all are used they are used again, in other folders and with another last line,
so that no content occurs twice. Only files of a language that is read count. Each size has a process of its own, and so
its own memory. The clone and the listing are left out: they are git's.
"""

import argparse
import asyncio
import json
import math
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from itertools import count, islice
from pathlib import Path
from typing import Final

import pygal  # type: ignore[import-untyped]  # pygal comes without types

from services.acquire.objects import list_tree, read_blobs
from services.mapping.build import build
from services.mapping.languages import language_of
from services.mapping.outline import outline
from services.mapping.pool import ParserPool
from services.mapping.records import SourceEntry
from services.mapping.snapshot import Snapshot
from services.mapping.views import Focus, OutlineRequest
from services.models import Phase, Progress
from services.settings import Settings
from services.store.tagcache import TagCache
from tests.benchmarks.floor import BareParsers, peak_mebibytes

SIZES: Final = "1000,3000,10000,30000,100000"
ROUNDS: Final = 30
CHANGED: Final = 10


@dataclass(frozen=True, slots=True)
class Cost:
    """What a map of so many files costs. Seconds, milliseconds and mebibytes as the names say."""

    files: int
    megabytes: float
    symbols: int
    edges: int
    floor_seconds: float
    cold_seconds: float
    parsed_seconds: float
    """Of the cold map, until the last record was there."""
    refresh_seconds: float
    later_ms: float
    """The 95th percentile of maps with other budgets and focuses."""
    search_ms: float
    artifact_megabytes: float
    open_ms: float
    parent_mebibytes: int
    worker_mebibytes: int


@dataclass(frozen=True, slots=True)
class Placed:
    """A file of the made-up tree: its entry there, and where its content is."""

    entry: SourceEntry
    repository: Path
    blob: str
    ending: bytes


def made_up_tree(repositories: Sequence[Path]) -> Iterator[Placed]:
    """Give file after file, without an end."""
    listings = [(repository, _sources(repository)) for repository in repositories]
    seen: set[str] = set()
    for copy in count():
        for repository, entries in listings:
            for entry in entries:
                blob = f"{copy:04x}{entry.blob[4:]}" if copy else entry.blob
                if blob in seen:
                    continue
                seen.add(blob)
                path = f"{repository.stem}-{copy}/{entry.path}"
                placed = SourceEntry(path, blob, entry.size_bytes, entry.mode)
                yield Placed(placed, repository, entry.blob, b"\n" * copy)


def _sources(clone: Path) -> list[SourceEntry]:
    asked = ["git", f"--git-dir={clone}", "rev-parse", "HEAD"]
    commit = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()
    tree = asyncio.run(list_tree(clone, commit, max_entries=1_000_000))
    entries = [SourceEntry(one.path, one.blob, one.size_bytes, one.mode) for one in tree]
    most = Settings().file_bytes
    return [one for one in entries if one.size_bytes < most and language_of(one.path, mode=one.mode)]


class Contents:
    """Reads contents from the repositories that have them, in the order in which they are asked for."""

    def __init__(self, tree: Sequence[Placed], mark: str = "", changed: Iterable[str] = ()) -> None:
        self._placed = {one.entry.blob: one for one in tree}
        for blob in changed:
            one = self._placed[blob]
            self._placed[mark + blob[len(mark) :]] = Placed(one.entry, one.repository, one.blob, one.ending + b"\n\n")

    def read(self, blobs: Sequence[str]) -> Iterator[bytes]:
        """Give contents in the order of their names, with one git for each repository."""
        placed = [self._placed[blob] for blob in blobs]
        asked: defaultdict[Path, list[str]] = defaultdict(list)
        for one in placed:
            asked[one.repository].append(one.blob)
        streams = {repository: iter(read_blobs(repository, names)) for repository, names in asked.items()}
        for one in placed:
            yield next(streams[one.repository]) + one.ending


class Clock:
    """Notes when each phase began."""

    def __init__(self) -> None:
        self.began: dict[Phase, float] = {}

    def __call__(self, progress: Progress) -> None:
        """Take a report of the build."""
        self.began.setdefault(progress.phase, time.perf_counter())


def measure(tree: Sequence[Placed], processes: int) -> Cost:
    """Map a tree cold and again with ten changed files, and ask what clients ask."""
    settings = Settings()
    pool = ParserPool(
        processes=processes,
        file_deadline_seconds=settings.file_deadline_seconds,
        memory_bytes=settings.parser_memory_bytes,
    )
    entries = [one.entry for one in tree]
    changed = [entry.blob for entry in entries[:: max(1, len(entries) // CHANGED)][:CHANGED]]
    mark = "ffff"
    renamed = {blob: mark + blob[len(mark) :] for blob in changed}
    later = [SourceEntry(e.path, renamed.get(e.blob, e.blob), e.size_bytes, e.mode) for e in entries]
    contents = Contents(tree, mark, changed)

    with tempfile.TemporaryDirectory() as folder, closing(pool), closing(TagCache(Path(folder) / "tags")) as tags:
        pool.start()

        def mapped(listing: Sequence[SourceEntry], clock: Clock) -> bytes:
            return build(
                listing,
                commit="0" * 40,
                read_blobs=contents.read,
                pool=pool,
                tags=tags,
                report=clock,
                cancelled=threading.Event(),
                max_file_bytes=settings.file_bytes,
            )

        clock = Clock()
        started = time.perf_counter()
        artifact = mapped(entries, clock)
        cold = time.perf_counter() - started
        memory = peak_mebibytes(), pool.run(peak_mebibytes)
        again = time.perf_counter()
        mapped(later, Clock())
        refresh = time.perf_counter() - again
    floor = floor_seconds(entries, contents, processes)
    opening = time.perf_counter()
    snapshot = Snapshot.load(artifact)
    opened = time.perf_counter() - opening
    return Cost(
        files=len(entries),
        megabytes=sum(entry.size_bytes for entry in entries) / 1e6,
        symbols=snapshot.coverage.symbols,
        edges=len(snapshot.columns["edge.source"]),
        floor_seconds=floor,
        cold_seconds=cold,
        parsed_seconds=clock.began[Phase.LINKING] - started,
        refresh_seconds=refresh,
        later_ms=later_ms(snapshot),
        search_ms=search_ms(snapshot),
        artifact_megabytes=len(artifact) / 1e6,
        open_ms=opened * 1e3,
        parent_mebibytes=memory[0],
        worker_mebibytes=memory[1],
    )


def floor_seconds(entries: Sequence[SourceEntry], contents: Contents, processes: int) -> float:
    """Parse the same files and do nothing else."""
    languages = [(language_of(entry.path, mode=entry.mode), entry.blob) for entry in entries]
    known = [(language, blob) for language, blob in languages if language]
    read = contents.read([blob for _, blob in known])
    files = [(language, content) for (language, _), content in zip(known, read, strict=True)]
    with BareParsers(processes) as floor:
        return floor.seconds(files)


def later_ms(snapshot: Snapshot) -> float:
    """Ask for maps with other budgets, every second with a focus."""
    names = [symbol.name for symbol in snapshot.symbols(limit=ROUNDS).items]
    spent = []
    for number in range(ROUNDS):
        text = f"{names[number]} fails after {names[-1 - number]}" if number % 2 else ""
        started = time.perf_counter()
        outline(snapshot, OutlineRequest(tokens=500 + 250 * number, focus=Focus(text=text)))
        spent.append(time.perf_counter() - started)
    return sorted(spent)[int(ROUNDS * 0.95)] * 1e3


def search_ms(snapshot: Snapshot) -> float:
    """Search for prefixes, sub-tokens and rare names; the 95th percentile."""
    names = [symbol.name for symbol in snapshot.symbols(limit=200).items]
    queries = [name[: 2 + number % 5] for number, name in enumerate(names)] + names
    spent = []
    for query in queries:
        started = time.perf_counter()
        snapshot.symbols(query=query)
        spent.append(time.perf_counter() - started)
    return sorted(spent)[int(len(spent) * 0.95)] * 1e3


def picture(costs: Sequence[Cost], target: Path) -> None:
    """Draw seconds over files, both on logarithmic scales."""
    lines: dict[str, Callable[[Cost], float]] = {
        "cold map": lambda cost: cost.cold_seconds,
        "bare parse": lambda cost: cost.floor_seconds,
        "refresh, 10 changed files": lambda cost: cost.refresh_seconds,
        "a later map, p95": lambda cost: cost.later_ms / 1e3,
        "a search, p95": lambda cost: cost.search_ms / 1e3,
    }
    points = {name: [(math.log10(cost.files), math.log10(of(cost))) for cost in costs] for name, of in lines.items()}
    heights = [height for line in points.values() for _, height in line]
    chart = pygal.XY(
        js=(),
        title="Seconds, by the number of files",
        x_title="files",
        legend_at_bottom=True,
        legend_at_bottom_columns=3,
        truncate_legend=-1,
        x_labels=[math.log10(cost.files) for cost in costs],
        y_labels=range(math.floor(min(heights)), math.ceil(max(heights)) + 1),
        x_value_formatter=lambda power: f"{10**power:,.0f}",
        value_formatter=lambda power: f"{10**power:,.4g} s",
        style=pygal.style.CleanStyle,
    )
    for name, line in points.items():
        chart.add(name, line)
    target.write_bytes(chart.render())


def show(costs: Sequence[Cost]) -> None:
    """Print the table."""
    print(
        "| files | MB | symbols | edges | bare parse s | cold s | of it parsing | refresh s | later ms | search ms |",
        end="",
    )
    print(" artifact MB | open ms | parent MiB | worker MiB |")
    print("|" + "---|" * 14)
    for one in costs:
        print(
            f"| {one.files:,} | {one.megabytes:.0f} | {one.symbols:,} | {one.edges:,} | {one.floor_seconds:.2f} "
            f"| {one.cold_seconds:.2f} | {one.parsed_seconds:.2f} | {one.refresh_seconds:.2f} | {one.later_ms:.0f} "
            f"| {one.search_ms:.1f} | {one.artifact_megabytes:.1f} | {one.open_ms:.1f} | {one.parent_mebibytes} "
            f"| {one.worker_mebibytes} |"
        )


def main() -> None:
    """Measure each size in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repositories", nargs="+", type=Path, metavar="REPOSITORY")
    parser.add_argument("--files", default=SIZES, help="sizes, with commas between them")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--svg", type=Path)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        tree = list(islice(made_up_tree(asked.repositories), asked.one))
        print(json.dumps(asdict(measure(tree, asked.processes))))
        return
    costs = []
    with tempfile.TemporaryDirectory() as folder:
        clones = [str(shallow_clone(repository, Path(folder))) for repository in asked.repositories]
        for size in asked.files.split(","):
            costs.append(in_a_process(clones, size, asked.processes))
            show(costs[-1:])
    show(costs)
    if asked.svg:
        picture(costs, asked.svg)


def shallow_clone(repository: Path, folder: Path) -> Path:
    """Clone the newest commit of a repository, which may be somebody else's."""
    name = repository.parent.name if repository.name == "repo" else repository.name
    clone = folder / f"{name}.git"
    source = repository.resolve().as_uri()
    command = ["git", "-c", "safe.directory=*", "clone", "--quiet", "--bare", "--depth=1", source, str(clone)]
    subprocess.run(command, check=True)
    return clone


def in_a_process(clones: Sequence[str], size: str, processes: int) -> Cost:
    """Measure one size in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.growth", *clones, "--one", size, "--processes", str(processes)]
    ran = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return Cost(**json.loads(ran.stdout.splitlines()[-1]))


if __name__ == "__main__":
    main()
