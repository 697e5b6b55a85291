"""Draw a job's phases: a live table on a terminal, plain lines anywhere else.

Counters are git's and the parser's own; a number that is not known is left out, never guessed.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Final, Self

from rich.console import Console, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from schema.cli.formats import counted
from services.models import Phase, Progress

PLAIN_LINE_SECONDS: Final = 1.0
UNITS: Final = {
    Phase.ENUMERATING: "object",
    Phase.COUNTING: "object",
    Phase.COMPRESSING: "object",
    Phase.RECEIVING: "object",
    Phase.INDEXING: "delta",
    Phase.LISTING: "file",
    Phase.PARSING: "file",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One phase on the board: its newest counters, and seconds on the board's own clock."""

    progress: Progress
    started_seconds: float
    finished_seconds: float | None = None
    failed: bool = False

    def elapsed(self, now_seconds: float) -> float:
        """Give the seconds that the phase took or has taken so far."""
        end_seconds = now_seconds if self.finished_seconds is None else self.finished_seconds
        return end_seconds - self.started_seconds


class PhaseBoard:
    """The phases of one job as they happen; use it as a context manager around the job."""

    def __init__(self, console: Console, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._clock = clock
        self._rows: dict[Phase, Row] = {}
        self._spinner = Spinner("dots", style="cyan")
        self._live = Live(console=console, get_renderable=self._table, refresh_per_second=12, transient=False)
        self._said_seconds = float("-inf")

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close_rows(self._clock())
        if self._console.is_terminal:
            self._live.stop()

    def show(self, progress: Progress) -> None:
        """Take the newest counters; a new phase closes the ones before it."""
        now = self._clock()
        row = self._rows.get(progress.phase)
        if row is None:
            self._close_rows(now)
            row = Row(progress, started_seconds=now)
            self._said_seconds = now
        self._rows[progress.phase] = replace(row, progress=progress)
        if now - self._said_seconds >= PLAIN_LINE_SECONDS:
            self._said_seconds = now
            self._say(self._rows[progress.phase], now)

    def settle(self, progress: Progress, *, elapsed_seconds: float, failed: bool) -> None:
        """Take a phase that has ended as the server remembers it, also one too short to have been seen."""
        seen = self._rows.get(progress.phase)
        if seen:
            progress = replace(progress, received_bytes=seen.progress.received_bytes)
        row = Row(progress, started_seconds=0.0, finished_seconds=elapsed_seconds, failed=failed)
        self._rows[progress.phase] = row
        if seen is None or seen.finished_seconds is None:
            self._say(row, 0.0)

    def begin_again(self, reason: str) -> None:
        """Say why an attempt ended, and wait for the phases of the next one."""
        self._console.print(reason, style="yellow")
        self._rows.clear()

    def _close_rows(self, now: float) -> None:
        for phase, row in self._rows.items():
            if row.finished_seconds is None:
                self._rows[phase] = replace(row, finished_seconds=now)
                self._say(self._rows[phase], now)

    def _say(self, row: Row, now: float) -> None:
        """Write a line where no table can be drawn: once a second, and at the end of a phase."""
        if not self._console.is_terminal:
            counted = counters(row.progress)
            self._console.print(f"{label(row.progress.phase):<12} {row.elapsed(now):6.1f} s  {counted}".rstrip())

    def _mark(self, row: Row) -> RenderableType:
        if row.finished_seconds is None:
            return self._spinner
        return Text("✗", style="red") if row.failed else Text("✓", style="green")

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 2))
        now = self._clock()
        for phase, row in sorted(self._rows.items(), key=lambda item: item[0].order):
            elapsed = f"{row.elapsed(now):5.1f} s"
            table.add_row(self._mark(row), label(phase), Text(counters(row.progress)), Text(elapsed, style="dim"))
        return table


def label(phase: Phase) -> str:
    """Give the phase as a word for people."""
    return phase.value.capitalize()


def counters(progress: Progress) -> str:
    """Give the known numbers of a phase: `512 / 2,823 files · 12.3 MB · 5.1 MB/s`."""
    parts = []
    if progress.current is not None and progress.phase in UNITS:
        before = f"{progress.current:,} / " if progress.total else ""
        parts.append(f"{before}{counted(progress.total or progress.current, UNITS[progress.phase])}")
    if progress.received_bytes:
        parts.append(megabytes(progress.received_bytes))
    if progress.bytes_per_second:
        parts.append(f"{megabytes(progress.bytes_per_second)}/s")
    return " · ".join(parts)


def megabytes(size_bytes: float) -> str:
    """Give a size in MB (10^6 bytes), with one digit."""
    return f"{size_bytes / 1e6:,.1f} MB"
