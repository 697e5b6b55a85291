"""What a comparison shows so far, and exactly how many tokens that takes: blocks of files, steps that change them."""

from bisect import insort
from dataclasses import dataclass, field
from enum import Enum, auto

from services.mapping.change_lines import Line


class StepKind(Enum):
    """What a step does to the sheet."""

    FILE = auto()
    ENTER = auto()
    SHARPEN = auto()
    CALLER = auto()


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `lines` come under the line of a file, or take the place of a change's; `tokens` is what that adds."""

    kind: StepKind
    path: str
    lines: tuple[Line, ...]
    tokens: int
    change: int = -1
    position: int = 0
    """The line in the source by which changes of a file are sorted."""


@dataclass(slots=True)
class Shown:
    """The lines of one change."""

    path: str
    lines: tuple[Line, ...]
    sharp: bool = False
    callers: list[Line] = field(default_factory=list)


class DiffSheet:
    """Blocks of files in the order in which they came; within each its changes by their line."""

    def __init__(self) -> None:
        self._files: dict[str, Line] = {}
        self._blocks: dict[str, list[tuple[int, int]]] = {}
        self.shown: dict[int, Shown] = {}
        self.heading: tuple[Line, ...] = ()
        self.trailer: tuple[Line, ...] = ()
        self.tokens = 0

    def shows_file(self, path: str) -> bool:
        """Whether a file has its line."""
        return path in self._files

    def open_file(self, path: str, line: Line) -> None:
        """Put the line of a file; its tokens are counted with the step that needs it."""
        self._files.setdefault(path, line)

    def take(self, step: Step) -> None:
        """Take a step, whose file has its line."""
        self.tokens += step.tokens
        if step.kind is StepKind.ENTER:
            insort(self._blocks.setdefault(step.path, []), (step.position, step.change))
            self.shown[step.change] = Shown(step.path, step.lines)
        elif step.kind is StepKind.CALLER:
            self.shown[step.change].callers += step.lines
        elif step.kind is StepKind.SHARPEN:
            shown = self.shown[step.change]
            shown.lines, shown.sharp = step.lines, True

    def changes(self) -> list[int]:
        """Give the changes in the order of the text."""
        return [change for path in self._files for _, change in self._blocks.get(path, ())]

    def text(self) -> str:
        """Write it all down."""
        lines = [*self.heading]
        for path, line in self._files.items():
            lines.append(line)
            for _, change in self._blocks.get(path, ()):
                lines += [*self.shown[change].lines, *self.shown[change].callers]
        return "".join(f"{line.text}\n" for line in (*lines, *self.trailer))
