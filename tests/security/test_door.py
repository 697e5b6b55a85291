"""The door's memory of tokens: new ones are found at once, and strangers cannot make it read for ever."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from services.access.door import Door
from services.access.tokens import Token, mint
from services.errors import UnauthenticatedError
from services.viewers import Grants, Scope

pytestmark = pytest.mark.anyio


def now() -> datetime:
    return datetime.now(UTC)


class Tokens:
    """Tokens in memory, which count how often they are read."""

    def __init__(self) -> None:
        self.made: list[Token] = []
        self.readings = 0

    def make(self) -> str:
        text, token = mint("n", scope=Scope.READ, grants=Grants(), now=now())
        self.made.append(token)
        return text

    async def all(self) -> Sequence[Token]:
        self.readings += 1
        found = tuple(self.made)
        await asyncio.sleep(0.01)
        return found


async def test_a_token_made_during_a_reading_or_right_after_it_is_found_at_once() -> None:
    tokens = Tokens()
    door = Door(tokens, now, open_to_others=False, anonymous=None)
    tokens.make()
    for _ in range(20):
        reading = asyncio.create_task(door.reread())
        await asyncio.sleep(0)
        text = tokens.make()
        assert (await door.admit(text, address="")).scope is Scope.READ
        await reading


async def test_strangers_cannot_make_it_read_more_than_ten_times_a_second() -> None:
    tokens = Tokens()
    door = Door(tokens, now, open_to_others=False, anonymous=None)
    tokens.make()
    await door.reread()
    unknown, _ = mint("n", scope=Scope.READ, grants=Grants(), now=now())

    async def knock() -> None:
        with pytest.raises(UnauthenticatedError):
            await door.admit(unknown, address="")

    before, begun = tokens.readings, asyncio.get_running_loop().time()
    await asyncio.gather(*(knock() for _ in range(500)))
    await asyncio.gather(*(knock() for _ in range(500)))
    seconds = asyncio.get_running_loop().time() - begun
    assert tokens.readings - before <= seconds / 0.1 + 1
