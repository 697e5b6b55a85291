"""Git's protocol 2 over HTTP, spoken word by word, so that a test can say each of them wrongly."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field

from tests.support.traps import Talk

FLUSH = b"0000"
DELIMITER = b"0001"
ADVERTISEMENT = "application/x-git-upload-pack-advertisement"
RESULT = "application/x-git-upload-pack-result"
CAPABILITIES = ("agent=git/2.39.5", "ls-refs=unborn", "fetch=shallow", "object-format=sha1")
_SIDEBAND_BYTES = 65_515

Stream = Callable[[], AsyncIterator[bytes]]
"""What sends as it goes, and may never end."""


def line(content: bytes | str) -> bytes:
    """Give a pkt-line."""
    data = content.encode() if isinstance(content, str) else content
    return f"{len(data) + 4:04x}".encode() + data


def advertisement(*capabilities: str) -> bytes:
    """Give the answer to a client's first question."""
    said = b"".join(line(f"{capability}\n") for capability in ("version 2", *(capabilities or CAPABILITIES)))
    return line("# service=git-upload-pack\n") + FLUSH + said + FLUSH


def listing(refs: Mapping[str, str], *, head: str = "refs/heads/main") -> bytes:
    """Give the answer to `ls-refs`: HEAD, which leads to `head`, and the refs."""
    rows = [f"{refs[head]} HEAD symref-target:{head}\n"] if head in refs else []
    rows += [f"{commit} {name}\n" for name, commit in refs.items()]
    return b"".join(map(line, rows)) + FLUSH


def sideband(channel: int, content: bytes) -> bytes:
    """Give content on a channel: 1 for the pack, 2 for progress, 3 for the error that ends it."""
    pieces = [content[at : at + _SIDEBAND_BYTES] for at in range(0, len(content), _SIDEBAND_BYTES)]
    return b"".join(line(bytes([channel]) + piece) for piece in pieces)


def fetched(pack: bytes, *, shallow: str, before: bytes = b"") -> bytes:
    """Give the answer to `fetch`: one commit deep, with sideband packets `before` the pack."""
    begin = line("shallow-info\n") + line(f"shallow {shallow}") + DELIMITER + line("packfile\n")
    return begin + before + sideband(1, pack) + FLUSH


@dataclass(frozen=True)
class Smart:
    """A server whose three answers are given: to the first question, to `ls-refs` and to `fetch`."""

    advertisement: bytes | Stream = field(default_factory=advertisement)
    listing: bytes | Stream = b""
    fetched: bytes | Stream = b""
    zipped: bool = False

    async def __call__(self, talk: Talk) -> None:
        """Answer one request, and close."""
        request = await talk.request()
        kind = ADVERTISEMENT if request.asks_refs else RESULT
        said = self.advertisement if request.asks_refs else self.listing if request.lists_refs else self.fetched
        await talk.head("200 OK", *(["Content-Encoding: gzip"] if self.zipped else []), kind=kind)
        if isinstance(said, bytes):
            await talk.send(gzip.compress(said) if self.zipped else said)
            return
        async for piece in said():
            await talk.send(piece)


async def endlessly(make: Callable[[int], bytes], *, begin: bytes = b"", pause: float = 0.0) -> AsyncIterator[bytes]:
    """Give a beginning, then one piece after the other for ever, with its number."""
    yield begin
    number = 0
    while True:
        yield make(number)
        number += 1
        await asyncio.sleep(pause)


async def dripping(content: bytes, *, size: int, pause: float) -> AsyncIterator[bytes]:
    """Give content in pieces of a size, with pauses between."""
    for at in range(0, len(content), size):
        yield content[at : at + size]
        await asyncio.sleep(pause)
