"""The product's way from the objects of a commit to an outline, for programs that measure it."""

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from services.acquire.clones import Clone
from services.acquire.objects import list_tree, read_blobs
from services.mapping.build import build
from services.mapping.encoding import decode_record
from services.mapping.grammars import PACKAGES
from services.mapping.languages import HEADER, engine_version
from services.mapping.outline import outline
from services.mapping.pool import ParserPool
from services.mapping.records import FileRecord, SourceEntry
from services.mapping.snapshot import Snapshot
from services.mapping.views import OutlineRequest
from services.settings import Settings
from services.store.tagcache import TagCache

TOKENS: Final = 2000
CHANGED_FILES: Final = 10


@dataclass(frozen=True, slots=True)
class Parsed:
    """The files of a commit that have tags: what every rival gets to read."""

    keys: list[tuple[str, str]]
    """Blob and language of each distinct content."""
    paths: list[str]


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
        every = [f"{entry.blob}:{language}" for entry in self.entries for language in (*PACKAGES, HEADER)]
        for key, data in tags.get_many(every, engine_version=engine_version()).items():
            record = decode_record(data)
            if isinstance(record, FileRecord):
                languages[key.partition(":")[0]] = record.language
        paths = sorted(entry.path for entry in self.entries if entry.blob in languages)
        return Parsed(sorted(languages.items()), paths)

    def contents_of(self, paths: Sequence[str]) -> list[bytes]:
        """Read the contents of files of the listing."""
        blobs = {entry.path: entry.blob for entry in self.entries}
        return list(read_blobs(self._clone.path, [blobs[path] for path in paths]))

    def contents(self, parsed: Parsed) -> list[tuple[str, bytes]]:
        """Read the distinct contents, each with its language."""
        blobs = read_blobs(self._clone.path, [blob for blob, _ in parsed.keys])
        return [(language, content) for (_, language), content in zip(parsed.keys, blobs, strict=True)]
