"""Which files are read, in which language, and which are skipped."""

import pytest

from services.mapping.languages import (
    can_call,
    engine_version,
    language_of,
    skip_before_reading,
    skip_content,
    traits_of,
)
from services.mapping.records import SkipReason, SourceEntry

BLOB = "0" * 40


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("a/b.py", "python"),
        ("a/b.PYI", "python"),
        ("web/app.jsx", "javascript"),
        ("web/app.d.ts", "typescript"),
        ("web/App.tsx", "tsx"),
        ("cmd/main.go", "go"),
        ("src/lib.rs", "rust"),
        ("src/dict.c", "c"),
        ("src/dict.h", "c"),
        ("src/dict.hpp", "cpp"),
        ("src/Main.java", "java"),
        ("Rakefile", "ruby"),
        ("lib/a.gemspec", "ruby"),
        ("index.php", "php"),
        ("Program.cs", "csharp"),
        ("run.sh", "bash"),
        ("README.md", None),
        ("LICENSE", None),
        (".py", None),
        ("image.png", None),
    ],
)
def test_a_name_says_the_language(path: str, language: str | None) -> None:
    assert language_of(path) == language


@pytest.mark.parametrize(
    ("head", "language"),
    [
        (b"#!/usr/bin/env python3\n", "python"),
        (b"#!/usr/bin/python3.11 -u\n", "python"),
        (b"#!/usr/bin/env -S node --harmony\n", "javascript"),
        (b"#!/bin/sh\n", "bash"),
        (b"#!/usr/bin/perl\n", None),
        (b"#!\n", None),
        (b"plain text", None),
    ],
)
def test_a_script_without_extension_is_known_by_its_first_line(head: bytes, language: str | None) -> None:
    assert language_of("bin/tool", mode=0o100755, head=head) == language


def test_a_header_with_classes_is_cpp() -> None:
    assert language_of("a.h", head=b"#pragma once\nnamespace a {\n") == "cpp"
    assert language_of("a.h", head=b"struct a { int b; };\n") == "c"


def reason_of(path: str = "a.py", *, size_bytes: int = 10, mode: int = 0o100644) -> SkipReason | None:
    skipped = skip_before_reading(SourceEntry(path, BLOB, size_bytes, mode), max_bytes=100)
    return skipped.reason if skipped else None


def test_what_cannot_be_parsed_is_refused_before_it_is_read() -> None:
    assert reason_of() is None
    assert reason_of(size_bytes=101) is SkipReason.TOO_LARGE
    assert reason_of(mode=0o120000) is SkipReason.NOT_A_FILE
    assert reason_of(mode=0o160000) is SkipReason.NOT_A_FILE
    assert reason_of("a.bin") is SkipReason.NO_LANGUAGE
    assert reason_of("a/" * 600 + "a.py") is SkipReason.PATH_TOO_LONG
    assert reason_of("bin/tool") is SkipReason.NO_LANGUAGE


def test_an_executable_without_extension_is_read_to_see_its_first_line() -> None:
    assert reason_of("bin/tool", mode=0o100755) is None


def test_content_that_no_person_wrote_is_skipped() -> None:
    minified = skip_content(b"var a=1;" * 4000, "javascript")

    assert minified is not None
    assert minified.reason is SkipReason.MINIFIED
    assert skip_content(b"var a = 1;\n" * 4000, "javascript") is None
    assert skip_content(b"x = 1\n", "python") is None


def test_a_nul_byte_makes_a_file_binary() -> None:
    binary = skip_content(b"\x7fELF\0\0", "c")

    assert binary is not None
    assert binary.reason is SkipReason.BINARY


@pytest.mark.parametrize(
    ("path", "traits"),
    [
        ("src/store.py", ""),
        ("tests/store.py", "test"),
        ("src/test_store.py", "test"),
        ("pkg/store_test.go", "test"),
        ("src/app.spec.ts", "test"),
        ("src/contest.py", ""),
        ("vendor/a/b.go", "vendored"),
        ("web/node_modules/a/index.js", "vendored"),
        ("api/store.pb.go", "generated"),
        ("api/store_pb2.py", "generated"),
        ("src/latest.py", ""),
    ],
)
def test_a_path_says_whether_it_is_a_test_vendored_or_generated(path: str, traits: str) -> None:
    found = traits_of(path)

    assert [name for name in ("test", "vendored", "generated") if getattr(found, name)] == traits.split()


def test_only_languages_of_a_family_can_call_each_other() -> None:
    assert can_call("python", "python")
    assert can_call("tsx", "javascript")
    assert can_call("c", "cpp")
    assert not can_call("python", "go")


def test_the_engine_version_is_short_and_stable() -> None:
    assert engine_version() == engine_version()
    assert len(engine_version()) == 12
