"""A unified diff, as `git diff` prints it: which files it names, and which of their lines it touches.

It is text of strangers, read in one pass: a line that fits nowhere is passed over, a hunk ends where its
lines stop looking like one, and numbers of lines are compared and never counted up to.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from services.errors import InvalidArgumentError

LONGEST: Final = 200_000
"""Characters: about 5,000 lines."""
NOBODY: Final = "/dev/null"
_SIGN: Final = re.compile(r"^(?:diff --(?:git|cc|combined) |--- |\+\+\+ |@@ -\d)", re.MULTILINE)
_HUNK: Final = re.compile(r"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@ ?(.*)")
_INDEX: Final = re.compile(r"index ([0-9a-f]{4,64})\.\.([0-9a-f]{4,64})")
_NAMES: Final = re.compile(r"(---|\+\+\+|rename from|rename to|copy from|copy to|diff --cc|diff --combined) (.+)")
_ESCAPE: Final = re.compile(r"\\([0-7]{3}|.)", re.DOTALL)
_LETTERS: Final = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


@dataclass(slots=True)
class Side:
    """A file before or after. `touched` are positions: twice a line, or odd between two lines."""

    path: str | None = None
    """As it is written, with the prefix `a/` or `b/`; None when the file is not there."""
    blob: str = ""
    """The beginning of its id, "" when the diff does not say it."""
    texts: dict[int, str] = field(default_factory=dict)
    """What the diff shows of it, by line."""
    touched: list[int] = field(default_factory=list)


@dataclass(slots=True)
class FilePatch:
    """What a diff says of one file. `headings` stand behind the second `@@` of its hunks."""

    old: Side = field(default_factory=Side)
    new: Side = field(default_factory=Side)
    headings: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    """The lines that were taken away or added."""


def check(diff: str) -> None:
    """Raise InvalidArgumentError for what is too long or no diff at all; about 1 ms for the longest."""
    if len(diff) > LONGEST:
        raise InvalidArgumentError(f"A diff takes at most {LONGEST} characters, not {len(diff)}.")
    if diff.strip() and not _SIGN.search(diff):
        raise InvalidArgumentError(
            "This is no unified diff: it names no file and has no hunk.", hint="Give what `git diff` prints."
        )


def read(diff: str) -> list[FilePatch]:
    """Read a diff, file by file; what is too long is cut. About 20 ms for the longest."""
    reader = _Reader()
    for line in diff[:LONGEST].split("\n"):
        reader.take(line)
    return reader.files


class _Reader:
    """Where the reading stands: in a hunk with so many lines to come on each side, or between hunks."""

    def __init__(self) -> None:
        self.files: list[FilePatch] = []
        self._old_at = self._new_at = self._old_left = self._new_left = 0
        self._named = False

    def take(self, line: str) -> None:
        if self._old_left > 0 or self._new_left > 0:
            if self._in_hunk(line):
                return
            self._old_left = self._new_left = 0
        if not line.startswith("\\"):
            self._between(line.rstrip("\r"))

    def _in_hunk(self, line: str) -> bool:
        """Take a line of a hunk; say whether it was one."""
        mark, text = line[:1], line[1:]
        file = self.files[-1]
        if mark == "-" and self._old_left > 0:
            file.old.texts[self._old_at] = text
            file.old.touched.append(2 * self._old_at)
            file.new.touched.append(2 * self._new_at - 1)
            file.changed.append(text)
            self._step(old=1, new=0)
        elif mark == "+" and self._new_left > 0:
            file.new.texts[self._new_at] = text
            file.new.touched.append(2 * self._new_at)
            file.old.touched.append(2 * self._old_at - 1)
            file.changed.append(text)
            self._step(old=0, new=1)
        elif mark in {" ", "", "\r"}:  # an empty line may have lost its space on the way
            file.old.texts[self._old_at] = file.new.texts[self._new_at] = text
            self._step(old=1, new=1)
        else:
            return mark == "\\"
        return True

    def _step(self, *, old: int, new: int) -> None:
        self._old_at += old
        self._new_at += new
        self._old_left -= old
        self._new_left -= new

    def _between(self, line: str) -> None:
        if line.startswith("diff --git "):
            self._begin()
            both = _same_names(line.removeprefix("diff --git "))
            self.files[-1].old.path, self.files[-1].new.path = both or (None, None)
        elif hunk := _HUNK.match(line):
            self._open(hunk)
        elif (index := _INDEX.match(line)) and self.files:
            self.files[-1].old.blob, self.files[-1].new.blob = (id_.strip("0") and id_ for id_ in index.groups())
        elif names := _NAMES.match(line):
            self._name(names[1], names[2])

    def _begin(self) -> None:
        self.files.append(FilePatch())
        self._named = False

    def _open(self, hunk: re.Match[str]) -> None:
        if not self.files:
            self._begin()
        old, old_count, new, new_count, heading = hunk.groups()
        self._old_left, self._new_left = int(old_count or 1), int(new_count or 1)
        # A side without lines is numbered by the line before.
        self._old_at, self._new_at = int(old) + (not self._old_left), int(new) + (not self._new_left)
        if heading:
            self.files[-1].headings.append(heading)

    def _name(self, what: str, written: str) -> None:
        """Take the name of one side; `---` begins a file where no `diff` line did."""
        combined = what.startswith("diff --")
        if combined or not self.files or (what == "---" and self._named):
            self._begin()
        path = _path(written)
        if what in {"---", "rename from", "copy from"} or combined:
            self.files[-1].old.path = path
        if what in {"+++", "rename to", "copy to"} or combined:
            self.files[-1].new.path = path
        self._named = self._named or what == "+++" or combined


def _path(written: str) -> str | None:
    """Read a name: without what `diff` writes behind a tab, and without git's quotes."""
    path = _unquoted(written) if written.startswith('"') else written.split("\t", maxsplit=1)[0].rstrip()
    return None if path == NOBODY else path


def _unquoted(written: str) -> str:
    raw = written[1:].rpartition('"')[0] or written[1:]
    plain = _ESCAPE.sub(lambda one: _LETTERS.get(one[1], chr(int(one[1], 8) & 255) if len(one[1]) > 1 else one[1]), raw)
    return (
        plain.encode("latin-1", "ignore").decode("utf-8", "backslashreplace") if plain.isascii() or "\\" in raw else raw
    )


def _same_names(rest: str) -> tuple[str, str] | None:
    """Take `a/path b/path` apart, which nothing else says of a file without hunks."""
    half = len(rest) // 2
    first, second = rest[:half], rest[half + 1 :]
    if rest[half : half + 1] != " " or first[1:] != second[1:]:
        return None
    if first.startswith('"'):
        first, second = _unquoted(first), _unquoted(second)
    return first, second


def candidates(path: str | None) -> Iterator[str]:
    """Give the paths that a name may mean: without git's prefix (`a/`, `b/`, `i/`, `w/`), and as it is written."""
    if path is None:
        return
    prefix, slash, rest = path.partition("/")
    if slash and len(prefix) == 1:
        yield rest
    yield path
