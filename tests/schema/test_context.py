"""What resolvers ask for while an answer is put together is read in one go."""

import asyncio
from collections.abc import Collection

import pytest

from schema.joined import Joined

pytestmark = pytest.mark.anyio


async def test_the_rows_of_one_turn_are_read_at_once_and_those_of_the_next_anew() -> None:
    asked = []

    async def load(ids: Collection[str]) -> dict[str, int]:
        asked.append(set(ids))
        return {"a": len(asked)}

    rows = Joined(load)
    assert await asyncio.gather(*(rows.load(key) for key in ("a", "gone", "a"))) == [1, None, 1]
    assert await rows.load("a") == 2
    assert asked == [{"a", "gone"}, {"a"}]


async def test_a_batch_waits_for_those_who_are_about_to_ask() -> None:
    asked: list[set[str]] = []
    pausing = {"b"}

    async def load(ids: Collection[str]) -> dict[str, str]:
        asked.append(set(ids))
        return {key: key for key in ids}

    rows = Joined(load, lambda: bool(pausing))
    first = asyncio.create_task(rows.load("a"))
    for _ in range(10):
        await asyncio.sleep(0)
    second = asyncio.create_task(rows.load("b"))
    await asyncio.sleep(0)
    pausing.clear()
    assert [await first, await second] == ["a", "b"]
    assert asked == [{"a", "b"}]


async def test_a_failure_is_told_to_everybody_who_asked() -> None:
    async def load(ids: Collection[str]) -> dict[str, int]:
        raise LookupError(*ids)

    rows = Joined(load)
    told = await asyncio.gather(rows.load("a"), rows.load("b"), return_exceptions=True)
    assert [type(one) for one in told] == [LookupError, LookupError]
