"""A large repository at a slow but steady server is cloned, not killed.

    python -m tests.benchmarks.slow_giant [--megabytes 1000] [--megabytes-per-second 10] [--stall-seconds 5]

Makes a repository of blobs that nothing compresses, serves it by a real git behind a throttle, and clones it under the
default limits but for the stall limit, which is short. Prints how long it took, how many stall limits that is, and the
most memory that a git had.
"""

import argparse
import asyncio
import random
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from services.acquire.clones import Clones
from services.acquire.git import GitLimits
from services.acquire.remotes import Remote, RemotePolicy
from tests.support.gitrepo import make_repository, run_git
from tests.support.gitserver import GitServer
from tests.support.running import local_settings
from tests.support.watching import most_bytes

MEGABYTE = 10**6
EACH_MEGABYTES = 10
LOOK_SECONDS = 0.1


@dataclass(slots=True)
class Heaviest:
    """The most memory that a git below this process had."""

    peak_bytes: int = 0


def main() -> None:
    """Make, serve, clone and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--megabytes", type=int, default=1000)
    parser.add_argument("--megabytes-per-second", type=float, default=10)
    parser.add_argument("--stall-seconds", type=float, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, GitServer.start(Path(scratch) / "forge") as forge:
        make_giant(forge.root / "o/n.git", given.megabytes)
        forge.knobs.bytes_per_second = int(given.megabytes_per_second * MEGABYTE)
        limits = GitLimits(stall_seconds=given.stall_seconds)
        with weighing() as heaviest:
            began = time.monotonic()
            size = asyncio.run(clone(forge.url("o/n.git"), Path(scratch) / "data", limits))
            seconds = time.monotonic() - began
    print(f"{size / MEGABYTE:.0f} MB in {seconds:.0f} s, {seconds / given.stall_seconds:.0f} stall limits")
    print(f"a git had at most {heaviest.peak_bytes / 2**20:.0f} MiB")


def make_giant(path: Path, megabytes: int) -> None:
    """Make a repository of noise, some of it at a time."""
    noise = random.Random(1)  # noqa: S311  no secret
    make_repository(path, {"README.md": "# Noise\n"})
    run_git("-C", str(path), "config", "core.bigFileThreshold", "1m")  # or it looks for likenesses for minutes
    for number in range(megabytes // EACH_MEGABYTES):
        content = noise.randbytes(EACH_MEGABYTES * MEGABYTE)
        blob = run_git("-C", str(path), "-c", "core.compression=0", "hash-object", "-w", "--stdin", stdin=content)
        run_git("-C", str(path), "update-index", "--add", "--cacheinfo", f"100644,{blob},noise/{number}.bin")
    commit = run_git("-C", str(path), *_AUTHOR, "commit-tree", "-m", "Noise", run_git("-C", str(path), "write-tree"))
    run_git("-C", str(path), "update-ref", "refs/heads/main", commit)


_AUTHOR = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")


async def clone(url: str, folder: Path, limits: GitLimits) -> int:
    """Clone, and give how large the clone is."""
    policy = RemotePolicy.from_settings(local_settings(folder))
    clones = Clones(folder, policy=policy, limits=limits)
    made = await clones.acquire(Remote.parse(url, policy=policy), ref=None, key="giant", report=lambda _: None)
    return made.size_bytes


@contextmanager
def weighing() -> Iterator[Heaviest]:
    """Look at every git below this process until the block ends, those of the server too."""
    heaviest, over = Heaviest(), threading.Event()

    def weigh() -> None:
        while not over.wait(LOOK_SECONDS):
            children = psutil.Process().children(recursive=True)
            heaviest.peak_bytes = max([heaviest.peak_bytes, *(most_bytes(child.pid) for child in children)])

    thread = threading.Thread(target=weigh)
    thread.start()
    try:
        yield heaviest
    finally:
        over.set()
        thread.join()


if __name__ == "__main__":
    main()
