"""A first map of a commit whose files are still being read: all of a map but what refers to what.

It has the columns of every map, so that whatever shows one shows a draft. Nothing is resolved: whoever
mentions a name lends a little weight to whatever is called so, which is enough for an order, and shown to nobody.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from msgspec import structs

from services.mapping.artifact import describe, finish, link
from services.mapping.attributes import Attributes
from services.mapping.columns import decode, encode
from services.mapping.corpus import Corpus
from services.mapping.graph import Doubts, Edges, Graph, candidates
from services.mapping.layout import SnapshotMeta
from services.mapping.listing import unpack
from services.mapping.manifests import Manifest
from services.mapping.worth import Voices


class Reached(NamedTuple):
    """How many files the commit has, how many of them the parser has read, and how many it will not."""

    listed: int
    parsed: int
    skipped: int


class Drawn(NamedTuple):
    """The bytes of a draft, and the processor time that it took."""

    data: bytes
    seconds: float


def draft(
    commit: str, engine_version: str, listing: tuple[bytes, bytes], records: Sequence[bytes], reached: Reached
) -> Drawn:
    """Make a draft, in a process of the pool: 0.2 s for 10,000 definitions.

    The listing holds the files that are in it, and no others.

    What a file mentions comes from its record, which a skim fills with all of its words.
    """
    started_at = time.process_time()
    files = unpack(*listing)
    described = describe(files, list(records))
    linked = link(commit, engine_version, files, list(records), connect=unresolved)
    meta, artifact = decode(finish(described, linked), SnapshotMeta)
    listed, parsed, skipped = reached
    coverage = replace(meta.coverage, files_listed=listed, files_parsed=parsed, files_skipped=skipped)
    data = encode(structs.replace(meta, coverage=coverage), artifact.columns)
    return Drawn(data, time.process_time() - started_at)


def unresolved(corpus: Corpus, manifests: Mapping[str, Manifest]) -> Graph:
    """Give a graph without edges, in which every mention of a name is a guess."""
    definitions, files = corpus.definitions, len(corpus.paths)
    nothing = np.zeros(len(definitions.name), np.int32)
    folders = {folder: at for at, folder in enumerate(sorted({_folder(path) for path in corpus.paths}))}
    mentioned = np.flatnonzero(np.isin(corpus.sites.name, definitions.name))
    none = np.empty(0, np.int32)
    return Graph(
        edges=Edges(none, none, none, none, none),
        guesses=candidates(corpus, mentioned),
        references=0,
        resolved=0,
        ambiguous=0,
        folder=np.fromiter((folders[_folder(path)] for path in corpus.paths), np.int32, files),
        owner=definitions.parent,
        voices=Voices.of(corpus, Attributes(manifests)),
        reexports=nothing,
        doubts=Doubts(nothing, nothing),
    )


def _folder(path: str) -> str:
    return path.rpartition("/")[0]
