"""Whose turn it is to write: clients before workers, nobody for ever, and nothing lost with a cancel."""

import asyncio

import pytest

from services.store.turn import MOST_OVERTAKING, Turn

pytestmark = pytest.mark.anyio


async def writers(turn: Turn, names: list[str], written: list[str]) -> list[asyncio.Task[None]]:
    """Queue up, in this order; a name that begins with `c` is a client's."""

    async def write(name: str) -> None:
        async with turn.hold(client=name.startswith("c")):
            written.append(name)
            await asyncio.sleep(0)

    tasks = [asyncio.create_task(write(name)) for name in names]
    await asyncio.sleep(0)
    return tasks


async def test_who_has_a_client_waiting_writes_first() -> None:
    turn, written = Turn(), list[str]()
    async with turn.hold(client=False):
        tasks = await writers(turn, ["w1", "w2", "c1", "c2"], written)
    await asyncio.gather(*tasks)

    assert written == ["c1", "c2", "w1", "w2"]


async def test_a_flood_of_clients_does_not_keep_a_worker_for_ever() -> None:
    turn, written = Turn(), list[str]()
    async with turn.hold(client=False):
        tasks = await writers(turn, ["w1", *(f"c{number}" for number in range(2 * MOST_OVERTAKING))], written)
    await asyncio.gather(*tasks)

    assert written.index("w1") == MOST_OVERTAKING


async def test_a_turn_is_passed_on_when_who_waits_or_was_just_given_it_is_cancelled() -> None:
    turn, written = Turn(), list[str]()
    async with turn.hold(client=False):
        waiting, given, last = await writers(turn, ["w1", "c1", "w2"], written)
        waiting.cancel()
    given.cancel()
    await asyncio.wait({waiting, given, last})

    assert written == ["w2"]
    async with turn.hold(client=False):
        assert given.cancelled()
