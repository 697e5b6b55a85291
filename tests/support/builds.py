"""Whole builds as a job makes them, as one digest: of the artifact and of some of its outlines.

    python -m tests.support.builds REPOSITORY COMMIT

prints the digest of one build with an empty cache: so a test asks a process that has another hash seed.
"""

import asyncio
import hashlib
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from services.acquire.clones import Clone, Clones
from services.acquire.git import GitLimits
from services.acquire.objects import list_tree, read_blobs
from services.acquire.remotes import Remote, RemotePolicy
from services.mapping.build import build
from services.mapping.outline import outline
from services.mapping.pool import ParserPool
from services.mapping.records import SourceEntry
from services.mapping.snapshot import Snapshot
from services.mapping.views import Focus, OutlineRequest
from services.settings import Settings
from services.store.tagcache import TagCache

BUDGETS = (1000, 8000)
FOCUS = "read the configuration and report errors"
SETTINGS = Settings()


def listed(repository: Path, commit: str) -> list[SourceEntry]:
    """List a commit as a job does."""
    tree = asyncio.run(list_tree(repository, commit, max_entries=SETTINGS.tree_entries))
    return [SourceEntry(entry.path, entry.blob, entry.size_bytes, entry.mode) for entry in tree]


@contextmanager
def parsers(processes: int) -> Iterator[ParserPool]:
    """Start a pool of parsers, and end it."""
    pool = ParserPool(
        processes=processes,
        file_deadline_seconds=SETTINGS.file_deadline_seconds,
        memory_bytes=SETTINGS.parser_memory_bytes,
    )
    with closing(pool):
        pool.start()
        yield pool


def built(
    repository: Path, commit: str, pool: ParserPool, tags: TagCache, entries: Sequence[SourceEntry] | None = None
) -> str:
    """Build a map, of a listing in another order perhaps, and write its outlines; give a digest of all of it."""
    artifact = build(
        listed(repository, commit) if entries is None else entries,
        commit=commit,
        read_blobs=partial(read_blobs, repository),
        pool=pool,
        tags=tags,
        report=lambda _progress: None,
        cancelled=threading.Event(),
        max_file_bytes=SETTINGS.file_bytes,
    )
    snapshot = Snapshot.load(artifact)
    digest = hashlib.sha256(artifact)
    for tokens in BUDGETS:
        for text in ("", FOCUS):
            digest.update(outline(snapshot, OutlineRequest(tokens=tokens, focus=Focus(text=text))).text.encode())
    return digest.hexdigest()


def built_afresh(repository: Path, commit: str, pool: ParserPool, entries: Sequence[SourceEntry] | None = None) -> str:
    """Build a map with a cache that nobody wrote to."""
    with tempfile.TemporaryDirectory() as folder, closing(TagCache(Path(folder) / "tags")) as tags:
        return built(repository, commit, pool, tags, entries)


def built_with_seed(seed: int, repository: Path, commit: str) -> str:
    """Build a map in a process with another hash seed."""
    command = [sys.executable, "-m", "tests.support.builds", str(repository), commit]
    environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.strip()


def acquired(repository: Path, commit: str, folder: Path) -> Clone:
    """Clone a repository on this disk as a job does: one commit deep."""
    policy = RemotePolicy.from_settings(Settings(allow_protocols="file"))
    remote = Remote.parse(repository.resolve().as_uri(), policy=policy)
    clones = Clones(folder, policy=policy, limits=GitLimits())
    return asyncio.run(clones.acquire(remote, ref=commit, key="build", report=lambda _progress: None))


def main() -> None:
    """Print the digest of one build."""
    with parsers(1) as pool:
        print(built_afresh(Path(sys.argv[1]), sys.argv[2], pool))  # noqa: T201 - what the asker reads


if __name__ == "__main__":
    main()
