"""Garbage is collected without going again and again through what stays, and none of it stays for ever."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from services.garbage import Garbage

pytestmark = pytest.mark.anyio


class Part:
    """A part of a circle, which nothing but a collection frees."""

    def __init__(self) -> None:
        self.whole = self


@pytest.fixture
def garbage() -> Iterator[Garbage]:
    made = Garbage(most_spared=1_000)
    with made.settled():
        yield made


def make_due() -> None:
    """Let the collector believe that much has happened."""
    gc.collect(1)


async def test_what_has_survived_one_collection_is_not_looked_at_in_the_next(garbage: Garbage) -> None:
    stays = Part()
    make_due()
    assert any(thing is stays for thing in gc.get_objects())
    await garbage.collect()
    assert not any(thing is stays for thing in gc.get_objects())


async def test_nothing_is_collected_before_it_is_due(garbage: Garbage) -> None:
    gone = weakref.ref(Part())
    make_due()
    await garbage.collect()
    assert gone() is None
    gone = weakref.ref(Part())
    await garbage.collect()
    assert gone() is not None


async def test_a_circle_that_was_spared_and_died_is_freed_once_much_was_spared(garbage: Garbage) -> None:
    stays = Part()
    gone = weakref.ref(stays)
    make_due()
    await garbage.collect()
    del stays
    make_due()
    await garbage.collect()
    assert gone() is not None, "it is spared still"
    kept = [[number] for number in range(2_000)]
    for _ in range(2):
        make_due()
        await garbage.collect()
    assert gone() is None
    assert kept


async def test_what_was_usual_is_so_again_afterwards() -> None:
    before = gc.get_threshold()
    with Garbage().settled():
        assert gc.get_threshold() != before
    assert gc.get_threshold() == before
