"""A ranked outline that never exceeds its budget, and fills it.

Everything that could be shown stands in one chain, the same for every budget: names enter by
score, and names that have been in for a while become signatures. A budget shows the longest
beginning of the chain that it can pay, so a larger budget shows no symbol less, and the budget at
which the next symbol appears is known exactly. What is left over pays for detail and bare paths.
"""

from collections.abc import Iterator
from hashlib import blake2b
from typing import Final

import msgspec
import numpy as np

from services.mapping.columns import Bool, Float32, Int32
from services.mapping.focus import Emphasis, emphasise, reasons
from services.mapping.sheet import Change, Detail, Line, Lines, Sheet
from services.mapping.snapshot import Snapshot
from services.mapping.tokens import count
from services.mapping.views import Omitted, Outline, OutlineFile, OutlineRequest, RankedSymbol

FORMAT: Final = 1
"""Of the text; part of the etag."""
NAMES_BEHIND: Final = 4
"""One in so many of the names shown waits for its signature: those that came last."""
LEAST_TOKENS: Final = 3
"""A line takes at least so many; bounds how many symbols a budget can show."""
MOST_FILLERS: Final = 400


def outline(snapshot: Snapshot, request: OutlineRequest) -> Outline:
    """Fit the most important definitions into a budget of tokens: about 20 ms at 10k files."""
    emphasis = emphasise(snapshot, request.focus)
    allowed = snapshot.files_below(request.paths) if request.paths else np.ones(len(snapshot.paths), np.bool_)
    lines = snapshot.attached(("lines", request.tokenizer), lambda: Lines(snapshot, request.tokenizer))
    fitting = _Fitting(snapshot, emphasis, allowed, lines, request)
    budget = max(request.tokens, 0)
    limit = budget
    while True:
        sheet, tokens_for_next = fitting.fit(limit)
        text = sheet.text()
        tokens = count(text, request.tokenizer)
        if tokens <= budget:
            break
        # Not known to happen: the sum of the lines would have to fall short of the whole.
        limit -= tokens - budget
    files = tuple(_file(snapshot, emphasis, file, rows) for file, rows in sheet.files())
    return Outline(text, tokens, budget, etag_of(snapshot, request), files, fitting.omitted(sheet, tokens_for_next))


def etag_of(snapshot: Snapshot, request: OutlineRequest) -> str:
    """Name an outline without making it: equal for equal maps and equal requests."""
    asked = msgspec.msgpack.encode((FORMAT, snapshot.digest, request))
    return blake2b(asked, digest_size=16).hexdigest()


def _file(snapshot: Snapshot, emphasis: Emphasis, file: int, rows: list[int]) -> OutlineFile:
    symbols = tuple(
        RankedSymbol(snapshot.symbol(row), float(emphasis.definitions[row]), reasons(snapshot, emphasis, row))
        for row in rows
    )
    return OutlineFile(snapshot.paths[file], float(emphasis.files[file]), symbols)


class _Fitting:
    """One request's chain, and the ways to pay for a beginning of it."""

    def __init__(
        self, snapshot: Snapshot, emphasis: Emphasis, allowed: Bool, lines: Lines, request: OutlineRequest
    ) -> None:
        self._snapshot = snapshot
        self._emphasis = emphasis
        self._lines = lines
        self._request = request
        self._file_of = snapshot.columns["definition.file"]
        parsed = snapshot.columns["file.language"] >= 0
        # Where nothing could be parsed, the list of files is all there is to show.
        self._material = allowed & parsed if (allowed & parsed).any() else allowed
        self._symbols = int(allowed[self._file_of].sum())
        most = max(request.tokens, 0) // LEAST_TOKENS + 64
        self._order = _best(emphasis.definitions, allowed[self._file_of], most).tolist()

    def fit(self, limit: int) -> tuple[Sheet, int | None]:
        """Fill a sheet up to a limit; also give the limit at which one more symbol would be on it."""
        sheet = Sheet(self._snapshot, self._lines)
        if not self._order:
            self._say_that_nothing_was_found(sheet, limit)
        tokens_for_next = self._pay(sheet, limit)
        self._sharpen(sheet, limit)
        self._add_paths(sheet, limit)
        self._cut_signature(sheet, limit)
        self._summarise(sheet, limit)
        return sheet, tokens_for_next

    def omitted(self, sheet: Sheet, tokens_for_next: int | None) -> Omitted:
        """Count what is not shown."""
        shown = sum(bool(self._material[file]) for file, _ in sheet.files())
        return Omitted(int(self._material.sum()) - shown, self._symbols - sheet.symbols, tokens_for_next)

    def _chain(self, sheet: Sheet) -> Iterator[list[Change]]:
        """Take the steps one after the other, each when it is asked for."""
        sharpened = 0
        for position, row in enumerate(self._order, 1):
            if not sheet.shows(row):
                yield sheet.enter(row)
            while sharpened < position - max(2, position // NAMES_BEHIND):
                yield sheet.upgrade(self._order[sharpened])
                sharpened += 1
        for row in self._order[sharpened:]:
            yield sheet.upgrade(row)

    def _pay(self, sheet: Sheet, limit: int) -> int | None:
        """Take steps while they can be paid; then look on, without keeping it, for the next symbol."""
        too_much: list[list[Change]] = []
        tokens_for_next = None
        for changes in self._chain(sheet):
            if too_much or sheet.tokens > limit:
                too_much.append(changes)
                if any(change.before is None for change in changes):
                    tokens_for_next = sheet.tokens
                    break
        for changes in reversed(too_much):
            sheet.undo(changes)
        return tokens_for_next

    def _sharpen(self, sheet: Sheet, limit: int) -> None:
        """Turn names into signatures where that still fits."""
        for row in self._order[:MOST_FILLERS]:
            if sheet.tokens >= limit:
                return
            if sheet.detail(row) is Detail.NAME:
                changes = sheet.upgrade(row)
                if sheet.tokens > limit:
                    sheet.undo(changes)

    def _add_paths(self, sheet: Sheet, limit: int) -> None:
        """Name further files without their definitions."""
        for file in self._further_files(sheet):
            cost = self._lines.of_path(file).tokens
            if sheet.tokens + cost <= limit:
                sheet.add_path(file)
            elif sheet.tokens + LEAST_TOKENS > limit:
                return

    def _further_files(self, sheet: Sheet) -> list[int]:
        by_symbol = dict.fromkeys(int(self._file_of[row]) for row in self._order)
        if len(by_symbol) < MOST_FILLERS:
            rest = np.flatnonzero(self._material)
            by_rank = rest[np.argsort(-self._emphasis.files[rest], kind="stable")]
            by_symbol |= dict.fromkeys(by_rank[: self._request.tokens].tolist())
        hidden = [file for file in by_symbol if not sheet.shows_file(file)]
        if sheet.symbols < self._symbols:
            return hidden[:MOST_FILLERS]
        return hidden

    def _cut_signature(self, sheet: Sheet, limit: int) -> None:
        """Show as much of one more signature as the rest pays for."""
        for row in self._order[:MOST_FILLERS]:
            if sheet.detail(row) is not Detail.NAME or sheet.tokens + 1 >= limit:
                continue
            whole = self._lines.signature(row)
            start = whole.find(self._lines.name(row))
            low = start + len(self._lines.name(row)) if start >= 0 else len(whole)
            best = self._longest(sheet, row, whole, range(low, len(whole)), limit)
            if best is not None:
                sheet.replace(row, best)
                return

    def _longest(self, sheet: Sheet, row: int, whole: str, lengths: range, limit: int) -> Line | None:
        """Search the longest beginning of a signature that fits."""
        best = None
        low, high = lengths.start, lengths.stop - 1
        while low <= high:
            middle = (low + high) // 2
            line = self._lines.counted(f"{self._lines.gutter(row)}{whole[:middle].rstrip()}…")
            changes = sheet.replace(row, line)
            fits = sheet.tokens <= limit
            sheet.undo(changes)
            best, low, high = (line, middle + 1, high) if fits else (best, low, middle - 1)
        return best

    def _summarise(self, sheet: Sheet, limit: int) -> None:
        """Say in a last line how much more there is, as fully as the rest pays for."""
        omitted = self.omitted(sheet, None)
        if not omitted.symbols and not omitted.files:
            return
        more = f"{omitted.symbols or omitted.files} more"
        named = f"{more} symbols" if omitted.symbols else f"{more} files"
        both = f"{named}, {omitted.files} files"
        for text in (f"and {both} not shown", f"and {both}", both, f"and {named}", named, more, "more", ""):
            line = self._lines.counted(f"… {text}".strip())
            if sheet.tokens + line.tokens <= limit:
                sheet.trailer.append(line)
                sheet.tokens += line.tokens
                return

    def _say_that_nothing_was_found(self, sheet: Sheet, limit: int) -> None:
        listed = self._snapshot.coverage.files_listed
        where = " below these paths" if self._request.paths else ""
        line = self._lines.counted(f"No definitions were found{where}; {listed} files are listed.")
        if line.tokens <= limit:
            sheet.heading.append(line)
            sheet.tokens += line.tokens


def _best(scores: Float32, allowed: Bool, most: int) -> Int32:
    """Give the rows of the highest scores in order; the beginning is the same for every `most`."""
    rows = np.flatnonzero(allowed)
    if len(rows) > most:
        least = np.partition(scores[rows], len(rows) - most)[len(rows) - most]
        rows = rows[scores[rows] >= least]
    ordered = rows[np.argsort(-scores[rows], kind="stable")][: most + 1]
    return ordered.astype(np.int32)
