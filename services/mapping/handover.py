"""Large bytes on their way between this process and the pool's: a file in memory that both can see.

A pipe would pickle, write, read and unpickle them: of 75 MB that takes 0.1 to 0.25 s of this
process each way, holds the interpreter's lock for part of it, and keeps three copies. A process that
may open no file asks for the descriptor, over a socket that it was born with; a file is known by a key that
cannot be guessed, so that only who was handed its place with a task gets it.
"""

import mmap
import os
import secrets
import select
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from contextvars import ContextVar
from itertools import accumulate
from types import TracebackType
from typing import IO, Final, NamedTuple, Self

_KEY_BYTES: Final = 16
_counter: Final[ContextVar[socket.socket]] = ContextVar("counter")


class Place(NamedTuple):
    """Which file another process asks its lender for."""

    key: bytes

    def open(self, mode: str) -> IO[bytes]:
        """Open the file; `FileNotFoundError` when it was closed, because nobody waits for the result any more."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with ours:
            with theirs:
                socket.send_fds(_counter.get(), [self.key], [theirs.fileno()])
            found = socket.recv_fds(ours, 1, 1)[1]
        if not found:
            raise FileNotFoundError("a file that another process lends no more")
        return os.fdopen(found[0], mode)


def borrow_from(counter: socket.socket) -> None:
    """Ask there from now on, in this process."""
    _counter.set(counter)


class Lender:
    """Gives files in memory to processes that have its counter and were told their places, until it is closed."""

    def __init__(self) -> None:
        self.counter, self._desk = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._lock = threading.Lock()
        self._lent: dict[bytes, int] = {}
        self._closed = False
        self._thread = threading.Thread(target=self._serve, name="handover", daemon=True)
        self._thread.start()

    def file(self) -> "MemoryFile":
        """Make a file that may be asked for until it is closed."""
        made = MemoryFile(self)
        with self._lock:
            self._lent[made.place.key] = made.number
        return made

    def forget(self, file: "MemoryFile") -> None:
        """Lend a file no more."""
        with self._lock:
            self._lent.pop(file.place.key, None)

    def close(self) -> None:
        """Stop lending; a second time is fine."""
        if self._closed:
            return
        self._closed = True
        self._desk.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._desk.close()
        self.counter.close()

    @property
    def is_shut(self) -> bool:
        """Whether nobody can ask any more: it was closed, or one that has the counter has shut it for all."""
        if self._closed:
            return True
        hung_up = select.poll()
        hung_up.register(self._desk, select.POLLRDHUP)
        return bool(hung_up.poll(0))

    def _serve(self) -> None:
        while not self.is_shut:
            with suppress(OSError):  # whoever asks may be gone, or send nonsense
                question, descriptors, _, _ = socket.recv_fds(self._desk, _KEY_BYTES + 1, 1)
                for descriptor in descriptors:
                    self._answer(question, descriptor)

    def _answer(self, question: bytes, descriptor: int) -> None:
        """Send a file that is lent, opened anew so that it has a position of its own; else hang up."""
        with os.fdopen(descriptor, "rb"), socket.socket(fileno=os.dup(descriptor)) as asker:
            asker.settimeout(0)
            with self._lock:
                number = self._lent.get(question)
                if number is None:
                    return
                found = os.open(f"/proc/self/fd/{number}", os.O_RDWR | os.O_CLOEXEC)
            with os.fdopen(found, "rb"):
                socket.send_fds(asker, [b"\1"], [found])


class MemoryFile:
    """A file without a name, gone when it is closed; `place` opens it in the pool's processes until then."""

    def __init__(self, lender: Lender) -> None:
        self._lender = lender
        self._file = os.fdopen(os.memfd_create("graticule"), "w+b")
        self.place = Place(secrets.token_bytes(_KEY_BYTES))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def number(self) -> int:
        """Give its descriptor's number in this process."""
        return self._file.fileno()

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
        self._lender.forget(self)
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
