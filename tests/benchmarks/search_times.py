"""What a search for symbols costs, by sort of query: processor time of the first page, the last, and with filters.

    python -m tests.benchmarks.search_times REPOSITORY... [--rounds 5] [--map FILE]

The trees of all repositories (paths of git directories) are joined, each below a folder of its own, and mapped as
one commit; `--map` keeps the artifact, or takes it if it is there. Queries are taken from the names of the map.
A column is `median / 95th percentile` in milliseconds over all queries of a sort and all rounds.
"""

import argparse
import random
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

from services.acquire.objects import read_blobs
from services.mapping.build import build
from services.mapping.pool import ParserPool
from services.mapping.records import DefinitionKind, SourceEntry
from services.mapping.snapshot import Snapshot
from services.mapping.words import parts
from services.settings import Settings
from services.store.tagcache import TagCache

PAGE: Final = 50
TAKEN: Final = 40
"""Queries of a sort that are taken from the map."""
KINDS: Final = (DefinitionKind.FUNCTION, DefinitionKind.METHOD, DefinitionKind.CLASS, DefinitionKind.STRUCT)


class Joined:
    """The files of several repositories at their heads, as one listing."""

    def __init__(self, repositories: Sequence[Path]) -> None:
        self._home: dict[str, Path] = {}
        self.entries = [entry for repository in repositories for entry in self._list(repository)]

    def _list(self, repository: Path) -> Iterator[SourceEntry]:
        command = ["git", "-c", "safe.directory=*", f"--git-dir={repository}", "ls-tree", "-r", "-l", "-z", "HEAD"]
        for row in subprocess.run(command, check=True, capture_output=True).stdout.split(b"\0")[:-1]:
            about, _, path = row.partition(b"\t")
            mode, _, blob, size = about.decode().split()
            if size != "BAD":  # an object that this clone lacks
                self._home[blob] = repository
                name = f"{repository.parent.name}/{path.decode(errors='surrogateescape')}"
                yield SourceEntry(name, blob, 0 if size == "-" else int(size), int(mode, 8))

    def read(self, blobs: Sequence[str]) -> Iterator[bytes]:
        """Give contents from whichever repository has them."""
        homes = dict.fromkeys(map(self._home.__getitem__, blobs))
        streams = {home: read_blobs(home, [blob for blob in blobs if self._home[blob] == home]) for home in homes}
        for blob in blobs:
            yield next(streams[self._home[blob]])


def mapped(repositories: Sequence[Path]) -> bytes:
    """Build the map of all repositories together."""
    joined, settings = Joined(repositories), Settings()
    pool = ParserPool(
        processes=1, file_deadline_seconds=settings.file_deadline_seconds, memory_bytes=settings.parser_memory_bytes
    )
    with tempfile.TemporaryDirectory() as folder, closing(pool), closing(TagCache(Path(folder) / "tags")) as tags:
        pool.start()
        return build(
            joined.entries,
            commit="0" * 40,
            read_blobs=joined.read,
            pool=pool,
            tags=tags,
            report=lambda _progress: None,
            cancelled=threading.Event(),
            max_file_bytes=settings.file_bytes,
        )


def queries(snapshot: Snapshot) -> dict[str, list[str]]:
    """Take queries of every sort from the names of a map."""
    chance = random.Random(7)  # noqa: S311 - which queries are asked, the same ones every time
    order = snapshot.columns["definition.order"]
    symbols = [snapshot.symbol(int(order[at])) for at in chance.sample(range(len(order)), 5000)]
    names = [symbol.name for symbol in symbols]
    taken_apart = [parts(name) for name in names]
    several = [one for one in taken_apart if len(one) > 2]
    frequent = [part for part, _ in Counter(chain.from_iterable(taken_apart)).most_common(TAKEN)]
    members = [one for one in symbols if "." in one.qualified_name]
    pairs = Counter(name[at : at + 2].lower() for name in names for at in range(len(name) - 1) if name.isalnum())
    triples = Counter(name[at : at + 3].lower() for name in names for at in range(len(name) - 2) if name.isalnum())
    return {
        "none: all by rank": [""],
        "one letter": list("esgz"),
        "two letters, the most frequent": [pair for pair, _ in pairs.most_common(10)],
        "three letters, the most frequent": [triple for triple, _ in triples.most_common(10)],
        "frequent sub-token": frequent,
        "a name": names[:TAKEN],
        "beginning of a name": [name[: max(4, len(name) // 2)] for name in names[:TAKEN]],
        "middle of a name": [name[2:-2] for name in names if len(name) > 10][:TAKEN],
        "initials": ["".join(part[0] for part in one) for one in several[:TAKEN]],
        "no hit": ["zqxjvkw", "getzqx", "qq_ww_zz_kk"],
        "two words of a name": [f"{one[-1]} {one[0]}" for one in several[:TAKEN]],
        "words, frequent": ["get set", "st re in", "get name type", "e s t"],
        "Class.method": [".".join(one.qualified_name.split(".")[-2:]) for one in members[:TAKEN]],
        "path:name": [f"{one.path}:{one.name}" for one in symbols[:TAKEN]],
        "folder.name": [f"{one.path.split('/')[-2]}.{one.name[:3]}" for one in symbols if "/" in one.path][:TAKEN],
        "200 characters": ["a" * 200, "ab " * 66, "get_" * 50, "a.b." * 50, "e " * 100, ("".join(frequent) * 9)[:200]],
        "other characters": ["größe", "名前", "é", "\0", "\0\0", "\ud800", "\udcff\udcff", "🙂", "_", "__"],
        "of regular expressions": [".*", "(a+)+$", "[", "\\", "^get", "a|e", "$&", "?", "+="],
    }


@dataclass(frozen=True, slots=True)
class Way:
    """How a query is asked."""

    last: bool = False
    kinds: Sequence[DefinitionKind] = ()
    paths: Sequence[str] = ()


def milliseconds(snapshot: Snapshot, query: str, way: Way = Way(), found: int = 0) -> tuple[float, int]:
    """Search once: processor time of this thread, and how many were found."""
    offset = max(0, found - PAGE) if way.last else 0
    started = time.thread_time()
    page = snapshot.symbols(query=query, kinds=way.kinds, paths=way.paths, offset=offset, limit=PAGE)
    return (time.thread_time() - started) * 1e3, page.total


def told(times: Sequence[float]) -> str:
    """Write down the median and the 95th percentile."""
    ordered = sorted(times)
    return f"{ordered[len(ordered) // 2]:.1f} / {ordered[int(len(ordered) * 0.95)]:.1f}"


def measure(data: bytes, rounds: int) -> None:
    """Search for everything, and print a row for each sort."""
    snapshot = Snapshot.load(data)
    asked = queries(snapshot)
    fresh = Snapshot.load(data)
    firsts = [milliseconds(fresh, "get")[0], milliseconds(fresh, "src.get")[0]]
    total, names = len(snapshot.columns["definition.name"]), len(snapshot.columns["name.offsets"]) - 1
    print(f"{total:,} symbols, {names:,} names, {len(snapshot.paths):,} files, {len(data) / 1e6:.1f} MB")
    print(f"first search after opening {firsts[0]:.1f} ms, then the first that names a folder {firsts[1]:.1f} ms\n")
    print("| query | found, median | first page | last page | kinds | kinds and paths | longest |")
    print("|---|---|---|---|---|---|---|")
    folder = snapshot.paths[len(snapshot.paths) // 2].split("/")[0]
    for sort, texts in asked.items():
        found = {text: milliseconds(snapshot, text)[1] for text in texts}
        ways = [Way(), Way(last=True), Way(kinds=KINDS), Way(kinds=KINDS, paths=[folder, "docs"])]
        times: list[list[float]] = [[] for _ in ways]
        for _ in range(rounds):
            for text in texts:
                for way, kept in zip(ways, times, strict=True):
                    kept.append(milliseconds(snapshot, text, way, found[text])[0])
        middle = sorted(found.values())[len(found) // 2]
        print(f"| {sort} | {middle:,} | {' | '.join(map(told, times))} | {max(map(max, times)):.1f} |")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repositories", nargs="*", type=Path, metavar="REPOSITORY")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--map", type=Path, metavar="FILE")
    asked = parser.parse_args()
    if asked.map and asked.map.exists():
        data = asked.map.read_bytes()
    else:
        data = mapped(asked.repositories)
        if asked.map:
            asked.map.write_bytes(data)
    measure(data, asked.rounds)


if __name__ == "__main__":
    main()
