"""The arithmetic of an outline: what is on the sheet, and exactly how many tokens that takes.

A file's block is its path, one line a definition and an empty line. No token of either vocabulary
reaches from one line into the next, except that newlines join what ends the line before; so the
count of a text is the sum over its lines, each counted once a snapshot, plus for the last line of
a block what the second newline adds.
"""

import re
from bisect import insort
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from services.mapping.escaping import escaped
from services.mapping.snapshot import Snapshot
from services.mapping.tokens import count
from services.mapping.views import Tokenizer

GUTTER: Final = 6
LONGEST_SIGNATURE: Final = 140
DEEPEST: Final = 8
TAIL: Final = re.compile(r" ?(?:[^\w\s]|_)*$")
"""What a newline can join: the punctuation at the end of a line."""


class Detail(IntEnum):
    """How much of a definition is shown."""

    NAME = 1
    SIGNATURE = 2


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its newline, its tokens with it, and what a second newline adds."""

    text: str
    tokens: int
    ending: int


class Lines:
    """Makes and counts lines, each once: about 7 µs a line the first time. Kept for as long as a snapshot."""

    def __init__(self, snapshot: Snapshot, tokenizer: Tokenizer) -> None:
        self._snapshot = snapshot
        self._tokenizer = tokenizer
        self._definitions: dict[tuple[int, Detail], Line] = {}
        self._paths: dict[int, Line] = {}
        self._endings: dict[str, int] = {}

    def of_path(self, file: int) -> Line:
        """Give the line of a file."""
        line = self._paths.get(file)
        if line is None:
            line = self._paths[file] = self.counted(escaped(self._snapshot.paths[file]))
        return line

    def of_definition(self, row: int, detail: Detail) -> Line:
        """Give the line of a definition."""
        line = self._definitions.get((row, detail))
        if line is None:
            text = self.name(row) if detail is Detail.NAME else self.signature(row)
            line = self._definitions[row, detail] = self.counted(self.gutter(row) + text)
        return line

    def counted(self, text: str) -> Line:
        """Count a line."""
        tail = TAIL.search(text)
        end = tail[0] if tail else ""
        ending = self._endings.get(end)
        if ending is None:
            ending = count(f"{end}\n\n", self._tokenizer) - count(f"{end}\n", self._tokenizer)
            self._endings[end] = ending
        return Line(text, count(f"{text}\n", self._tokenizer), ending)

    def gutter(self, row: int) -> str:
        """Give the line number and the indentation of a definition."""
        columns = self._snapshot.columns
        depth = 0
        outer = int(columns["definition.parent"][row])
        while outer >= 0 and depth < DEEPEST:
            depth += 1
            outer = int(columns["definition.parent"][outer])
        return f"{int(columns['definition.name_line'][row]):<{GUTTER}}" + "  " * depth

    def name(self, row: int) -> str:
        """Give the name as it is printed."""
        return escaped(self._snapshot.name_of(row))

    def signature(self, row: int) -> str:
        """Give the signature as it is printed: without the mark that opens a body, cut when it is very long."""
        text = escaped(self._snapshot.signature_of(row)).rstrip(" :{;,")
        if len(text) > LONGEST_SIGNATURE:
            text = f"{text[:LONGEST_SIGNATURE].rstrip()}…"
        return text or self.name(row)


@dataclass(slots=True)
class _Block:
    """The definitions shown of one file, by row; none are shown of a file that only has its path there."""

    rows: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Change:
    """One definition's line before and after a step; None is not there. Steps are undone with it."""

    row: int
    before: Line | None
    after: Line | None


class Sheet:
    """What is shown so far. `tokens` is what the text takes, an empty line after every block included."""

    def __init__(self, snapshot: Snapshot, lines: Lines) -> None:
        self._file_of = snapshot.columns["definition.file"]
        self._parent_of = snapshot.columns["definition.parent"]
        self._lines = lines
        self._shown: dict[int, Line] = {}
        self._detail: dict[int, Detail] = {}
        self._blocks: dict[int, _Block] = {}
        self.heading: list[Line] = []
        self.trailer: list[Line] = []
        self.path_only: dict[int, Line] = {}
        self.tokens = 0

    @property
    def symbols(self) -> int:
        """How many definitions are shown."""
        return len(self._shown)

    def shows(self, row: int) -> bool:
        """Whether a definition is on the sheet."""
        return row in self._shown

    def shows_file(self, file: int) -> bool:
        """Whether a file is on the sheet."""
        return file in self._blocks or file in self.path_only

    def detail(self, row: int) -> Detail | None:
        """Say how much of a definition is shown."""
        return self._detail.get(row)

    def enter(self, row: int) -> list[Change]:
        """Show the name of a definition, with what encloses it and its file."""
        changes = []
        while row >= 0 and row not in self._shown:
            changes.append(self._put(row, self._lines.of_definition(row, Detail.NAME), Detail.NAME))
            row = int(self._parent_of[row])
        return changes

    def upgrade(self, row: int) -> list[Change]:
        """Show the signature of a definition that is on the sheet."""
        return [self._put(row, self._lines.of_definition(row, Detail.SIGNATURE), Detail.SIGNATURE)]

    def replace(self, row: int, line: Line) -> list[Change]:
        """Show something in between."""
        return [self._put(row, line, Detail.SIGNATURE)]

    def undo(self, changes: list[Change]) -> None:
        """Take a step back."""
        for change in reversed(changes):
            if change.before is None:
                self._take(change.row)
            else:
                name = self._lines.of_definition(change.row, Detail.NAME)
                self._put(change.row, change.before, Detail.NAME if change.before == name else Detail.SIGNATURE)

    def add_path(self, file: int) -> None:
        """Show the path of a file alone, below the blocks."""
        self.path_only[file] = self._lines.of_path(file)
        self.tokens += self.path_only[file].tokens

    def _put(self, row: int, line: Line, detail: Detail) -> Change:
        file = int(self._file_of[row])
        block = self._blocks.get(file)
        if block is None:
            block = self._blocks[file] = _Block()
            self.tokens += self._lines.of_path(file).tokens
        before = self._shown.get(row)
        self.tokens -= self._ending(block) + (before.tokens if before else 0)
        if before is None:
            insort(block.rows, row)
        self._shown[row], self._detail[row] = line, detail
        self.tokens += self._ending(block) + line.tokens
        return Change(row, before, line)

    def _take(self, row: int) -> None:
        file = int(self._file_of[row])
        block = self._blocks[file]
        self.tokens -= self._ending(block) + self._shown.pop(row).tokens
        del self._detail[row]
        block.rows.remove(row)
        self.tokens += self._ending(block)
        if not block.rows:
            del self._blocks[file]
            self.tokens -= self._lines.of_path(file).tokens

    def _ending(self, block: _Block) -> int:
        return self._shown[block.rows[-1]].ending if block.rows else 0

    def files(self) -> list[tuple[int, list[int]]]:
        """List files with the definitions shown of each, in the order in which they came, then bare paths."""
        blocks = [(file, list(block.rows)) for file, block in self._blocks.items()]
        return blocks + [(file, []) for file in self.path_only]

    def text(self) -> str:
        """Write it all down."""
        blocks = [
            "\n".join([self._lines.of_path(file).text, *(self._shown[row].text for row in block.rows), ""])
            for file, block in self._blocks.items()
        ]
        rest = [f"{line.text}\n" for line in (*self.heading, *self.path_only.values(), *self.trailer)]
        return "\n".join([*blocks, "".join(rest)] if rest else blocks)
