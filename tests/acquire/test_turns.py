"""Who has a clone: one changes it, many read it, and it goes only while nobody has it."""

import asyncio

import pytest

from services.acquire.turns import Turns

pytestmark = pytest.mark.anyio


async def test_what_is_read_or_worked_on_does_not_go() -> None:
    turns = Turns()
    async with turns.read("a"), turns.take("b"):
        for name, goes in (("a", False), ("b", False), ("c", True)):
            with turns.alone(name) as alone:
                assert alone is goes
        assert turns.busy == {"a", "b"}
    assert turns.busy == frozenset()


async def test_readers_read_while_somebody_works() -> None:
    turns = Turns()
    async with asyncio.timeout(5), turns.take("a"), turns.read("a"), turns.read("a"):
        assert turns.busy == {"a"}


@pytest.mark.parametrize("kind", ["read", "take"])
async def test_who_comes_while_it_goes_waits_until_it_is_gone(kind: str) -> None:
    turns = Turns()
    came: list[str] = []

    async def come() -> None:
        async with turns.read("a") if kind == "read" else turns.take("a"):
            came.append(kind)

    with turns.alone("a") as alone:
        assert alone
        comer = asyncio.create_task(come())
        for _ in range(5):
            await asyncio.sleep(0)
        assert came == []
        with turns.alone("a") as twice:
            assert not twice
    await comer
    assert came == [kind]
    assert turns.busy == frozenset()


async def test_one_works_at_a_time_in_the_order_of_asking() -> None:
    turns = Turns()
    order: list[int] = []

    async def work(number: int) -> None:
        async with turns.take("a"):
            order.append(number)
            await asyncio.sleep(0)
            order.append(number)

    await asyncio.gather(*(work(number) for number in range(4)))
    assert order == [0, 0, 1, 1, 2, 2, 3, 3]
