"""The lines of an outline, printed and counted once for as long as a snapshot is open.

No token of either vocabulary reaches from one line into the next, except that a newline is joined
to the punctuation before it, and in o200k_base a slash to both. No line here is empty or begins
with a slash; so the tokens of a text are the sum over its lines, and what a second newline adds
after the last line of a block.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from services.mapping.columns import Array, Bool, Int32
from services.mapping.escaping import printed
from services.mapping.markup import Markup
from services.mapping.snapshot import Snapshot
from services.mapping.tokens import count, count_lines
from services.mapping.views import Tokenizer

NAME: Final = 0
SIGNATURE: Final = 1
HEADING: Final = 0
ALONE: Final = 1
GUTTER: Final = 5
LONGEST: Final = 140
"""Characters of a name or a signature."""
DEEPEST: Final = 8
"""Levels of nesting that are indented."""


class Lines:
    """Both lines of each definition, or of each file: `tokens` and `endings` have a row for each that was prepared."""

    def __init__(self, size: int, write: Callable[[int], tuple[str, str]], tokenizer: Tokenizer) -> None:
        self._write = write
        self._tokenizer = tokenizer
        self._texts: Array = np.full((size, 2), None)
        self._endings: dict[str, int] = {}
        self._known: Bool = np.zeros(size, np.bool_)
        self.tokens: Int32 = np.zeros((size, 2), np.int32)
        """Of each line with its newline."""
        self.endings: Array = np.zeros((size, 2), np.int8)
        """What a second newline adds."""

    def prepare(self, numbers: Int32) -> None:
        """Print and count lines that nobody asked for before: about 20 µs each, later nothing."""
        new = numbers[~self._known[numbers]]
        if not len(new):
            return
        written = [text for number in new.tolist() for text in self._write(number)]
        self._texts[new] = np.reshape(np.asarray(written, np.object_), (-1, 2))
        self.endings[new] = np.reshape([self.ending(text) for text in written], (-1, 2))
        self.tokens[new] = count_lines(written, self._tokenizer).reshape(-1, 2)
        self._known[new] = True  # last: another thread that sees it finds all else

    def texts(self, numbers: Int32, forms: Array) -> list[str]:
        """Give the lines of some definitions, each in one of its forms."""
        found: list[str] = self._texts[numbers, forms].tolist()
        return found

    def text(self, number: int, form: int) -> str:
        """Give one line."""
        return str(self._texts[number, form])

    def counted(self, text: str) -> int:
        """Count a line that is not kept."""
        return count(f"{text}\n", self._tokenizer)

    def ending(self, text: str) -> int:
        """Say what a second newline after a line adds: it is joined to the punctuation at the end alone."""
        start = len(text)
        while start and not (text[start - 1].isalnum() or text[start - 1] == " "):
            start -= 1
        tail = text[start - 1 :] if start and text[start - 1] == " " else text[start:]
        ending = self._endings.get(tail)
        if ending is None:
            ending = count(f"{tail}\n\n", self._tokenizer) - count(f"{tail}\n", self._tokenizer)
            self._endings[tail] = ending
        return ending


@dataclass(frozen=True, slots=True)
class Beginnings:
    """Texts of which each takes more than the one before; `write` gives one of them."""

    count: int
    write: Callable[[int], str]


class Definitions:
    """Prints definitions: a gutter with the line number, the indentation, and the name or the signature."""

    def __init__(self, snapshot: Snapshot, *, numbered: bool, indented: bool) -> None:
        self._snapshot = snapshot
        self._numbered = numbered
        self._plain = "  " if indented else ""
        self._line = snapshot.columns["definition.name_line"]
        self._depth = snapshot.attached("depth", lambda: depths(snapshot.columns["definition.parent"]))

    def __call__(self, row: int) -> tuple[str, str]:
        """Give the line with the name and the one with the signature."""
        gutter = self.gutter(row)
        return unslashed(f"{gutter}{self.name(row)}"), unslashed(f"{gutter}{self.signature(row)}")

    def gutter(self, row: int) -> str:
        """Give what stands before a definition."""
        indentation = "  " * int(self._depth[row])
        if self._numbered:
            return f"{int(self._line[row]):<{GUTTER}} {indentation}"
        return f"{self._plain}{indentation}"

    def name(self, row: int) -> str:
        """Give the name as it is printed."""
        return printed(self._snapshot.name_of(row), longest=LONGEST)

    def signature(self, row: int) -> str:
        """Give the signature as it is printed: without the mark that opens a body."""
        text = printed(self._snapshot.signature_of(row), longest=LONGEST).rstrip(" :{;,")
        return text if text not in {"", "?"} else self.name(row)

    def beginnings(self, row: int) -> Beginnings:
        """Give the lines between the one with the name and the one with the signature."""
        name, signature, gutter = self.name(row), self.signature(row), self.gutter(row)
        if name not in signature:
            signature = f"{name} {signature}"
        least = signature.index(name) + len(name)
        return Beginnings(
            len(signature) - least, lambda more: unslashed(f"{gutter}{signature[: least + more].rstrip()}…")
        )


def unslashed(text: str) -> str:
    """Let no line begin with a slash, which a vocabulary would join to the line before."""
    return f" {text}" if text.startswith("/") else text


def depths(parent: Int32) -> Array:
    """Say how deep each definition lies, up to `DEEPEST`."""
    depth = np.zeros(len(parent), np.int8)
    outer = parent
    for _ in range(DEEPEST):
        inside = outer >= 0
        depth += inside
        outer = np.where(inside, parent[outer], -1)
    return depth


def definition_lines(snapshot: Snapshot, tokenizer: Tokenizer, definitions: Definitions) -> Lines:
    """Make the lines of the definitions, none of them printed yet."""
    return Lines(len(snapshot.columns["definition.name"]), definitions, tokenizer)


def path_lines(snapshot: Snapshot, tokenizer: Tokenizer, markup: Markup) -> Lines:
    """Make the lines of the files, over a block and alone, none of them printed yet."""

    def write(file: int) -> tuple[str, str]:
        path = markup.path(snapshot.paths[file])
        return unslashed(f"{markup.heading}{path}"), unslashed(f"{markup.item}{path}")

    return Lines(len(snapshot.paths), write, tokenizer)
