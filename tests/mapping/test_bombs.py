"""Files that somebody made to hurt a parser: what becomes of them, and of everybody else."""

import threading
import time
from collections.abc import Iterator

import pytest

from services.errors import ErrorCode, GraticuleError
from services.mapping.encoding import Record, decode_record
from services.mapping.import_rows import import_rows
from services.mapping.languages import language_of
from services.mapping.manifests import MOST_BYTES, Manifest, manifest_kind, read_manifest
from services.mapping.pool import PATIENCE, ParserPool
from services.mapping.records import FileRecord, FileSkipped, SkipReason
from services.mapping.tags import extract
from tests.mapping.bombs import BOMBS, DEEP, ENCODED, MANIFESTS
from tests.support.records import SourceText, snapshot

GIBIBYTE = 1 << 30
HEAD_BYTES = 16_384
SLOW = {"deep/unclosed.cpp", "deep/templates.cpp", "aimed/from.py", "aimed/from-dots.py", "aimed/annotations.java"}
"""Those whose parse alone takes seconds: the deadline is for them."""
QUICK = tuple(
    f"aimed/{name}"
    for name in (
        "import.js", "import-comment.js", "require.js", "use.rs", "head.c", "hash.py", "capitals.py", "header-blank.h",
        "header-spaces.h", "exports.js", "words.py", "hashes.rs",
    )
)  # fmt: skip
GOOD = ("good", "python", b"def hello(): pass\n")


@pytest.fixture(scope="module")
def pool() -> Iterator[ParserPool]:
    running = ParserPool(processes=2, file_deadline_seconds=20, memory_bytes=2 * GIBIBYTE)
    running.start()
    yield running
    running.close()


def language(path: str, content: bytes) -> str:
    mode = 0o100755 if path.startswith("bin/") else 0o100644
    return manifest_kind(path) or language_of(path, mode=mode, head=content[:HEAD_BYTES]) or ""


def read(pool: ParserPool, paths: list[str]) -> dict[str, Record]:
    contents = ((path, BOMBS[path]()) for path in paths)
    files = ((path, spoken, content) for path, content in contents if (spoken := language(path, content)))
    return {blob: decode_record(data) for blob, data in pool.parse(files, cancelled=threading.Event())}


def test_what_is_nested_deeply_is_read_in_time(pool: ParserPool) -> None:
    found = read(pool, sorted(set(DEEP) - SLOW))
    assert [path for path, record in found.items() if not isinstance(record, FileRecord)] == []
    assert len(found) == len(set(DEEP) - SLOW)


def test_what_is_aimed_at_our_regular_expressions_is_read_in_time(pool: ParserPool) -> None:
    late = [path for path, record in read(pool, [*QUICK]).items() if isinstance(record, FileSkipped)]
    assert late == []


@pytest.mark.parametrize("white", [b" ", b" \\\n", b".", b". "])
def test_an_import_of_white_space_is_read_at_once(white: bytes) -> None:
    began = time.process_time()
    import_rows((b"from " + white * 9_000)[:8_000] + b" x", "python")
    assert time.process_time() - began < 2  # the cube of 8,000 took longer than any deadline


def test_what_is_no_text_is_refused_or_read_but_never_lost(pool: ParserPool) -> None:
    small = sorted(path for path, make in ENCODED.items() if len(make()) < 400_000)
    found = read(pool, small)
    binary = {path for path, one in found.items() if isinstance(one, FileSkipped) and one.reason is SkipReason.BINARY}
    assert binary == {"encoded/utf16.py", "encoded/utf16.js"}
    assert set(found) == set(small)


@pytest.mark.parametrize("path", sorted(MANIFESTS))
def test_a_manifest_is_read_at_once_and_says_little(path: str) -> None:
    content = MANIFESTS[path]()[:MOST_BYTES]
    began = time.process_time()
    found = read_manifest(content, kind=manifest_kind(path) or "")
    assert time.process_time() - began < 2  # 250 kB of blank lines took longer than any deadline
    assert isinstance(found, Manifest)
    assert len(found.module) + sum(map(len, found.entries)) + len(found.base or "") <= 3 * 1024
    assert all(len(target) <= 1024 for _, targets in found.aliases for target in targets)


@pytest.mark.parametrize(
    "line", [b"\n", b"\t\n", b"class a\n", b"class a:b\n", b"public \n", b"template\n", b"using\n"]
)
def test_the_servers_own_process_sees_at_once_whether_a_header_is_cpp(line: bytes) -> None:
    began = time.process_time()
    language_of("a.h", head=line * (HEAD_BYTES // len(line)))
    assert time.process_time() - began < 1  # empty lines took 2.2 s, in which nobody was answered


def test_many_names_that_are_given_many_values_at_once_are_read_at_once() -> None:
    names, values = (b",".join(b"%s%d" % (one, at) for at in range(5_000)) for one in (b"a", b"b()+c"))
    began = time.process_time()
    extract(b"def f():\n  " + names + b" = " + values.replace(b"+c", b",") + b"\n  a1.x()\n", language="python")
    assert time.process_time() - began < 10  # each name with each value took longer than any deadline


def test_a_file_of_many_definitions_keeps_them_all() -> None:
    record = extract(BOMBS["long/imports.py"]()[:100_000], language="python")
    assert len(record.imports) // 24 == len(BOMBS["long/imports.py"]()[:100_000].splitlines())


def test_a_build_that_lost_many_deadlines_loses_them_faster() -> None:
    late = [(f"late{number}", "cpp", b"a<\n" * 300_000 + b"%d" % number) for number in range(PATIENCE + 2)]
    small = ParserPool(processes=2, file_deadline_seconds=0.3, memory_bytes=2 * GIBIBYTE)
    small.start()
    try:
        found = {blob: decode_record(data) for blob, data in small.parse([*late, GOOD], cancelled=threading.Event())}
    finally:
        small.close()
    details = [one.detail for one in found.values() if isinstance(one, FileSkipped)]
    assert len(details) == len(late)
    assert "more than 0.03 s of processor time (GRATICULE_FILE_DEADLINE_SECONDS)" in details
    assert isinstance(found["good"], FileRecord)


def test_a_step_that_does_not_end_is_ended() -> None:
    hasty = ParserPool(processes=1, file_deadline_seconds=5, memory_bytes=2 * GIBIBYTE, step_seconds=0.5)
    hasty.start()
    try:
        with pytest.raises(GraticuleError) as caught:
            hasty.run(time.sleep, 60)
        assert caught.value.code is ErrorCode.TOO_LARGE
        assert not caught.value.retryable
        assert hasty.run(abs, -1) == 1
    finally:
        hasty.close()


def test_a_step_that_needs_too_much_memory_says_so(pool: ParserPool) -> None:
    with pytest.raises(GraticuleError) as caught:
        pool.run(bytes, 3 * GIBIBYTE)
    assert caught.value.code is ErrorCode.MEMORY_LIMIT


def test_barrels_that_pass_on_each_other_are_linked() -> None:
    barrels = []
    for number in range(60):
        barrel = SourceText(f"b{number}.ts", language="typescript")
        for other in range(60):
            barrel.bring(f"./b{other}", "*", None, passed_on=True)
        barrels.append(barrel)
    barrels[59].define("found")
    user = SourceText("user.ts", language="typescript")
    for name in ("found", *(f"missing{number}" for number in range(50))):
        user.bring("./b0", name)
        user.use(name)
    opened = snapshot(*barrels, user)
    (symbol,) = opened.symbols(query="found").items
    assert [edge.path for edge in opened.callers(symbol.index).items] == ["user.ts"]


def test_thousands_of_manifests_that_declare_one_module_are_linked() -> None:
    files = []
    for number in range(600):
        file = SourceText(f"d{number}/a.go", language="go")
        file.define("F")
        file.bring(f"a/d{(number + 1) % 600}", None, "d")
        file.use("F", on="d")
        files.append(file)
    opened = snapshot(*files, manifests={f"d{number}/go.mod": b"module a\n" for number in range(600)})
    assert opened.coverage.files_parsed == 600
