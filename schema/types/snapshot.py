"""A snapshot: everything that can be read of one mapped commit. Immutable, so answers can be cached for ever.

Its columns are scanned in a thread: a page of a large snapshot takes a millisecond or two that no
other client should wait for.
"""

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final, Self

import strawberry

from schema.context import Info
from schema.fields import computed
from schema.scalars import GitObjectID
from schema.types.connection import After, Connection, First, connection, page_size, window
from schema.types.contents import CriticalFile, DocumentationFile, TreeEntry
from schema.types.map_diff import MapDiff, diff_request
from schema.types.node import Node, read_snapshot_id, snapshot_id
from schema.types.repo_map import FocusInput, RepoMap, names, outline_request
from schema.types.source_file import FileOrder, SkippedFile, SourceFile
from schema.types.symbol import Symbol
from schema.types.treemap import MOST_CELLS, Treemap, read_most
from services import models
from services.errors import ErrorCode, GraticuleError, InvalidArgumentError
from services.mapping import views
from services.mapping.documents import DocumentCategory
from services.mapping.records import DefinitionKind
from services.mapping.views import OutlineFormat, OutlineOrder, Tokenizer

if TYPE_CHECKING:
    from schema.types.repository import Repository
    from services.snapshots import OpenSnapshot

DEEPEST_TREE: Final = 32
TREE_ENTRIES: Final = 1_000
MOST_TREE_ENTRIES: Final = 2_000
LONGEST_QUERY: Final = 200

Paths = Annotated[list[str] | None, strawberry.argument(description="Only these files, and files below these folders.")]
Languages = Annotated[
    list[str] | None, strawberry.argument(description="Only files in these, named as `languages` names them.")
]
OrderBy = Annotated[OutlineOrder | None, strawberry.argument(description="How its files are sorted.")]
LineNumbers = Annotated[
    bool | None, strawberry.argument(description="Whether each symbol has its line number before it.")
]


@strawberry.type(description="Honest numbers: what was listed, parsed, skipped; what was resolved and what was not.")
class Coverage:
    """What was listed, parsed and resolved."""

    files_listed: int = strawberry.field(description="Files of the commit.")
    files_parsed: int = strawberry.field(description="Of these, those whose tags are in the map.")
    files_skipped: int = strawberry.field(description="The others; `skipped` says why.")
    symbols: int = strawberry.field(description="Definitions.")
    references: int = strawberry.field(description="Places where a name is used.")
    resolved: int = strawberry.field(description="Of these, those with one definition found for them.")
    ambiguous: int = strawberry.field(description="Those with several candidates: used for the rank, never shown.")
    unresolved: int = strawberry.field(description="Those of libraries, or beyond what names can tell.")

    @classmethod
    def of(cls, coverage: views.Coverage) -> Self:
        """Make it from the snapshot's numbers."""
        return cls(
            files_listed=coverage.files_listed,
            files_parsed=coverage.files_parsed,
            files_skipped=coverage.files_skipped,
            symbols=coverage.symbols,
            references=coverage.references,
            resolved=coverage.resolved,
            ambiguous=coverage.ambiguous,
            unresolved=coverage.unresolved,
        )


@strawberry.type(description="How much of a snapshot is written in one language.")
class LanguageShare:
    """How much is written in one language."""

    language: str = strawberry.field(description="The language.")
    files: int = strawberry.field(description="Parsed files.")
    lines: int = strawberry.field(description="Parsed lines.")
    share: float = strawberry.field(description="Of all parsed lines, 0 to 1.")

    @classmethod
    def of(cls, share: views.LanguageShare) -> Self:
        """Make it from the snapshot's numbers."""
        return cls(language=share.language, files=share.files, lines=share.lines, share=share.share)


@strawberry.type(description="A repository at one commit, mapped by one engine version. Immutable.")
class Snapshot(Node):
    """A repository at one commit."""

    commit: GitObjectID = strawberry.field(description="The commit that was mapped.")
    ref: str | None = strawberry.field(description="The branch or tag it was last asked for by; null: the default.")
    engine_version: str = strawberry.field(description="What made it; equal commits and versions give equal maps.")
    built_at: datetime = strawberry.field(description="When it was made.")
    record: strawberry.Private[models.SnapshotRecord]
    found: strawberry.Private["OpenSnapshot | None"]

    @classmethod
    def of(cls, record: models.SnapshotRecord, *, found: "OpenSnapshot | None" = None) -> Self:
        """Make it from the record; the map itself is opened when a field needs it, or `found` already."""
        return cls(
            id=snapshot_id(record.key),
            commit=GitObjectID(record.key.commit),
            ref=record.ref,
            engine_version=record.key.engine_version,
            built_at=record.built_at,
            record=record,
            found=found,
        )

    async def opened(self, info: Info) -> "OpenSnapshot":
        """Open the map: from the shelf in microseconds, from its artifact in milliseconds."""
        if self.found is None:
            self.found = await info.context.service.open_map(self.record)
        return self.found

    @computed("The repository of this commit; null once it was removed.")
    async def repository(
        self, info: Info
    ) -> Annotated["Repository", strawberry.lazy("schema.types.repository")] | None:
        """Give the repository."""
        from schema.types.repository import Repository  # noqa: PLC0415  # a repository shows its snapshots

        row = await info.context.repositories.load(self.record.key.repository_id)
        return Repository.of(row) if row else None

    @computed("Honest numbers: what was listed, parsed, skipped and why.")
    async def coverage(self, info: Info) -> Coverage:
        """Give the numbers of the map."""
        return Coverage.of((await self.opened(info)).map.coverage)

    @computed("What it is written in, most lines first.")
    async def languages(self, info: Info) -> list[LanguageShare]:
        """Give the share of each language."""
        return [LanguageShare.of(share) for share in (await self.opened(info)).map.languages]

    @computed("The ranked outline under a token budget.")
    async def repo_map(  # noqa: PLR0913  # the contract's own arguments
        self,
        info: Info,
        tokens: Annotated[
            int | None, strawberry.argument(description="The budget, 1 to 200000: never exceeded.")
        ] = 1024,
        tokenizer: Annotated[
            Tokenizer | None, strawberry.argument(description="Whose tokens are counted.")
        ] = Tokenizer.O200K_BASE,
        focus: Annotated[FocusInput | None, strawberry.argument(description="What you work on.")] = None,
        paths: Paths = None,
        languages: Languages = None,
        written: Annotated[
            OutlineFormat | None, strawberry.argument(name="format", description="How the text is written.")
        ] = OutlineFormat.TEXT,
        order_by: OrderBy = OutlineOrder.RANK,
        *,
        line_numbers: LineNumbers = True,
    ) -> RepoMap:
        """Render the outline, in a thread."""
        request = outline_request(
            tokens,
            tokenizer,
            focus,
            paths,
            languages=languages,
            written=written,
            order=order_by,
            line_numbers=line_numbers,
        )
        opened = await self.opened(info)
        return RepoMap.of(await info.context.service.outline(self.record.key, request), opened=opened)

    @computed(
        "What differs from another snapshot of this repository, under a token budget: symbols added, removed, moved "
        "and declared otherwise, ranks that moved, and the callers that this touches."
    )
    async def diff(
        self,
        info: Info,
        base: Annotated[
            str,
            strawberry.argument(
                description="What to compare with: the id of a snapshot, a branch, a tag, or a commit id of at least 7 "
                "digits, of which this server has a map. NOT_FOUND says how to make one."
            ),
        ],
        tokens: Annotated[
            int | None, strawberry.argument(description="The budget, 1 to 200000: never exceeded.")
        ] = 2000,
        tokenizer: Annotated[
            Tokenizer | None, strawberry.argument(description="Whose tokens are counted.")
        ] = Tokenizer.O200K_BASE,
    ) -> MapDiff:
        """Compare two snapshots, in a thread."""
        request = diff_request(tokens, tokenizer)
        head = await self.opened(info)
        before = await info.context.service.base_map(self.record.key, read_snapshot_id(base) or base)
        compared = await info.context.service.diff(before, head, request)
        return MapDiff.of(compared, base=Snapshot.of(before.record, found=before), head=self, maps=(before, head))

    @computed("The files of the commit, those that were skipped as well.")
    async def files(
        self,
        info: Info,
        first: First = 100,
        after: After = None,
        paths: Paths = None,
        language: Annotated[str | None, strawberry.argument(description="Only files in this language.")] = None,
        order_by: Annotated[FileOrder | None, strawberry.argument(description="The order.")] = FileOrder.PATH,
    ) -> Connection[SourceFile]:
        """Give a page of the files."""
        part = window(first, after, default=100)
        opened = await self.opened(info)
        page = await asyncio.to_thread(
            opened.map.files,
            offset=part.offset,
            limit=part.limit,
            paths=names("paths", paths),
            language=language,
            order=(order_by or FileOrder.PATH).value,
        )
        return connection(page, lambda file: SourceFile.of(file, opened=opened))

    @computed("One file of the commit; null when it has none of this path.")
    async def file(
        self, info: Info, path: Annotated[str, strawberry.argument(description="From the root of the repository.")]
    ) -> SourceFile | None:
        """Find a file."""
        opened = await self.opened(info)
        file = opened.map.file(path)
        return SourceFile.of(file, opened=opened) if file else None

    @computed("What lies below a folder, by path: each folder with its sums, before what is in it.")
    async def tree(
        self,
        info: Info,
        path: Annotated[
            str | None, strawberry.argument(description="The folder; empty: the root. NOT_FOUND for what is none.")
        ] = "",
        depth: Annotated[int | None, strawberry.argument(description="How many levels, 1 to 32.")] = 1,
        most: Annotated[
            int | None,
            strawberry.argument(
                description="How many entries at most, 1 to 2000: one that has more is QUERY_TOO_COSTLY, and not cut."
            ),
        ] = TREE_ENTRIES,
    ) -> list[TreeEntry]:
        """List a folder, whole or not at all."""
        levels = 1 if depth is None else depth
        if not 1 <= levels <= DEEPEST_TREE:
            raise InvalidArgumentError(f"`depth` must be from 1 to {DEEPEST_TREE}, not {levels}.")
        limit = TREE_ENTRIES if most is None else most
        if not 1 <= limit <= MOST_TREE_ENTRIES:
            raise InvalidArgumentError(f"`most` must be from 1 to {MOST_TREE_ENTRIES}, not {limit}.")
        opened = await self.opened(info)
        entries = await asyncio.to_thread(opened.map.tree, path or "", depth=levels, most=limit + 1)
        if len(entries) > limit:
            raise GraticuleError(
                ErrorCode.QUERY_TOO_COSTLY,
                f"This tree has more than {limit} entries.",
                hint="Ask for a smaller `depth`, a folder further down or a larger `most`; `files` has pages.",
            )
        return [TreeEntry.of(entry) for entry in entries]

    @computed("The files of a folder as columns, for a picture of them.")
    async def treemap(
        self,
        info: Info,
        path: Annotated[
            str | None, strawberry.argument(description="The folder; empty: the root. NOT_FOUND for what is none.")
        ] = "",
        most: Annotated[
            int | None,
            strawberry.argument(
                description="How many files at most by themselves, 1 to 20000: the longest; the others are summed up "
                "in their folders."
            ),
        ] = MOST_CELLS,
    ) -> Treemap:
        """Give the columns, made in a thread."""
        limit = read_most(most)
        opened = await self.opened(info)
        return Treemap.of(await asyncio.to_thread(opened.map.treemap, path or "", most=limit))

    @computed(
        "Instant search by name, best first: exact, prefix, part of a name, substring, initials; `repoMap` finds "
        "`build_repo_map`."
    )
    async def symbols(
        self,
        info: Info,
        query: Annotated[
            str | None,
            strawberry.argument(
                description="Words of a name in any order, initials, `Class.method` or `path:name`; none: all, by rank."
            ),
        ] = None,
        kinds: Annotated[list[DefinitionKind] | None, strawberry.argument(description="Only these kinds.")] = None,
        paths: Paths = None,
        first: First = 50,
        after: After = None,
    ) -> Connection[Symbol]:
        """Search the symbols, in a thread."""
        part = window(first, after, default=50)
        if query and len(query) > LONGEST_QUERY:
            raise InvalidArgumentError(f"`query` takes at most {LONGEST_QUERY} characters.")
        opened = await self.opened(info)
        page = await asyncio.to_thread(
            opened.map.symbols,
            query=query,
            kinds=tuple(dict.fromkeys(kinds or ())),
            paths=names("paths", paths),
            offset=part.offset,
            limit=part.limit,
        )
        return connection(page, lambda symbol: Symbol.of(symbol, opened=opened))

    @computed("The files in which a mistake would cost most: much depends on them, and they are hard to get right.")
    async def critical_files(self, info: Info, first: First = 20) -> list[CriticalFile]:
        """Give the files of the highest score."""
        limit = page_size(first, default=20)
        opened = await self.opened(info)
        found = await asyncio.to_thread(opened.map.critical_files, limit)
        return [CriticalFile.of(file, opened=opened) for file in found]

    @computed("What is written for people, the most useful first; what came with dependencies last.")
    async def documentation(
        self,
        info: Info,
        first: First = 100,
        after: After = None,
        categories: Annotated[
            list[DocumentCategory] | None, strawberry.argument(description="Only these; none: all.")
        ] = None,
    ) -> Connection[DocumentationFile]:
        """Give a page of the files written for people."""
        part = window(first, after, default=100)
        opened = await self.opened(info)
        page = await asyncio.to_thread(
            opened.map.documentation,
            offset=part.offset,
            limit=part.limit,
            categories=tuple(dict.fromkeys(categories or ())),
        )
        return connection(page, DocumentationFile.of)

    @computed("Every file that was listed and not parsed, with the reason.")
    async def skipped(self, info: Info, first: First = 100, after: After = None) -> Connection[SkippedFile]:
        """Give a page of the skipped files."""
        part = window(first, after, default=100)
        opened = await self.opened(info)
        page = await asyncio.to_thread(opened.map.skipped, offset=part.offset, limit=part.limit)
        return connection(page, SkippedFile.of)
