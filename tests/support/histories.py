"""Maps of commits and of their parents, for whoever asks what changed in a history.

Each commit is mapped once by the real build and kept in a folder; tags are cached between commits.
"""

import asyncio
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from services.acquire.objects import list_tree, read_blobs
from services.mapping.build import build
from services.mapping.pool import ParserPool
from services.mapping.records import SourceEntry
from services.mapping.snapshot import Snapshot
from services.settings import Settings
from services.store.tagcache import TagCache
from tests.support.gitrepo import commit_files, make_repository

Files = Mapping[str, str | bytes]


@dataclass(frozen=True, slots=True)
class Step:
    """A commit and the one before it."""

    before: str
    after: str


def git(repository: Path, *arguments: str) -> str:
    """Ask git; paths are as they are in the commit."""
    command = ["git", "-C", str(repository), "-c", "core.quotePath=false", *arguments]
    return subprocess.run(command, check=True, capture_output=True).stdout.decode("utf-8", "surrogateescape")


def steps(repository: Path, count: int, *options: str) -> list[Step]:
    """Give the newest commits that have one parent, as `git log` chooses them."""
    lines = git(repository, "log", "--no-merges", "--min-parents=1", "--format=%P %H", f"-n{count}", *options)
    return [Step(*line.split()) for line in lines.splitlines() if line]


class Mapper:
    """Maps commits of one repository."""

    def __init__(self, repository: Path, folder: Path, pool: ParserPool, tags: TagCache) -> None:
        self._repository = repository
        self._folder = folder
        self._pool = pool
        self._tags = tags
        self._limits = Settings()

    def map(self, commit: str) -> Snapshot:
        """Give the map of a commit, from the folder if it is there."""
        path = self._folder / f"{commit}.map"
        if not path.exists():
            path.write_bytes(self._build(commit))
        return Snapshot.load(path.read_bytes())

    def _build(self, commit: str) -> bytes:
        tree = asyncio.run(list_tree(self._repository, commit, max_entries=self._limits.tree_entries))
        return build(
            [SourceEntry(one.path, one.blob, one.size_bytes, one.mode) for one in tree],
            commit=commit,
            read_blobs=partial(_read, self._repository),
            pool=self._pool,
            tags=self._tags,
            report=lambda _: None,
            cancelled=threading.Event(),
            max_file_bytes=self._limits.file_bytes,
        )


def _read(repository: Path, blobs: Sequence[str]) -> Iterator[bytes]:
    return read_blobs(repository, blobs)


class Bench:
    """Makes repositories of two commits and maps both."""

    def __init__(self, folder: Path, pool: ParserPool, tags: TagCache) -> None:
        self._folder = folder
        self._pool = pool
        self._tags = tags
        self._made = 0

    def maps(self, before: Files, after: Files) -> tuple[Snapshot, Snapshot]:
        """Commit what is before, then make it into what is after; equal contents are not written again."""
        self._made += 1
        path = self._folder / f"{self._made}.git"
        first = make_repository(path, before)
        changed = {name: content for name, content in after.items() if before.get(name) != content}
        second = commit_files(path, changed, remove=[name for name in before if name not in after])
        mapper = Mapper(path, self._folder, self._pool, self._tags)
        return mapper.map(first), mapper.map(second)
