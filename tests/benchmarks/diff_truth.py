"""What a comparison of two maps says, against git and against a slow reading of both maps.

    python -m tests.benchmarks.diff_truth REPOSITORY... [--maps FOLDER] [--renaming 50] [--newest 50]

Of each repository (a path to a clone) the newest commits with a renamed file, and the newest of all, are compared with
their parents. Prints precision and recall of renames against `git diff -M` (which compares bytes), how many names that
are said to be added or removed are not by a plain count of (path, qualified name), how many by that count are not told,
and what a comparison costs. FOLDER keeps the maps, so that a second run is quick.
"""

import argparse
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from services.mapping.change_views import ChangeKind, DiffRequest, SymbolChange
from services.mapping.changes import Comparison
from services.mapping.diff import diff
from services.mapping.pool import ParserPool
from services.mapping.snapshot import Snapshot
from services.settings import Settings
from services.store.tagcache import TagCache
from tests.support.histories import Mapper, Step, git, steps

Pair = tuple[str, str]


@dataclass(slots=True)
class Renames:
    """Renames that git and we found."""

    git: int = 0
    ours: int = 0
    both: int = 0

    def add(self, theirs: set[Pair], ours: set[Pair]) -> None:
        """Count one commit."""
        self.git += len(theirs)
        self.ours += len(ours)
        self.both += len(theirs & ours)

    def __str__(self) -> str:
        precision, recall = self.both / max(self.ours, 1), self.both / max(self.git, 1)
        return f"git {self.git}, ours {self.ours}: precision {precision:.3f}, recall {recall:.3f}"


@dataclass(slots=True)
class Findings:
    """What the commits of one repository gave."""

    commits: int = 0
    symbols: int = 0
    every: Renames = field(default_factory=Renames)
    edited: Renames = field(default_factory=Renames)
    read: Renames = field(default_factory=Renames)
    kinds: Counter[ChangeKind] = field(default_factory=Counter)
    rank_moves: list[int] = field(default_factory=list)
    untrue: int = 0
    untold: int = 0
    seconds: list[float] = field(default_factory=list)
    text_seconds: list[float] = field(default_factory=list)


def renamed_by_git(repository: Path, step: Step) -> set[Pair]:
    """Give what git takes for the same file: at least half of the bytes are equal."""
    listed = git(repository, "diff", "-M", "-l0", "--diff-filter=R", "--name-status", "-z", step.before, step.after)
    parts = listed.split("\0")[:-1]
    return set(zip(parts[1::3], parts[2::3], strict=True))


def names_of(snapshot: Snapshot, paths: dict[str, str], left_out: set[str]) -> Counter[Pair]:
    """Count the definitions of each (path, qualified name), the slow way; paths may be given other names."""
    symbols = snapshot.symbols(limit=10_000_000).items
    return Counter((paths.get(one.path, one.path), one.qualified_name) for one in symbols if one.path not in left_out)


def judge(findings: Findings, comparison: Comparison, repository: Path, step: Step) -> None:
    """Hold one comparison against git and the slow count."""
    base, head = comparison.base, comparison.head
    theirs = renamed_by_git(repository, step)
    exact = {(one.before, one.after) for one in comparison.renames if one.exact}
    ours = {(one.before, one.after) for one in comparison.renames}
    parsed = {one.path for side in (base, head) for one in side.files(limit=10_000_000).items if one.language}
    findings.every.add(theirs, ours)
    findings.edited.add(theirs - exact, ours - exact)
    findings.read.add(*({pair for pair in pairs if parsed >= set(pair)} for pairs in (theirs, ours)))
    changes = [comparison.show(at) for at in range(len(comparison.changes))]
    findings.kinds.update(change.kind for change in changes)
    findings.rank_moves.append(comparison.totals.rank_moved)
    count(findings, comparison, changes)


def count(findings: Findings, comparison: Comparison, changes: Sequence[SymbolChange]) -> None:
    """Compare what is said to be added and removed with the difference of the plain counts."""
    base, head = comparison.base, comparison.head
    renamed = {one.before: one.after for one in comparison.renames}
    unread = one_sided(base, head, renamed)
    before, after = names_of(base, renamed, unread[0]), names_of(head, {}, unread[1])
    gone, new = before - after, after - before
    removed = Counter(
        (renamed.get(one.before.path, one.before.path), one.before.qualified_name)
        for one in by(changes, "REMOVED")
        if one.before
    )
    added = Counter((one.after.path, one.after.qualified_name) for one in by(changes, "ADDED") if one.after)
    findings.untrue += (removed - gone).total() + (added - new).total()
    pairs = [(one, one.before, one.after) for one in changes if one.before and one.after]
    came = sum(
        1 + one.members
        for one, was, now in pairs
        if (renamed.get(was.path, was.path), was.qualified_name) != (now.path, now.qualified_name)
    )
    findings.untold += max(gone.total() - removed.total() - came, 0) + max(new.total() - added.total() - came, 0)


def by(changes: Iterable[SymbolChange], kind: str) -> list[SymbolChange]:
    """Keep the changes of one kind."""
    return [change for change in changes if change.kind == kind]


def one_sided(base: Snapshot, head: Snapshot, renamed: dict[str, str]) -> tuple[set[str], set[str]]:
    """Give the files of both sides that were read on one of them only."""
    before: set[str] = set()
    after: set[str] = set()
    for path in base.paths:
        one, other = base.file(path), head.file(renamed.get(path, path))
        if one and other and (one.language is None) != (other.language is None):
            before.add(one.path)
            after.add(other.path)
    return before, after


def examine(repository: Path, mapper: Mapper, *, renaming: int, newest: int) -> Findings:
    """Compare commits of one repository with their parents."""
    findings = Findings()
    chosen = dict.fromkeys([*steps(repository, renaming, "--diff-filter=R", "-M"), *steps(repository, newest)])
    for step in chosen:
        base, head = mapper.map(step.before), mapper.map(step.after)
        diff(base, head, DiffRequest())  # what is made once a map, or once a process, is no cost of a comparison
        started = time.process_time()
        comparison = Comparison(base, head)
        findings.seconds.append(time.process_time() - started)
        started = time.process_time()
        diff(base, head, DiffRequest())
        findings.text_seconds.append(time.process_time() - started)
        findings.commits += 1
        findings.symbols = max(findings.symbols, head.coverage.symbols)
        judge(findings, comparison, repository, step)
    return findings


def report(name: str, findings: Findings) -> None:
    """Print what was found."""
    print(f"{name}: {findings.commits} commits, {findings.symbols} symbols")
    print(f"  renames, all files       {findings.every}")
    print(f"  renames, files read      {findings.read}")
    print(f"  renames, edited as well  {findings.edited}")
    print(f"  changes {dict(findings.kinds)}")
    print(f"  untrue {findings.untrue}, untold {findings.untold}")
    moved = sum(moves > 0 for moves in findings.rank_moves)
    print(f"  commits with rank moves {moved}, most {max(findings.rank_moves)}")
    for what, seconds in (("comparison", findings.seconds), ("with 2,000 tokens", findings.text_seconds)):
        print(f"  {what}: median {statistics.median(seconds) * 1000:.1f} ms, most {max(seconds) * 1000:.1f} ms of CPU")


def main() -> None:
    """Read the arguments and examine each repository."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repositories", nargs="+", type=Path)
    parser.add_argument("--maps", type=Path)
    parser.add_argument("--renaming", type=int, default=50)
    parser.add_argument("--newest", type=int, default=50)
    arguments = parser.parse_args()
    settings = Settings()
    pool = ParserPool(
        processes=2, file_deadline_seconds=settings.file_deadline_seconds, memory_bytes=settings.parser_memory_bytes
    )
    pool.start()
    with tempfile.TemporaryDirectory() as scratch, closing(pool):
        for repository in arguments.repositories:
            folder = (arguments.maps or Path(scratch)) / repository.name
            folder.mkdir(parents=True, exist_ok=True)
            with closing(TagCache(folder / "tags.sqlite3")) as tags:
                mapper = Mapper(repository, folder, pool, tags)
                found = examine(repository, mapper, renaming=arguments.renaming, newest=arguments.newest)
                report(repository.stem, found)


if __name__ == "__main__":
    main()
