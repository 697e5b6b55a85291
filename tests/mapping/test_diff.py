"""A comparison as text: its budget is never exceeded and is used, and it says truly what is missing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.mapping.change_views import DiffRequest
from services.mapping.diff import diff
from services.mapping.snapshot import Snapshot
from tests.support.changes import name_of, shown, told
from tests.support.histories import Bench

ALL = DiffRequest(tokens=200_000)


@pytest.fixture(scope="module")
def history(bench: Bench) -> tuple[Snapshot, Snapshot]:
    """Give two maps that differ in much."""
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    for at in range(40):
        used = f"from town.house_{at - 1} import build_{at - 1}\n\n\n" if at else ""
        call = f"build_{at - 1}({at})" if at else "0"
        before[f"town/house_{at}.py"] = (
            f"{used}class House{at}:\n    def paint(self, colour):\n        return colour\n\n"
            f"    def sell_{at}(self):\n        return 1\n\n\ndef build_{at}(rooms):\n    return {call}\n"
        )
        text = before[f"town/house_{at}.py"].replace("(rooms)", f"(rooms, floors_{at}=1)")
        text = text.replace("paint", "draw") if at % 3 else text
        after[f"town/{'villa' if at % 10 == 0 else 'house'}_{at}.py"] = text
    after["town/new.py"] = "".join(f"def fresh_{at}(one, two=2):\n    return one\n\n\n" for at in range(30))
    return bench.maps(before, after)


@settings(max_examples=30, deadline=None)
@given(tokens=st.integers(1, 6_000))
def test_the_budget_is_never_exceeded_and_is_used(history: tuple[Snapshot, Snapshot], tokens: int) -> None:
    found = diff(*history, DiffRequest(tokens))
    assert found.tokens <= tokens
    if found.omitted.changes and tokens >= 150:
        assert found.tokens >= 0.95 * tokens
    totals = found.totals
    every = totals.added + totals.removed + totals.moved + totals.signature_changed + totals.rank_moved
    assert every == len(found.changes) + found.omitted.changes


@settings(max_examples=15, deadline=None)
@given(tokens=st.integers(1, 3_000))
def test_the_budget_said_to_show_the_next_change_does_and_one_less_does_not(
    history: tuple[Snapshot, Snapshot], tokens: int
) -> None:
    omitted = diff(*history, DiffRequest(tokens)).omitted
    assert omitted.tokens_for_next is not None
    assert diff(*history, DiffRequest(omitted.tokens_for_next)).omitted.changes < omitted.changes
    assert diff(*history, DiffRequest(omitted.tokens_for_next - 1)).omitted.changes == omitted.changes


def test_a_larger_budget_shows_every_change_of_a_smaller_one(history: tuple[Snapshot, Snapshot]) -> None:
    earlier: set[tuple[str, str, str]] = set()
    for tokens in range(40, 4_000, 240):
        changes = diff(*history, DiffRequest(tokens)).changes
        now = {(one.kind.value, shown(one).path, name_of(one)) for one in changes}
        assert earlier <= now
        earlier = now


def test_what_concerns_callers_comes_first_and_the_rows_are_those_of_the_text(
    history: tuple[Snapshot, Snapshot],
) -> None:
    found = diff(*history, DiffRequest(700))
    assert all(change.callers_total for change in found.changes)
    marks = [line for line in found.text.splitlines() if line[:1] in {"+", "-", "~", ">", "^"}]
    lines = [shown(one).start_line for one in found.changes]
    assert [int(mark.split()[1]) for mark in marks] == lines
    assert found.text.count("used at ") == sum(len(change.callers) for change in found.changes)


def test_a_budget_for_everything_omits_nothing_and_says_the_same_again(history: tuple[Snapshot, Snapshot]) -> None:
    found = diff(*history, ALL)
    assert (found.omitted.changes, found.omitted.renames, found.omitted.tokens_for_next) == (0, 0, None)
    assert diff(*history, ALL) == found
    assert len({found.etag, diff(*history, DiffRequest(1)).etag, diff(*history[::-1], ALL).etag}) == 3


def test_backwards_what_was_added_is_removed(history: tuple[Snapshot, Snapshot]) -> None:
    forth, back = diff(*history, ALL), diff(*history[::-1], ALL)
    assert {name for kind, name in told(forth) if kind == "ADDED"} == {
        name for kind, name in told(back) if kind == "REMOVED"
    }
    assert (forth.totals.signature_changed, forth.totals.files_renamed) == (
        back.totals.signature_changed,
        back.totals.files_renamed,
    )


def test_names_that_try_to_look_like_something_else_are_written_out(bench: Bench) -> None:
    nasty = "town/a\n+ 12 evil()\u202e\x1b[31m.py"
    kept = {"town/shop.py": "def stock(): ...\n"}
    found = diff(*bench.maps(kept, {**kept, nasty: "def honest():\n    return '<|endoftext|>'\n"}), ALL)
    assert all(letter.isprintable() or letter == "\n" for letter in found.text)
    assert "@ town/a\\u{a}+ 12 evil()\\u{202e}\\u{1b}[31m.py (added)\n" in found.text
    assert told(found) == {("ADDED", "honest")}
