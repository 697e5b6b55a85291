"""How soon a live map shows something, and what its drafts cost the build.

    python -m tests.benchmarks.first_outline REPOSITORY... [--only .py --first 1000] [--rounds 3] [--processes 2]

REPOSITORY is a path. With `--only` and `--first` a repository is made of its first files with that ending.
A real server clones it over HTTP on loopback while a websocket follows its map at 30 events a second; times are
from the moment at which the objects were there, the end of INDEXING. Then the same commit is built with and
without drafts in turn, in this process: seconds of the wall, and of all processors.
"""

import argparse
import asyncio
import json
import statistics
import tempfile
import threading
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import psutil

from services.acquire.objects import TreeBlob, list_tree, read_blobs
from services.mapping.build import build
from services.mapping.drafting import Sketch
from services.mapping.pool import ParserPool
from services.mapping.records import SourceEntry
from services.settings import Settings
from services.store.tagcache import TagCache
from tests.benchmarks.map_speed import run_git
from tests.support.asker import CLONE, Asker
from tests.support.gitrepo import make_repository
from tests.support.gitserver import GitServer
from tests.support.serve_command import ServeCommand
from tests.support.wireclient import Wire, greeted

RATE_HZ: Final = 30
FOLLOW: Final = """subscription M($id: ID!, $rate: Float) { repoMapChanged(repositoryId: $id, maxRateHz: $rate) {
  kind revision complete coverage { filesListed filesParsed filesSkipped symbols resolved } repoMap { text }
} }"""
PHASES: Final = "query P($id: ID!) { job(id: $id) { phases { phase startedAt finishedAt } } }"
REMOVE: Final = "mutation R($id: ID!) { removeRepository(input: {repositoryId: $id}) { job { id } } }"
STATE: Final = "query S($id: ID!) { job(id: $id) { state } }"


@dataclass(frozen=True, slots=True)
class Seen:
    """An event, and when it came."""

    at: datetime
    event: dict[str, Any]


async def follow(socket: Wire, repository_id: str) -> list[Seen]:
    """Follow a map until it is complete, however long that takes."""
    await socket.follow(FOLLOW, id=repository_id, rate=RATE_HZ)
    seen: list[Seen] = []
    while not seen or not seen[-1].event["complete"]:
        message = json.loads(await socket.opened.recv())
        seen.append(Seen(datetime.now(UTC), message["payload"]["data"]["repoMapChanged"]))
    return seen


def phases_of(ask: Asker, job_id: str) -> dict[str, tuple[datetime, datetime]]:
    """Give when each phase began and ended."""
    rows = ask(PHASES, id=job_id)["job"]["phases"]
    parse = datetime.fromisoformat
    return {row["phase"]: (parse(row["startedAt"]), parse(row["finishedAt"])) for row in rows}


def tell(seen: list[Seen], phases: dict[str, tuple[datetime, datetime]]) -> tuple[float, float]:
    """Print a round, and give the seconds to the first outline and to the map."""
    arrived = phases["LISTING"][0]
    spans = (f"{name} {(end - begin).total_seconds():.2f}" for name, (begin, end) in phases.items())
    print("    seconds:", ", ".join(spans))
    for one in seen:
        covered = one.event["coverage"]
        after = (one.at - arrived).total_seconds()
        text = (one.event["repoMap"] or {"text": ""})["text"]
        state = "map" if one.event["complete"] else "draft" if text else "nothing"
        print(
            f"    {after:+8.2f} s  {one.event['kind']:<8} revision {one.event['revision']:<3} {state:<8}"
            f" {covered['filesParsed']} of {covered['filesListed']} files, {covered['symbols']} symbols,"
            f" {covered['resolved']} resolved"
        )
    first = next(one for one in seen if one.event["repoMap"])
    return (first.at - arrived).total_seconds(), (seen[-1].at - arrived).total_seconds()


async def serve(folder: Path, name: str, rounds: int, processes: int) -> None:
    """Clone and map with a new server each round, and print what a follower sees."""
    taken = []
    for number in range(rounds):
        environment = {"GRATICULE_PARSER_PROCESSES": str(processes)}
        with (
            GitServer.start(folder / "forge") as forge,
            ServeCommand(folder / f"data-{number}", environment=environment) as server,
        ):
            ask = server.ask()
            async with greeted(server.url, max_size=None) as socket:
                accepted = await asyncio.to_thread(ask, CLONE, url=forge.url(name))
                payload = accepted["cloneRepository"]
                seen = await follow(socket, payload["repository"]["id"])
                await asyncio.sleep(0.5)
                phases = await asyncio.to_thread(phases_of, ask, payload["job"]["id"])
            taken.append(tell(seen, phases))
    firsts, maps = zip(*taken, strict=True)
    print(f"  first outline {statistics.median(firsts):.2f} s, map {statistics.median(maps):.2f} s (medians)")


class Builds:
    """Builds one commit again and again, each time with an empty cache."""

    def __init__(self, clone: Path, tree: list[TreeBlob], commit: str, pool: ParserPool, folder: Path) -> None:
        self._clone = clone
        self._commit = commit
        self._entries = [SourceEntry(one.path, one.blob, one.size_bytes, one.mode) for one in tree]
        self._pool = pool
        self._folder = folder
        self._number = 0

    def run(self, sketch: Sketch | None) -> tuple[float, float]:
        """Build once; give the seconds of the wall and of all processors."""
        self._number += 1
        with closing(TagCache(self._folder / f"tags-{self._number}.sqlite3")) as tags:
            before, started = busy_seconds(), time.perf_counter()
            build(
                self._entries,
                commit=self._commit,
                read_blobs=lambda blobs: read_blobs(self._clone, blobs),
                pool=self._pool,
                tags=tags,
                report=lambda _progress: None,
                cancelled=threading.Event(),
                max_file_bytes=Settings().file_bytes,
                sketch=sketch,
            )
            return time.perf_counter() - started, busy_seconds() - before


def busy_seconds() -> float:
    """Give the processor time of this process and all that it started and that still run."""
    mine = psutil.Process()
    times = [process.cpu_times() for process in (mine, *mine.children(recursive=True))]
    return sum(one.user + one.system for one in times)


def cost(clone: Path, folder: Path, rounds: int, processes: int) -> None:
    """Build with and without drafts in turn, and print both."""
    settings = Settings()
    pool = ParserPool(
        processes=processes,
        file_deadline_seconds=settings.file_deadline_seconds,
        memory_bytes=settings.parser_memory_bytes,
    )
    commit = (clone / "commit").read_text().strip()
    tree = asyncio.run(list_tree(clone, commit, max_entries=settings.tree_entries))
    with closing(pool):
        pool.start()
        builds = Builds(clone, tree, commit, pool, folder)
        builds.run(None)  # warms everything
        drafts: list[bytes] = []
        taken = [(builds.run(None), builds.run(drafts.append)) for _ in range(rounds)]
    for what, at in (("wall", 0), ("processors", 1)):
        without, with_drafts = (min(one[way][at] for one in taken) for way in (0, 1))
        print(
            f"  {what:<10} {without:.2f} s without drafts, {with_drafts:.2f} s with: {with_drafts / without - 1:+.1%}"
        )
    print(f"  {len(drafts) / rounds:.1f} drafts a build, {max(map(len, drafts), default=0) / 1e6:.1f} MB")


def prepare(repository: Path, folder: Path, only: str, first: int) -> Path:
    """Make the bare repository that is served: all of it, or its first files with an ending."""
    whole = folder / "whole.git"
    run_git("clone", "--quiet", "--bare", "--depth=1", repository.resolve().as_uri(), str(whole))
    served = folder / "forge" / "b" / "served.git"
    commit = (whole / "HEAD").read_text().removeprefix("ref: ").strip()
    listing = asyncio.run(list_tree(whole, _commit(whole, commit), max_entries=1_000_000))
    chosen = [one for one in listing if one.path.endswith(only)][: first or None] if only else listing
    chosen = [one for one in chosen if one.size_bytes]
    contents = read_blobs(whole, [one.blob for one in chosen])
    files = {one.path: content for one, content in zip(chosen, contents, strict=True)}
    commit = make_repository(served, files)
    (served / "commit").write_text(commit)
    print(f"\n{repository}: {len(files)} files, {sum(map(len, files.values())) / 1e6:.1f} MB")
    return served


def _commit(clone: Path, ref: str) -> str:
    packed = (clone / "packed-refs").read_text().splitlines()
    return next(line.split()[0] for line in packed if line.endswith(ref))


def main() -> None:
    """Measure each repository."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repositories", nargs="+", type=Path, metavar="REPOSITORY")
    parser.add_argument("--only", default="", metavar="ENDING")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    for repository in asked.repositories:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            served = prepare(repository, folder, asked.only, asked.first)
            asyncio.run(serve(folder, "b/served.git", asked.rounds, asked.processes))
            cost(served, folder, asked.rounds, asked.processes)


if __name__ == "__main__":
    main()
