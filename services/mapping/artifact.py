"""From records to the bytes of a snapshot, in two pure steps that run in a parser process.

`link` resolves every reference and writes all columns but the ranks; `finish` walks the graph and
adds them. Two steps, because each is a phase that a person may watch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
import numpy as np

from services.mapping.columns import Array, Columns, Groups, Int32, Int64, Texts, decode, encode
from services.mapping.complexity import NOT_COUNTED, complexity_of
from services.mapping.corpus import Corpus, join
from services.mapping.document_rows import document_columns
from services.mapping.encoding import Record, decode_record
from services.mapping.graph import Edges, Graph, connect
from services.mapping.layout import VERSION, SnapshotMeta, standing_of
from services.mapping.lexicon import index
from services.mapping.manifests import Manifest
from services.mapping.name_index import search_columns
from services.mapping.rank import Guessed, Links, links_of, rank
from services.mapping.reach import Reach, breadth_of, local_of, referring
from services.mapping.records import FileRecord, FileSkipped, SkipReason, SourceEntry
from services.mapping.views import Coverage, LanguageShare
from services.mapping.worth import weight_of, worth_of

TEMPORARY: Final = "temporary."
"""Columns that `finish` uses up."""


class ListedFile(msgspec.Struct, frozen=True, array_like=True):
    """One file of the commit with what became of it: `record` is a row of the records, or -1 with `skipped`."""

    entry: SourceEntry
    record: int
    skipped: FileSkipped | None = None
    title: int = -1
    """A row of the records, for a document that was read."""


@dataclass(frozen=True, slots=True)
class _Tables:
    corpus: Corpus
    graph: Graph
    position: Int32
    """Of each parsed file among the listed ones."""
    listed: int


def link(commit: str, engine_version: str, files: Sequence[ListedFile], records: Sequence[bytes]) -> bytes:
    """Resolve all references: everything of a snapshot but its ranks. Files may come in any order."""
    decoded = [decode_record(record) for record in records]
    ordered = sorted(
        (_settled(file, decoded) for file in files), key=lambda file: (_printable(file.entry.path), file.entry.path)
    )
    parsed = [(at, file.entry.path, decoded[file.record]) for at, file in enumerate(ordered) if file.record >= 0]
    rows = [(path, record) for _, path, record in parsed if isinstance(record, FileRecord)]
    corpus = join([path for path, _ in rows], [record for _, record in rows])
    position = np.asarray([at for at, _, _ in parsed], np.int32)
    graph = connect(corpus, _manifests(files, decoded))
    tables = _Tables(corpus, graph, position, len(ordered))
    meta = _meta(commit, engine_version, ordered, tables)
    paths = [_printable(file.entry.path) for file in ordered]
    columns = {
        **_file_columns(ordered, tables, meta.languages),
        **Texts.pack(paths).columns("file.path"),
        **document_columns(ordered, paths, decoded),
        **_complexity_columns(tables, [record for _, record in rows]),
        **_definition_columns(tables, paths),
        **_edge_columns(tables.graph.edges, tables),
        **_rank_columns(tables),
    }
    return encode(meta, columns)


def _manifests(files: Sequence[ListedFile], records: Sequence[Record]) -> dict[str, Manifest]:
    """Give what the commit's manifests say, by path."""
    found = [(file.entry.path, records[file.record]) for file in files if file.record >= 0]
    return {path: record for path, record in sorted(found, key=lambda one: one[0]) if isinstance(record, Manifest)}


def _settled(file: ListedFile, records: Sequence[Record]) -> ListedFile:
    """Move a file that the parser refused, or that says only where others lie, to the skipped ones."""
    record = records[file.record] if file.record >= 0 else None
    if isinstance(record, Manifest):
        record = FileSkipped(SkipReason.NO_LANGUAGE)
    return ListedFile(file.entry, -1, record, file.title) if isinstance(record, FileSkipped) else file


def finish(linked: bytes) -> bytes:
    """Rank what `link` gave, and drop what only the ranking needed."""
    meta, artifact = decode(linked, SnapshotMeta)
    columns = dict(artifact.columns)
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
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _meta(commit: str, engine_version: str, files: Sequence[ListedFile], tables: _Tables) -> SnapshotMeta:
    corpus, graph = tables.corpus, tables.graph
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


def _scattered(values: Array, tables: _Tables, *, elsewhere: float) -> Array:
    """Spread values of parsed files over all listed ones."""
    result = np.full(tables.listed, elsewhere, values.dtype)
    result[tables.position] = values
    return result


def _listed_offsets(offsets: Int64, tables: _Tables) -> Int64:
    """Spread row lengths of parsed files over all listed ones."""
    result = np.zeros(tables.listed + 1, np.int64)
    np.cumsum(_scattered(np.diff(offsets), tables, elsewhere=0), out=result[1:])
    return result


def _file_columns(files: Sequence[ListedFile], tables: _Tables, languages: Sequence[LanguageShare]) -> dict[str, Array]:
    corpus = tables.corpus
    number = {share.language: at for at, share in enumerate(languages)}
    spoken = np.asarray([number[language] for language in corpus.languages], np.int8)
    reasons = [-1 if file.skipped is None else file.skipped.reason for file in files]
    width = max((len(file.entry.blob) // 2 for file in files), default=0)
    blobs = b"".join(bytes.fromhex(file.entry.blob).ljust(width, b"\0") for file in files)
    _, by_file = referring(corpus, tables.graph)
    return {
        "file.blob": np.frombuffer(blobs, np.uint8).reshape(len(files), width),
        "file.definition_start": _listed_offsets(corpus.definition_start, tables),
        "file.language": _scattered(spoken, tables, elsewhere=-1),
        "file.lines": _scattered(corpus.lines, tables, elsewhere=0),
        "file.referring": _scattered(by_file, tables, elsewhere=0),
        "file.size": np.asarray([file.entry.size_bytes for file in files], np.int64),
        "file.skipped": np.asarray(reasons, np.int8),
        "file.worth": _scattered(tables.graph.voices.voice, tables, elsewhere=0),
    }


def _definition_columns(tables: _Tables, paths: Sequence[str]) -> Columns:
    corpus = tables.corpus
    definitions = corpus.definitions
    used, inverse = np.unique(definitions.name, return_inverse=True)
    order, searched = search_columns([corpus.strings[number] for number in used.tolist()])
    names = [corpus.strings[number] for number in used[order].tolist()]
    name: Int32 = np.argsort(order)[inverse].astype(np.int32)
    signatures = Texts.pack([corpus.strings[number] for number in definitions.signature.tolist()])
    file = _listed_file(definitions.file, tables)
    by_definition, _ = referring(corpus, tables.graph)
    return {
        "definition.file": file,
        "definition.name": name,
        "definition.kind": definitions.kind.astype(np.int8),
        "definition.parent": definitions.parent,
        "definition.start_line": definitions.start_line,
        "definition.end_line": definitions.end_line,
        "definition.name_line": definitions.name_line,
        "definition.referring": by_definition,
        "definition.unresolved_callers": tables.graph.doubts.of,
        "definition.unresolved_callees": tables.graph.doubts.inside,
        **signatures.columns("definition.signature"),
        **Texts.pack(names).columns("name"),
        **Groups.by(name, count=len(names)).columns("name.definitions"),
        **searched,
        **index(_parsed_only(paths, tables), names, name, file, signatures),
    }


def _complexity_columns(tables: _Tables, records: Sequence[FileRecord]) -> dict[str, Array]:
    by_definition, by_file, functions = complexity_of(tables.corpus, records)
    return {
        "definition.complexity": by_definition,
        "file.complexity": _scattered(by_file, tables, elsewhere=NOT_COUNTED),
        "file.functions": _scattered(functions, tables, elsewhere=0),
    }


def _parsed_only(paths: Sequence[str], tables: _Tables) -> list[str]:
    """Keep the paths of parsed files in their places: nothing but definitions can be shown for a question."""
    parsed = set(tables.position.tolist())
    return [path if at in parsed else "" for at, path in enumerate(paths)]


def _listed_file(files: Int32, tables: _Tables) -> Int32:
    return tables.position[files] if len(files) else files


def _edge_columns(edges: Edges, tables: _Tables) -> dict[str, Array]:
    """Edges stand by target; `edge.by_source` lists those of each source definition."""
    count = len(tables.corpus.definitions.name)
    offsets = np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(edges.target, minlength=count), out=offsets[1:])
    source = edges.source.copy()
    top = source < 0
    source[top] = -1 - _listed_file(-1 - source[top], tables)
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


def _rank_columns(tables: _Tables) -> dict[str, Array]:
    worth = worth_of(tables.corpus, tables.graph.voices.worth, tables.graph.reexports)
    links, guessed = links_of(tables.corpus, tables.graph, worth)
    return {
        "definition.worth": worth,
        "definition.weight": weight_of(tables.corpus, tables.graph.owner),
        "definition.owner": tables.graph.owner,
        "definition.local": local_of(tables.corpus, tables.graph),
        "links.offsets": _listed_offsets(links.offsets, tables),
        "links.definitions": links.definitions,
        "links.weights": links.weights,
        "temporary.breadth": breadth_of(tables.corpus, tables.graph),
        "temporary.guessed.offsets": _listed_offsets(guessed.offsets, tables),
        "temporary.guessed.names": guessed.names,
        "temporary.guessed.weights": guessed.weights,
        **guessed.candidates.columns("temporary.candidates"),
    }
