"""Names taken apart, many at once as each alone."""

import pytest

from services.mapping.words import SplitNames, parts

NAMES = ("HTTPServer_v2", "getURL2x", "__init__", "a", "A", "ABc", "naïveCafé", "日本Name", "two\nlines", "a-b c")


@pytest.mark.parametrize("names", [NAMES, NAMES[::-1], (), ("",), ("==", "x", "_")])
def test_many_names_are_split_as_each_alone(names: tuple[str, ...]) -> None:
    each = [parts(name) or [name.lower()] for name in names]
    split = SplitNames.of(names)
    assert split.parts == [part for one in each for part in one]
    assert split.counts.tolist() == [len(one) for one in each]


def test_a_name_without_a_letter_or_digit_is_one_part() -> None:
    assert SplitNames.of(["operator", "=="]).parts == ["operator", "=="]
