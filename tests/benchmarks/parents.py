"""Maps of many commits of one repository, made by the real build with one cache of tags.

A further commit costs its changed blobs and the link.
"""

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from services.acquire.objects import list_tree, read_blobs
from services.jobs.pipeline import Workshop
from services.mapping.build import build
from services.mapping.records import SourceEntry
from services.mapping.snapshot import Snapshot
from services.mapping.worth import PROSE
from services.models import Progress
from services.settings import Settings
from tests.benchmarks.questions import git


@dataclass(slots=True)
class Parents:
    """Makes snapshots; `seconds` are those of each build."""

    folder: Path
    workshop: Workshop
    seconds: list[float] = field(default_factory=list)

    @classmethod
    @asynccontextmanager
    async def of(cls, repository: Path, data: Path) -> "AsyncIterator[Parents]":
        """Open the parsers; the tags are kept in a data folder."""
        folder = Path(git(repository, "rev-parse", "--absolute-git-dir").strip())
        async with Workshop.open(Settings(data_dir=data)) as workshop:
            yield cls(folder, workshop)

    async def artifact(self, commit: str) -> bytes:
        """Map a commit."""
        started = time.perf_counter()
        tree = await list_tree(self.folder, commit, max_entries=self.workshop.tree_entries)
        artifact = await asyncio.to_thread(
            build,
            [SourceEntry(entry.path, entry.blob, entry.size_bytes, entry.mode) for entry in tree],
            commit=commit,
            read_blobs=lambda blobs: read_blobs(self.folder, blobs),
            pool=self.workshop.pool,
            tags=self.workshop.tags,
            report=_quiet,
            cancelled=threading.Event(),
            max_file_bytes=self.workshop.file_bytes,
        )
        self.seconds.append(time.perf_counter() - started)
        return artifact

    def contents(self, blobs: list[str]) -> list[str]:
        """Read contents by blob."""
        return [content.decode("utf-8", "replace") for content in read_blobs(self.folder, blobs)]


def _quiet(progress: Progress) -> None:
    del progress


def files_of(snapshot: Snapshot) -> dict[str, str]:
    """Give the blob of each source file that has definitions, by path; prose and style sheets are none."""
    columns = snapshot.columns
    code = np.asarray([share.language not in PROSE for share in snapshot.languages] + [False], np.bool_)
    kept = code[columns["file.language"]] & (np.diff(columns["file.definition_start"]) > 0)
    return {snapshot.paths[at]: columns["file.blob"][at].tobytes().hex() for at in np.flatnonzero(kept).tolist()}
