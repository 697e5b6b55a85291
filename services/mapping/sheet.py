"""What an outline shows, and exactly how many tokens that takes in its format.

A block is the path of a file, a line a definition, what the format writes around them, and an empty
line. Every change is arithmetic on counted lines, until the text is written once.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from services.mapping.columns import Bool, Int32
from services.mapping.lines import ALONE, HEADING, NAME, SIGNATURE, Lines
from services.mapping.markup import Markup
from services.mapping.views import OutlineOrder

HIDDEN: Final = -1


@dataclass(frozen=True, slots=True)
class Style:
    """What one way of writing an outline brings: the lines of definitions and of paths, and what is around them."""

    markup: Markup
    lines: Lines
    paths: Lines

    @property
    def frame(self) -> int:
        """Give the tokens around the lines of a block; 0 for plain text, where that depends on the last line."""
        fence = self.markup.fence
        return self.lines.counted(fence) + self.lines.counted(f"{fence}\n") if fence else 0


class Sheet:
    """The definitions and files shown; `tokens` is what the text takes with an empty line after every block."""

    def __init__(self, style: Style, file_of: Int32, rows: Int32, signed: int, tokens: int) -> None:
        self._style = style
        self._forms = np.full(len(file_of), HIDDEN, np.int8)
        self._forms[rows] = NAME
        self._forms[rows[:signed]] = SIGNATURE
        self._rows = np.sort(rows)
        files = file_of[self._rows]
        starts = np.flatnonzero(np.diff(files, prepend=HIDDEN))
        ends = np.append(starts[1:], len(rows))[: len(starts)]
        self._last = set(self._rows[ends - 1].tolist())
        self._spans = dict(zip(files[starts].tolist(), zip(starts.tolist(), ends.tolist(), strict=True), strict=True))
        self._blocks = list(dict.fromkeys(file_of[rows].tolist()))
        self._alone: list[int] = []
        self._cut: dict[int, str] = {}
        self._notes: tuple[list[str], list[str]] = ([], [])
        self.tokens = tokens
        self.shown: Bool = np.zeros(len(style.paths.tokens), np.bool_)
        """Of each file, whether it is on the sheet."""
        self.shown[files] = True

    @property
    def symbols(self) -> int:
        """How many definitions are shown."""
        return len(self._rows)

    def form(self, row: int) -> int:
        """Give the form in which a definition is shown."""
        return int(self._forms[row])

    def text_of(self, row: int) -> str:
        """Give the line of a definition that is shown."""
        return self._cut.get(row) or self._style.lines.text(row, self.form(row))

    def sharpen(self, row: int, limit: int) -> None:
        """Show the signature of a definition that is shown by its name, where that fits."""
        tokens, endings = self._style.lines.tokens[row], self._style.lines.endings[row]
        added = int(tokens[SIGNATURE] - tokens[NAME]) + self._ending(row, int(endings[SIGNATURE]) - int(endings[NAME]))
        if self.tokens + added <= limit:
            self._forms[row] = SIGNATURE
            self.tokens += added

    def with_cut(self, row: int, text: str) -> int:
        """Say how many tokens all would take if a definition that is shown by its name had this line."""
        lines = self._style.lines
        added = lines.counted(text) - int(lines.tokens[row, NAME])
        return self.tokens + added + self._ending(row, lines.ending(text) - int(lines.endings[row, NAME]))

    def cut(self, row: int, text: str) -> None:
        """Show the beginning of a signature."""
        self.tokens = self.with_cut(row, text)
        self._forms[row], self._cut[row] = SIGNATURE, text

    def add_path(self, file: int) -> None:
        """Show the path of a file alone."""
        self._alone.append(file)
        self.shown[file] = True
        self.tokens += int(self._style.paths.tokens[file, ALONE])

    def add_note(self, text: str, *, above: bool = False) -> None:
        """Write a line of our own below all, or above it."""
        self._notes[0 if above else 1].append(text)
        self.tokens += self._style.lines.counted(text)

    def files(self, order: OutlineOrder) -> list[tuple[int, Int32]]:
        """List files with the definitions shown of each: by the best of these and then bare paths, or by path."""
        return [(file, self._rows[slice(*self._spans.get(file, (0, 0)))]) for file in self._files(order)]

    def write(self, order: OutlineOrder) -> tuple[str, int]:
        """Write it all down; give the text and its tokens. No empty line ends it, unless that takes a token less."""
        fences = [self._style.markup.fence] if self._style.markup.fence else []
        texts, files = self._texts(), self._files(order)
        forms = [HEADING if file in self._spans else ALONE for file in files]
        paths = self._style.paths.texts(np.asarray(files, np.int32), np.asarray(forms, np.int8))
        above, below = self._notes
        written = above.copy()
        for file, path in zip(files, paths, strict=True):
            span = self._spans.get(file)
            written += [path] if span is None else [path, *fences, *texts[slice(*span)], *fences, ""]
        if written and not below and not written[-1] and self._closing(files[-1]) >= 0:
            return "\n".join(written), self.tokens - self._closing(files[-1])
        return "".join([f"{line}\n" for line in (*written, *below)]), self.tokens

    def _files(self, order: OutlineOrder) -> list[int]:
        files = [*self._blocks, *self._alone]
        return sorted(files) if order is OutlineOrder.PATH else files

    def _texts(self) -> list[str]:
        texts = self._style.lines.texts(self._rows, self._forms[self._rows])
        for row, cut in self._cut.items():
            texts[int(self._rows.searchsorted(row))] = cut
        return texts

    def _closing(self, file: int) -> int:
        """Say what the empty line after a block takes."""
        fence, lines = self._style.markup.fence, self._style.lines
        if fence:
            return lines.counted(f"{fence}\n") - lines.counted(fence)
        return lines.ending(self.text_of(int(self._rows[self._spans[file][1] - 1])))

    def _ending(self, row: int, ending: int) -> int:
        """Give what a line adds at the end of a block, if it stands there."""
        return ending if row in self._last and not self._style.markup.fence else 0
