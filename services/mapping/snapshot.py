"""An opened map: immutable, columnar, and read only where somebody looks.

Opening makes views of the artifact's bytes; rows become objects when they are asked for. Numbers
of files are positions in the sorted list of paths, numbers of symbols are rows of the definitions.
"""

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cached_property
from typing import Final, Literal, cast

import numpy as np
from numpy.typing import NDArray

from services.errors import NotFoundError
from services.mapping.columns import (
    Array,
    Bool,
    Columns,
    CorruptSnapshotError,
    Groups,
    Int32,
    Int64,
    Texts,
    decode,
)
from services.mapping.complexity import known_complexity
from services.mapping.critical import callers_of, scores_of, worst_function
from services.mapping.document_rows import CATEGORIES, FORMATS
from services.mapping.documents import DocumentCategory
from services.mapping.ladder import CONFIDENCE, CONFIDENCES, Rung
from services.mapping.layout import VERSION, SnapshotMeta, standing_of
from services.mapping.lexicon import Lexicon
from services.mapping.masking import masked
from services.mapping.rank import Links, Standing
from services.mapping.records import DefinitionKind, SkipReason
from services.mapping.search import EXACT, NameSearch
from services.mapping.tree import Branches, plain_path
from services.mapping.treemap import Treemap, treemap
from services.mapping.views import (
    FACT,
    Coverage,
    CriticalFile,
    DocumentFile,
    LanguageShare,
    Reference,
    SkippedFile,
    SourceFile,
    Symbol,
    TreeEntry,
)
from services.models import ItemT, Page

FileOrder = Literal["PATH", "RANK"]
DEEPEST: Final = 32
"""Levels of nesting that a qualified name shows."""


class Snapshot:
    """A map of one commit. Make it with `load`; it may be read from several threads."""

    def __init__(self, meta: SnapshotMeta, columns: Columns, digest: str, *, masks_secrets: bool) -> None:
        self.commit = meta.commit
        self.engine_version = meta.engine_version
        self.coverage: Coverage = meta.coverage
        self.languages: tuple[LanguageShare, ...] = meta.languages
        self.digest = digest
        """Of the whole artifact, 32 hexadecimal digits: equal for equal maps."""
        self.masks_secrets = masks_secrets
        self._show: Callable[[str], str] = masked if masks_secrets else str
        self.columns = columns
        self._details = meta.details
        self._attached: dict[object, object] = {}
        self._signatures = Texts.of(columns, "definition.signature")
        self._names = Texts.of(columns, "name")

    @classmethod
    def load(cls, data: bytes, *, mask_secrets: bool = True) -> "Snapshot":
        """Open an artifact: below 1 ms for any size. Raises CorruptSnapshotError."""
        meta, artifact = decode(data, SnapshotMeta)
        if meta.version != VERSION:
            raise CorruptSnapshotError(f"This map has layout {meta.version}, not {VERSION}.")
        return cls(meta, artifact.columns, artifact.digest, masks_secrets=mask_secrets)

    # Files

    @cached_property
    def paths(self) -> tuple[str, ...]:
        r"""All listed paths, ascending; bytes that are no UTF-8 are written as `\\xe9`."""
        return tuple(Texts.of(self.columns, "file.path").every())

    def files(
        self,
        *,
        offset: int = 0,
        limit: int = 100,
        paths: Sequence[str] = (),
        language: str | None = None,
        order: FileOrder = "PATH",
    ) -> Page[SourceFile]:
        """List files, all or those below some paths or in one language."""
        kept = self.files_among(paths, () if language is None else (language,))
        rows = np.flatnonzero(kept)
        if order == "RANK":
            rows = rows[np.argsort(-self.columns["file.rank"][rows], kind="stable")]
        return self._page(rows.tolist(), offset, limit, self.file_at)

    def file(self, path: str) -> SourceFile | None:
        """Find a file, or None."""
        number = self.file_number(plain_path(path))
        return None if number < 0 else self.file_at(number)

    def file_number(self, path: str) -> int:
        """Find the number of a file, or -1."""
        return self._file_numbers.get(path, -1)

    @cached_property
    def _file_numbers(self) -> dict[str, int]:
        return {path: number for number, path in enumerate(self.paths)}

    def file_at(self, number: int) -> SourceFile:
        """Show a file."""
        columns = self.columns
        language, skipped = int(columns["file.language"][number]), int(columns["file.skipped"][number])
        start = columns["file.definition_start"]
        return SourceFile(
            path=self.paths[number],
            blob=columns["file.blob"][number].tobytes().hex(),
            size_bytes=int(columns["file.size"][number]),
            language=self.languages[language].language if language >= 0 else None,
            lines=int(columns["file.lines"][number]),
            symbols=int(start[number + 1] - start[number]),
            rank=float(columns["file.rank"][number]),
            skipped=SkipReason(skipped) if skipped >= 0 else None,
        )

    def files_among(self, paths: Sequence[str], languages: Collection[str]) -> Bool:
        """Say of each file whether it lies below one of these paths and is in one of these languages; none: any."""
        kept = self.files_below(paths) if paths else np.ones(len(self.paths), np.bool_)
        if languages:
            wanted = [number for number, share in enumerate(self.languages) if share.language in languages]
            kept &= np.isin(self.columns["file.language"], wanted)
        return kept

    def files_below(self, prefixes: Iterable[str]) -> Bool:
        """Say of each file whether it is one of these paths or lies in one of these folders."""
        kept = np.zeros(len(self.paths), np.bool_)
        for prefix in prefixes:
            folder = plain_path(prefix)
            if not folder:
                kept[:] = True
                continue
            kept[self.file_number(folder)] |= self.file_number(folder) >= 0
            start, end = (bisect_left(self.paths, folder + mark) for mark in "/0")
            kept[start:end] = True
        return kept

    def tree(self, path: str = "", *, depth: int = 1, most: int = 10_000) -> tuple[TreeEntry, ...]:
        """List the first folders and files below a folder, to a depth; folders sum over their files. NotFoundError."""
        return self._branches.below(path, depth=depth, most=most)

    def treemap(self, path: str = "", *, most: int) -> Treemap:
        """Give the files of a folder as columns, the longest by themselves; NotFoundError for no folder."""
        within = np.arange(*self._branches.span(path))
        return treemap(self.paths, self.columns, [share.language for share in self.languages], within, most)

    @cached_property
    def _branches(self) -> Branches:
        return Branches(self.paths, self.columns, [share.language for share in self.languages])

    def skipped(self, *, offset: int = 0, limit: int = 100) -> Page[SkippedFile]:
        """List the files that were not parsed, and why."""
        rows = np.flatnonzero(self.columns["file.skipped"] >= 0).tolist()
        return self._page(rows, offset, limit, self._skipped_at)

    def _skipped_at(self, number: int) -> SkippedFile:
        reason = SkipReason(int(self.columns["file.skipped"][number]))
        return SkippedFile(self.paths[number], reason, self._details.get(number, ""))

    def critical_files(self, limit: int = 20) -> tuple[CriticalFile, ...]:
        """List the files in which a mistake would cost most: see `services.mapping.critical`. About 1 ms."""
        scores = scores_of(self.columns)
        rows = np.argsort(-scores, kind="stable")[:limit].tolist()
        return tuple(self._critical_at(row, float(scores[row])) for row in rows if scores[row] > 0)

    def _critical_at(self, number: int, score: float) -> CriticalFile:
        columns = self.columns
        start, end = columns["file.definition_start"][number : number + 2].tolist()
        worst = worst_function(columns, start, end)
        return CriticalFile(
            path=self.paths[number],
            score=score,
            rank=float(columns["file.rank"][number]),
            complexity=known_complexity(columns["file.complexity"][number]),
            functions=int(columns["file.functions"][number]),
            worst_function=None if worst is None else self.symbol(worst),
            lines=int(columns["file.lines"][number]),
            callers=callers_of(columns, number, start, end),
            referring_files=int(columns["file.referring"][number]),
        )

    def documentation(
        self, *, offset: int = 0, limit: int = 100, categories: Collection[DocumentCategory] = ()
    ) -> Page[DocumentFile]:
        """List what people wrote to be read, the most useful first; what came with dependencies last."""
        category = self.columns["document.category"]
        rows = np.arange(len(category))
        if categories:
            rows = rows[np.isin(category, [CATEGORIES.index(one) for one in categories])]
        return self._page(rows.tolist(), offset, limit, self._document_at)

    def _document_at(self, row: int) -> DocumentFile:
        columns = self.columns
        number = int(columns["document.file"][row])
        return DocumentFile(
            path=self.paths[number],
            title=self._show(Texts.of(columns, "document.title")[row]) or None,
            category=CATEGORIES[columns["document.category"][row]],
            format=FORMATS[columns["document.format"][row]],
            size_bytes=int(columns["file.size"][number]),
            vendored=bool(columns["document.vendored"][row]),
        )

    # Symbols

    def symbols(
        self,
        *,
        query: str | None = None,
        kinds: Collection[DefinitionKind] = (),
        paths: Sequence[str] = (),
        offset: int = 0,
        limit: int = 50,
    ) -> Page[Symbol]:
        """Search by name, best match and then highest rank first; without a query all, by rank.

        2 to 6 ms for 500,000 symbols on a busy machine, however far down; the first search 25 ms more.
        """
        order = self.columns["definition.order"]
        asked = query is not None and bool(query.strip())
        places, total = np.arange(min(offset, len(order)), min(offset + limit, len(order))), len(order)
        if asked or kinds or paths:
            levels = self._search.by_rank(query or "") if asked else np.ones(len(order), np.int8)
            places, total = _page_of(self._kept(levels, kinds, paths), offset, limit)
        return Page(tuple(map(self.symbol, order[places].tolist())), offset, total)

    def _kept(self, levels: NDArray[np.int8], kinds: Collection[DefinitionKind], paths: Sequence[str]) -> Array:
        """Take the definitions of other kinds and other files out; all by rank."""
        if kinds:
            wanted = np.zeros(len(DefinitionKind), np.int8)
            wanted[[int(kind) for kind in kinds]] = 1
            levels = levels * wanted.take(self._by_rank("definition.kind"))
        if paths:
            levels = levels * self.files_below(paths).take(self._by_rank("definition.file"))
        return levels

    def _by_rank(self, column: str) -> Array:
        """Give a column of the definitions in the order of their rank."""
        return self.attached(("by rank", column), lambda: self.columns[column].take(self.columns["definition.order"]))

    def find_symbols(self, query: str, *, least_grade: int = EXACT) -> Int32:
        """Give the rows of the best matches of a name by rank, if their grade is enough; the same case is better."""
        return self._search.best(query, least=least_grade)

    @cached_property
    def _search(self) -> NameSearch:
        return NameSearch(self.columns)

    def symbol(self, index: int) -> Symbol:
        """Show a symbol. Raises NotFoundError for a number that is not one."""
        columns = self.columns
        if not 0 <= index < len(columns["definition.name"]):
            raise NotFoundError("This map has no symbol with that number.")
        names = [self.name_of(index)]
        outer = int(columns["definition.parent"][index])
        while outer >= 0 and len(names) < DEEPEST:
            names.append(self.name_of(outer))
            outer = int(columns["definition.parent"][outer])
        return Symbol(
            index=index,
            name=names[0],
            qualified_name=".".join(reversed(names)),
            kind=DefinitionKind(int(columns["definition.kind"][index])),
            signature=self.signature_of(index),
            path=self.paths[columns["definition.file"][index]],
            start_line=int(columns["definition.start_line"][index]),
            end_line=int(columns["definition.end_line"][index]),
            rank=float(columns["definition.rank"][index]),
            complexity=known_complexity(columns["definition.complexity"][index]),
            unresolved_callers=int(columns["definition.unresolved_callers"][index]),
            unresolved_callees=int(columns["definition.unresolved_callees"][index]),
        )

    def name_text(self, name: int) -> str:
        """Give one of the distinct names; a name of several words is a heading, which may say anything."""
        return self._show(text) if " " in (text := self._names[name]) else text

    def name_of(self, index: int) -> str:
        """Give the bare name of a symbol."""
        return self.name_text(int(self.columns["definition.name"][index]))

    def signature_of(self, index: int) -> str:
        """Give the one line that declares a symbol, as it is shown."""
        return self._show(self._signatures[index])

    def declaration_of(self, index: int) -> str:
        """Give that line as it stands in the source: to be compared, not to be shown."""
        return self._signatures[index]

    def symbols_of(self, path: str) -> tuple[Symbol, ...]:
        """List the symbols of a file in source order; none for a file that is not here."""
        number = self.file_number(path)
        if number < 0:
            return ()
        start, end = self.columns["definition.file"].searchsorted([number, number + 1]).tolist()
        return tuple(self.symbol(row) for row in range(start, end))

    # Edges

    def callers(self, index: int, *, offset: int = 0, limit: int = 50, min_confidence: float = FACT) -> Page[Reference]:
        """List who refers to a symbol, the surest first. Guesses among several candidates are never shown.

        Below `FACT` an edge is a guess, too: the only definition of a name that is used on something unknown.
        """
        self.symbol(index)
        offsets = self.columns["edge.offsets"]
        rows = np.arange(offsets[index], offsets[index + 1], dtype=np.int32)
        return self._references(rows, offset, limit, min_confidence)

    def callees(self, index: int, *, offset: int = 0, limit: int = 50, min_confidence: float = FACT) -> Page[Reference]:
        """List what a symbol refers to, the surest first."""
        self.symbol(index)
        rows = Groups.of(self.columns, "edge.by_source")[index]
        return self._references(rows, offset, limit, min_confidence)

    def _references(self, rows: Int32, offset: int, limit: int, min_confidence: float) -> Page[Reference]:
        confidence = CONFIDENCES[self.columns["edge.rung"][rows]]
        order = np.argsort(-confidence, kind="stable")
        rows = rows[order][confidence[order] >= min_confidence]
        return self._page(rows.tolist(), offset, limit, self._reference_at)

    def _reference_at(self, row: int) -> Reference:
        columns = self.columns
        source = int(columns["edge.source"][row])
        target = int(columns["edge.offsets"].searchsorted(row, side="right")) - 1
        symbol = self.symbol(source) if source >= 0 else None
        strategy, confidence = CONFIDENCE[Rung(int(columns["edge.rung"][row]))]
        return Reference(
            source=symbol,
            target=self.symbol(target),
            path=symbol.path if symbol else self.paths[-1 - source],
            line=int(columns["edge.line"][row]),
            strategy=strategy,
            confidence=confidence,
        )

    # For the outline

    @cached_property
    def links(self) -> Links:
        """What the ranking walks on."""
        columns = self.columns
        return Links(
            columns["links.offsets"], columns["links.definitions"], columns["links.weights"], columns["definition.file"]
        )

    @cached_property
    def standing(self) -> Standing:
        """What files and definitions are worth by themselves."""
        return standing_of(self.columns)

    @cached_property
    def lexicon(self) -> Lexicon:
        """The words of paths, names and signatures."""
        return Lexicon(self.columns, files=len(self.paths), names=len(self._names))

    def attached(self, key: object, make: Callable[[], ItemT]) -> ItemT:
        """Keep something that is derived from this map for as long as the map is open."""
        found = self._attached.get(key)
        if found is None:
            found = self._attached.setdefault(key, make())
        return cast("ItemT", found)

    @staticmethod
    def _page(rows: Sequence[int], offset: int, limit: int, show: Callable[[int], ItemT]) -> Page[ItemT]:
        return Page(tuple(show(row) for row in rows[offset : offset + limit]), offset, len(rows))


def _page_of(levels: NDArray[np.int8], offset: int, limit: int) -> tuple[Int64, int]:
    """Give a page of the places whose level is not 0, the highest level first, and how many there are in all."""
    found = np.flatnonzero(levels != 0)
    kept = levels[found]
    pages: list[Int64] = []
    for level in range(int(kept.max(initial=0)), 0, -1):
        at = np.flatnonzero(kept == level)
        pages.append(at[offset : offset + limit])
        offset, limit = max(offset - len(at), 0), limit - len(pages[-1])
        if not limit:
            break
    return found[np.concatenate([*pages, np.empty(0, np.int64)])], len(found)
