"""Files that nobody wrote to be read, in every grammar: tags come back or a reason, and the pool goes on."""

import threading
from collections.abc import Iterator

import pytest

from services.mapping.encoding import decode_record
from services.mapping.grammars import PACKAGES
from services.mapping.pool import ParserPool
from services.mapping.records import FileRecord, FileSkipped, SkipReason
from services.mapping.tags import extract, read

HARMLESS = {
    "nothing": b"",
    "comments": b"# c\n// c\n-- c\n/* c */\n(* c *)\n" * 20,
    "no UTF-8": b"\xff\xfe\xc3( = \x80\n" * 200,
    "an open string": b'x = "abc\n' * 200,
    "a long open string": b'x = """' + b"abc\n" * 500,
}
"""Small enough to be read by any grammar in well under a second."""

HOSTILE = {
    "round": b"(" * 10_000 + b")" * 10_000,
    "square": b"[" * 10_000 + b"]" * 10_000,
    "curly": b"{" * 10_000 + b"}" * 10_000,
    "one line": b"x = 1; " * 10_000,
    "one word": b"a" * (1 << 18),
}
"""Some grammars take minutes or gigabytes; a deadline and a limit of memory end them."""


@pytest.mark.parametrize("language", sorted(PACKAGES))
def test_odd_files_give_tags(language: str) -> None:
    for content in HARMLESS.values():
        assert extract(content, language=language).language == language


@pytest.mark.parametrize("language", sorted(PACKAGES))
def test_a_nul_byte_is_a_reason(language: str) -> None:
    skipped = read(b"x\0" * 100, language=language)

    assert isinstance(skipped, FileSkipped)
    assert skipped.reason is SkipReason.BINARY


@pytest.fixture(scope="module")
def pool() -> Iterator[ParserPool]:
    running = ParserPool(processes=2, file_deadline_seconds=0.5, memory_bytes=1 << 30)
    running.start()
    yield running
    running.close()


@pytest.mark.parametrize("name", sorted(HOSTILE))
@pytest.mark.parametrize("half", [0, 1])
def test_hostile_files_come_back_with_tags_or_a_reason_and_their_neighbour_is_read(
    pool: ParserPool, name: str, half: int
) -> None:
    languages = sorted(PACKAGES)[half::2]
    files = [(language, language, HOSTILE[name]) for language in languages]

    found = dict(pool.parse([*files, ("good", "python", b"def f(): ...\n")], cancelled=threading.Event()))

    records = {blob: decode_record(data) for blob, data in found.items()}
    assert sorted(records) == sorted([*languages, "good"])
    assert isinstance(records["good"], FileRecord)
    assert all(isinstance(record, FileRecord | FileSkipped) for record in records.values())
