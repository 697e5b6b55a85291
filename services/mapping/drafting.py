"""When a build makes drafts, and of which files.

The first comes from a skim of the files that most likely matter, before the parse begins; each later one
takes what was parsed meanwhile, and comes when so much was that drafts stay a small part of the work.
What a draft costs does not grow with the repository: it is about a few MiB of sources at most.
"""

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from threading import Event
from typing import Final, TypeAlias

import structlog

from services.mapping.artifact import ListedFile
from services.mapping.draft import Drawn, Reached, draft
from services.mapping.encoding import is_parsed
from services.mapping.languages import HEADER, engine_version, language_of, traits_of
from services.mapping.listing import pack
from services.mapping.pool import ParserPool
from services.mapping.records import SourceEntry
from services.mapping.skim import KIND
from services.mapping.skim_patterns import MANNERS
from services.mapping.titles import HEAD_BYTES
from services.mapping.worth import EXAMPLE_PATH

LEAST_MISSING: Final = 200
"""Contents without a record: the map of fewer is there nearly as soon as a draft."""
SKIMMED_BYTES: Final = 2 * 1024 * 1024
"""Of sources: 0.25 s of a core, a twentieth of what a build of 6 MB takes. Twice as much shows a third more right."""
DRAFTED_BYTES: Final = 8 * 1024 * 1024
"""Of sources in a draft, skimmed or parsed."""
PAUSE_SECONDS: Final = 1.0
"""Between two drafts: nobody is told more often."""
BYTES_A_SECOND: Final = 60e6
"""To be parsed between two drafts for each second that the last one took: a parse takes 40 for them, at 1.5 MB/s.

Seconds are of a processor: on a busy machine drafts become as rare as everything else. The next may cost twice as much.
"""

Content: TypeAlias = tuple[str, str]
"""A blob and the language in which it is read."""
Sketch: TypeAlias = Callable[[bytes], None]
"""Takes the bytes of a draft; called from any thread."""
ReadBlobs: TypeAlias = Callable[[Sequence[str]], Iterable[bytes]]

log = structlog.get_logger(__name__)


class Drafting:
    """The drafts of one build. Without a `sketch`, and when little is missing, it makes none."""

    def __init__(
        self,
        commit: str,
        files: Sequence[tuple[SourceEntry, str]],
        *,
        listed: int,
        pool: ParserPool,
        sketch: Sketch | None,
    ) -> None:
        self._commit = commit
        self._files = files if sketch else ()
        self._listed = listed
        self._pool = pool
        self._sketch = sketch
        self._times = Counter(map(_content, self._files))
        self._sizes = {_content(file): file[0].size_bytes for file in self._files}
        self._chosen = choose(self._files, DRAFTED_BYTES)
        self._records: dict[Content, bytes | None] = dict.fromkeys(map(_content, self._chosen))
        """Of the files that a draft may show: skimmed, then parsed; none of those that wait."""
        self._parsed = self._skipped = 0
        self._since = 0
        """Bytes that were parsed since the last draft."""
        self._next_at = float("inf")
        self._next_bytes = 0.0

    def note(self, content: Content, record: bytes) -> None:
        """Take note of a record that is known or was just made: some 0.5 µs."""
        times = self._times.get(content, 0)
        if not times:
            return
        if is_parsed(record):
            self._parsed += times
        else:
            self._skipped += times
        self._since += self._sizes[content]
        if content in self._records:
            self._records[content] = record

    def begin(self, missing: Collection[Content], read_blobs: ReadBlobs, cancelled: Event) -> None:
        """Skim what is missing and hand the first draft to a process; `CancelledJobError`."""
        if self._sketch is None or sum(map(_is_skimmed, missing)) < LEAST_MISSING:
            return
        unread = [file for file in choose(self._files, SKIMMED_BYTES) if _content(file) in missing]
        language = dict(map(_content, unread))
        for blob, record in self._pool.parse(_to_skim(unread, read_blobs), cancelled=cancelled):
            self._records[blob, language[blob]] = record
        self._draw()

    def look(self) -> None:
        """Make another draft when it is time: below 1 µs when it is not."""
        if self._since >= self._next_bytes and time.monotonic() > self._next_at:
            self._draw()

    def _draw(self) -> None:
        """Hand a draft of what is known to a process; the build goes on meanwhile."""
        known = [(file[0], record) for file in self._chosen if (record := self._records[_content(file)]) is not None]
        listing = [ListedFile(entry, row) for row, (entry, _) in enumerate(known)]
        self._next_at, self._since = float("inf"), 0
        records = [record for _, record in known]
        reached = Reached(self._listed, self._parsed, self._skipped + self._listed - len(self._files))
        task = self._pool.begin(draft, self._commit, engine_version(), pack(listing), records, reached)
        task.add_done_callback(self._deliver)

    def _deliver(self, task: Future[Drawn]) -> None:
        try:
            drawn = task.result()
        except CancelledError:
            return
        except Exception as error:  # noqa: BLE001  # a map is made without drafts as well
            log.warning("draft_failed", error=f"{type(error).__name__}: {error}")
            return
        self._next_bytes = BYTES_A_SECOND * drawn.seconds
        self._next_at = time.monotonic() + PAUSE_SECONDS
        if self._sketch is not None:
            self._sketch(drawn.data)


def choose(files: Sequence[tuple[SourceEntry, str]], most_bytes: int) -> Sequence[tuple[SourceEntry, str]]:
    """Give the files that say most in so many bytes: the project's own code, and many small files before few large.

    By path, each content once. About 5 µs a file.
    """
    ordered = sorted(
        (_remoteness(entry.path), entry.size_bytes, entry.path, entry, language)
        for entry, language in files
        if _is_skimmed((entry.blob, language))
    )
    chosen: dict[str, tuple[SourceEntry, str]] = {}
    left = most_bytes
    for _, size, _, entry, language in ordered:
        if size > left:
            break
        if entry.blob not in chosen:
            chosen[entry.blob] = entry, language
            left -= size
    return sorted(chosen.values(), key=lambda one: one[0].path)


def _remoteness(path: str) -> int:
    """Say how far a file is from the code that a reader asks for first."""
    traits = traits_of(path)
    return 8 * traits.vendored + 4 * traits.generated + 2 * traits.test + bool(EXAMPLE_PATH.search(path))


def _is_skimmed(content: Content) -> bool:
    """Say whether a skim can read it; which language a header is in, its first bytes tell."""
    return content[1] in MANNERS or content[1] == HEADER


def _content(file: tuple[SourceEntry, str]) -> Content:
    return file[0].blob, file[1]


def _to_skim(unread: Sequence[tuple[SourceEntry, str]], read_blobs: ReadBlobs) -> Iterator[tuple[str, str, bytes]]:
    """Read the contents; the first bytes may still change the language."""
    contents = read_blobs([entry.blob for entry, _ in unread])
    for (entry, language), content in zip(unread, contents, strict=True):
        yield entry.blob, KIND + (language_of(entry.path, head=content[:HEAD_BYTES]) or language), content
