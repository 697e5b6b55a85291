"""A ranked outline that never exceeds its budget, and fills it.

A budget pays a beginning of the chain of names and signatures (`services.mapping.chain`), which is
the same in every format and order. What is left over pays for detail, for the paths of further files,
for a part of a signature, and for a last line that says what comes next, as far as it fits.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from hashlib import blake2b
from typing import Final, overload

import msgspec
import numpy as np

from services.mapping.chain import Chain, Paid, best, entering
from services.mapping.columns import Int32
from services.mapping.escaping import escaped
from services.mapping.focus import Emphasis, emphasise
from services.mapping.lines import ALONE, NAME, SIGNATURE, Beginnings, Definitions, definition_lines, path_lines
from services.mapping.markup import Markup, markup_of
from services.mapping.sheet import Sheet, Style
from services.mapping.snapshot import Snapshot
from services.mapping.views import (
    Detail,
    Omitted,
    Outline,
    OutlineFile,
    OutlineFormat,
    OutlineRequest,
    RankedSymbol,
)
from services.mapping.why import reasons

FORMAT: Final = 2
"""Of the text; part of the etag."""
TOKENS_OF_SYMBOL: Final = 20
"""About what a symbol takes: how long the chain is made at first."""
MOST_FILLERS: Final = 400
MOST_CUT: Final = 8
"""Names whose signature may be shown in part."""


def outline(snapshot: Snapshot, request: OutlineRequest) -> Outline:
    """Fit the most important definitions into a budget of tokens: about 10 ms at 10k files, 35 with a focus."""
    emphasis = emphasise(snapshot, request.focus)
    fitting = _Fitting(snapshot, emphasis, request)
    sheet, omitted = fitting.fit(max(request.tokens, 0))
    text, tokens = sheet.write(request.order)
    files = _Files(snapshot, emphasis, sheet, request)
    return Outline(text, tokens, max(request.tokens, 0), etag_of(snapshot, request), files, omitted)


def etag_of(snapshot: Snapshot, request: OutlineRequest) -> str:
    """Name an outline without making it: equal for equal maps and equal requests."""
    asked = msgspec.msgpack.encode((FORMAT, snapshot.digest, snapshot.masks_secrets, request))
    return blake2b(asked, digest_size=16).hexdigest()


class _Files(Sequence[OutlineFile]):
    """The files of an outline, each made when it is looked at."""

    def __init__(self, snapshot: Snapshot, emphasis: Emphasis, sheet: Sheet, request: OutlineRequest) -> None:
        self._snapshot = snapshot
        self._emphasis = emphasis
        self._sheet = sheet
        self._definitions = _definitions(snapshot, request)
        self._request = request

    @cached_property
    def _files(self) -> list[tuple[int, Int32]]:
        return self._sheet.files(self._request.order)

    def __len__(self) -> int:
        return len(self._files)

    @overload
    def __getitem__(self, place: int) -> OutlineFile: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[OutlineFile, ...]: ...
    def __getitem__(self, place: int | slice) -> OutlineFile | tuple[OutlineFile, ...]:
        if isinstance(place, slice):
            return tuple(self[at] for at in range(*place.indices(len(self))))
        file, rows = self._files[place]
        symbols = tuple(self._symbol(row) for row in rows.tolist())
        return OutlineFile(self._snapshot.paths[file], float(self._emphasis.files[file]), symbols)

    def _symbol(self, row: int) -> RankedSymbol:
        return RankedSymbol(
            symbol=self._snapshot.symbol(row),
            rank=float(self._emphasis.definitions[row]),
            why=reasons(self._snapshot, self._emphasis, row),
            detail=Detail.SIGNATURE if self._sheet.form(row) == SIGNATURE else Detail.NAME,
            line=int(self._snapshot.columns["definition.name_line"][row]),
            text=self._sheet.text_of(row).removeprefix(self._definitions.gutter(row)).lstrip(),
        )


def _definitions(snapshot: Snapshot, request: OutlineRequest) -> Definitions:
    return Definitions(snapshot, numbered=request.line_numbers, indented=request.format is OutlineFormat.TEXT)


def _style(snapshot: Snapshot, request: OutlineRequest) -> Style:
    """Give the lines of a way of writing, which are counted once for as long as a map is open."""
    tokenizer, gutter = request.tokenizer, request.line_numbers or request.format
    markup = snapshot.attached(("markup", request.format), lambda: _markup(snapshot, request.format))
    lines = snapshot.attached(
        ("lines", tokenizer, gutter),
        lambda: definition_lines(snapshot, tokenizer, _definitions(snapshot, request)),
    )
    paths = snapshot.attached(("paths", tokenizer, request.format), lambda: path_lines(snapshot, tokenizer, markup))
    return Style(markup, lines, paths)


def _markup(snapshot: Snapshot, format_: OutlineFormat) -> Markup:
    return markup_of(format_, [snapshot.columns[f"{name}.blob"].tobytes() for name in ("name", "definition.signature")])


class _Fitting:
    """One request's chain, and the ways to use what a beginning of it leaves over."""

    def __init__(self, snapshot: Snapshot, emphasis: Emphasis, request: OutlineRequest) -> None:
        self._snapshot = snapshot
        self._emphasis = emphasis
        self._request = request
        self._style = _style(snapshot, request)
        self._file_of = snapshot.columns["definition.file"]
        parsed = snapshot.columns["file.language"] >= 0
        allowed = snapshot.files_among(request.paths, request.languages)
        # Where nothing could be parsed, the list of files is all there is to show.
        self._material = allowed & parsed if (allowed & parsed).any() else allowed
        self._allowed = allowed[self._file_of] if request.paths or request.languages else None
        self._symbols = len(self._file_of) if self._allowed is None else int(self._allowed.sum())
        self._definitions = _definitions(snapshot, request)

    def fit(self, limit: int) -> tuple[Sheet, Omitted]:
        """Fill a sheet up to a limit, and count what is not on it."""
        chain, paid = self._pay(limit)
        sheet = Sheet(self._style, self._file_of, chain.rows[: paid.named], paid.signed, paid.tokens)
        if not self._symbols:
            self._say_that_nothing_was_found(sheet, limit)
        waiting = chain.rows[paid.signed : paid.named]
        for row in waiting[:MOST_FILLERS].tolist():
            sheet.sharpen(row, limit)
        further = self._further_files(sheet, chain.rows[paid.named :], limit)
        self._add_paths(sheet, further, limit)
        self._cut_signature(sheet, waiting, limit)
        omitted = self._omitted(sheet, paid)
        if paid.named < len(chain.rows):
            self._summarise(sheet, limit, omitted, self._place(int(chain.rows[paid.named])))
        elif omitted.files:
            following = next(file for file in further.tolist() if not sheet.shown[file])
            self._summarise(sheet, limit, omitted, escaped(self._snapshot.paths[following]))
        return sheet, omitted

    def _pay(self, limit: int) -> tuple[Chain, Paid]:
        """Make the chain as long as it must be, and pay a beginning of it."""
        most = limit // TOKENS_OF_SYMBOL + MOST_CUT
        while True:
            order = best(self._emphasis.definitions, self._allowed, most)
            rows = entering(order, self._snapshot.columns["definition.parent"])
            chain = Chain(
                rows,
                self._file_of[rows],
                self._style.lines,
                self._style.paths,
                frame=self._style.frame,
                whole=most >= self._symbols,
            )
            if chain.reaches(limit):
                return chain, chain.pay(limit)
            most += most // 8 + max(0, most * (limit - chain.tokens) // max(chain.tokens, 1))

    def _omitted(self, sheet: Sheet, paid: Paid) -> Omitted:
        files = int((self._material & ~sheet.shown).sum())
        return Omitted(files, self._symbols - sheet.symbols, paid.tokens_for_next)

    def _further_files(self, sheet: Sheet, rows: Int32, limit: int) -> Int32:
        """List files that are not shown: those of the next definitions, then by rank."""
        most = 1 + (MOST_FILLERS if len(rows) else limit)
        by_symbol = self._file_of[rows]
        by_rank = best(self._emphasis.files, self._material & ~sheet.shown, most)
        hidden = dict.fromkeys([*by_symbol[~sheet.shown[by_symbol]].tolist(), *by_rank.tolist()])
        return np.asarray([*hidden][:most], np.int32)

    def _add_paths(self, sheet: Sheet, files: Int32, limit: int) -> None:
        """Name further files without their definitions."""
        if sheet.tokens >= limit or not len(files):
            return
        self._style.paths.prepare(files)
        tokens = self._style.paths.tokens[files, ALONE]
        least = int(tokens.min())
        for file, added in zip(files.tolist(), tokens.tolist(), strict=True):
            if sheet.tokens + least > limit:
                return
            if sheet.tokens + added <= limit:
                sheet.add_path(file)

    def _cut_signature(self, sheet: Sheet, waiting: Int32, limit: int) -> None:
        """Show as much of one more signature as the rest pays for."""
        for row in [row for row in waiting[:MOST_FILLERS].tolist() if sheet.form(row) == NAME][:MOST_CUT]:
            text = _longest(self._definitions.beginnings(row), partial(sheet.with_cut, row), limit)
            if text is not None:
                sheet.cut(row, text)
                return

    def _place(self, row: int) -> str:
        line = int(self._snapshot.columns["definition.name_line"][row])
        return f"{escaped(self._snapshot.paths[self._file_of[row]])}:{line} {self._definitions.name(row)}"

    def _summarise(self, sheet: Sheet, limit: int, omitted: Omitted, following: str) -> None:
        """Say in a last line how much more there is and what comes next, as fully as the rest pays for."""
        counted, room = self._style.lines.counted, limit - sheet.tokens
        at = f" at {omitted.tokens_for_next} tokens" if omitted.tokens_for_next else ""
        most, chosen = 0, ""
        for text in _wordings(omitted):
            notes = Beginnings(len(following) + 1, partial(self._note, text, f"{text}; next{at}: ", following))
            note = _longest(notes, counted, room)
            if note is not None and counted(note) > most:
                most, chosen = counted(note), note
        if chosen:
            sheet.add_note(chosen)

    def _note(self, alone: str, text: str, following: str, length: int) -> str:
        """Write a note with so many characters of what comes next."""
        markup = self._style.markup
        if not length:
            return markup.note(alone)
        part = following if length == len(following) else f"{following[:length].rstrip()}…"
        return markup.note(f"{text}{markup.quoted(part)}")

    def _say_that_nothing_was_found(self, sheet: Sheet, limit: int) -> None:
        listed = self._snapshot.coverage.files_listed
        where = " below these paths" if self._request.paths else ""
        where += " in these languages" if self._request.languages else ""
        note = f"No definitions were found{where}; {listed} files are listed."
        if self._style.lines.counted(note) <= limit:
            sheet.add_note(note, above=True)


def _wordings(omitted: Omitted) -> Iterator[str]:
    """Give ways to say what is missing, the fullest first; each is a token or so shorter."""
    more = f"{omitted.symbols or omitted.files} more"
    named = f"{more} symbols" if omitted.symbols else f"{more} files"
    both = f"{named}, {omitted.files} files" if omitted.symbols and omitted.files else named
    yield from (f"… and {both} not shown", f"… and {both}", f"… {both}", f"… and {named}", f"… {named}")
    yield from (f"… {more}", "… more", "…")


def _longest(texts: Beginnings, tokens: Callable[[str], int], limit: int) -> str | None:
    """Search the longest text that takes no more than a limit."""
    found, low, high = None, 0, texts.count - 1
    while low <= high:
        middle = (low + high) // 2
        text = texts.write(middle)
        found, low, high = (text, middle + 1, high) if tokens(text) <= limit else (found, low, middle - 1)
    return found
