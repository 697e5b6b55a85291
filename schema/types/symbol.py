"""Symbols of a snapshot and the references between them, each with how it was found."""

import asyncio
import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Self

import strawberry

from schema.context import Info
from schema.enums import enum
from schema.fields import computed
from schema.types.connection import After, Connection, First, Window, connection, window
from schema.types.node import Node, symbol_id
from services.errors import InvalidArgumentError
from services.mapping import views
from services.mapping.records import DefinitionKind
from services.mapping.views import FACT, Strategy
from services.models import Page

if TYPE_CHECKING:
    from services.snapshots import OpenSnapshot

enum(
    DefinitionKind,
    "What a definition is.",
    name="SymbolKind",
    values={
        DefinitionKind.MODULE: "A module, package or namespace.",
        DefinitionKind.CLASS: "A class.",
        DefinitionKind.INTERFACE: "An interface or protocol.",
        DefinitionKind.STRUCT: "A struct, record or union.",
        DefinitionKind.ENUM: "An enumeration.",
        DefinitionKind.TRAIT: "A trait.",
        DefinitionKind.FUNCTION: "A function outside of a type.",
        DefinitionKind.METHOD: "A function of a type.",
        DefinitionKind.CONSTRUCTOR: "A constructor.",
        DefinitionKind.PROPERTY: "A computed attribute.",
        DefinitionKind.FIELD: "A stored attribute.",
        DefinitionKind.CONSTANT: "A constant.",
        DefinitionKind.VARIABLE: "A variable at the top level.",
        DefinitionKind.TYPE: "A type alias, or another named type.",
        DefinitionKind.MACRO: "A macro.",
    },
)
enum(
    Strategy,
    "How a reference was resolved to its definition.",
    name="ResolutionStrategy",
    values={
        Strategy.SAME_FILE: "The definition stands in the same file.",
        Strategy.IMPORTED: "An import of the file leads to it.",
        Strategy.RECEIVER_TYPE: "The class of what it is called on is known: declared, made there, or returned.",
        Strategy.SAME_PACKAGE: "Both files are of one package or namespace, or hold parts of one class; "
        "at 0.6 they only share a folder: a guess.",
        Strategy.OVERLOADED_NAME: "A guess: the class is certain, its overload of as many parameters is not.",
        Strategy.UNIQUE_NAME: "A guess: it is the only definition of this name, and one that the file can know.",
        Strategy.AMBIGUOUS_NAME: "It is one of several of this name: used for the rank, never shown.",
    },
)

MOST_SOURCE_LINES = 2_000

MinConfidence = Annotated[
    float | None,
    strawberry.argument(
        description="Only edges that are at least this sure, 0 to 1. Below 0.8 they are guesses, for those who ask."
    ),
]


@strawberry.type(
    description="An edge says how it was found and how sure it is: below 0.8 it is a guess, shown to who asks for it."
)
class Reference:
    """An edge between two symbols."""

    source: Annotated["Symbol", strawberry.lazy("schema.types.symbol")] | None = strawberry.field(
        name="from", description="Who refers; null for a use at the top level of a file."
    )
    target: Annotated["Symbol", strawberry.lazy("schema.types.symbol")] | None = strawberry.field(
        name="to", description="What is referred to."
    )
    path: str = strawberry.field(description="The file of the use.")
    line: int = strawberry.field(description="The line of the use, from 1.")
    strategy: Strategy = strawberry.field(description="How it was found.")
    confidence: float = strawberry.field(description="How sure that is, 0 to 1.")

    @classmethod
    def of(cls, reference: views.Reference, *, opened: "OpenSnapshot", target_in: "OpenSnapshot | None" = None) -> Self:
        """Make it from an edge of the snapshot; a comparison has its target perhaps in another one."""
        return cls(
            source=Symbol.of(reference.source, opened=opened) if reference.source else None,
            target=Symbol.of(reference.target, opened=target_in or opened),
            path=reference.path,
            line=reference.line,
            strategy=reference.strategy,
            confidence=round(reference.confidence, 4),
        )


@strawberry.type(description="A definition in a snapshot.")
class Symbol(Node):
    """A definition in a snapshot."""

    name: str = strawberry.field(description="The name alone.")
    qualified_name: str = strawberry.field(description="The name with the definitions around it.")
    kind: DefinitionKind = strawberry.field(description="What it is.")
    signature: str = strawberry.field(description="One line, without the body.")
    path: str = strawberry.field(description="The file that defines it.")
    start_line: int = strawberry.field(description="From 1, decorators included.")
    end_line: int = strawberry.field(description="The last line of the definition.")
    rank: float = strawberry.field(description="Its share of the rank of the whole snapshot.")
    complexity: int | None = strawberry.field(
        description="Cyclomatic: 1 and its branches; null for what is no function, or is not counted."
    )
    unresolved_callers: int = strawberry.field(
        description="Uses of its name that may mean it, though nothing says so, guesses among them. "
        "No callers and 0 here: no use that is read refers to it. What is read differs by language: calls, bases, "
        "types and imported names everywhere, a plain mention or the read of a field only where its meaning can be "
        "known; and what is in files that are not read is not counted."
    )
    unresolved_callees: int = strawberry.field(
        description="Uses inside it that may mean something of the repository, though nothing says what."
    )
    index: strawberry.Private[int]
    opened: strawberry.Private["OpenSnapshot"]

    @classmethod
    def of(cls, symbol: views.Symbol, *, opened: "OpenSnapshot") -> Self:
        """Make it from a row of the snapshot."""
        return cls(
            id=symbol_id(opened.record.key, symbol.index),
            name=symbol.name,
            qualified_name=symbol.qualified_name,
            kind=symbol.kind,
            signature=symbol.signature,
            path=symbol.path,
            start_line=symbol.start_line,
            end_line=symbol.end_line,
            rank=symbol.rank,
            complexity=symbol.complexity,
            unresolved_callers=symbol.unresolved_callers,
            unresolved_callees=symbol.unresolved_callees,
            index=symbol.index,
            opened=opened,
        )

    @computed("The definition's own lines; bytes that are no UTF-8 are replaced.")
    async def source(
        self,
        info: Info,
        max_lines: Annotated[int | None, strawberry.argument(description="How many at most, from 1 to 2000.")] = 200,
    ) -> str:
        """Read the definition from the clone."""
        most = 200 if max_lines is None else max_lines
        if not 1 <= most <= MOST_SOURCE_LINES:
            raise InvalidArgumentError(f"`maxLines` must be from 1 to {MOST_SOURCE_LINES}.")
        content = await info.context.read_source(self.opened, self.path)
        # Lines end at LF alone, as the parsers count them: at a form feed or a lone CR `splitlines` would go astray.
        lines = io.StringIO(content.decode(errors="replace"), newline="\n").readlines()
        return "".join(lines[self.start_line - 1 : min(self.end_line, self.start_line - 1 + most)])

    @computed("Who refers to it, the surest first: facts alone, unless `minConfidence` asks for guesses.")
    async def callers(
        self, first: First = 50, after: After = None, min_confidence: MinConfidence = FACT
    ) -> Connection[Reference]:
        """Give a page of the edges that end here."""
        return await self._edges(self.opened.map.callers, window(first, after, default=50), min_confidence)

    @computed("What it refers to, the surest first: facts alone, unless `minConfidence` asks for guesses.")
    async def callees(
        self, first: First = 50, after: After = None, min_confidence: MinConfidence = FACT
    ) -> Connection[Reference]:
        """Give a page of the edges that begin here."""
        return await self._edges(self.opened.map.callees, window(first, after, default=50), min_confidence)

    async def _edges(
        self, find: Callable[..., Page[views.Reference]], part: Window, min_confidence: float | None
    ) -> Connection[Reference]:
        """Scan the edges in a thread; `find` is the snapshot's `callers` or `callees`."""
        least = FACT if min_confidence is None else min_confidence
        if not 0 <= least <= 1:
            raise InvalidArgumentError(f"`minConfidence` must be from 0 to 1, not {least}.")
        page = await asyncio.to_thread(find, self.index, offset=part.offset, limit=part.limit, min_confidence=least)
        return connection(page, lambda edge: Reference.of(edge, opened=self.opened))
