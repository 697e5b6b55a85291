"""From a listing to a snapshot: cached tags first, the parse of what is missing, then link and rank.

This module only moves bytes about and says how far it is; what is heavy runs in the pool's
processes. What it gives depends on the listing and the contents alone, not on their order, the
number of processes or what was cached.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, Protocol

from msgspec import structs

from services.errors import CancelledJobError
from services.mapping.artifact import ListedFile
from services.mapping.documents import document_of
from services.mapping.drafting import Drafting, ReadBlobs, Sketch
from services.mapping.handover import MemoryFile
from services.mapping.languages import (
    HEADER,
    SUBMODULE,
    SYMLINK,
    engine_version,
    is_header,
    language_of,
    skip_before_reading,
)
from services.mapping.listing import describe_packed, finish_packed, link_packed, pack
from services.mapping.manifests import MOST_BYTES, manifest_kind
from services.mapping.pool import ParserPool
from services.mapping.records import FileSkipped, SkipReason, SourceEntry
from services.mapping.titles import HEAD_BYTES, KIND
from services.models import Phase, Progress

CHUNK: Final = 256
"""Records that are written to the cache at once."""
ASKED: Final = 2048
"""Records that are read from the cache at once."""
Report = Callable[[Progress], None]


class TagLookup(Protocol):
    """Where tag records are kept between builds, keyed by `blob:language` and engine version."""

    def get_many(self, blobs: Sequence[str], *, engine_version: str) -> dict[str, bytes]:
        """Give those that are known."""
        ...

    def put_many(self, records: Sequence[tuple[str, bytes]], *, engine_version: str) -> None:
        """Keep records."""
        ...


@dataclass(slots=True)
class _Counter:
    """Reports PARSING about a hundred times, however many files there are."""

    report: Report
    total: int
    current: int = 0
    _reported: int = field(default=-1)

    def add(self, files: int) -> None:
        self.current += files
        if self.current == self.total or self.current - self._reported > self.total // 100:
            self._reported = self.current
            self.report(Progress(Phase.PARSING, current=self.current, total=self.total))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The distinct contents to be parsed, and the paths that have each."""

    files: dict[tuple[str, str], list[str]]

    def sources(self, content: tuple[str, str]) -> int:
        """Count the files that progress counts: of documents only the titles are read."""
        return 0 if content[1].startswith(KIND) else len(self.files[content])

    def rounds(self) -> list[dict[str, str]]:
        """Split so that no blob occurs twice in a round: one content may be read as two languages."""
        by_blob: defaultdict[str, list[str]] = defaultdict(list)
        for blob, language in sorted(self.files):
            by_blob[blob].append(language)
        deepest = max(map(len, by_blob.values()), default=0)
        return [
            {blob: languages[at] for blob, languages in by_blob.items() if at < len(languages)} for at in range(deepest)
        ]


@dataclass(frozen=True, slots=True)
class _Found:
    """The records of contents, in the order in which they were found: all of them would be too much to hold here."""

    file: MemoryFile
    sizes: list[int] = field(default_factory=list)
    row: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, content: tuple[str, str], record: bytes) -> None:
        self.row[content] = len(self.sizes)
        self.sizes.append(len(record))
        self.file.append(record)


@dataclass(frozen=True, slots=True)
class Builder:
    """What every step of one build needs."""

    read_blobs: ReadBlobs
    pool: ParserPool
    tags: TagLookup
    cancelled: threading.Event
    max_file_bytes: int

    def choose(self, entries: Sequence[SourceEntry]) -> tuple[list[tuple[SourceEntry, str]], list[ListedFile]]:
        """Tell source files with their languages, and manifests with their kinds, from files that are only listed."""
        chosen: list[tuple[SourceEntry, str]] = []
        skipped: list[ListedFile] = []
        unnamed: list[SourceEntry] = []
        for entry in entries:
            reason = skip_before_reading(entry, max_bytes=self.max_file_bytes)
            language = None if reason else language_of(entry.path, mode=entry.mode)
            if reason and reason.reason is SkipReason.NO_LANGUAGE and entry.size_bytes <= MOST_BYTES:
                language = manifest_kind(entry.path)
            if reason and not language:
                skipped.append(ListedFile(entry, -1, reason))
            elif language:
                chosen.append((entry, HEADER if is_header(entry.path) else language))
            else:
                unnamed.append(entry)
        for entry, language in self._by_head(unnamed):
            if language:
                chosen.append((entry, language))
            else:
                skipped.append(ListedFile(entry, -1, FileSkipped(SkipReason.NO_LANGUAGE)))
        return chosen, skipped

    def documents(self, entries: Sequence[SourceEntry]) -> dict[str, tuple[SourceEntry, str]]:
        """Tell the documents whose titles are read, by path."""
        found: dict[str, tuple[SourceEntry, str]] = {}
        for entry in entries:
            document = document_of(entry.path)
            if document and entry.size_bytes <= self.max_file_bytes and entry.mode not in {SYMLINK, SUBMODULE}:
                found[entry.path] = entry, KIND + document.format
        return found

    def _by_head(self, entries: Sequence[SourceEntry]) -> Iterator[tuple[SourceEntry, str | None]]:
        """Ask the first line of files whose names say nothing."""
        if not entries:
            return
        contents = self.read_blobs([entry.blob for entry in entries])
        for entry, content in zip(entries, contents, strict=True):
            yield entry, language_of(entry.path, mode=entry.mode, head=content[:HEAD_BYTES])

    def gather(self, wanted: _Wanted, counter: _Counter, found: _Found, drafting: Drafting) -> None:
        """Find or make the record of every distinct content."""
        keys = {f"{blob}:{language}": (blob, language) for blob, language in sorted(wanted.files)}
        for start in range(0, len(keys), ASKED):
            asked = list(islice(keys, start, start + ASKED))
            for key, record in self.tags.get_many(asked, engine_version=engine_version()).items():
                found.add(keys[key], record)
                drafting.note(keys[key], record)
        counter.add(sum(map(wanted.sources, found.row)))
        missing = _Wanted({content: files for content, files in wanted.files.items() if content not in found.row})
        drafting.begin(missing.files, self.read_blobs, self.cancelled)
        for languages in missing.rounds():
            fresh: list[tuple[str, bytes]] = []
            for blob, record in self._parse(languages, wanted):
                self.stop_if_cancelled()
                content = (blob, languages[blob])
                found.add(content, record)
                fresh.append((f"{blob}:{languages[blob]}", record))
                if len(fresh) >= CHUNK:
                    self._keep(fresh)
                counter.add(wanted.sources(content))
                drafting.note(content, record)
                drafting.look()
            self._keep(fresh)
        self.stop_if_cancelled()

    def _parse(self, languages: dict[str, str], wanted: _Wanted) -> Iterator[tuple[str, bytes]]:
        """Read and parse contents; the first bytes may still change the language (`.h` in C++)."""

        def contents() -> Iterator[tuple[str, str, bytes]]:
            for blob, content in zip(languages, self.read_blobs(list(languages)), strict=True):
                language = languages[blob]
                if language.startswith(KIND):
                    yield blob, language, content[:HEAD_BYTES]
                    continue
                path = wanted.files[blob, language][0]
                yield blob, language_of(path, head=content[:HEAD_BYTES]) or language, content

        return self.pool.parse(contents(), cancelled=self.cancelled)

    def _keep(self, fresh: list[tuple[str, bytes]]) -> None:
        if fresh:
            self.tags.put_many(fresh, engine_version=engine_version())
            fresh.clear()

    def stop_if_cancelled(self) -> None:
        """Raise CancelledJobError once nobody wants the map."""
        if self.cancelled.is_set():
            raise CancelledJobError


def build(  # noqa: PLR0913  # what a build reads from and reports to; one call in the product
    entries: Sequence[SourceEntry],
    *,
    commit: str,
    read_blobs: ReadBlobs,
    pool: ParserPool,
    tags: TagLookup,
    report: Report,
    cancelled: threading.Event,
    max_file_bytes: int,
    sketch: Sketch | None = None,
) -> bytes:
    """Build the artifact of a commit; runs in a worker thread. Raises CancelledJobError soon after `cancelled`.

    `sketch` is given drafts of it meanwhile, if it takes long enough.
    A tree without source files gives a map without symbols. Every distinct content is parsed once.
    """
    builder = Builder(read_blobs, pool, tags, cancelled, max_file_bytes)
    chosen, skipped = builder.choose(entries)
    documents = builder.documents(entries)
    wanted: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for entry, language in sorted([*chosen, *documents.values()], key=lambda one: one[0].path):
        wanted[entry.blob, language].append(entry.path)
    drafting = Drafting(commit, chosen, listed=len(entries), pool=pool, sketch=sketch)
    with ExitStack() as stack:
        records, described, linked, finished = (stack.enter_context(pool.file()) for _ in range(4))
        found = _Found(records)
        builder.gather(_Wanted(wanted), _Counter(report, len(chosen)), found, drafting)
        listing = pack(_listed(chosen, documents, skipped, found.row))
        report(Progress(Phase.LINKING))
        records.flush()
        packed = (records.place, found.sizes)
        with ThreadPoolExecutor(1) as beside:
            describing = beside.submit(pool.run, describe_packed, listing, packed, described.place, cancelled=cancelled)
            pool.run(link_packed, commit, engine_version(), listing, packed, linked.place, cancelled=cancelled)
            describing.result()
        builder.stop_if_cancelled()
        report(Progress(Phase.RANKING))
        pool.run(finish_packed, described.place, linked.place, finished.place, cancelled=cancelled)
        return finished.read()


def _listed(
    chosen: Sequence[tuple[SourceEntry, str]],
    documents: Mapping[str, tuple[SourceEntry, str]],
    skipped: Sequence[ListedFile],
    row: Mapping[tuple[str, str], int],
) -> list[ListedFile]:
    """Put the files together with the rows of their records and titles."""
    titles = {path: row[entry.blob, kind] for path, (entry, kind) in documents.items()}
    files = [ListedFile(entry, row[entry.blob, language]) for entry, language in chosen]
    files += skipped
    return [
        structs.replace(file, title=titles[file.entry.path]) if file.entry.path in titles else file for file in files
    ]
