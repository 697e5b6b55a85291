"""What a snapshot shows to whoever asks: frozen rows, made on demand from its columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.mapping.documents import DocumentCategory, DocumentFormat
from services.mapping.records import DefinitionKind, SkipReason

FACT: Final = 0.8
"""The confidence from which an edge is shown without being asked for; below it is a guess."""


class Strategy(StrEnum):
    """How an edge was found; each has its confidence in `services.mapping.ladder`."""

    SAME_FILE = "SAME_FILE"
    IMPORTED = "IMPORTED"
    RECEIVER_TYPE = "RECEIVER_TYPE"
    SAME_PACKAGE = "SAME_PACKAGE"
    OVERLOADED_NAME = "OVERLOADED_NAME"
    UNIQUE_NAME = "UNIQUE_NAME"
    AMBIGUOUS_NAME = "AMBIGUOUS_NAME"


class Tokenizer(StrEnum):
    """A vocabulary whose tokens are counted exactly; it comes with the package."""

    O200K_BASE = "O200K_BASE"
    CL100K_BASE = "CL100K_BASE"


class OutlineFormat(StrEnum):
    """How the text of an outline is written; its rows are there beside it in both."""

    TEXT = "TEXT"
    MARKDOWN = "MARKDOWN"


class OutlineOrder(StrEnum):
    """How the files of an outline are sorted; what is shown is chosen by rank in both."""

    RANK = "RANK"
    PATH = "PATH"


class Detail(StrEnum):
    """How much of a symbol an outline shows."""

    NAME = "NAME"
    SIGNATURE = "SIGNATURE"


@dataclass(frozen=True, slots=True)
class Coverage:
    """Honest numbers: files listed = parsed + skipped; reference sites = resolved + ambiguous + unresolved."""

    files_listed: int
    files_parsed: int
    files_skipped: int
    symbols: int
    references: int
    resolved: int
    ambiguous: int
    unresolved: int


@dataclass(frozen=True, slots=True)
class LanguageShare:
    """How much of a snapshot is written in one language."""

    language: str
    files: int
    lines: int
    share: float
    """Of all parsed lines, 0 to 1."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One listed file. `rank` sums to 1 over a snapshot; a skipped file has rank 0 and a reason."""

    path: str
    blob: str
    size_bytes: int
    language: str | None
    lines: int
    symbols: int
    rank: float
    skipped: SkipReason | None


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A listed file that was not parsed."""

    path: str
    reason: SkipReason
    detail: str


@dataclass(frozen=True, slots=True)
class Share:
    """How many of a folder's files have one extension, or are in one language; `lines` are parsed ones."""

    name: str
    files: int
    lines: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """A folder or a file below the path that was asked for; numbers of a folder sum over its files.

    `extensions` and `languages` have most files first, at most `services.mapping.tree.MOST_SHARES`; an
    extension is written without its dot and in lower case, "" for a file without one.
    """

    path: str
    name: str
    is_directory: bool
    files: int
    lines: int
    size_bytes: int
    rank: float
    extensions: tuple[Share, ...]
    languages: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Symbol:
    """A definition. `index` names it within its snapshot; lines are 1-based and inclusive.

    `complexity` is cyclomatic; None for what is no function, or in a language whose branches nobody counts.
    `unresolved_callers` are uses of its name that may mean it, `unresolved_callees` uses inside it that may mean
    something of the repository: nothing says which.
    """

    index: int
    name: str
    qualified_name: str
    kind: DefinitionKind
    signature: str
    path: str
    start_line: int
    end_line: int
    rank: float
    complexity: int | None
    unresolved_callers: int
    unresolved_callees: int


@dataclass(frozen=True, slots=True)
class Reference:
    """An edge: who refers to whom, where, how it was found and how sure that is (0 to 1).

    `source` is None for a use at the top level of a file; `path` and `line` say where the use is.
    """

    source: Symbol | None
    target: Symbol
    path: str
    line: int
    strategy: Strategy
    confidence: float


@dataclass(frozen=True, slots=True)
class CriticalFile:
    """A file that much depends on and that is hard to get right; `score` is explained in `services.mapping.critical`.

    `complexity` sums over its functions, None in a language whose branches nobody counts; `callers` are
    the definitions of other files that refer to it.
    """

    path: str
    score: float
    rank: float
    complexity: int | None
    functions: int
    worst_function: Symbol | None
    lines: int
    callers: int
    referring_files: int


@dataclass(frozen=True, slots=True)
class DocumentFile:
    """Something written to be read; `title` is its first heading, None when it has none or is too large to be read."""

    path: str
    title: str | None
    category: DocumentCategory
    format: DocumentFormat
    size_bytes: int
    vendored: bool


@dataclass(frozen=True, slots=True)
class Focus:
    """What the asker works on: free text, paths of files, names of symbols, a unified diff."""

    text: str = ""
    files: tuple[str, ...] = ()
    symbols: tuple[str, ...] = ()
    diff: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing was named."""
        return not (self.text.strip() or self.files or self.symbols or self.diff.strip())


@dataclass(frozen=True, slots=True)
class OutlineRequest:
    """What a map is asked for. Files below `paths` (folders or files) and in `languages` may be shown; none: all."""

    tokens: int = 1024
    tokenizer: Tokenizer = Tokenizer.O200K_BASE
    focus: Focus = Focus()
    paths: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    format: OutlineFormat = OutlineFormat.TEXT
    order: OutlineOrder = OutlineOrder.RANK
    line_numbers: bool = True


@dataclass(frozen=True, slots=True)
class RankedSymbol:
    """A symbol in an outline, its share of the rank, why it is there, and how it is shown.

    `line` is where its name stands; `text` is what the outline says after the line number and the indentation:
    the name or the signature, escaped, and cut where it is long or where the budget ended.
    """

    symbol: Symbol
    rank: float
    why: tuple[str, ...]
    detail: Detail
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class OutlineFile:
    """A file in an outline with those of its symbols that are shown, in source order; none: its path alone."""

    path: str
    rank: float
    symbols: tuple[RankedSymbol, ...]


@dataclass(frozen=True, slots=True)
class Omitted:
    """What did not fit; `tokens_for_next` is the least budget that shows a symbol more, None when all are shown."""

    files: int
    symbols: int
    tokens_for_next: int | None


@dataclass(frozen=True, slots=True)
class Outline:
    """A ranked outline under a token budget: `tokens` is exact and never above `budget`.

    `files` are the text as rows, in its order; each is made when it is looked at, in about 20 µs a symbol.
    """

    text: str
    tokens: int
    budget: int
    etag: str
    files: Sequence[OutlineFile]
    omitted: Omitted
