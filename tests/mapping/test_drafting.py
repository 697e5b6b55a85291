"""Drafts of a build: a first one before the parse, finer ones while it goes on, and the same map in the end."""

import hashlib
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from queue import Queue

import pytest
from msgspec import structs

from services.mapping.build import build
from services.mapping.drafting import PAUSE_SECONDS, SKIMMED_BYTES, Drafting, Sketch, choose
from services.mapping.encoding import encode_record
from services.mapping.outline import outline
from services.mapping.pool import ParserPool
from services.mapping.records import SourceEntry
from services.mapping.snapshot import Snapshot
from services.mapping.tags import read
from services.mapping.views import Focus, OutlineRequest
from services.store.tagcache import TagCache

FILES = 400


def module(number: int) -> bytes:
    body = "".join(f"    def turn_{number}_{at}(self, by):\n        return by + {at}\n\n" for at in range(20))
    return f"from hub import Hub\n\n\nclass Wheel{number}(Hub):\n{body}".encode()


SOURCES = {
    "hub.py": b"class Hub:\n    def spin(self):\n        return 1\n",
    "notes.txt": b"nothing",
    **{f"wheels/w{at:03}.py": module(at) for at in range(FILES)},
}


@pytest.fixture(scope="module")
def pool() -> Iterator[ParserPool]:
    running = ParserPool(processes=1, file_deadline_seconds=10, memory_bytes=2 << 30)
    running.start()
    yield running
    running.close()


class Builds:
    """Builds some sources with an empty cache each time."""

    def __init__(self, pool: ParserPool, folder: Path) -> None:
        self._pool = pool
        self._folder = folder
        self._count = 0

    def run(self, sketch: Sketch | None, *, files: int = FILES) -> bytes:
        self._count += 1
        sources = dict(list(SOURCES.items())[: files + 2])
        blobs = {hashlib.sha1(content).hexdigest(): content for content in sources.values()}  # noqa: S324  # git's own

        def read(wanted: Sequence[str]) -> Iterator[bytes]:
            return (blobs[blob] for blob in wanted)

        tags = TagCache(self._folder / f"tags-{self._count}.sqlite3")
        try:
            return build(
                [entry(path, content) for path, content in sources.items()],
                commit="c" * 40,
                read_blobs=read,
                pool=self._pool,
                tags=tags,
                report=lambda _progress: None,
                cancelled=threading.Event(),
                max_file_bytes=1 << 20,
                sketch=sketch,
            )
        finally:
            tags.close()


def entry(path: str, content: bytes) -> SourceEntry:
    return SourceEntry(path, hashlib.sha1(content).hexdigest(), len(content), 0o100644)  # noqa: S324  # git's own


@pytest.fixture
def builds(pool: ParserPool, tmp_path: Path) -> Builds:
    return Builds(pool, tmp_path)


def test_a_draft_comes_before_the_map_and_says_how_far_it_is(builds: Builds) -> None:
    drafts: list[bytes] = []
    whole = Snapshot.load(builds.run(drafts.append))
    first = Snapshot.load(drafts[0])
    assert first.commit == whole.commit
    assert (first.coverage.files_listed, first.coverage.files_parsed, first.coverage.files_skipped) == (FILES + 2, 0, 1)
    assert first.coverage.symbols == whole.coverage.symbols
    assert (first.coverage.references, first.coverage.resolved) == (0, 0)
    assert whole.coverage.files_parsed == FILES + 1


def test_a_draft_is_outlined_like_a_map_what_is_mentioned_most_first(builds: Builds) -> None:
    drafts: list[bytes] = []
    builds.run(drafts.append)
    first = Snapshot.load(drafts[0])
    assert outline(first, OutlineRequest(tokens=100)).text.startswith("hub.py\n1     class Hub")
    focused = outline(first, OutlineRequest(tokens=100, focus=Focus(text="why does Wheel123 turn")))
    assert "class Wheel123(Hub)" in focused.text
    (hub,) = first.symbols(query="Hub").items
    assert first.callers(hub.index).total == 0


def test_the_map_is_the_same_bytes_with_drafts_and_without(builds: Builds) -> None:
    drafts: list[bytes] = []
    assert builds.run(drafts.append) == builds.run(None)
    assert drafts


def test_a_build_of_few_files_makes_no_draft(builds: Builds) -> None:
    drafts: list[bytes] = []
    builds.run(drafts.append, files=100)
    assert drafts == []


def test_the_own_code_is_skimmed_first_and_no_more_than_a_bound() -> None:
    large = SKIMMED_BYTES // 4
    listed = [
        SourceEntry(path, f"{number:040x}", size, 0o100644)
        for number, (path, size) in enumerate(
            [("tests/test_a.py", 10), ("vendor/b.py", 10), ("big.py", large), ("src/c.py", 100), ("huge.py", 4 * large)]
        )
    ]
    files = [(one, "python") for one in listed]
    assert [one.path for one, _ in choose(files, 2 * large)] == ["big.py", "src/c.py"]
    assert len(choose(files, 100 * large)) == len(files)
    assert choose([(listed[0], "markdown")], large) == []


def test_a_later_draft_has_what_was_parsed_meanwhile(pool: ParserPool) -> None:
    drafts: Queue[bytes] = Queue()
    files = [(entry(path, content), "python") for path, content in SOURCES.items() if path.endswith(".py")]
    files[0] = structs.replace(files[0][0], size_bytes=SKIMMED_BYTES * 100), "python"
    contents = {entry(path, content).blob: content for path, content in SOURCES.items()}
    content = files[0][0].blob, "python"
    missing = {(one.blob, language) for one, language in files}
    drafting = Drafting("c" * 40, files, listed=len(files), pool=pool, sketch=drafts.put)
    drafting.begin(missing, lambda blobs: [contents[blob] for blob in blobs], threading.Event())
    assert Snapshot.load(drafts.get(timeout=30)).coverage.files_parsed == 0
    drafting.note(content, encode_record(read(contents[content[0]], language="python")))
    drafting.look()
    assert drafts.empty()
    time.sleep(PAUSE_SECONDS)
    drafting.look()
    assert Snapshot.load(drafts.get(timeout=30)).coverage.files_parsed == 1
