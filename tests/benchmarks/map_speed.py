"""What a map costs: against a bare parse of the same files, against aider's on the same files, and later ones.

    python -m tests.benchmarks.map_speed REPOSITORY... [--aider PYTHON] [--processes 2] [--rounds 3]

REPOSITORY is a path; its default branch is cloned into a temporary folder, by plain git and by us in turn. PYTHON
is the interpreter of an environment that has `aider-chat`. Prints every round, and ratios of the best rounds:
whatever else a machine does can only add to a time, and seconds of two machines cannot be compared.
"""

import argparse
import asyncio
import json
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from services.acquire.clones import Clone, Clones
from services.acquire.git import GitLimits
from services.acquire.objects import list_tree, read_blobs
from services.acquire.remotes import Remote, RemotePolicy
from services.mapping.build import build
from services.mapping.encoding import decode_record
from services.mapping.grammars import PACKAGES
from services.mapping.languages import engine_version
from services.mapping.outline import outline
from services.mapping.pool import ParserPool
from services.mapping.records import FileRecord, SourceEntry
from services.mapping.snapshot import Snapshot
from services.mapping.views import Focus, OutlineRequest
from services.settings import Settings
from services.store.tagcache import TagCache
from tests.benchmarks.floor import BareParsers, peak_mebibytes

TOKENS: Final = 2000
CHANGED_FILES: Final = 10
LATER_MAPS: Final = 30
AIDER_SECONDS: Final = 1200
PEER: Final = Path(__file__).parent / "peers" / "aider_map.py"


@dataclass(frozen=True, slots=True)
class Parsed:
    """The files of a commit that have tags: what every rival gets to read."""

    keys: list[tuple[str, str]]
    """Blob and language of each distinct content."""
    paths: list[str]


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


class Changed:
    """A reader for which some blobs have another content, under another name."""

    def __init__(self, clone: Path, entries: Sequence[SourceEntry], changed: set[str], mark: str) -> None:
        self._clone = clone
        self._origin = {mark + blob[len(mark) :]: blob for blob in changed}
        renamed = {blob: name for name, blob in self._origin.items()}
        self.entries = [
            SourceEntry(one.path, renamed.get(one.blob, one.blob), one.size_bytes, one.mode) for one in entries
        ]

    def read(self, blobs: Sequence[str]) -> Iterator[bytes]:
        """Give the contents; a changed one has a line more."""
        contents = read_blobs(self._clone, [self._origin.get(blob, blob) for blob in blobs])
        for blob, content in zip(blobs, contents, strict=True):
            yield content + b"\n" if blob in self._origin else content


class Product:
    """This product's way from the objects of a commit to an outline."""

    def __init__(self, clone: Clone, pool: ParserPool, folder: Path, settings: Settings) -> None:
        self._clone = clone
        self._pool = pool
        self._folder = folder
        self._settings = settings
        self._caches = 0
        self.entries: list[SourceEntry] = []

    def empty_cache(self) -> TagCache:
        """Open a tag cache that nobody wrote to yet."""
        self._caches += 1
        return TagCache(self._folder / f"tags-{self._caches}.sqlite3")

    def map(self, tags: TagCache) -> Snapshot:
        """List, parse what is not cached, link, rank, open and write an outline."""
        tree = asyncio.run(list_tree(self._clone.path, self._clone.commit, max_entries=self._settings.tree_entries))
        self.entries = [SourceEntry(entry.path, entry.blob, entry.size_bytes, entry.mode) for entry in tree]
        return self.build(self.entries, tags, lambda blobs: read_blobs(self._clone.path, blobs))

    def build(
        self, entries: Sequence[SourceEntry], tags: TagCache, read: Callable[[Sequence[str]], Iterable[bytes]]
    ) -> Snapshot:
        """Build the map of a listing and write an outline."""
        artifact = build(
            entries,
            commit=self._clone.commit,
            read_blobs=read,
            pool=self._pool,
            tags=tags,
            report=lambda _progress: None,
            cancelled=threading.Event(),
            max_file_bytes=self._settings.file_bytes,
        )
        snapshot = Snapshot.load(artifact)
        outline(snapshot, OutlineRequest(tokens=TOKENS))
        return snapshot

    def changed(self, parsed: Parsed, number: int) -> Changed:
        """Change some files; each number gives other contents."""
        step = max(1, len(parsed.keys) // CHANGED_FILES)
        blobs = {blob for blob, _ in parsed.keys[::step][:CHANGED_FILES]}
        return Changed(self._clone.path, self.entries, blobs, f"{number:07x}f")

    def parsed(self, tags: TagCache) -> Parsed:
        """Tell which files of the listing have tags."""
        languages: dict[str, str] = {}
        every = [f"{entry.blob}:{language}" for entry in self.entries for language in PACKAGES]
        for key, data in tags.get_many(every, engine_version=engine_version()).items():
            record = decode_record(data)
            if isinstance(record, FileRecord):
                languages[key.partition(":")[0]] = record.language
        paths = sorted(entry.path for entry in self.entries if entry.blob in languages)
        return Parsed(sorted(languages.items()), paths)

    def contents(self, parsed: Parsed) -> list[tuple[str, bytes]]:
        """Read the distinct contents, each with its language."""
        blobs = read_blobs(self._clone.path, [blob for blob, _ in parsed.keys])
        return [(language, content) for (_, language), content in zip(parsed.keys, blobs, strict=True)]


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


def run_aider(python: str, checkout: Path, paths: Sequence[str], times: Times) -> None:
    """Let aider draw its map of the same files, without and with its cache."""
    for cache in checkout.glob(".aider.tags.cache*"):
        shutil.rmtree(cache)
    ran = subprocess.run(
        [python, str(PEER), str(checkout), str(TOKENS)],
        input="\n".join(paths),
        capture_output=True,
        text=True,
        check=True,
        timeout=AIDER_SECONDS,
    )
    told = json.loads(ran.stdout.splitlines()[-1])
    times.note("aider cold", told["cold_seconds"])
    times.note("aider warm", told["warm_seconds"])


def check_out(clone: Clone, folder: Path) -> Path:
    """Write the files of the commit to a folder."""
    checkout = folder / "checkout"
    run_git("clone", "--quiet", str(clone.path), str(checkout))
    return checkout


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks for."""

    processes: int
    rounds: int
    aider: str | None
    aider_rounds: int


def measure(repository: Path, folder: Path, options: Options) -> None:
    """Measure one repository, and print its table."""
    times = Times()
    clone = clone_in_turn(repository, folder, times, options.rounds)
    settings = Settings()
    pool = ParserPool(
        processes=options.processes,
        file_deadline_seconds=settings.file_deadline_seconds,
        memory_bytes=settings.parser_memory_bytes,
    )
    with closing(pool), BareParsers(options.processes) as floor:
        pool.start()
        product = Product(clone, pool, folder, settings)
        with closing(product.empty_cache()) as tags:
            snapshot = product.map(tags)  # also the round that warms everything
            parsed = product.parsed(tags)
        files = product.contents(parsed)
        checkout = check_out(clone, folder) if options.aider else None
        for number in range(options.rounds):
            times.note("bare parse", floor.seconds(files))
            changed = product.changed(parsed, number)
            with closing(product.empty_cache()) as tags:
                with times.timed("cold map"):
                    product.map(tags)
                with times.timed("warm map"):
                    product.map(tags)
                with times.timed("refresh"):
                    product.build(changed.entries, tags, changed.read)
            if options.aider and checkout and number < options.aider_rounds:
                run_aider(options.aider, checkout, parsed.paths, times)
        later = later_maps(snapshot)
        memory = peak_mebibytes(), pool.run(peak_mebibytes)
    size = sum(len(content) for _, content in files)
    print(f"\n{repository}: {len(files)} contents, {size / 1e6:.1f} MB, {len(snapshot.paths)} files listed")
    show(times, later, memory)


def show(times: Times, later: Sequence[float], memory: tuple[int, int]) -> None:
    """Print seconds and ratios."""
    for name, seconds in times.seconds.items():
        print(f"  {name:12} {times.best(name):8.3f} s   of {' '.join(f'{one:.3f}' for one in seconds)}")
    print(f"  later map    p50 {later[len(later) // 2] * 1e3:.1f} ms, p95 {later[int(len(later) * 0.95)] * 1e3:.1f} ms")
    print(f"  peak memory  {memory[0]} MiB here, {memory[1]} MiB in a parser process")
    pairs = [("our clone", "plain clone"), ("cold map", "bare parse"), ("warm map", "bare parse")]
    pairs += [("aider cold", "cold map"), ("aider warm", "warm map")] if "aider cold" in times.seconds else []
    print("  " + "; ".join(f"{one} / {other} = {times.best(one) / times.best(other):.2f}" for one, other in pairs))


def main() -> None:
    """Measure each repository."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repositories", nargs="+", type=Path, metavar="REPOSITORY")
    parser.add_argument("--aider", metavar="PYTHON")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--aider-rounds", type=int, default=1)
    asked = parser.parse_args()
    options = Options(asked.processes, asked.rounds, asked.aider, asked.aider_rounds)
    for repository in asked.repositories:
        with tempfile.TemporaryDirectory() as folder:
            measure(repository, Path(folder), options)


if __name__ == "__main__":
    main()
