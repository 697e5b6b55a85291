"""The lines in which a comparison is written, and what each takes.

A line begins with its mark: `@` a file, `+` added, `-` removed, `~` another signature, `>` moved, `^` a rank
that moved; what belongs to the line before begins with two spaces. No token of either vocabulary reaches from one
of these lines into the next, so a text takes the sum of its lines.
"""

from dataclasses import dataclass
from typing import Final

from services.mapping.affected import Change
from services.mapping.change_views import AffectedCaller, ChangeKind, FileRename
from services.mapping.changes import Comparison
from services.mapping.escaping import escaped, printed
from services.mapping.snapshot import Snapshot
from services.mapping.tokens import count
from services.mapping.views import Symbol, Tokenizer

MARKS: Final = {
    ChangeKind.ADDED: "+",
    ChangeKind.REMOVED: "-",
    ChangeKind.SIGNATURE_CHANGED: "~",
    ChangeKind.MOVED: ">",
    ChangeKind.RANK_MOVED: "^",
}
LONGEST_SIGNATURE: Final = 140
SHORT_COMMIT: Final = 12


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its newline, and its tokens with it."""

    text: str
    tokens: int


class ChangeLines:
    """Writes and counts lines: about 10 µs each."""

    def __init__(self, comparison: Comparison, tokenizer: Tokenizer) -> None:
        self._comparison = comparison
        self._tokenizer = tokenizer
        self._symbols: dict[Change, Symbol] = {}
        self._renamed = {rename.after: rename for rename in comparison.renames}

    def counted(self, text: str) -> Line:
        """Count a line."""
        return Line(text, count(f"{text}\n", self._tokenizer))

    def cut(self, text: str) -> Line:
        """Count the beginning of a line."""
        return self.counted(f"{text.rstrip()}…")

    def headings(self) -> tuple[Line, ...]:
        """Say what is compared and how much differs, and what makes the comparison less sure."""
        comparison = self._comparison
        base, head = (side.commit[:SHORT_COMMIT] for side in (comparison.base, comparison.head))
        lines = [self.counted(f"{base}..{head}: {self.summary()}")]
        if not comparison.same_engine:
            lines.append(self.counted("Two versions made these maps: a difference may be one of the reading."))
        if comparison.totals.files_not_compared:
            unread = f"{comparison.totals.files_not_compared} changed files were not read on one side."
            lines.append(self.counted(f"Nothing is said of the symbols of some files: {unread}"))
        return tuple(lines)

    def summary(self) -> str:
        """Count changes and files in words."""
        totals = self._comparison.totals
        symbols = {
            "added": totals.added,
            "removed": totals.removed,
            "with another signature": totals.signature_changed,
            "moved": totals.moved,
            "moved by rank": totals.rank_moved,
        }
        files = {
            "added": totals.files_added,
            "removed": totals.files_removed,
            "changed": totals.files_changed,
            "renamed": totals.files_renamed,
        }
        return f"{_counts(symbols) or 'no symbol changed'}; files: {_counts(files) or 'none changed'}"

    def file(self, change: Change) -> str:
        """Give the path under which a change stands: at head, or, of a file that is gone, at base."""
        if change.after >= 0:
            return self._path(self._comparison.head, change.after)
        number = int(self._comparison.base.columns["definition.file"][change.before])
        here = int(self._comparison.files.head_of[number])
        return self._comparison.head.paths[here] if here >= 0 else self._comparison.base.paths[number]

    def of_file(self, path: str) -> Line:
        """Write the line of a file, and what became of it."""
        base, head = self._comparison.base, self._comparison.head
        rename = self._renamed.get(path)
        if rename is not None:
            return self.of_rename(rename)
        if head.file_number(path) < 0:
            return self.counted(f"@ {escaped(path)} (removed)")
        new = base.file_number(path) < 0 or self._comparison.files.base_of[head.file_number(path)] < 0
        return self.counted(f"@ {escaped(path)}{' (added)' if new else ''}")

    def of_rename(self, rename: FileRename) -> Line:
        """Write a file with its path before."""
        alike = "" if rename.exact else f", {rename.similarity:.0%} alike"
        return self.counted(f"@ {escaped(rename.after)} (was {escaped(rename.before)}{alike})")

    def position(self, at: int) -> int:
        """Give the line of the source by which a change is sorted within its file."""
        return self._symbol(self._comparison.changes[at]).start_line

    def short(self, at: int) -> tuple[Line, ...]:
        """Write a change by its name alone."""
        change = self._comparison.changes[at]
        symbol = self._symbol(change)
        name = printed(symbol.qualified_name, longest=LONGEST_SIGNATURE)
        return (self.counted(f"{MARKS[change.kind]} {symbol.start_line} {name}"),)

    def full(self, at: int) -> tuple[Line, ...]:
        """Write a change by its signature, with what was before in a second line."""
        detail = self._detail(at)
        first = self.counted(self.signature(at))
        return (first, self.counted(f"  {detail}")) if detail else (first,)

    def signature(self, at: int) -> str:
        """Write the first line of a change in full, without its newline."""
        change = self._comparison.changes[at]
        symbol = self._symbol(change)
        owner = escaped(symbol.qualified_name[: -len(symbol.name)].rstrip("."))
        callers = self._comparison.callers_total(at)
        counted = f" (used by {callers})" if callers else ""
        start = f"{MARKS[change.kind]} {symbol.start_line} {f'{owner}: ' if owner else ''}"
        return f"{start}{_signature(symbol)}{counted}"

    def of_caller(self, caller: AffectedCaller, kind: ChangeKind) -> Line:
        """Write a use, and whether its file has changed, too."""
        reference = caller.reference
        by = f" by {escaped(reference.source.qualified_name)}" if reference.source else ""
        still = "still used" if kind is ChangeKind.REMOVED else "used"
        changed = "" if caller.untouched else " (file changed)"
        return self.counted(f"  {still} at {escaped(reference.path)}:{reference.line}{by}{changed}")

    def _detail(self, at: int) -> str:
        change = self._comparison.changes[at]
        if change.kind is ChangeKind.RANK_MOVED:
            places = self._comparison.places(at)
            return f"place by rank: {places[1]}, was {places[0]}"
        if change.before < 0 or change.after < 0:
            return ""
        before, after = self._comparison.base.symbol(change.before), self._comparison.head.symbol(change.after)
        was = f"was {_signature(before)}" if before.signature != after.signature else ""
        if not was and before.kind is not after.kind:
            was = f"was a {before.kind.name.lower()}"
        members = f"with {change.members} member{'s' if change.members > 1 else ''}" if change.members else ""
        return ", ".join(part for part in (self._origin(change, before, after), was, members) if part)

    def _origin(self, change: Change, before: Symbol, after: Symbol) -> str:
        """Say where something stood, if not under these names in the file that this one was."""
        owners = [one.qualified_name[: -len(one.name)].rstrip(".") for one in (before, after)]
        same_file = self.file(Change(ChangeKind.REMOVED, change.before, -1)) == after.path
        if same_file and owners[0] == owners[1]:
            return ""
        place = "" if same_file else f" {escaped(before.path)}"
        owner = f" {escaped(owners[0])}" if owners[0] and owners[0] != owners[1] else ""
        return f"from{place or (' the top level' if not owner else '')}{owner}"

    def _symbol(self, change: Change) -> Symbol:
        symbol = self._symbols.get(change)
        if symbol is None:
            side, row = self._comparison.side(change)
            symbol = self._symbols[change] = side.symbol(row)
        return symbol

    @staticmethod
    def _path(snapshot: Snapshot, row: int) -> str:
        return snapshot.paths[int(snapshot.columns["definition.file"][row])]


def _signature(symbol: Symbol) -> str:
    return printed(symbol.signature.rstrip(" :{;,") or symbol.name, longest=LONGEST_SIGNATURE)


def _counts(numbers: dict[str, int]) -> str:
    return ", ".join(f"{number} {what}" for what, number in numbers.items() if number)
