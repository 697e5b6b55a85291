"""A search gives what a plain reading of its definition gives, in the same order; and nothing can make it slow."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.mapping.occurrences import occurrences
from services.mapping.qualified import segments, written
from services.mapping.records import DefinitionKind
from services.mapping.search import EXACT, PART, PREFIX
from services.mapping.snapshot import Snapshot
from services.mapping.words import letters, squashed
from tests.support.records import SourceText, mapped, snapshot

PIECES: Final = ("get", "Set", "map", "HTTP", "Repo", "x", "X", "a", "_", "__", "2", "ß", "é", "名", "+=", "Kit", "ab")
STRANGE: Final = ("\0", "\ud800", "\n", "*", "(", "[a", "\\", "", "İ", "🙂")
PATHS: Final = ("src/kit/get_map.py", "src/Repo.py", "a/x.py")
names_made = st.lists(st.sampled_from(PIECES), min_size=1, max_size=5).map("".join) | st.text(max_size=4)
words_asked = st.lists(st.sampled_from((*PIECES, *STRANGE, "gm", "src")), min_size=1, max_size=4).map("".join)
queries_made = st.lists(
    st.tuples(words_asked, st.sampled_from((" ", ".", "::", ":", "#", "/", ""))), min_size=1, max_size=3
).map(lambda pairs: "".join(chain for pair in pairs for chain in pair))


def made(named: Sequence[tuple[str, int]]) -> Snapshot:
    """Spread names over files; the number says which earlier definition of its file encloses one, if any."""
    files = [SourceText(path) for path in PATHS]
    for at, (name, outer) in enumerate(named):
        file = files[at % len(files)]
        file.define(name, DefinitionKind(at % 3 + 6), parent=outer if outer < len(file.definitions) else -1)
    files[0].use("get", count=5)
    return snapshot(*files)


def graded(name: str, query: str) -> int:
    return min((graded_word(name, word) for word in query.split()), default=0)


def graded_word(name: str, word: str) -> int:
    text, sought, taken_apart = squashed(name), squashed(word), letters(name)
    if text == sought:
        return EXACT + (name == word)
    if text.startswith(sought):
        return PREFIX
    if len(sought.encode("utf-8", "replace")) > 1 and sought in text:
        starts = accumulate(map(len, taken_apart), initial=0)
        return PART if any(text.startswith(sought, start) for start in starts) else PART - 1
    initials = "".join(part[:1] for part in taken_apart[:8])
    return int(3 <= len(sought) <= 8 and sought.isascii() and initials.startswith(sought))


def fitting(opened: Snapshot, row: int, outer: Sequence[str]) -> int:
    wanted = [squashed(one) for one in outer]
    around: list[str] = []
    parent = int(opened.columns["definition.parent"][row])
    while parent >= 0:
        around.append(squashed(opened.name_of(parent)))
        parent = int(opened.columns["definition.parent"][parent])
    path = written(opened.symbol(row).path).split("/")
    named = [around[at] == one if at < len(around) else one in path for at, one in enumerate(reversed(wanted))]
    if all(named) or all(one in path for one in wanted):
        return 2
    return int(around[:1] == wanted[-1:])


def expected(opened: Snapshot, query: str) -> list[int]:
    """List the rows that a query finds, best first, as slowly as you like."""
    *outer, last = segments(query) or [""]
    found = []
    for row in range(len(opened.columns["definition.name"])):
        grade = graded(opened.name_of(row), last) if query.strip() else 1
        fit = fitting(opened, row, outer) if outer else 2
        if outer and opened.name_of(row).lower() == query.strip().lower():
            grade, fit = 1, 3
        if grade and fit:
            found.append((-fit, -grade, -opened.symbol(row).rank, row))
    return [row for *_, row in sorted(found)]


@settings(max_examples=40, deadline=None)
@given(
    named=st.lists(st.tuples(names_made, st.integers(0, 8)), max_size=40),
    asked=st.lists(queries_made | st.text(max_size=3), min_size=1, max_size=12),
)
def test_a_search_gives_what_its_definition_says(named: list[tuple[str, int]], asked: list[str]) -> None:
    opened = made(named)
    for query in [*asked, *(name for name, _ in named[:5])]:
        found = opened.symbols(query=query, limit=500)
        assert [one.index for one in found.items] == expected(opened, query)
        assert found.total == len(found.items)


@settings(max_examples=15, deadline=None)
@given(
    named=st.lists(st.tuples(names_made, st.integers(0, 8)), max_size=30), asked=queries_made, least=st.integers(1, 6)
)
def test_what_somebody_names_are_the_best_matches_alone(named: list[tuple[str, int]], asked: str, least: int) -> None:
    opened = made(named)
    *outer, last = segments(asked) or [""]
    rows = [row for row in expected(opened, asked) if not outer or fitting(opened, row, outer) > 0]
    grades = {row: graded(opened.name_of(row), last) for row in rows}
    best = [grade for grade in grades.values() if grade >= max(least, PREFIX)] or list(grades.values())
    found = opened.find_symbols(asked, least_grade=least).tolist() if asked.strip() else []
    if not outer:
        assert found == [row for row in rows if grades[row] == max(best) >= least]
    else:
        assert set(found) <= {row for row in rows if grades[row] >= least}


@pytest.mark.parametrize("asked", ["", "e", "get", "map set", "kit.get", "x"])
def test_pages_follow_one_another_and_end(asked: str) -> None:
    opened = made([(f"{PIECES[at % len(PIECES)]}{PIECES[at % 7]}", at % 5) for at in range(300)])
    whole = opened.symbols(query=asked, limit=500)
    pages = [opened.symbols(query=asked, offset=offset, limit=7) for offset in range(0, whole.total + 7, 7)]
    assert [one for page in pages for one in page.items] == list(whole.items)
    assert {page.total for page in pages} == {whole.total}
    assert opened.symbols(query=asked, offset=10_000_000).items == ()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("brm", ["build_repo_map"]),
        ("bRM", ["build_repo_map"]),
        ("map build", ["build_repo_map"]),
        ("Engine.start", ["start", "start_all"]),
        ("core.Engine.start", ["start", "start_all"]),
        ("src/core/engine.py:Engine", ["Engine"]),
        ("engine.py:build", ["build_repo_map"]),
        ("core::build", ["build_repo_map"]),
        ("cli.build", []),
        ("core.start", ["start", "start_all"]),
    ],
)
def test_a_name_is_found_by_what_is_around_it(query: str, expected: list[str]) -> None:
    core, other = SourceText("src/core/engine.py"), SourceText("src/cli.py")
    core.klass("Engine", "start", "start_all")
    core.define("build_repo_map")
    other.klass("Motor", "restart")
    assert [one.name for one in snapshot(core, other).symbols(query=query).items] == expected


@pytest.mark.parametrize(
    "query", ["a" * 200, "ab " * 66, "a.b." * 50, "\0" * 200, "\ud800" * 200, "(a+)+$" * 33, "名" * 200, ":::" * 66]
)
def test_no_query_is_refused_by_the_search(query: str) -> None:
    opened = made([("a" * 900, -1), ("aB" * 90, 0), ("名" * 300, -1), ("\\", -1)])
    assert [one.index for one in opened.symbols(query=query).items] == expected(opened, query)


def test_what_repeats_itself_is_found_where_it_overlaps() -> None:
    file = SourceText("a.py")
    file.define("ban_ana")
    file.define("xbanana")
    assert [one.name for one in snapshot(file).symbols(query="ana").items] == ["ban_ana", "xbanana"]


def test_every_place_of_a_pattern_is_found() -> None:
    text = np.frombuffer(b"aaabaaa", np.uint8)
    for pattern in (b"aa", b"aab", b"b", b"aaabaaa", b"aaabaaaa", b"c"):
        found = np.flatnonzero(occurrences(text, pattern)).tolist()
        assert found == [at for at in range(7) if text.tobytes().startswith(pattern, at)]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("Tx.Zap", "zap.go:3"),
        ("my::func", "lib.sh:1"),
        ("app.py:status", "app.py:5"),
        ("app:status", "app.py:5"),
    ],
)
def test_what_is_asked_for_as_its_language_writes_it_comes_first(query: str, first: str) -> None:
    opened = mapped(
        {
            "lib.sh": "my::func() {\n  echo 1\n}\n",
            "tx.go": "package kit\n\ntype Tx struct{}\n",
            "zap.go": "package kit\n\nfunc (t *Tx) Zap() {}\n",
            "app.py": "def status_of():\n    return 1\n\nclass Flask:\n    def status(self):\n        return 2\n",
        }
    )
    found = opened.symbols(query=query).items[0]
    assert f"{found.path}:{found.start_line}" == first
