"""Answers about snapshots are kept in bounded room, the recently used ones."""

from schema.answers import Answers


def test_what_was_kept_is_given_again() -> None:
    answers = Answers(800)
    answers.keep("a", b"one")
    assert answers.get("a") == b"one"
    assert answers.get("b") is None


def test_what_was_not_used_for_longest_goes_first() -> None:
    answers = Answers(800)
    for name in "abcdefgh":
        answers.keep(name, b"x" * 100)
    assert answers.get("a") is not None
    answers.keep("i", b"x" * 100)
    assert answers.get("b") is None
    assert answers.get("a") is not None


def test_a_large_one_does_not_push_out_the_others() -> None:
    answers = Answers(800)
    answers.keep("a", b"x" * 50)
    answers.keep("b", b"x" * 101)
    assert answers.get("b") is None
    assert answers.get("a") is not None


def test_without_room_nothing_is_kept() -> None:
    answers = Answers(0)
    answers.keep("a", b"x")
    assert answers.get("a") is None
