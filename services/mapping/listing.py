"""Hand a commit's listing to another process as bytes, not as objects.

Pickling 190,000 listed files holds the interpreter's lock for 1 s, which is the event loop's
second as well; packed like this it is 20 ms, and the loops around it can be interrupted.
"""

from collections.abc import Sequence

import msgspec

from services.mapping.artifact import ListedFile, describe, finish, link
from services.mapping.handover import Place, Records, view, write
from services.mapping.records import FileSkipped, SourceEntry

_Row = tuple[str, int, int, int, FileSkipped | None, int]


def pack(files: Sequence[ListedFile]) -> tuple[bytes, bytes]:
    """Give the paths, which need not be Unicode, NUL between them, and all else."""
    paths = "\0".join([file.entry.path for file in files]).encode(errors="surrogateescape")
    rows: list[_Row] = [
        (file.entry.blob, file.entry.size_bytes, file.entry.mode, file.record, file.skipped, file.title)
        for file in files
    ]
    return paths, msgspec.msgpack.encode(rows)


def unpack(paths: bytes, rows: bytes) -> list[ListedFile]:
    """Give the files that `pack` was given, in the same order."""
    decoded = msgspec.msgpack.decode(rows, type=list[_Row])
    names = paths.decode(errors="surrogateescape").split("\0")
    return [
        ListedFile(SourceEntry(path, blob, size_bytes, mode), record, skipped, title)
        for path, (blob, size_bytes, mode, record, skipped, title) in zip(names, decoded, strict=bool(decoded))
    ]


def describe_packed(listing: tuple[bytes, bytes], records: tuple[Place, list[int]], described: Place) -> None:
    """Describe as `artifact.describe` does, in a process of the pool; records and result are files of `handover`."""
    write(described, describe(unpack(*listing), Records(*records)))


def link_packed(
    commit: str, engine_version: str, listing: tuple[bytes, bytes], records: tuple[Place, list[int]], linked: Place
) -> None:
    """Link as `artifact.link` does, in the same way."""
    write(linked, link(commit, engine_version, unpack(*listing), Records(*records)))


def finish_packed(described: Place, linked: Place, finished: Place) -> None:
    """Finish as `artifact.finish` does, from such files to another."""
    write(finished, finish(view(described), view(linked)))
