"""Definitions that another reader of the same text finds as well, and text that is hard to read at all."""

import asyncio
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import schema
import services
from services.mapping.records import DefinitionKind, FileRecord
from services.mapping.tags import extract
from tests.benchmarks.definition_sources import by_ast

FOLDERS = [Path(module.__file__ or "").parent for module in (schema, services, asyncio)]


def definitions(record: FileRecord) -> Counter[tuple[int, str, str]]:
    rows = np.frombuffer(record.definitions, np.int32).reshape(-1, 7).tolist()
    owners = ["" if row[2] < 0 else record.strings[rows[row[2]][0]] for row in rows]
    return Counter((row[5], record.strings[row[0]], owner) for row, owner in zip(rows, owners, strict=True))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_python_has_the_definitions_that_its_own_parser_finds(folder: Path) -> None:
    for path in sorted(folder.rglob("*.py")):
        theirs, refused = by_ast(folder, [path.relative_to(folder).as_posix()])
        ours = definitions(extract(path.read_bytes(), language="python"))

        assert not refused
        assert ours == Counter((one.line, one.name, one.owner or "") for one in theirs), path


def test_a_call_of_type_defines_no_type() -> None:
    record = extract(b"type(self).name = 1\ntype Name = int\n", language="python")

    assert list(definitions(record)) == [(2, "Name", "")]


def test_text_that_is_no_unicode_loses_no_definition() -> None:
    record = extract('local mark = "¥"\nfunction open() end\n'.encode("latin-1"), language="lua")

    assert list(definitions(record)) == [(1, "mark", ""), (2, "open", "")]


def test_a_package_of_perl_reaches_to_the_next_one() -> None:
    source = b"package A;\nsub f { }\npackage B { sub g { } }\nsub h { }\npackage C;\nsub k { }\n"

    found = {(name, owner) for _, name, owner in definitions(extract(source, language="perl"))}

    assert found == {("A", ""), ("f", "A"), ("B", ""), ("g", "B"), ("h", "A"), ("C", ""), ("k", "C")}


@pytest.mark.parametrize(
    ("language", "name", "kind"), [("java", "initialize", "METHOD"), ("ruby", "initialize", "CONSTRUCTOR")]
)
def test_a_constructor_is_called_as_its_language_calls_it(language: str, name: str, kind: str) -> None:
    source = {"java": b"class A { void initialize() {} }", "ruby": b"class A\n  def initialize\n  end\nend\n"}
    record = extract(source[language], language=language)
    found = dict(zip((name for _, name, _ in definitions(record)), kinds(record), strict=True))

    assert found[name] == kind


def kinds(record: FileRecord) -> list[str]:
    rows = np.frombuffer(record.definitions, np.int32).reshape(-1, 7).tolist()
    return [DefinitionKind(row[1]).name for row in rows]
