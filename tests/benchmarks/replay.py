"""Whether a map is the same bytes however it was made, over the commits of a real history.

    python -m tests.benchmarks.replay REPOSITORY [--commits 200] [--step 1] [--seeds 20] [--processes 8]

REPOSITORY is the path of a git directory with its history. Each of its last commits (every `step`-th along the first
parents, oldest first) is built twice: with one tag cache that is carried along, and with an empty one. For the
newest commit there are also builds under several hash seeds, with 1 to `processes` processes, with the listing
in other orders, and from a shallow clone of our own. Artifact and outlines must be equal; the program says what was
compared, and ends with 1 if anything differed.
"""

import argparse
import random
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from services.mapping.pool import ParserPool
from services.store.tagcache import TagCache
from tests.support.builds import acquired, built, built_afresh, built_with_seed, listed, parsers


@dataclass(slots=True)
class Tally:
    """What was compared, and what differed."""

    compared: dict[str, int] = field(default_factory=dict)
    differed: list[str] = field(default_factory=list)

    def compare(self, what: str, where: str, one: str, other: str) -> None:
        """Count a comparison."""
        self.compared[what] = self.compared.get(what, 0) + 1
        if one != other:
            self.differed.append(f"{what}: {where}")
            print(f"DIFFERS {what}: {where}", flush=True)


def git(repository: Path, *arguments: str) -> str:
    """Ask git, which may read repositories of other users here."""
    command = ["git", "-c", "safe.directory=*", f"--git-dir={repository}", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def replay(repository: Path, commits: Sequence[str], pool: ParserPool, folder: Path, tally: Tally) -> str:
    """Build every commit with the carried cache and with an empty one; give the digest of the last."""
    digest = ""
    with closing(TagCache(folder / "carried")) as tags:
        for number, commit in enumerate(commits, 1):
            digest = built_afresh(repository, commit, pool)
            tally.compare("incremental against full", commit, built(repository, commit, pool, tags), digest)
            if number % 20 == 0:
                print(f"{number} of {len(commits)} commits", flush=True)
    return digest


def vary(repository: Path, commit: str, expected: str, asked: argparse.Namespace, tally: Tally) -> None:
    """Build one commit under other seeds, with other numbers of processes and in other orders."""
    for seed in range(asked.seeds):
        tally.compare("hash seeds", f"seed {seed}", built_with_seed(seed, repository, commit), expected)
    for processes in range(1, asked.processes + 1):
        with parsers(processes) as pool:
            tally.compare("processes", f"{processes}", built_afresh(repository, commit, pool), expected)
    entries = listed(repository, commit)
    with parsers(2) as pool:
        for seed in range(5):
            turned = random.Random(seed).sample(entries, len(entries))  # noqa: S311 - an order, not a secret
            tally.compare("orders", f"order {seed}", built_afresh(repository, commit, pool, turned), expected)


def shallow(repository: Path, commit: str, expected: str, folder: Path, tally: Tally) -> None:
    """Build a commit from a clone as jobs make it."""
    clone = acquired(repository, commit, folder / "clones")
    deep = git(clone.path, "rev-list", "--count", clone.commit)
    with parsers(2) as pool:
        tally.compare("shallow against full", f"{deep} deep", built_afresh(clone.path, commit, pool), expected)


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repository", type=Path, metavar="REPOSITORY")
    parser.add_argument("--commits", type=int, default=200)
    parser.add_argument("--step", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--processes", type=int, default=8)
    asked = parser.parse_args()
    repository = asked.repository
    history = git(repository, "rev-list", "--first-parent", f"--max-count={asked.commits * asked.step}", "HEAD").split()
    commits = history[:: asked.step][::-1]
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        with parsers(2) as pool:
            newest = replay(repository, commits, pool, Path(folder), tally)
        vary(repository, commits[-1], newest, asked, tally)
        shallow(repository, commits[-1], newest, Path(folder), tally)
    for what, count in tally.compared.items():
        print(f"{what}: {count} compared")
    print(f"{len(tally.differed)} differed")
    return 1 if tally.differed else 0


if __name__ == "__main__":
    sys.exit(main())
