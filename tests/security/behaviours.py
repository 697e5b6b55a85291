"""What hostile servers do, as behaviours of `tests.support.traps`: each is made here once, and named in the table."""

import asyncio
import random
import zlib
from collections.abc import Callable
from typing import Final

from tests.support.packs import blob, commit, pack, tree
from tests.support.smart import ADVERTISEMENT, Smart, Stream, dripping, endlessly, fetched, line, listing
from tests.support.traps import Behaviour, Talk

SLOW: Final = 1.2
"""Seconds between two bytes: less than the stall limit of the tests, and slower than a byte a second."""

FILE: Final = blob(b"def f():\n    return 1\n")
TREE: Final = tree(("100644", "a.py", FILE))
HEAD: Final = commit(TREE)
OTHER: Final = commit(TREE, message=b"Another\n")
PACK: Final = pack([HEAD, TREE, FILE])
REFS: Final = listing({"refs/heads/main": HEAD.name})
FETCHED: Final = fetched(PACK, shallow=HEAD.name)


def raw(content: bytes, *, then_silent: bool = False) -> Behaviour:
    """Send this to whoever has said anything."""

    async def behave(talk: Talk) -> None:
        await talk.reader.read(1)
        await talk.send(content)
        if then_silent:
            await talk.silence()

    return behave


def answer(status: str, *headers: str, body: bytes = b"", kind: str = "text/plain", silent: bool = False) -> Behaviour:
    """Answer every request so."""

    async def behave(talk: Talk) -> None:
        await talk.request()
        await talk.head(status, *headers, kind=kind)
        await talk.send(body)
        if silent:
            await talk.silence()

    return behave


def advertised(body: bytes) -> Behaviour:
    """Answer the first question with this, as if it were an advertisement."""
    return answer("200 OK", body=body, kind=ADVERTISEMENT)


def listed(body: bytes | Stream) -> Behaviour:
    """Answer `ls-refs` so."""
    return Smart(listing=body)


def sent(body: bytes | Stream) -> Behaviour:
    """Answer `fetch` so, after good words."""
    return Smart(listing=REFS, fetched=body)


def packed(content: bytes) -> Behaviour:
    """Send this for a pack."""
    return sent(fetched(content, shallow=HEAD.name))


async def silent(talk: Talk) -> None:
    """Accept, and say nothing."""
    await talk.silence()


async def reset(talk: Talk) -> None:
    """Hang up at once, as rudely as can be."""
    talk.writer.transport.abort()


def unending(make: Callable[[int], bytes], *, begin: bytes = b"", pause: float = 0.0) -> Stream:
    """Give a stream that has no end."""
    return lambda: endlessly(make, begin=begin, pause=pause)


def slowly(content: bytes) -> Stream:
    """Give a stream that is slower than anybody waits."""
    return lambda: dripping(content, size=1, pause=SLOW)


def heads(make: Callable[[int], bytes]) -> Behaviour:
    """Answer with a head that never ends."""

    async def behave(talk: Talk) -> None:
        await talk.request()
        async for piece in endlessly(make, begin=b"HTTP/1.1 200 OK\r\n", pause=0.001):
            await talk.send(piece)

    return behave


def many_refs(number: int, *, each: int = 500) -> bytes:
    """Give so many refs in one piece, others for each number."""
    return b"".join(line(f"{HEAD.name} refs/heads/b{number}-{at}\n") for at in range(each))


def noise(size: int, seed: int = 1) -> bytes:
    """Give bytes that mean nothing, always the same."""
    return random.Random(seed).randbytes(size)  # noqa: S311  no secret


def zipped_zeros(mebibytes: int) -> bytes:
    """Give a thousandth of so many MiB, which becomes all of them where it is unpacked."""
    packer = zlib.compressobj(9, wbits=31)
    begin = packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH)  # refers to nothing before it
    return begin + again * (mebibytes - 1)


def dumb(refs: str) -> Behaviour:
    """Serve files, as a web server without git does."""
    return answer("200 OK", body=refs.encode())


def leads(location: str) -> Behaviour:
    """Redirect, to the place that may name this port."""

    async def behave(talk: Talk) -> None:
        await talk.request()
        await talk.head("302 Found", f"Location: {location.replace('PORT', str(talk.port))}")

    return behave


async def onwards(talk: Talk) -> None:
    """Redirect to another repository each time, for ever."""
    asked = (await talk.request()).target.partition("/info/")[0]
    await talk.head("301 Moved", f"Location: {asked}x/info/refs?service=git-upload-pack")


async def hundreds(talk: Talk) -> None:
    """Say "go on" for ever."""
    await talk.request()
    while True:
        await talk.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        await asyncio.sleep(0.01)


def chunks(make: Callable[[int], bytes], *, kind: str = ADVERTISEMENT) -> Behaviour:
    """Answer in chunks, whole with their sizes, that never end."""

    async def behave(talk: Talk) -> None:
        await talk.request()
        await talk.head("200 OK", "Transfer-Encoding: chunked", kind=kind)
        async for piece in endlessly(make, pause=0.01):
            await talk.send(piece)

    return behave
