"""Files of a snapshot: listed ones, and skipped ones with the reason."""

import asyncio
import io
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Self

import strawberry

from schema.context import Info
from schema.enums import enum
from schema.fields import computed
from schema.scalars import BigInt, GitObjectID
from schema.types.connection import After, Connection, First, connection, window
from schema.types.symbol import Symbol
from services.errors import InvalidArgumentError
from services.mapping import views
from services.mapping.records import SkipReason
from services.models import Page

if TYPE_CHECKING:
    from services.snapshots import OpenSnapshot

enum(
    SkipReason,
    "Why a listed file was not parsed.",
    values={
        SkipReason.NO_LANGUAGE: "It is in no language that is parsed here.",
        SkipReason.TOO_LARGE: "It is larger than the server parses.",
        SkipReason.BINARY: "It holds NUL bytes: no source.",
        SkipReason.NOT_A_FILE: "It is a symbolic link or a submodule.",
        SkipReason.MINIFIED: "Its lines are too long to be written by a person.",
        SkipReason.PATH_TOO_LONG: "Its path is longer than 1,024 bytes.",
        SkipReason.DEADLINE: "Parsing it took longer than the server allows.",
        SkipReason.PARSER_CRASHED: "The parser died of it; the other files went on.",
        SkipReason.UNREADABLE: "Its content could not be read.",
    },
)

MOST_CONTENT_BYTES = 1024 * 1024
CONTENT_BYTES = 256 * 1024


class FileOrder(StrEnum):
    """How files are sorted."""

    PATH = "PATH"
    RANK = "RANK"


enum(
    FileOrder,
    "How files are sorted.",
    values={FileOrder.PATH: "By path, from a to z.", FileOrder.RANK: "By rank, the highest first."},
)


@strawberry.type(description="One listed file.")
class SourceFile:
    """One listed file."""

    path: str = strawberry.field(description="From the root of the repository.")
    blob: GitObjectID = strawberry.field(description="The id of its content.")
    size_bytes: BigInt = strawberry.field(description="The size of its content.")
    language: str | None = strawberry.field(description="What it is written in, null when that is unknown.")
    lines: int = strawberry.field(description="Lines, 0 when it was not parsed.")
    rank: float = strawberry.field(description="Its share of the rank; all files sum to 1.")
    symbol_count: int = strawberry.field(description="Definitions in it.")
    skipped: SkipReason | None = strawberry.field(description="Why it was not parsed; null when it was.")
    opened: strawberry.Private["OpenSnapshot"]

    @classmethod
    def of(cls, file: views.SourceFile, *, opened: "OpenSnapshot") -> Self:
        """Make it from a row of the snapshot."""
        return cls(
            path=file.path,
            blob=GitObjectID(file.blob),
            size_bytes=BigInt(file.size_bytes),
            language=file.language,
            lines=file.lines,
            rank=file.rank,
            symbol_count=file.symbols,
            skipped=file.skipped,
            opened=opened,
        )

    @computed("Its definitions by line.")
    async def symbols(self, first: First = 100, after: After = None) -> Connection[Symbol]:
        """Give a page of the definitions."""
        part = window(first, after, default=100)
        found = await asyncio.to_thread(self.opened.map.symbols_of, self.path)
        page = Page(found[part.offset : part.offset + part.limit], offset=part.offset, total=len(found))
        return connection(page, lambda symbol: Symbol.of(symbol, opened=self.opened))

    @computed("Its text; bytes that are no UTF-8 are replaced. TOO_LARGE beyond `maxBytes`.")
    async def content(
        self,
        info: Info,
        max_bytes: Annotated[int | None, strawberry.argument(description="From 1 to 1048576.")] = CONTENT_BYTES,
        first_line: Annotated[int | None, strawberry.argument(description="The line to begin with, from 1.")] = 1,
        last_line: Annotated[
            int | None, strawberry.argument(description="The last line to give; none: the end of the file.")
        ] = None,
    ) -> str:
        """Read the file from the clone."""
        most = CONTENT_BYTES if max_bytes is None else max_bytes
        if not 1 <= most <= MOST_CONTENT_BYTES:
            raise InvalidArgumentError(f"`maxBytes` must be from 1 to {MOST_CONTENT_BYTES}.")
        content = await info.context.read_source(self.opened, self.path, max_bytes=most)
        return lines_of(content.decode(errors="replace"), first_line, last_line)


def lines_of(text: str, first: int | None, last: int | None) -> str:
    """Give some lines of a text, from 1; none beyond its end. InvalidArgumentError for lines that cannot be."""
    begin = 1 if first is None else first
    if begin < 1 or (last is not None and last < begin):
        raise InvalidArgumentError("`firstLine` is from 1, and `lastLine` not before it.")
    if begin == 1 and last is None:
        return text
    # Lines end at LF alone, as the parsers count them: at a form feed or a lone CR `splitlines` would go astray.
    return "".join(islice(io.StringIO(text, newline="\n"), begin - 1, last))


@strawberry.type(description="A listed file that was not parsed.")
class SkippedFile:
    """A listed file that was not parsed."""

    path: str = strawberry.field(description="From the root of the repository.")
    reason: SkipReason = strawberry.field(description="Why.")
    detail: str = strawberry.field(description="What there is to add to the reason; may be empty.")

    @classmethod
    def of(cls, file: views.SkippedFile) -> Self:
        """Make it from a row of the snapshot."""
        return cls(path=file.path, reason=file.reason, detail=file.detail)
