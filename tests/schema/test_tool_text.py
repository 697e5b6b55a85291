"""Answers as text with few tokens, and no more of them than may be sent."""

import orjson
import pytest

from schema.tool_text import cleaned, fitted, numbers, rendered


def test_rows_are_a_table_whose_names_stand_once() -> None:
    rows = [{"path": "a.py", "from": {"name": "f"}, "score": 0.123456}, {"path": "b.py", "from": None, "score": None}]
    assert rendered({"rows": rows}) == "rows: path\tfrom\tscore\na.py\tf\t0.123\nb.py\t\t"


def test_a_cell_cannot_make_another_row_or_column() -> None:
    assert rendered({"rows": [{"path": "a\n\tb | c"}]}) == "rows: path\na b | c"


def test_a_text_of_several_lines_stands_last_and_alone_as_it_is() -> None:
    assert rendered({"text": "one\ntwo\n", "tokens": 2}) == "one\ntwo"
    assert rendered({"text": "one\ntwo\n", "name": "n"}) == "name: n\ntext:\none\ntwo"


def test_numbers_are_said_in_a_line_but_not_those_of_a_long_object() -> None:
    values = {"tokens": 5, "omitted": {"files": 1, "symbols": 2}, "totals": dict.fromkeys("abcd", 1), "old": True}
    assert numbers(values) == "tokens 5, omitted files 1, omitted symbols 2"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"text": "line\n" * 1000, "kind": "x"}, "text: the first {} of 1000 lines are here"),
        ({"rows": [{"path": f"file-{number}.py"} for number in range(1000)]}, "rows: the first {} of 1000 are here"),
    ],
)
def test_what_does_not_fit_is_cut_from_the_longest_part_and_said(values: dict[str, object], words: str) -> None:
    part, (cut,) = fitted(values, most=2_000)
    (name,) = [name for name in values if part[name] != values[name]]
    kept = part[name]
    assert 1_000 < len(orjson.dumps(part)) <= 2_400
    assert isinstance(kept, str | list)
    assert cut == words.format(kept.count("\n") if isinstance(kept, str) else len(kept))


def test_one_long_line_is_cut_as_well() -> None:
    part, (cut,) = fitted({"text": "x" * 10_000}, most=2_000)
    assert len(str(part["text"])) < 2_001
    assert cut.startswith("text: ")


def test_what_fits_is_left_alone() -> None:
    values: dict[str, object] = {"text": "short", "rows": [1, 2]}
    assert fitted(values, most=2_000) == (values, [])


def test_hidden_characters_are_taken_out_wherever_they_stand() -> None:
    assert cleaned({"rows": [{"name": "a\u202eb"}], "n": 1}) == {"rows": [{"name": "ab"}], "n": 1}
