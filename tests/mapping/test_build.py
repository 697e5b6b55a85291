"""From a listing to a map, through real parser processes and the real cache."""

import hashlib
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from services.errors import CancelledJobError
from services.mapping.build import build
from services.mapping.outline import outline
from services.mapping.pool import ParserPool
from services.mapping.records import SkipReason, SourceEntry
from services.mapping.snapshot import Snapshot
from services.mapping.views import OutlineRequest
from services.models import Phase, Progress
from services.store.tagcache import TagCache

COMMIT = "d" * 40
FILES: Mapping[str, bytes] = {
    "NOTES.txt": b"A project\n",
    "app/engine.py": b"class Engine:\n    def start(self):\n        return self.warm()\n    def warm(self): ...\n",
    "app/main.py": b"from app.engine import Engine\n\ndef main():\n    return Engine().start()\n",
    "app/copy.py": b"from app.engine import Engine\n\ndef main():\n    return Engine().start()\n",
    "web/tool.js": b"export function tool() { return 1 }\n",
    "web/tool.ts": b"export function tool() { return 1 }\n",
    "native/pure.h": b"int add(int a, int b);\n",
    "native/box.h": b"namespace box {\nclass Box { public: int size(); };\n}\n",
    "bin/run": b"#!/usr/bin/env python3\ndef run(): ...\n",
    "bin/noise": b"\x7fELF\0\0",
    "app/blob.py": b"x = 1\0\0\n",
}


def blob_of(content: bytes) -> str:
    return hashlib.sha1(content).hexdigest()  # noqa: S324 - what git calls its objects by


class Objects:
    """Contents by blob, and what was asked of them."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._contents = {blob_of(content): content for content in files.values()}
        self.asked: list[str] = []

    def read(self, blobs: Sequence[str]) -> Iterable[bytes]:
        for blob in blobs:
            self.asked.append(blob)
            yield self._contents[blob]


def listing(files: Mapping[str, bytes]) -> list[SourceEntry]:
    return [
        SourceEntry(path, blob_of(content), len(content), 0o100755 if path.startswith("bin/") else 0o100644)
        for path, content in files.items()
    ]


@pytest.fixture(scope="module")
def pool() -> Iterator[ParserPool]:
    running = ParserPool(processes=1, file_deadline_seconds=10, memory_bytes=2 << 30)
    running.start()
    yield running
    running.close()


@pytest.fixture
def tags(tmp_path: Path) -> Iterator[TagCache]:
    cache = TagCache(tmp_path / "tags.sqlite3")
    yield cache
    cache.close()


class Build:
    """One build and what it said on its way."""

    def __init__(self, files: Mapping[str, bytes], pool: ParserPool, tags: TagCache, *, turned: bool = False) -> None:
        self.objects = Objects(files)
        self.said: list[Progress] = []
        entries = listing(files)
        self.artifact = build(
            entries[::-1] if turned else entries,
            commit=COMMIT,
            read_blobs=self.objects.read,
            pool=pool,
            tags=tags,
            report=self.said.append,
            cancelled=threading.Event(),
            max_file_bytes=1 << 20,
        )
        self.map = Snapshot.load(self.artifact)


def test_a_listing_becomes_a_linked_map(pool: ParserPool, tags: TagCache) -> None:
    map_ = Build(FILES, pool, tags).map
    assert map_.commit == COMMIT
    (engine,) = map_.symbols(query="Engine").items
    assert {edge.path for edge in map_.callers(engine.index).items} == {"app/main.py", "app/copy.py"}
    assert {share.language for share in map_.languages} == {"python", "javascript", "typescript", "c", "cpp"}
    assert [one.name for one in map_.symbols_of("bin/run")] == ["run"]


def test_what_is_no_source_is_listed_with_its_reason(pool: ParserPool, tags: TagCache) -> None:
    map_ = Build(FILES, pool, tags).map
    reasons = {one.path: one.reason for one in map_.skipped().items}
    assert reasons == {
        "NOTES.txt": SkipReason.NO_LANGUAGE,
        "bin/noise": SkipReason.NO_LANGUAGE,
        "app/blob.py": SkipReason.BINARY,
    }
    assert map_.coverage.files_listed == len(FILES) == map_.coverage.files_parsed + 3


def test_progress_counts_files_and_then_names_the_phases(pool: ParserPool, tags: TagCache) -> None:
    said = Build(FILES, pool, tags).said
    phases = list(dict.fromkeys(one.phase for one in said))
    assert phases == [Phase.PARSING, Phase.LINKING, Phase.RANKING]
    parsing = [one for one in said if one.phase is Phase.PARSING]
    assert [one.current for one in parsing] == sorted(one.current or 0 for one in parsing)
    assert (parsing[-1].current, parsing[-1].total) == (9, 9)


def test_the_same_commit_is_the_same_bytes_in_any_order_and_from_the_cache(pool: ParserPool, tags: TagCache) -> None:
    first = Build(FILES, pool, tags)
    again = Build(FILES, pool, tags, turned=True)
    assert again.artifact == first.artifact


def test_a_second_build_reads_only_what_changed(pool: ParserPool, tags: TagCache) -> None:
    Build(FILES, pool, tags)
    changed = {**FILES, "app/engine.py": b"class Motor: ...\n"}
    again = Build(changed, pool, tags)
    scripts = [one.blob for one in listing(changed) if one.path.startswith("bin/")]
    assert [blob for blob in again.objects.asked if blob not in scripts] == [
        one.blob for one in listing(changed) if one.path == "app/engine.py"
    ]


def test_equal_contents_are_read_once(pool: ParserPool, tags: TagCache) -> None:
    asked = Build({"a.py": b"def f(): ...\n", "b/c.py": b"def f(): ...\n"}, pool, tags).objects.asked
    assert len(asked) == 1


def test_a_tree_without_source_files_gives_a_map_that_says_so(pool: ParserPool, tags: TagCache) -> None:
    map_ = Build({"README.rst": b"Words\n", "data/a.csv": b"1,2\n"}, pool, tags).map
    assert (map_.coverage.symbols, map_.coverage.files_parsed, map_.coverage.files_listed) == (0, 0, 2)
    assert "No definitions were found" in outline(map_, OutlineRequest(200)).text
    assert [file.path for file in map_.documentation().items] == ["README.rst"]


def test_a_manifest_says_where_modules_lie_and_is_read_once(pool: ParserPool, tags: TagCache) -> None:
    files = {
        "tsconfig.json": b'{"compilerOptions": {"paths": {"@kit/*": ["./src/kit/*"]}}}',
        "src/kit/tool.ts": b"export function tool() { return 1 }\n",
        "app/main.ts": b'import { tool } from "@kit/tool"\nexport const used = tool()\n',
    }
    first = Build(files, pool, tags)
    (tool,) = first.map.symbols(query="tool").items
    assert [edge.path for edge in first.map.callers(tool.index).items] == ["app/main.ts"]
    assert {one.path: one.reason for one in first.map.skipped().items} == {"tsconfig.json": SkipReason.NO_LANGUAGE}
    again = Build(files, pool, tags)
    assert (again.objects.asked, again.artifact) == ([], first.artifact)


def test_a_cancelled_build_ends_with_the_typed_error(pool: ParserPool, tags: TagCache) -> None:
    cancelled = threading.Event()
    cancelled.set()
    with pytest.raises(CancelledJobError):
        build(
            listing(FILES),
            commit=COMMIT,
            read_blobs=Objects(FILES).read,
            pool=pool,
            tags=tags,
            report=lambda _: None,
            cancelled=cancelled,
            max_file_bytes=1 << 20,
        )
