"""From records to the bytes of a snapshot, in three pure steps that run in parser processes.

`describe` writes what files and definitions are by themselves, `link` who refers to whom: neither needs the
other, so they run at once. `finish` walks the graph and adds the ranks, which is a phase that a person may watch.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeAlias

import msgspec
import numpy as np
from msgspec import structs

from services.mapping.columns import Array, Columns, Groups, Int32, Int64, Texts, decode, encode
from services.mapping.complexity import NOT_COUNTED, complexity_of
from services.mapping.corpus import Corpus, join
from services.mapping.document_rows import document_columns
from services.mapping.encoding import decode_record
from services.mapping.graph import Edges, Graph, connect
from services.mapping.layout import VERSION, SnapshotMeta, standing_of
from services.mapping.lexicon import Sources, index
from services.mapping.lookup import numbered
from services.mapping.manifests import Manifest
from services.mapping.name_index import search_columns
from services.mapping.rank import Guessed, Links, links_of, rank
from services.mapping.reach import Reach, breadth_of, local_of, referring
from services.mapping.records import FileRecord, FileSkipped, SkipReason, SourceEntry
from services.mapping.spoken import Spoken
from services.mapping.views import Coverage, LanguageShare
from services.mapping.words import SplitNames
from services.mapping.worth import weight_of, worth_of

Connect: TypeAlias = Callable[[Corpus, Mapping[str, Manifest]], Graph]
TEMPORARY: Final = "temporary."
"""Columns that `finish` uses up."""


class ListedFile(msgspec.Struct, frozen=True, array_like=True):
    """One file of the commit with what became of it: `record` is a row of the records, or -1 with `skipped`."""

    entry: SourceEntry
    record: int
    skipped: FileSkipped | None = None
    title: int = -1
    """A row of the records, for a document that was read."""


class Records(Protocol):
    """The encoded records by row: a list, or what reads them where they lie."""

    def __getitem__(self, number: int, /) -> bytes:
        """Give one."""
        ...

    def clear(self) -> None:
        """Let go of all."""
        ...


class Described(msgspec.Struct, frozen=True, array_like=True):
    """What stands before the columns that `describe` gives: nothing."""


@dataclass(frozen=True, slots=True)
class _Listing:
    """Where the files that have tags stand among all that are listed."""

    position: Int32
    count: int

    def spread(self, values: Array, *, elsewhere: float) -> Array:
        """Spread values of parsed files over all listed ones."""
        result = np.full(self.count, elsewhere, values.dtype)
        result[self.position] = values
        return result

    def offsets(self, offsets: Int32 | Int64) -> Int64:
        """Spread row lengths of parsed files over all listed ones."""
        result = np.zeros(self.count + 1, np.int64)
        np.cumsum(self.spread(np.diff(offsets), elsewhere=0), out=result[1:])
        return result

    def said(self, spoken: Sequence[Spoken]) -> list[Spoken]:
        """Put the words of parsed files into their places among all."""
        words = [Spoken("", b"")] * self.count
        for at, one in zip(self.position.tolist(), spoken, strict=True):
            words[at] = one
        return words

    def numbers(self, files: Int32) -> Int32:
        """Give the numbers among all of parsed files."""
        return self.position[files] if len(files) else files


def describe(files: Iterable[ListedFile], records: Records) -> bytes:
    """Write down what needs no reference: files, documents, definitions, and what they are found by.

    Files may come in any order. `records` is emptied once they are joined: little else takes so much memory.
    """
    return encode(Described(), _described(files, records))


def _described(files: Iterable[ListedFile], records: Records) -> Columns:
    reading = _Reading.of(files, records)
    paths = [_printable(file.entry.path) for file in reading.files]
    documents = document_columns(reading.files, paths, records)
    spoken: list[Spoken] = []
    corpus = join(_without_uses(reading.sources(), spoken))
    records.clear()
    listing = reading.listing()
    return {
        **_file_columns(reading.files, corpus, listing),
        **Texts.pack(paths).columns("file.path"),
        **documents,
        **_complexity_columns(corpus, listing),
        **_definition_columns(corpus, listing, paths, spoken),
    }


def link(
    commit: str, engine_version: str, files: Iterable[ListedFile], records: Records, *, connect: Connect = connect
) -> bytes:
    """Resolve all references, as `describe` does not. Files may come in any order; `records` is emptied as well."""
    return encode(*_linked(commit, engine_version, files, records, connect))


def _linked(
    commit: str, engine_version: str, files: Iterable[ListedFile], records: Records, connect: Connect
) -> tuple[SnapshotMeta, Columns]:
    reading = _Reading.of(files, records)
    corpus = join(reading.sources())
    records.clear()
    graph = connect(corpus, reading.manifests)
    listing = reading.listing()
    by_definition, by_file = referring(corpus, graph)
    columns = {
        "file.referring": listing.spread(by_file, elsewhere=0),
        "file.worth": listing.spread(graph.voices.voice, elsewhere=0),
        "definition.referring": by_definition,
        "definition.unresolved_callers": graph.doubts.of,
        "definition.unresolved_callees": graph.doubts.inside,
        **_edge_columns(corpus, graph.edges, listing),
        **_rank_columns(corpus, graph, listing),
    }
    return _meta(commit, engine_version, reading.files, corpus, graph), columns


def _without_uses(sources: Iterable[tuple[str, FileRecord]], spoken: list[Spoken]) -> Iterator[tuple[str, FileRecord]]:
    """Leave out who refers to whom, and put the words of each file aside."""
    for path, record in sources:
        spoken.append(Spoken(record.words, record.word_counts))
        yield path, structs.replace(record, references=b"", imports=b"", typings=b"")


@dataclass(slots=True)
class _Reading:
    """The files of a commit, whose records are read one after the other."""

    files: list[ListedFile]
    """By path; `sources` moves those that the parser refused, or that say only where others lie, to the skipped."""
    records: Records
    position: list[int] = field(default_factory=list)
    """Of each file that has tags, among all."""
    manifests: dict[str, Manifest] = field(default_factory=dict)

    @classmethod
    def of(cls, files: Iterable[ListedFile], records: Records) -> "_Reading":
        """Sort the files."""
        return cls(sorted(files, key=lambda file: (_printable(file.entry.path), file.entry.path)), records)

    def listing(self) -> _Listing:
        """Say which files gave something; after `sources`."""
        return _Listing(np.asarray(self.position, np.int32), len(self.files))

    def sources(self) -> Iterator[tuple[str, FileRecord]]:
        """Give the files that have tags."""
        for at, file in enumerate(self.files):
            record = decode_record(self.records[file.record]) if file.record >= 0 else None
            if isinstance(record, FileRecord):
                self.position.append(at)
                yield file.entry.path, record
            elif isinstance(record, Manifest):
                self.manifests[file.entry.path] = record
                record = FileSkipped(SkipReason.NO_LANGUAGE)
            if isinstance(record, FileSkipped):
                self.files[at] = ListedFile(file.entry, -1, record, file.title)


def finish(described: bytes | memoryview, linked: bytes | memoryview) -> bytes:
    """Put both together, rank, and drop what only the ranking needed."""
    meta, artifact = decode(linked, SnapshotMeta)
    columns = {**decode(described, Described)[1].columns, **artifact.columns}
    links = Links(
        columns["links.offsets"], columns["links.definitions"], columns["links.weights"], columns["definition.file"]
    )
    guessed = Guessed(
        columns["temporary.guessed.offsets"],
        columns["temporary.guessed.names"],
        columns["temporary.guessed.weights"],
        Groups.of(columns, "temporary.candidates"),
    )
    reach = Reach.of(columns["temporary.breadth"], columns)
    ranking = rank(links, guessed, standing_of(columns), reach)
    order = np.lexsort((np.arange(len(ranking.definitions)), -ranking.definitions))
    columns["file.rank"] = ranking.files
    columns["definition.rank"] = ranking.definitions
    columns["definition.order"] = order.astype(np.int32)
    return encode(meta, {name: column for name, column in columns.items() if not name.startswith(TEMPORARY)})


def _printable(path: str) -> str:
    r"""Write bytes of a path that are no UTF-8 as `\\xe9`, so that it can be shown, stored and asked for."""
    return path if path.isascii() else path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _meta(commit: str, engine_version: str, files: Sequence[ListedFile], corpus: Corpus, graph: Graph) -> SnapshotMeta:
    coverage = Coverage(
        files_listed=len(files),
        files_parsed=len(corpus.paths),
        files_skipped=len(files) - len(corpus.paths),
        symbols=len(corpus.definitions.name),
        references=graph.references,
        resolved=graph.resolved,
        ambiguous=graph.ambiguous,
        unresolved=graph.references - graph.resolved - graph.ambiguous,
    )
    details = {at: file.skipped.detail for at, file in enumerate(files) if file.skipped and file.skipped.detail}
    return SnapshotMeta(VERSION, commit, engine_version, coverage, _languages(corpus), details)


def _languages(corpus: Corpus) -> tuple[LanguageShare, ...]:
    """Count files and lines by language, the largest first."""
    total = max(int(corpus.lines.sum(dtype=np.int64)), 1)
    shares = []
    for language in set(corpus.languages):
        of_it = np.asarray([one == language for one in corpus.languages], np.bool_)
        lines = int(corpus.lines[of_it].sum(dtype=np.int64))
        shares.append(LanguageShare(language, int(of_it.sum()), lines, round(lines / total, 6)))
    return tuple(sorted(shares, key=lambda share: (-share.lines, share.language)))


def _file_columns(files: Sequence[ListedFile], corpus: Corpus, listing: _Listing) -> dict[str, Array]:
    number = {share.language: at for at, share in enumerate(_languages(corpus))}
    spoken = np.asarray([number[language] for language in corpus.languages], np.int8)
    reasons = [-1 if file.skipped is None else file.skipped.reason for file in files]
    width = max((len(file.entry.blob) // 2 for file in files), default=0)
    blobs = b"".join(bytes.fromhex(file.entry.blob).ljust(width, b"\0") for file in files)
    return {
        "file.blob": np.frombuffer(blobs, np.uint8).reshape(len(files), width),
        "file.definition_start": listing.offsets(corpus.definition_start),
        "file.language": listing.spread(spoken, elsewhere=-1),
        "file.lines": listing.spread(corpus.lines, elsewhere=0),
        "file.size": np.asarray([file.entry.size_bytes for file in files], np.int64),
        "file.skipped": np.asarray(reasons, np.int8),
    }


def _definition_columns(corpus: Corpus, listing: _Listing, paths: Sequence[str], spoken: Sequence[Spoken]) -> Columns:
    definitions = corpus.definitions
    used, numbered_name = numbered(definitions.name, below=len(corpus.strings))
    split = SplitNames.of([corpus.strings[number] for number in used.tolist()])
    order, searched = search_columns(split)
    names, split = [corpus.strings[number] for number in used[order].tolist()], split.in_order(order)
    name: Int32 = np.argsort(order).astype(np.int32)[numbered_name]
    signatures = Texts.pack([corpus.strings[number] for number in definitions.signature.tolist()])
    file = listing.numbers(definitions.file)
    return {
        "definition.file": file,
        "definition.name": name,
        "definition.kind": definitions.kind.astype(np.int8),
        "definition.parent": definitions.parent,
        "definition.start_line": definitions.start_line,
        "definition.end_line": definitions.end_line,
        "definition.name_line": definitions.name_line,
        **signatures.columns("definition.signature"),
        **Texts.pack(names).columns("name"),
        **Groups.by(name, count=len(names)).columns("name.definitions"),
        **searched,
        **index(Sources(_parsed_only(paths, listing), listing.said(spoken), names, split, name, file, signatures)),
    }


def _complexity_columns(corpus: Corpus, listing: _Listing) -> dict[str, Array]:
    by_definition, by_file, functions = complexity_of(corpus)
    return {
        "definition.complexity": by_definition,
        "file.complexity": listing.spread(by_file, elsewhere=NOT_COUNTED),
        "file.functions": listing.spread(functions, elsewhere=0),
    }


def _parsed_only(paths: Sequence[str], listing: _Listing) -> list[str]:
    """Keep the paths of parsed files in their places: nothing but definitions can be shown for a question."""
    parsed = set(listing.position.tolist())
    return [path if at in parsed else "" for at, path in enumerate(paths)]


def _edge_columns(corpus: Corpus, edges: Edges, listing: _Listing) -> dict[str, Array]:
    """Edges stand by target; `edge.by_source` lists those of each source definition."""
    count = len(corpus.definitions.name)
    offsets = np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(edges.target, minlength=count), out=offsets[1:])
    source = edges.source.copy()
    top = source < 0
    source[top] = -1 - listing.numbers(-1 - source[top])
    inside = np.flatnonzero(~top).astype(np.int32)
    by_source = Groups.by(source[inside], count=count)
    return {
        "edge.offsets": offsets,
        "edge.source": source,
        "edge.rung": edges.rung.astype(np.int8),
        "edge.line": edges.line,
        "edge.count": edges.count,
        **Groups(by_source.offsets, inside[by_source.items]).columns("edge.by_source"),
    }


def _rank_columns(corpus: Corpus, graph: Graph, listing: _Listing) -> dict[str, Array]:
    worth = worth_of(corpus, graph.voices.worth, graph.reexports)
    links, guessed = links_of(corpus, graph, worth)
    return {
        "definition.worth": worth,
        "definition.weight": weight_of(corpus, graph.owner),
        "definition.owner": graph.owner,
        "definition.local": local_of(corpus, graph),
        "links.offsets": listing.offsets(links.offsets),
        "links.definitions": links.definitions,
        "links.weights": links.weights,
        "temporary.breadth": breadth_of(corpus, graph),
        "temporary.guessed.offsets": listing.offsets(guessed.offsets),
        "temporary.guessed.names": guessed.names,
        "temporary.guessed.weights": guessed.weights,
        **guessed.candidates.columns("temporary.candidates"),
    }
