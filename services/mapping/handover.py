"""Large bytes on their way between this process and the pool's: a file in memory that both can see.

A pipe would pickle, write, read and unpickle them: of 75 MB that takes 0.1 to 0.25 s of this
process each way, holds the interpreter's lock for part of it, and keeps three copies.
"""

import mmap
import os
from collections.abc import Sequence
from itertools import accumulate
from types import TracebackType
from typing import IO, NamedTuple, Self


class Place(NamedTuple):
    """Where another process of this user finds a file, and what tells it from one that took its number later."""

    path: str
    inode: int

    def open(self, mode: str) -> IO[bytes]:
        """Open the file; `FileNotFoundError` when it was closed, because nobody waits for the result any more."""
        file = open(self.path, mode)  # noqa: PTH123, SIM115 - a Path would resolve the link, which leads to no name
        if os.fstat(file.fileno()).st_ino != self.inode:
            file.close()
            raise FileNotFoundError(self.path)
        return file


class MemoryFile:
    """A file without a name, gone when it is closed; `place` opens it in this user's other processes until then."""

    def __init__(self) -> None:
        self._file = os.fdopen(os.memfd_create("graticule"), "w+b")
        number = self._file.fileno()
        self.place = Place(f"/proc/{os.getpid()}/fd/{number}", os.fstat(number).st_ino)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def append(self, data: bytes) -> None:
        """Write at the end; others see it after `flush`."""
        self._file.write(data)

    def flush(self) -> None:
        """Let others see what was appended."""
        self._file.flush()

    def read(self) -> bytes:
        """Give all that is in it, whoever wrote it."""
        self._file.seek(0)
        return self._file.read()

    def close(self) -> None:
        """Give its memory back, once nobody else has it open."""
        self._file.close()


class Records:
    """Pieces of such a file, one after the other, each read when it is asked for."""

    def __init__(self, place: Place, sizes: Sequence[int]) -> None:
        self._ends = list(accumulate(sizes, initial=0))
        self._view = view(place)

    def __getitem__(self, number: int) -> bytes:
        return bytes(self._view[self._ends[number] : self._ends[number + 1]])

    def clear(self) -> None:
        """Let go of the file: nothing can be read any more."""
        self._view.release()


def view(place: Place) -> memoryview:
    """Open what another process wrote, without a copy."""
    with place.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        return memoryview(mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ) if size else b"")


def write(place: Place, data: bytes) -> None:
    """Replace what is in another process's file."""
    with place.open("r+b") as file:
        file.truncate()
        file.write(data)
