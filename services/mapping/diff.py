"""Two snapshots compared, as text that never exceeds its budget, and fills it.

As in an outline everything that could be shown stands in one chain, the same for every budget: changes
enter by importance with their names, and those that have been in for a while get their signatures and the
uses that they concern. A budget shows the longest beginning of the chain that it can pay; what is left
over pays for detail.
"""

from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from typing import Final

import msgspec

from services.mapping.change_lines import ChangeLines, Line
from services.mapping.change_views import DiffOmitted, DiffRequest, FileRename, MapDiff
from services.mapping.changes import MOST_CALLERS, Comparison
from services.mapping.diff_sheet import DiffSheet, Step, StepKind
from services.mapping.snapshot import Snapshot
from services.mapping.tokens import count

FORMAT: Final = 1
"""Of the text; part of the etag."""
NAMES_BEHIND: Final = 4
"""One in so many of the changes shown waits for its signature: those that came last."""
FIRST_CALLERS: Final = 3
"""Uses that come with a signature; further ones come after all changes."""
FIRST_RENAMES: Final = 10
"""Files with another path that are named before the changes that concern no caller."""
LEAST_TOKENS: Final = 4
"""A change takes at least so many; bounds how many a budget can show."""
MOST_FILLERS: Final = 200


def diff(base: Snapshot, head: Snapshot, request: DiffRequest) -> MapDiff:
    """Compare two snapshots within a budget of tokens; docs/benchmarks.md says how long it takes."""
    comparison = Comparison(base, head)
    budget = max(request.tokens, 0)
    limit = budget
    while True:
        fitting = _Fitting(comparison, request)
        tokens_for_next = fitting.fit(limit)
        text = fitting.sheet.text()
        tokens = count(text, request.tokenizer)
        if tokens <= budget:
            break
        # Not known to happen: the sum of the lines would have to fall short of the whole.
        limit -= tokens - budget
    shown = fitting.sheet.shown
    return MapDiff(
        text=text,
        tokens=tokens,
        budget=budget,
        etag=etag_of(base, head, request),
        same_engine=comparison.same_engine,
        changes=tuple(comparison.show(at, callers=len(shown[at].callers)) for at in fitting.sheet.changes()),
        renames=fitting.renames(),
        totals=comparison.totals,
        omitted=fitting.omitted(tokens_for_next),
    )


def etag_of(base: Snapshot, head: Snapshot, request: DiffRequest) -> str:
    """Name a comparison without making it: equal for equal maps and equal requests."""
    asked = msgspec.msgpack.encode((FORMAT, base.digest, head.digest, head.masks_secrets, request))
    return blake2b(asked, digest_size=16).hexdigest()


class _Fitting:
    """One comparison's chain, and the ways to pay for a beginning of it."""

    def __init__(self, comparison: Comparison, request: DiffRequest) -> None:
        self._comparison = comparison
        self._lines = ChangeLines(comparison, request.tokenizer)
        self._most = max(request.tokens, 0) // LEAST_TOKENS + 64
        by_rank = {path: at for at, path in enumerate(comparison.renamed_paths)}
        self._renames: Sequence[FileRename] = sorted(comparison.renames, key=lambda one: by_rank[one.after])
        self.sheet = DiffSheet()

    def fit(self, limit: int) -> int | None:
        """Fill the sheet up to a limit; give the limit at which one more change would be on it."""
        heading = self._lines.headings()
        start = sum(line.tokens for line in heading)
        if start <= limit:
            self.sheet.heading, self.sheet.tokens = heading, start
        tokens_for_next = self._pay(start, limit)
        if self.sheet.heading:
            self._fill(limit)
        self._summarise(limit)
        return tokens_for_next

    def renames(self) -> tuple[FileRename, ...]:
        """Give the renames that are shown, by their old paths."""
        return tuple(rename for rename in self._comparison.renames if self.sheet.shows_file(rename.after))

    def omitted(self, tokens_for_next: int | None) -> DiffOmitted:
        """Count what is not shown."""
        comparison, sheet = self._comparison, self.sheet
        callers = sum(len(shown.callers) for shown in sheet.shown.values())
        return DiffOmitted(
            changes=len(comparison.changes) - len(sheet.shown),
            callers=comparison.all_callers - callers,
            renames=len(comparison.renames) - len(self.renames()),
            tokens_for_next=tokens_for_next,
        )

    # The chain

    def _pay(self, start: int, limit: int) -> int | None:
        """Take steps while they can be paid; then look on for the next change."""
        tokens = most = start
        stopped = tokens > limit
        for step in self._chain():
            tokens += step.tokens
            most = max(most, tokens)
            stopped = stopped or tokens > limit
            if stopped and step.kind is StepKind.ENTER:
                return most
            if not stopped:
                self._take(step)
        return None

    def _take(self, step: Step) -> None:
        if not self.sheet.shows_file(step.path):
            self.sheet.open_file(step.path, self._lines.of_file(step.path))
        self.sheet.take(step)

    def _chain(self) -> Iterator[Step]:
        """Give the steps one after the other, as if each before had been taken."""
        opened: set[str] = set()
        changes = range(min(len(self._comparison.changes), self._most))
        concerned = self._comparison.concerned
        entered: list[Step] = []
        sharpened = 0
        for entry in (*changes[:concerned], *self._renames[:FIRST_RENAMES], *changes[concerned:]):
            if isinstance(entry, FileRename):
                yield from self._file(entry.after, opened)
                continue
            entered.append(self._enter(entry, opened))
            yield entered[-1]
            while sharpened < len(entered) - max(1, len(entered) // NAMES_BEHIND):
                yield from self._sharpen(entered[sharpened])
                sharpened += 1
        for step in entered[sharpened:]:
            yield from self._sharpen(step)
        for rename in self._renames[FIRST_RENAMES:]:
            yield from self._file(rename.after, opened)
        for step in entered:
            yield from self._callers(step, FIRST_CALLERS, MOST_CALLERS)

    def _file(self, path: str, opened: set[str]) -> Iterator[Step]:
        if path not in opened:
            opened.add(path)
            yield Step(StepKind.FILE, path, (), self._lines.of_file(path).tokens)

    def _enter(self, change: int, opened: set[str]) -> Step:
        path = self._lines.file(self._comparison.changes[change])
        tokens = sum(step.tokens for step in self._file(path, opened))
        lines = self._lines.short(change)
        position = self._lines.position(change)
        return Step(StepKind.ENTER, path, lines, tokens + _cost(lines), change, position)

    def _sharpen(self, entered: Step) -> Iterator[Step]:
        yield self._sharper(entered.path, entered.change, entered.lines)
        yield from self._callers(entered, 0, FIRST_CALLERS)

    def _sharper(self, path: str, change: int, now: Sequence[Line]) -> Step:
        lines = self._lines.full(change)
        return Step(StepKind.SHARPEN, path, lines, _cost(lines) - _cost(now), change)

    def _callers(self, entered: Step, start: int, end: int) -> Iterator[Step]:
        kind = self._comparison.changes[entered.change].kind
        for caller in self._comparison.callers(entered.change, start, end):
            line = self._lines.of_caller(caller, kind)
            yield Step(StepKind.CALLER, entered.path, (line,), line.tokens, entered.change)

    # What is left over

    def _fill(self, limit: int) -> None:
        """Add detail to what is shown where that still fits: signatures, uses, then a part of a signature."""
        for at, shown in list(self.sheet.shown.items())[:MOST_FILLERS]:
            if not shown.sharp:
                self._take_if_paid(self._sharper(shown.path, at, shown.lines), limit)
        for at, shown in list(self.sheet.shown.items())[:MOST_FILLERS]:
            if shown.sharp:
                entered = Step(StepKind.ENTER, shown.path, shown.lines, 0, at)
                for step in self._callers(entered, len(shown.callers), MOST_CALLERS):
                    if not self._take_if_paid(step, limit):
                        break
        self._cut(limit)

    def _take_if_paid(self, step: Step, limit: int) -> bool:
        if self.sheet.tokens + step.tokens > limit:
            return False
        self._take(step)
        return True

    def _cut(self, limit: int) -> None:
        """Show as much of one more signature as the rest pays for."""
        for at, shown in self.sheet.shown.items():
            if shown.sharp:
                continue
            whole = self._lines.signature(at)
            room = limit - self.sheet.tokens + _cost(shown.lines)
            line = _longest(whole, len(shown.lines[0].text), self._lines.cut, room)
            if line is not None and line.tokens > _cost(shown.lines):
                self.sheet.take(Step(StepKind.SHARPEN, shown.path, (line,), line.tokens - _cost(shown.lines), at))
                return

    def _summarise(self, limit: int) -> None:
        """Say in a last line how much more there is, as fully as the rest pays for."""
        omitted = self.omitted(None)
        if not omitted.changes and not omitted.renames and self.sheet.heading:
            return
        more = f"{omitted.changes} more changes" if omitted.changes else f"{omitted.renames} more renames"
        for text in (f"and {more} that are not shown", f"and {more}", more, "more", ""):
            line = self._lines.counted(f"… {text}".strip())
            if self.sheet.tokens + line.tokens <= limit:
                self.sheet.trailer = (line,)
                self.sheet.tokens += line.tokens
                return


def _cost(lines: Sequence[Line]) -> int:
    return sum(line.tokens for line in lines)


def _longest(whole: str, shortest: int, write: Callable[[str], Line], room: int) -> Line | None:
    """Search the longest beginning of a text that fits."""
    best = None
    low, high = shortest, len(whole) - 1
    while low <= high:
        middle = (low + high) // 2
        line = write(whole[:middle])
        best, low, high = (line, middle + 1, high) if line.tokens <= room else (best, low, middle - 1)
    return best
