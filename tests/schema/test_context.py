"""What resolvers ask for in one turn of the loop is read in one go."""

from collections.abc import Collection

import pytest

from schema.context import joined

pytestmark = pytest.mark.anyio


async def test_the_rows_of_one_turn_are_read_at_once_and_those_of_the_next_anew() -> None:
    asked = []

    async def load(ids: Collection[str]) -> dict[str, int]:
        asked.append(set(ids))
        return {"a": len(asked)}

    rows = joined(load)
    assert await rows.load_many(["a", "gone", "a"]) == [1, None, 1]
    assert await rows.load("a") == 2
    assert asked == [{"a", "gone"}, {"a"}]
