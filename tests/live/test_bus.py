"""The bus carries text, and its end is the end of whoever listens."""

import asyncio

import pytest

from services.bus import Bus, BusError
from services.errors import InvalidArgumentError

pytestmark = pytest.mark.anyio


async def test_what_is_published_is_received_in_order() -> None:
    bus = Bus()
    await bus.start()
    for text in ("one", "two"):
        await bus.publish(text)
    messages = bus.messages()
    assert [await anext(messages), await anext(messages)] == ["one", "two"]
    await bus.close()


async def test_closing_ends_a_waiting_listener() -> None:
    bus = Bus()
    await bus.start()

    async def listen() -> list[str]:
        return [text async for text in bus.messages()]

    listener = asyncio.create_task(listen())
    await asyncio.sleep(0.01)
    await bus.close()
    async with asyncio.timeout(1):
        assert await listener == []


async def test_a_closed_bus_takes_nothing() -> None:
    bus = Bus()
    await bus.start()
    await bus.close()
    with pytest.raises(BusError):
        await bus.publish("late")


async def test_closing_leaves_no_task_behind() -> None:
    before = asyncio.all_tasks()
    bus = Bus()
    await bus.start()
    assert asyncio.all_tasks() > before
    await bus.close()
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before


def test_an_url_that_would_lose_every_hint_is_refused() -> None:
    with pytest.raises(InvalidArgumentError, match="redis"):
        Bus("redis://127.0.0.1")
