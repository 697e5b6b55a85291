"""Which files are read, in which language, and which are skipped."""

import pytest

from services.mapping.languages import (
    can_call,
    engine_version,
    language_of,
    says_generated,
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
        ("app/Main.kt", "kotlin"),
        ("build.gradle.kts", "kotlin"),
        ("Sources/App.swift", "swift"),
        ("build.sbt", "scala"),
        ("init.lua", "lua"),
        ("mix.exs", "elixir"),
        ("lib/store.ml", "ocaml"),
        ("lib/main.dart", "dart"),
        ("Setup.hs", "haskell"),
        ("build.zig", "zig"),
        ("src/Graph.jl", "julia"),
        ("schema.sql", "sql"),
        ("main.tf", "hcl"),
        ("Store.sol", "solidity"),
        ("lib/Store.pm", "perl"),
        ("README.md", "markdown"),
        ("site.css", "css"),
        ("index.html", "html"),
        ("package-lock.json", None),
        ("Cargo.lock", None),
        ("poetry.lock", None),
        ("go.sum", None),
        ("README.rst", None),
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
        (b"#!/usr/bin/perl\n", "perl"),
        (b"#!/usr/bin/awk -f\n", None),
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
        ("src/androidTest/kotlin/Store.kt", "test"),
        ("src/StoreTest.kt", "test"),
        ("Tests/AppTests/Store.swift", "test"),
        ("Sources/StoreTests.swift", "test"),
        ("app/StoreSpec.scala", "test"),
        ("app/StoreSuite.scala", "test"),
        ("store_spec.lua", "test"),
        ("store_test.lua", "test"),
        ("apps/a/store_test.exs", "test"),
        ("src/test_store.ml", "test"),
        ("lib/store_test.dart", "test"),
        ("StoreSpec.hs", "test"),
        ("runtests.jl", "test"),
        ("contracts/Store.t.sol", "test"),
        ("t/store.t", "test"),
        ("store.tftest.hcl", "test"),
        ("src/test_store.c", "test"),
        ("src/Store.Tests/Open.cs", "test"),
        ("src/StoreTest.php", "test"),
        ("src/StoreIT.java", "test"),
        ("store_spec.rb", "test"),
        ("src/tests.rs", "test"),
        ("store.bats", "test"),
        ("src/Attest.kt", ""),
        ("src/Contest.swift", ""),
        ("third_party/a/b.c", "vendored"),
        ("Carthage/Checkouts/a.swift", "vendored"),
        ("app/jquery-3.1.js", "vendored"),
        ("web/app.min.js", "generated"),
        ("web/app.min.css", "generated"),
        ("lib/store.g.dart", "generated"),
        ("lib/store.freezed.dart", "generated"),
        ("Sources/store.pb.swift", "generated"),
        ("vendor/api/store.pb.go", "vendored generated"),
    ],
)
def test_a_path_says_whether_it_is_a_test_vendored_or_generated(path: str, traits: str) -> None:
    found = traits_of(path)

    assert [name for name in ("test", "vendored", "generated") if getattr(found, name)] == traits.split()


def test_only_languages_of_a_family_can_call_each_other() -> None:
    assert can_call("python", "python")
    assert can_call("tsx", "javascript")
    assert can_call("c", "cpp")
    assert can_call("java", "kotlin")
    assert can_call("scala", "java")
    assert not can_call("swift", "kotlin")
    assert not can_call("python", "go")


def test_the_engine_version_is_short_and_stable() -> None:
    assert engine_version() == engine_version()
    assert len(engine_version()) == 12


@pytest.mark.parametrize(
    "head",
    [
        b"// Code generated by protoc-gen-go. DO NOT EDIT.\npackage a\n",
        b"# -*- coding: utf-8 -*-\n# Generated by the protocol buffer compiler.  DO NOT EDIT!\n",
        b"/**\n * @generated SignedSource<<abc>>\n */\n",
        b"// <auto-generated>\n//   by a tool\n// </auto-generated>\n",
        b"# AUTOGENERATED, DO NOT MODIFY\n",
    ],
)
def test_a_file_says_itself_that_a_program_wrote_it(head: bytes) -> None:
    assert says_generated(head)


@pytest.mark.parametrize(
    "head",
    [
        b"# what is generated by users is not our business\n",
        b"def generated(): ...\n",
        b"package a\n" + b"// words\n" * 300 + b"// Code generated by protoc-gen-go. DO NOT EDIT.\n",
        b'MARK = "mail@generatedby.org"\n',
    ],
)
def test_a_file_that_only_speaks_of_generated_code_is_somebodys_own(head: bytes) -> None:
    assert not says_generated(head)


def test_a_style_sheet_that_a_program_has_pressed_is_skipped() -> None:
    pressed = skip_content(b".a{color:red}" * 2000, "css")

    assert pressed is not None
    assert pressed.reason is SkipReason.MINIFIED
