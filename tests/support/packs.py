"""Git objects and packs, written byte by byte: also those that git itself would refuse to make."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha1
from pathlib import Path

from tests.support.gitrepo import run_git

IDENTITY = "Ada <ada@example.org> 1700000000 +0000"
_KINDS = {"commit": 1, "tree": 2, "blob": 3, "tag": 4}
REF_DELTA = 7
_LOOSE = 100


@dataclass(frozen=True, slots=True)
class Thing:
    """One object. `name` is its id, 40 hexadecimal digits."""

    kind: str
    content: bytes

    @property
    def whole(self) -> bytes:
        """Give it as its id is made of."""
        return f"{self.kind} {len(self.content)}".encode() + b"\0" + self.content

    @property
    def name(self) -> str:
        return sha1(self.whole, usedforsecurity=False).hexdigest()

    @property
    def raw(self) -> bytes:
        """Give its id as trees and deltas have it."""
        return bytes.fromhex(self.name)

    @property
    def packed(self) -> bytes:
        """Give it as a pack has it."""
        return entry(_KINDS[self.kind], len(self.content), zlib.compress(self.content))


def blob(content: bytes = b"x = 1\n") -> Thing:
    """Make a file's content."""
    return Thing("blob", content)


def tree(*entries: tuple[str, bytes | str, Thing | str]) -> Thing:
    """Make a folder of (mode, name, object or its id), in the order in which they are given."""
    rows = []
    for mode, name, thing in entries:
        raw = bytes.fromhex(thing) if isinstance(thing, str) else thing.raw
        rows.append(mode.encode() + b" " + (name.encode() if isinstance(name, str) else name) + b"\0" + raw)
    return Thing("tree", b"".join(rows))


def commit(top: Thing | str, *, extra: str = "", message: bytes = b"Planted\n", author: str = IDENTITY) -> Thing:
    """Make a commit without parents; `extra` are more lines of its head."""
    name = top if isinstance(top, str) else top.name
    head = f"tree {name}\nauthor {author}\ncommitter {IDENTITY}\n{extra}\n"
    return Thing("commit", head.encode() + message)


def tag(thing: Thing, name: str = "v1") -> Thing:
    """Make a tag object of any object."""
    return Thing("tag", f"object {thing.name}\ntype {thing.kind}\ntag {name}\ntagger {IDENTITY}\n\nT\n".encode())


def pack(things: Iterable[Thing], *, more: Iterable[bytes] = ()) -> bytes:
    """Give a pack of objects and of entries that were made elsewhere."""
    entries = [*(thing.packed for thing in things), *more]
    return sealed(b"PACK\0\0\0\2" + len(entries).to_bytes(4, "big") + b"".join(entries))


def sealed(content: bytes) -> bytes:
    """Add the checksum that ends a pack."""
    return content + sha1(content, usedforsecurity=False).digest()


def entry(kind: int, size: int, content: bytes) -> bytes:
    """Write an entry's header, three bits of kind and the size in base 128, and what follows it."""
    first, size = kind << 4 | size & 15, size >> 4
    header = bytearray()
    while size:
        header.append(first | 128)
        first, size = size & 127, size >> 7
    return bytes([*header, first]) + content


def bomb(mebibytes: int) -> tuple[Thing, bytes]:
    """Give a MiB of zeros, and the delta that copies it so often: 2 bytes for each MiB of a file."""
    base = blob(bytes(2**20))
    delta = varint(len(base.content)) + varint(mebibytes * len(base.content)) + b"\xc0\x10" * mebibytes
    return base, entry(REF_DELTA, len(delta), base.raw + zlib.compress(delta))


def varint(number: int) -> bytes:
    """Write a size as a delta has it."""
    return bytes([number & 127 | 128, *varint(number >> 7)]) if number > 127 else bytes([number])


def plant(repository: Path, *things: Thing) -> None:
    """Write objects into a repository, unchecked; many of them as one pack."""
    found = {thing.name: thing for thing in things}
    if len(found) > _LOOSE:
        run_git("-C", str(repository), "index-pack", "--stdin", stdin=pack(found.values()))
        return
    for thing in found.values():
        place = repository / "objects" / thing.name[:2] / thing.name[2:]
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(zlib.compress(thing.whole, 1))
