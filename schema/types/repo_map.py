"""The outline under a token budget, as text and as rows, and what is asked of it."""

import asyncio
from typing import TYPE_CHECKING, Final, Self

import strawberry

from schema.enums import enum
from schema.fields import computed
from schema.types.symbol import Symbol
from services.errors import InvalidArgumentError
from services.mapping import views
from services.mapping.patches import check as check_diff
from services.mapping.views import Detail, Focus, OutlineFormat, OutlineOrder, OutlineRequest, Tokenizer

if TYPE_CHECKING:
    from services.snapshots import OpenSnapshot

enum(
    Tokenizer,
    "A vocabulary whose tokens are counted exactly.",
    values={
        Tokenizer.O200K_BASE: "The vocabulary o200k_base.",
        Tokenizer.CL100K_BASE: "The vocabulary cl100k_base.",
    },
)

enum(
    OutlineFormat,
    "How the text of an outline is written; `files` holds the same as rows in both.",
    values={
        OutlineFormat.TEXT: "Plain text: paths, and under each a line a symbol, up to an empty line.",
        OutlineFormat.MARKDOWN: "Markdown: a heading a file, and its lines in a fence that they cannot close.",
    },
)
enum(
    OutlineOrder,
    "How the files of an outline are sorted; what is shown is chosen by rank in both.",
    values={
        OutlineOrder.RANK: "By the best symbol that is shown of each, then those that are shown by their path alone.",
        OutlineOrder.PATH: "By path.",
    },
)
enum(
    Detail,
    "How much of a symbol an outline shows.",
    name="OutlineDetail",
    values={
        Detail.NAME: "Its name.",
        Detail.SIGNATURE: "Its signature, whose end may be cut where it is long, or where the budget ends.",
    },
)

LARGEST_BUDGET: Final = 200_000
LONGEST_TEXT: Final = 10_000
MOST_NAMES: Final = 500


@strawberry.input(description="What the asker works on; it moves the outline towards that.")
class FocusInput:
    """What the asker works on."""

    text: str | None = strawberry.field(default=None, description="In words: a task, an error message, a question.")
    files: list[str] | None = strawberry.field(default=None, description="Paths of files that are being worked on.")
    symbols: list[str] | None = strawberry.field(default=None, description="Names of definitions that matter.")
    diff: str | None = strawberry.field(
        default=None,
        description="A unified diff, as `git diff` prints it, at most 200000 characters: what it changes and who uses "
        "that. It may lead away from this commit, or to it.",
    )


@strawberry.type(description="A symbol of the outline and why it is there.")
class RepoMapSymbol:
    """A symbol of the outline."""

    symbol: Symbol = strawberry.field(description="The definition.")
    rank: float = strawberry.field(description="Its rank under this focus.")
    why: list[str] = strawberry.field(
        description="What of the focus brought it up, how many files refer to it, its share of the rank: the "
        "strongest reason first."
    )
    detail: Detail = strawberry.field(description="How much of it is shown.")
    line: int = strawberry.field(description="Where its name stands: the line number that the outline shows.")
    text: str = strawberry.field(description="What the outline says after the line number and the indentation.")

    @classmethod
    def of(cls, ranked: views.RankedSymbol, *, opened: "OpenSnapshot") -> Self:
        """Make it from a row of the outline."""
        return cls(
            symbol=Symbol.of(ranked.symbol, opened=opened),
            rank=ranked.rank,
            why=list(ranked.why),
            detail=ranked.detail,
            line=ranked.line,
            text=ranked.text,
        )


@strawberry.type(description="A file of the outline with those of its symbols that are shown, as they stand in it.")
class RepoMapFile:
    """A file of the outline."""

    path: str = strawberry.field(description="From the root of the repository.")
    rank: float = strawberry.field(description="Its rank under this focus.")
    symbols: list[RepoMapSymbol] = strawberry.field(
        description="The symbols that are shown, in the order of the source; none: the path alone is."
    )

    @classmethod
    def of(cls, file: views.OutlineFile, *, opened: "OpenSnapshot") -> Self:
        """Make it from a row of the outline."""
        return cls(
            path=file.path,
            rank=file.rank,
            symbols=[RepoMapSymbol.of(ranked, opened=opened) for ranked in file.symbols],
        )


@strawberry.type(description="What did not fit.")
class Omitted:
    """What did not fit."""

    files: int = strawberry.field(description="Files that could be read and are not shown, not even by their path.")
    symbols: int = strawberry.field(description="Symbols that are not shown.")
    tokens_for_next: int | None = strawberry.field(
        description="The least budget that shows a symbol more; null when all are shown."
    )


@strawberry.type(description="A ranked outline of a snapshot under a token budget.")
class RepoMap:
    """A ranked outline."""

    text: str = strawberry.field(
        description="The outline: paths, and under each the lines of its most important definitions."
    )
    tokens: int = strawberry.field(description="The exact size of `text` in the tokenizer that was asked for.")
    budget: int = strawberry.field(description="Never below `tokens`.")
    etag: str = strawberry.field(
        description="Equal for the same map and the same arguments, and so for the same text: the key of a cache."
    )
    omitted: Omitted = strawberry.field(description="What did not fit, and the budget at which the next symbol would.")
    outline: strawberry.Private[views.Outline]
    opened: strawberry.Private["OpenSnapshot"]

    @classmethod
    def of(cls, outline: views.Outline, *, opened: "OpenSnapshot") -> Self:
        """Make it from the outline; its rows only when they are asked for."""
        left = outline.omitted
        return cls(
            text=outline.text,
            tokens=outline.tokens,
            budget=outline.budget,
            etag=outline.etag,
            omitted=Omitted(files=left.files, symbols=left.symbols, tokens_for_next=left.tokens_for_next),
            outline=outline,
            opened=opened,
        )

    @computed("The same as rows, in the order of the text.")
    async def files(self) -> list[RepoMapFile]:
        """Give the files of the outline; its rows are made in a thread."""
        rows = await asyncio.to_thread(tuple, self.outline.files)
        return [RepoMapFile.of(file, opened=self.opened) for file in rows]


def outline_request(
    tokens: int | None,
    tokenizer: Tokenizer | None,
    focus: FocusInput | None,
    paths: list[str] | None,
    *,
    languages: list[str] | None = None,
    written: OutlineFormat | None = None,
    order: OutlineOrder | None = None,
    line_numbers: bool | None = None,
) -> OutlineRequest:
    """Read the arguments of `repoMap`; InvalidArgumentError when one is out of range."""
    budget = OutlineRequest().tokens if tokens is None else tokens
    if not 1 <= budget <= LARGEST_BUDGET:
        raise InvalidArgumentError(f"`tokens` must be from 1 to {LARGEST_BUDGET}, not {budget}.")
    return OutlineRequest(
        tokens=budget,
        tokenizer=tokenizer or Tokenizer.O200K_BASE,
        focus=_focus(focus) if focus else Focus(),
        paths=names("paths", paths),
        languages=names("languages", languages),
        format=written or OutlineFormat.TEXT,
        order=order or OutlineOrder.RANK,
        line_numbers=line_numbers is not False,
    )


def names(argument: str, given: list[str] | None) -> tuple[str, ...]:
    """Read a list of names or paths; InvalidArgumentError when it is too long."""
    listed = tuple(given or ())
    if len(listed) > MOST_NAMES:
        raise InvalidArgumentError(f"`{argument}` takes at most {MOST_NAMES} entries, not {len(listed)}.")
    return listed


def _focus(focus: FocusInput) -> Focus:
    text = focus.text or ""
    if len(text) > LONGEST_TEXT:
        raise InvalidArgumentError(f"`focus.text` takes at most {LONGEST_TEXT} characters, not {len(text)}.")
    diff = focus.diff or ""
    check_diff(diff)
    return Focus(
        text=text,
        files=names("focus.files", focus.files),
        symbols=names("focus.symbols", focus.symbols),
        diff=diff,
    )
