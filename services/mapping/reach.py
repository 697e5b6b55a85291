"""How far a definition reaches: from how many places it is used, and how much it uses itself.

A walk finds what everything stands on. A reader also wants to know where the parts come together:
the function that starts the server is called once, and calls forty others.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from services.mapping.columns import Columns, Float32, Float64, Int32, sums
from services.mapping.corpus import Corpus
from services.mapping.graph import Graph
from services.mapping.lookup import unique

CONDUCTED_POWER: Final = 0.25
"""Of the rank of what is used: to use many parts says more than to use one great one."""
MEMBERS_SHARE: Final = 0.5
"""What a class gets of what its members bring together."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Of each definition the folders, other than its own, that refer to it; and who refers to whom over files."""

    breadth: Float32
    source: Int32
    target: Int32

    @classmethod
    def of(cls, breadth: Float32, columns: Columns) -> "Reach":
        """Read the edges of an artifact back: those between definitions of different files."""
        offsets, source, file = columns["edge.offsets"], columns["edge.source"], columns["definition.file"]
        target = np.repeat(np.arange(len(file), dtype=np.int32), np.diff(offsets))
        inside = source >= 0
        source, target = source[inside], target[inside]
        across = file[source] != file[target]
        return cls(breadth, source[across], target[across])


def conducting(reach: Reach, ranks: Float32, parent: Int32) -> Float64:
    """Add up what each definition, and its members, use of other files."""
    worth = np.power(ranks[reach.target].astype(np.float64), CONDUCTED_POWER)
    own = sums(reach.source, worth, count=len(ranks))
    nested = parent >= 0
    return own + MEMBERS_SHARE * sums(parent[nested], own[nested], count=len(ranks))


def breadth_of(corpus: Corpus, graph: Graph) -> Float32:
    """Count the folders, other than its own, with files that refer to each definition."""
    file_of = corpus.definitions.file
    source, target = source_files(corpus, graph.edges.source), graph.edges.target
    other = graph.folder[source] != graph.folder[file_of[target]]
    width = int(graph.folder.max(initial=0)) + 1
    pairs = unique(target[other].astype(np.int64) * width + graph.folder[source[other]])
    return np.bincount(pairs // width, minlength=len(file_of)).astype(np.float32)


def source_files(corpus: Corpus, source: Int32) -> Int32:
    """Give the file of the source of an edge."""
    inside = source >= 0
    result = -1 - source
    result[inside] = corpus.definitions.file[source[inside]]
    return result.astype(np.int32)


def local_of(corpus: Corpus, graph: Graph) -> Float32:
    """Add up how much each definition is referred to in its own file."""
    edges, file_of = graph.edges, corpus.definitions.file
    inside = source_files(corpus, edges.source) == file_of[edges.target]
    uses = np.sqrt(edges.count[inside].astype(np.float64))
    return sums(edges.target[inside], uses, count=len(file_of)).astype(np.float32)


def referring(corpus: Corpus, graph: Graph) -> tuple[Int32, Int32]:
    """Count the other files that refer to each definition, and to each file."""
    file_of = corpus.definitions.file
    files = max(len(corpus.paths), 1)
    source, target = source_files(corpus, graph.edges.source), graph.edges.target
    other = source != file_of[target]
    source, target = source[other].astype(np.int64), target[other]
    by_definition = unique(target.astype(np.int64) * files + source) // files
    by_file = unique(file_of[target].astype(np.int64) * files + source) // files
    return (
        np.bincount(by_definition, minlength=len(file_of)).astype(np.int32),
        np.bincount(by_file, minlength=len(corpus.paths)).astype(np.int32),
    )
