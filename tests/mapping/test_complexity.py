"""Cyclomatic complexity: counted in the tree of each language, joined over files, and weighed with the rank."""

import numpy as np
import pytest

from services.mapping.branches import NODES
from services.mapping.records import BRANCH_COLUMNS, DEFINITION_COLUMNS
from services.mapping.tags import extract
from tests.support.records import SourceText, snapshot

SOURCES = {
    "python": (
        11,
        """\
def f(a):
    if a and a > 1 or not a:
        pass
    elif a:
        pass
    for b in a:
        while b:
            b = 1 if b else 2
    try:
        pass
    except ValueError:
        pass
    return [c for c in a if c]
""",
    ),
    "javascript": (
        13,
        """\
function f(a) {
  if (a && a.b) {} else if (a ?? 1) {}
  for (const b of a) {}
  for (;;) { break }
  while (a) {}
  do {} while (a)
  switch (a) { case 1: case 2: break; default: }
  try {} catch (e) {}
  return a ? 1 : 2;
}
""",
    ),
    "typescript": (
        3,
        """\
function f(a: number): number { return a && a > 1 ? 1 : 2 }
""",
    ),
    "tsx": (
        3,
        """\
function F() { return a ? <b>{c && <d />}</b> : null }
""",
    ),
    "go": (
        6,
        """\
package a
func f(a int) {
	if a > 1 || a < 0 {
	}
	for {
	}
	switch a {
	case 1:
	default:
	}
	select {
	case <-c:
	}
}
""",
    ),
    "rust": (
        8,
        """\
fn f(a: u8) -> Option<u8> {
    if a > 1 && a < 9 {}
    for _ in 0..a {}
    while a > 1 {}
    match a { 1 => {}, 2 => {}, _ => {} }
    g()?;
    None
}
""",
    ),
    "c": (
        9,
        """\
int f(int a) {
  if (a && b) {}
  for (;;) {}
  while (a) {}
  do {} while (a);
  switch (a) { case 1: break; case 2: break; default: break; }
  return a ? 1 : 2;
}
""",
    ),
    "cpp": (
        4,
        """\
int f() {
  for (auto a : b) {}
  try {} catch (int e) {}
  return a and b;
}
""",
    ),
    "java": (
        6,
        """\
class A { int f(int a) {
  for (int b : c) {}
  switch (a) { case 1: break; default: break; }
  try {} catch (E e) {}
  return a > 1 || a < 0 ? 1 : 2;
} }
""",
    ),
    "ruby": (
        7,
        """\
def f(a)
  return 1 if a and b
  unless a
  end
  case a
  when 1 then 2
  end
  begin
  rescue E
  end
  a ? 1 : 2
end
""",
    ),
    "php": (
        7,
        """\
<?php
function f($a) {
  if ($a && $b) {} elseif ($c) {}
  foreach ($a as $b) {}
  switch ($a) { case 1: break; default: }
  return match ($a) { 1 => 2, default => 3 };
}
""",
    ),
    "csharp": (
        5,
        """\
class A { int F(int a) {
  foreach (var b in c) {}
  switch (a) { case 1: break; default: break; }
  return a switch { 1 => 2, _ => 3 } + (a ?? 1);
} }
""",
    ),
    "bash": (
        6,
        """\
f() {
  if a; then b; elif c; then d; fi
  for a in b; do c; done
  a && b || c
}
""",
    ),
}
"""Of each language: how complex the one function of a source is."""


def complexities(source: str, language: str) -> dict[str, int]:
    """Count by the name of the definition; `<file>` has what is outside of any."""
    record = extract(source.encode(), language=language)
    names = [row[0] for row in np.frombuffer(record.definitions, np.int32).reshape(-1, len(DEFINITION_COLUMNS))]
    rows = np.frombuffer(record.branches, np.int32).reshape(-1, len(BRANCH_COLUMNS)).tolist()
    return {record.strings[names[row]] if row >= 0 else "<file>": count + 1 for row, count in rows}


def test_every_language_whose_branches_are_counted_has_a_source_here() -> None:
    assert set(SOURCES) == set(NODES)


@pytest.mark.parametrize("language", sorted(SOURCES))
def test_the_complexity_of_a_function_is_one_and_its_branches(language: str) -> None:
    expected, source = SOURCES[language]
    assert list(complexities(source, language).values()) == [expected]


def test_a_branch_counts_for_the_innermost_definition_alone() -> None:
    source = """\
def outer(a):
    if a: pass
    def inner(b):
        if b and a: pass
    return a or 1
if outer: pass
"""
    assert complexities(source, "python") == {"outer": 3, "inner": 3, "<file>": 2}


def branching(path: str, *branches: int, users: int = 0) -> list[SourceText]:
    """Make a file whose functions have so many branches, and files that use its first."""
    file = SourceText(path)
    for number, count in enumerate(branches):
        file.branch(file.define(f"f{number}_{path[0]}"), count)
    callers = [SourceText(f"use_{path[0]}{number}.py") for number in range(users)]
    for caller in callers:
        caller.bring(path.removesuffix(".py"), f"f0_{path[0]}")
        caller.use(f"f0_{path[0]}", scope=caller.define(f"main_{caller.path}"))
    return [file, *callers]


def test_of_two_files_that_are_used_alike_the_complicated_one_is_the_more_critical() -> None:
    files = [*branching("a.py", 1, 0, users=3), *branching("b.py", 5, 40, users=3)]
    first, second = snapshot(*files).critical_files(2)
    assert (first.path, first.score, first.complexity, first.functions) == ("b.py", 1.0, 47, 2)
    assert (second.path, second.complexity, second.callers, second.referring_files) == ("a.py", 3, 3, 3)
    assert first.worst_function is not None
    assert (first.worst_function.name, first.worst_function.complexity) == ("f1_b", 41)
    assert 0 < second.score < 1


def test_the_score_is_the_one_that_is_written_down() -> None:
    files = snapshot(*branching("a.py", 3, users=2), *branching("b.py", 9, users=5)).critical_files(50)
    value = {file.path: file.rank * np.log2(2 + (file.complexity or 0)) for file in files}
    highest = max(value.values())
    assert {file.path: file.score for file in files} == pytest.approx({path: v / highest for path, v in value.items()})


def test_a_language_whose_branches_nobody_counts_has_no_complexity() -> None:
    file = SourceText("a.q", language="quipu")
    file.define("knot")
    (found,) = snapshot(file).critical_files()
    assert (found.complexity, found.functions, found.worst_function) == (None, 0, None)
