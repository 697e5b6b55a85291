"""Tells what anybody opened, made or changed in folders that nobody has any business in (Linux: inotify)."""

import ctypes
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_ACCESS, _MODIFY, _ATTRIB, _OPEN = 0x1, 0x2, 0x4, 0x20
_MOVED, _CREATE, _DELETE = 0xC0, 0x100, 0x200
_EVENTS = _ACCESS | _MODIFY | _ATTRIB | _OPEN | _MOVED | _CREATE | _DELETE
_IS_FOLDER = 0x40000000
_HEADER = struct.Struct("iIII")
_READ_BYTES = 1 << 20


class Tripwire:
    """Watches folders, each by itself: those below one must be named as well."""

    def __init__(self, descriptor: int, names: dict[int, Path]) -> None:
        self._descriptor = descriptor
        self._names = names

    def tripped(self) -> list[str]:
        """Give what was touched since the last time, each place once; looking at a folder's names is not told."""
        found: dict[str, None] = {}
        try:
            while content := os.read(self._descriptor, _READ_BYTES):
                found |= dict.fromkeys(self._places(content))
        except BlockingIOError:
            return list(found)
        return list(found)

    def _places(self, content: bytes) -> Iterator[str]:
        at = 0
        while at < len(content):
            watch, mask, _, length = _HEADER.unpack_from(content, at)
            name = content[at + _HEADER.size : at + _HEADER.size + length].rstrip(b"\0").decode(errors="replace")
            at += _HEADER.size + length
            if name and not (mask & _IS_FOLDER and mask & (_OPEN | _ACCESS)):
                yield f"{self._names[watch] / name} ({mask:x})"


@contextmanager
def tripwire(*folders: Path) -> Iterator[Tripwire]:
    """Watch these folders for as long as the block runs."""
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
    if descriptor < 0:
        raise OSError(ctypes.get_errno(), "inotify cannot be used")
    try:
        watches = {libc.inotify_add_watch(descriptor, os.fsencode(folder), _EVENTS): folder for folder in folders}
        if -1 in watches:
            raise OSError(ctypes.get_errno(), f"{watches[-1]} cannot be watched")
        yield Tripwire(descriptor, watches)
    finally:
        os.close(descriptor)
