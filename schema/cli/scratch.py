"""A folder that is gone when its command is, however a person or the system ends the command."""

import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final

ENDINGS: Final = (signal.SIGTERM, signal.SIGHUP)
"""What ends a process without a word: `kill`, a stopped container, a closed terminal."""


@contextmanager
def scratch_folder(prefix: str) -> Iterator[Path]:
    """Make a temporary folder; SIGTERM and SIGHUP end the block as Ctrl-C does. For the main thread."""
    before = {number: signal.getsignal(number) for number in ENDINGS}
    for number, handler in before.items():
        if handler is signal.SIG_DFL:  # `nohup` ignores SIGHUP, and so shall we
            signal.signal(number, _interrupt)
    try:
        with tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True) as folder:
            yield Path(folder)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Do what Ctrl-C does now: asyncio has a handler of its own while it runs."""
    handler = signal.getsignal(signal.SIGINT)
    if callable(handler):
        handler(number, frame)
    else:
        raise KeyboardInterrupt
