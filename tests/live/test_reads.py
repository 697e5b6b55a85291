"""One read for all who ask at the same time, and never an old answer."""

import asyncio

import pytest

from services.reads import SharedReads
from tests.support.patience import settled

pytestmark = pytest.mark.anyio


class Shelf:
    """A number that moves; it is looked at when a read begins and given a moment later."""

    def __init__(self) -> None:
        self.value = 0
        self.reads = 0
        self.begun = asyncio.Event()

    async def read(self, entity_id: str) -> int:
        self.reads += 1
        self.begun.set()
        seen = self.value
        await settled()
        if entity_id == "broken":
            raise OSError("the disk is gone")
        return seen


async def test_all_who_ask_at_the_same_time_share_one_read() -> None:
    shelf = Shelf()
    shared = SharedReads(shelf.read)
    assert await asyncio.gather(*[shared.get("r") for _ in range(100)]) == [0] * 100
    assert shelf.reads == 1


async def test_who_asks_after_a_read_has_begun_gets_a_newer_one() -> None:
    shelf = Shelf()
    shared = SharedReads(shelf.read)
    early = asyncio.create_task(shared.get("r"))
    await shelf.begun.wait()
    shelf.value = 1
    late = [asyncio.create_task(shared.get("r")) for _ in range(50)]
    assert await early == 0
    assert await asyncio.gather(*late) == [1] * 50
    assert shelf.reads == 2


async def test_a_caller_that_leaves_does_not_take_the_read_with_it() -> None:
    shared = SharedReads(Shelf().read)
    leaving, staying = asyncio.create_task(shared.get("r")), asyncio.create_task(shared.get("r"))
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying == 0


async def test_an_error_reaches_all_who_asked_and_the_next_read_is_a_new_one() -> None:
    shelf = Shelf()
    shared = SharedReads(shelf.read)
    for reads in (1, 2):
        failed = await asyncio.gather(*[shared.get("broken") for _ in range(3)], return_exceptions=True)
        assert [type(error) for error in failed] == [OSError] * 3
        assert shelf.reads == reads
