"""git's progress on stderr becomes `Progress` with real counters; everything else is kept as text.

The parsing is GitPython's `RemoteProgress`. A server can write to our stderr as well (`remote: …`),
so its lines move only its own phases, numbers are bounded and control characters never survive.
"""

import math
import re
from collections import deque
from collections.abc import Callable, Collection
from typing import Final

from services.acquire.wording import clean
from services.models import Phase, Progress

ReportProgress = Callable[[Progress], None]

_MAX_BUFFER_BYTES: Final = 8192
_MAX_KEPT_LINES: Final = 30
_MAX_COUNT: Final = 2**31 - 1

_BREAK: Final = re.compile(rb"[\r\n]+")
_ENUMERATING: Final = re.compile(r"remote: Enumerating objects: (\d{1,12})")
_PROGRESS: Final = re.compile(r"(remote: )?[A-Z][a-z]+(?: [a-z]+)?:\s+\d+")
_RECEIVED: Final = re.compile(r"([\d.]{1,12}) (bytes|[KMG]iB)(?: \| ([\d.]{1,12}) (bytes|[KMG]iB)/s)?")
_UNITS: Final = {"bytes": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}


class LineSplitter:
    """Cut a byte stream into lines at carriage returns and line feeds, with bounded memory."""

    def __init__(self, secrets: Collection[str] = ()) -> None:
        self._rest = b""
        self._secrets = secrets

    def feed(self, chunk: bytes) -> list[str]:
        """Give the lines that are complete now, decoded and cleaned."""
        *lines, self._rest = _BREAK.split(self._rest + chunk)
        if len(self._rest) > _MAX_BUFFER_BYTES:
            lines.append(self._rest)
            self._rest = b""
        return [clean(line.decode(errors="replace"), self._secrets) for line in lines if line]

    def finish(self) -> list[str]:
        """Give what was left without an end."""
        return self.feed(b"\n")


class Meter:
    """Turn lines into progress. Phases never go back.

    `kept` are git's own last lines that are no progress, `remote` those of a server, which must not write our errors.
    """

    def __init__(self, report: ReportProgress) -> None:
        # Imported here because GitPython looks for git, and fails without it, at its import.
        from git.util import CallableRemoteProgress, RemoteProgress  # noqa: PLC0415

        self._report = report
        self._phase = Phase.QUEUED
        self._from_server = False
        self._parse = CallableRemoteProgress(self._update).new_message_handler()
        self._phases = {
            (RemoteProgress.COUNTING, True): Phase.COUNTING,
            (RemoteProgress.COMPRESSING, True): Phase.COMPRESSING,
            (RemoteProgress.RECEIVING, False): Phase.RECEIVING,
            (RemoteProgress.RESOLVING, False): Phase.INDEXING,
        }
        self._operations = RemoteProgress.OP_MASK
        self.kept: deque[str] = deque(maxlen=_MAX_KEPT_LINES)
        self.remote: deque[str] = deque(maxlen=_MAX_KEPT_LINES)

    def line(self, line: str) -> None:
        """Take one line of git's stderr."""
        if not _PROGRESS.match(line):
            if line:
                (self.remote if line.startswith("remote:") else self.kept).append(line)
            return
        self._from_server = line.startswith("remote: ")
        if found := _ENUMERATING.match(line):
            self._move(Progress(Phase.ENUMERATING, current=_count(float(found[1]))))
        else:
            self._parse(line)

    def _update(
        self, operation: int, current: str | float, total: str | float | None = None, message: str = ""
    ) -> None:
        phase = self._phases.get((operation & self._operations, self._from_server))
        if phase is None:
            return
        received, speed = _received(message) if phase is Phase.RECEIVING else (None, None)
        self._move(Progress(phase, _count(current), _count(total), received, speed))

    def _move(self, progress: Progress) -> None:
        if progress.phase.order >= self._phase.order:
            self._phase = progress.phase
            self._report(progress)


def _count(number: str | float | None) -> int | None:
    value = float(number) if number not in {None, ""} else math.nan
    return min(int(value), _MAX_COUNT) if math.isfinite(value) else None


def _received(message: str) -> tuple[int | None, float | None]:
    """Read git's `1.20 MiB | 3.40 MiB/s`."""
    found = _RECEIVED.search(message)
    if not found:
        return None, None
    speed = _size(found[3], found[4]) if found[3] else None
    return int(_size(found[1], found[2])), speed


def _size(number: str, unit: str) -> float:
    return float(number) * _UNITS[unit] if number.count(".") < 2 else 0.0  # noqa: PLR2004  1.2.3 is no number
