"""How important a definition and a file are: a walk over who refers to whom.

The walker stands on a file, follows one of its references to a definition and stands on that
definition's file. Two sparse matrices (file by definition, definition by file) are applied in turn;
the file by file product is never made. Sums run in a fixed order, so that equal graphs give equal bytes.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_array  # type: ignore[import-untyped]  # scipy comes without types

from services.mapping.columns import Float32, Float64, Groups, Int32, Int64, sums
from services.mapping.corpus import Corpus
from services.mapping.graph import Graph
from services.mapping.ladder import CONFIDENCES
from services.mapping.lookup import first_of_each
from services.mapping.reach import Reach, conducting, source_files

DAMPING: Final = 0.55
"""Lower than a web page's 0.85: with long walks everything ends in the leaves that all code stands on
(string and date helpers), which is not what a reader of a project asks for first."""
TOLERANCE: Final = 1e-4
"""Of the sum of absolute changes: the first hundred files are the same as at 1e-6."""
MOST_STEPS: Final = 60
GUESS_WEIGHT: Final = 0.1
NEAR_WEIGHT: Final = 0.5
"""Of a use in the same folder: neighbours say less of what a project is about than others do."""
BREADTH_POWER: Final = 0.25
"""Of the number of other folders that refer to a definition."""
CROWDING: Final = 0.05
"""How much less each further definition of one file counts, so that a file of records does not fill a map."""
BEST_SHARE: Final = 0.1
"""What the best member of a class gets of its rank, so that a class is shown with what it is for."""
BEST_POWER: Final = 1.5
"""How quickly that falls for its second and third."""
CONDUCTOR_SHARE: Final = 0.35
"""What the code that brings the important parts together (a server's main loop) gets beside what is used."""
SLACK: Final = 40.0
"""Weight that each file keeps for a restart, so that one which refers to a single name does not give it all it has."""
MEMBER_SHARE: Final = 0.3
"""What a class gets of the rank of its members."""
CLASS_SHARE: Final = 0.05
"""What the members of a class get, all together, of its rank."""
OWN_SHARE: Final = 0.1
"""Of a file's rank, spread over its definitions by what the file itself refers to."""


@dataclass(frozen=True, slots=True)
class Links:
    """What the walker follows: from each file to definitions, rows summing to less than 1."""

    offsets: Int64
    definitions: Int32
    weights: Float32
    definition_file: Int32

    def matrix(self, count: int) -> csr_array:
        """Give the file by definition matrix; the columns are not copied."""
        shape = (len(self.offsets) - 1, count)
        return csr_array((self.weights, self.definitions, self.offsets), shape=shape)


@dataclass(frozen=True, slots=True)
class Walk:
    """Where the walker is in the end: on each file (sums to 1), and how often it came through each definition."""

    files: Float32
    definitions: Float32


@dataclass(frozen=True, slots=True)
class Guessed:
    """Ambiguous names, for the rank alone: weights file by name, and the candidates of each name."""

    offsets: Int64
    names: Int32
    weights: Float32
    candidates: Groups

    def matrices(self, worth: Float32) -> tuple[csr_array, csr_array]:
        """Give file by name, and name by definition with 1/k of its worth for each of k candidates."""
        sizes = np.diff(self.candidates.offsets)
        share = np.repeat(1.0 / np.maximum(sizes, 1), sizes).astype(np.float32) * worth[self.candidates.items]
        used = csr_array((self.weights, self.names, self.offsets), shape=(len(self.offsets) - 1, len(sizes)))
        spread = csr_array((share, self.candidates.items, self.candidates.offsets), shape=(len(sizes), len(worth)))
        return used, spread


@dataclass(frozen=True, slots=True)
class Standing:
    """What files and definitions are worth before other files refer to them, and how definitions nest."""

    files: Float32
    definitions: Float32
    """How much a reference counts: less for tests, private and local names."""
    weight: Float32
    """By kind and size: where the code is, there a reader has something to see."""
    local: Float32
    """How much the own file refers to it."""
    parent: Int32
    """What each definition belongs to, or -1: what it stands in, or the type of a Go method."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """The ranks of files and of definitions; each sums to 1."""

    files: Float32
    definitions: Float32


def walk(
    links: Links,
    restart: Float32,
    *,
    guesses: tuple[csr_array, csr_array] | None = None,
    damping: float = DAMPING,
    tolerance: float = TOLERANCE,
) -> Walk:
    """Iterate until the sum of changes is below the tolerance: about 1 ms a step at 14k files.

    `restart` is where the walker begins again (sums to 1); `guesses` are file by name and name by definition.
    """
    forward = links.matrix(len(links.definition_file)).T
    rank = restart.astype(np.float32)
    passed = np.zeros(len(links.definition_file), np.float32)
    for _ in range(MOST_STEPS):
        passed = forward @ rank
        if guesses is not None:
            passed = passed + guesses[1].T @ (guesses[0].T @ rank)
        arrived = sums(links.definition_file, passed, count=len(rank)).astype(np.float32)
        lost = 1.0 - float(arrived.sum(dtype=np.float64))
        following: Float32 = (damping * (arrived + lost * restart) + (1 - damping) * restart).astype(np.float32)
        change = float(np.abs(following - rank).sum(dtype=np.float64))
        rank = following
        if change < tolerance:
            break
    return Walk(rank, passed)


def links_of(corpus: Corpus, graph: Graph, worth: Float32) -> tuple[Links, Guessed]:
    """Weigh the edges by (file, definition): confidence times √ of the count times what the target is worth.

    The row of a file in both results together sums to less than 1; the rest goes to a restart.
    """
    edges, definitions, guesses = graph.edges, corpus.definitions, graph.guesses
    source = source_files(corpus, edges.source)
    count = max(len(definitions.name), 1)
    keys, back = np.unique(source.astype(np.int64) * count + edges.target, return_inverse=True)
    uses = sums(back, edges.count, count=len(keys))
    trust = np.zeros(len(keys))
    np.maximum.at(trust, back, CONFIDENCES[edges.rung])
    file, target = (keys // count).astype(np.int32), (keys % count).astype(np.int32)
    near = graph.folder[file] == graph.folder[definitions.file[target]]
    weight = trust * np.sqrt(uses) * worth[target] * np.where(near, NEAR_WEIGHT, 1.0)
    across = file != definitions.file[target]
    file, target, weight = file[across], target[across], weight[across]
    guess_weight = GUESS_WEIGHT * np.sqrt(guesses.count.astype(np.float64))
    files = len(corpus.paths)
    total = sums(file, weight, count=files)
    total += sums(guesses.file, guess_weight, count=files) + SLACK
    links = Links(_offsets(file, files), target, (weight / total[file]).astype(np.float32), definitions.file)
    spread = (guess_weight / total[guesses.file]).astype(np.float32)
    return links, Guessed(_offsets(guesses.file, files), guesses.name, spread, guesses.candidates)


def _offsets(rows: Int32, count: int) -> Int64:
    offsets = np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(rows, minlength=count), out=offsets[1:])
    return offsets


def rank(links: Links, guessed: Guessed, standing: Standing, reach: Reach) -> Ranking:
    """Walk the whole graph and give definitions their share; what is used in many places, or uses much, gets more."""
    guesses = guessed.matrices(standing.definitions) if len(guessed.names) else None
    walked = walk(links, normalised(standing.files), guesses=guesses)
    ranks = definition_ranks(walked, standing, links.definition_file)
    used = normalised((ranks * (1 + reach.breadth) ** BREADTH_POWER).astype(np.float32))
    using = normalised((conducting(reach, used, standing.parent) * standing.definitions).astype(np.float32))
    whole = _spread(used + CONDUCTOR_SHARE * using, standing, links.definition_file)
    return Ranking(walked.files, normalised(whole))


def _spread(ranks: Float32, standing: Standing, definition_file: Int32) -> Float32:
    """Let no file fill the map with what stands beside its best, and let the best members stand by their class."""
    result = ranks.astype(np.float64)
    top = np.flatnonzero(standing.parent < 0)
    result[top] /= 1 + CROWDING * _positions(definition_file[top], result[top])
    inner = np.flatnonzero(standing.parent >= 0)
    parent = standing.parent[inner]
    base = standing.definitions[inner] * standing.weight[inner]
    place = _positions(parent, ranks[inner] + 1e-6 * base)
    result[inner] += BEST_SHARE * result[parent] * np.minimum(base, 1) / (1.0 + place) ** BEST_POWER
    return result.astype(np.float32)


def _positions(groups: Int32, values: Float64) -> Int64:
    """Give the position of each value in its group, the highest first, equal ones in their order."""
    order = np.lexsort((-values, groups))
    start = first_of_each(groups[order].astype(np.int64))
    positions = np.empty(len(order), np.int64)
    positions[order] = np.arange(len(order)) - np.repeat(start, np.diff(start, append=len(order)))
    return positions


def definition_ranks(walked: Walk, standing: Standing, definition_file: Int32) -> Float32:
    """Turn a walk into ranks of definitions; classes get a share of their members'."""
    base = standing.definitions * standing.weight
    inner = base * (0.1 + standing.local)
    share = sums(definition_file, inner, count=len(walked.files))[definition_file]
    own = OWN_SHARE * walked.files[definition_file] * standing.definitions * inner / np.maximum(share, 1e-9)
    result = walked.definitions * standing.weight + own
    nested = standing.parent >= 0
    parent = standing.parent[nested]
    given = sums(parent, result[nested], count=len(result))
    taken = np.zeros(len(result))
    taken[nested] = (
        result[parent] * inner[nested] / np.maximum(sums(parent, inner[nested], count=len(result)), 1e-9)[parent]
    )
    return normalised((result + MEMBER_SHARE * given + CLASS_SHARE * taken).astype(np.float32))


def normalised(values: Float32) -> Float32:
    """Scale values so that they sum to 1; an empty or zero column stays as it is."""
    total = float(values.sum(dtype=np.float64))
    return (values / total).astype(np.float32) if total > 0 else values.astype(np.float32)
