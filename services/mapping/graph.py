"""The reference graph: who refers to whom, by which rung of the ladder, and what stays unknown.

Edges are kept by (source, target) with the best rung and the first line; ambiguous uses are kept
apart as (file, name) with their candidates, because they count for the rank and are shown to nobody.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from services.mapping.attributes import Attributes
from services.mapping.columns import Groups, Int32, Int64, sums
from services.mapping.constructors import take_constructors
from services.mapping.corpus import MEMBERS, Corpus, Sites
from services.mapping.hierarchy import Members
from services.mapping.imports import Linker
from services.mapping.known import KnownReceivers
from services.mapping.ladder import CONFIDENCES, OPEN, Ladder, Rung
from services.mapping.lookup import MultiTable, Table
from services.mapping.manifests import Manifest
from services.mapping.modules import Places
from services.mapping.namesakes import Namesakes
from services.mapping.namespaces import Namespaces
from services.mapping.overloads import doubt_overloads, take_inherited, take_methods
from services.mapping.receivers import Receivers
from services.mapping.records import ReferenceKind
from services.mapping.spaced import Spaced
from services.mapping.values import Values
from services.mapping.views import FACT
from services.mapping.worth import Voices

GO_RECEIVER: Final = re.compile(r"func\s*\(\s*(?:(\w+)\s+)?\*?\s*(\w+)")
CERTAIN: Final = (CONFIDENCES >= FACT).astype(np.int8)
"""Of each rung: whether an edge that was found by it is shown as a fact."""


@dataclass(frozen=True, slots=True)
class Edges:
    """One row a (source, target), sorted by target and then by source.

    `source` is a definition, or `-1 - file` for a use at the top level of a file.
    """

    source: Int32
    target: Int32
    rung: Int32
    line: Int32
    count: Int32


@dataclass(frozen=True, slots=True)
class Guesses:
    """Ambiguous uses: in `file` the name of group `name` is used `count` times; it has these candidates."""

    file: Int32
    name: Int32
    count: Int32
    candidates: Groups


@dataclass(frozen=True, slots=True)
class Doubts:
    """Of each definition: uses of its name that may mean it or not, and uses inside it that may mean something."""

    of: Int32
    inside: Int32


@dataclass(frozen=True, slots=True)
class Graph:
    """The edges, the guesses, and the count of sites by what became of them."""

    edges: Edges
    guesses: Guesses
    references: int
    resolved: int
    ambiguous: int
    folder: Int32
    """Of each file."""
    owner: Int32
    """Of each definition: what it stands in, or the class of a Go method or of C++'s `A::m`, or -1."""
    voices: Voices
    reexports: Int32
    """Of each definition: in how many files it is imported only to be passed on."""
    doubts: Doubts


@dataclass(frozen=True, slots=True)
class Resolved:
    """What every site means, with what it was found by."""

    ladder: Ladder
    linker: Linker
    places: Places
    voices: Voices
    owner: Int32
    members: Members
    """Of classes, with what they inherit."""


def resolve(corpus: Corpus, manifests: Mapping[str, Manifest]) -> Resolved:
    """Take every site of a corpus up the ladder. `manifests` are those of the commit, by path."""
    voices = Voices.of(corpus, Attributes(manifests))
    places = Places(corpus.paths, corpus.languages, manifests)
    spaces = Namespaces(corpus, voices.tests)
    linker = Linker(corpus, places, spaces)
    exports = Table(*linker.exports)
    rows, types, receiver_names = _go_receivers(corpus)
    owner = _owners(corpus, places, exports, rows, types)
    owner = np.where((owner < 0) & (spaces.owner >= 0), spaces.owner, owner)
    held = np.where(spaces.spaced[corpus.definitions.file], spaces.owner, owner) if len(owner) else owner
    members = Members.of(corpus, held, spaces.canonical)
    # Functions of a namespace in several files are no overloads that every one of them sees.
    of_class = (held >= 0) & members.container[np.maximum(held, 0)] if len(held) else held
    ladder = Ladder(corpus, places, linker, voices, Namesakes(corpus, np.where(of_class, held, owner)))
    members = _climb(ladder, linker, Spaced(ladder, spaces, linker), members, receiver_names)
    return Resolved(ladder, linker, places, voices, owner, members)


def connect(corpus: Corpus, manifests: Mapping[str, Manifest]) -> Graph:
    """Resolve every site of a corpus and gather the edges. `manifests` are those of the commit, by path."""
    resolved = resolve(corpus, manifests)
    ladder, voices = resolved.ladder, resolved.voices
    sites = corpus.sites
    decided = ladder.target >= 0
    guessed = ladder.rung == Rung.AMBIGUOUS
    return Graph(
        edges=_gather(sites, ladder, np.flatnonzero(decided)),
        guesses=candidates(corpus, np.flatnonzero(guessed)),
        references=int(sites.count.sum(dtype=np.int64)),
        resolved=int(sites.count[decided].sum(dtype=np.int64)),
        ambiguous=int(sites.count[guessed].sum(dtype=np.int64)),
        folder=np.asarray(resolved.places.folder_of_file, np.int32),
        owner=resolved.owner,
        voices=voices,
        doubts=_doubts(corpus, ladder),
        reexports=resolved.linker.reexports(~voices.tests),
    )


def _climb(ladder: Ladder, linker: Linker, spaced: Spaced, members: Members, receiver_names: Int32) -> Members:
    """Bases first, so that classes know what they inherit; then names, then receivers, the unknown ones last."""
    exports = Table(*linker.exports)
    sites = ladder.corpus.sites
    bases = sites.kind == ReferenceKind.BASE
    bare = sites.qualifier < 0
    ladder.climb_bare(np.flatnonzero(bases & bare), exports, members, spaced.climb_bare)
    spaced.climb_paths(np.flatnonzero(bases & ~bare), members)
    based = ladder.open_at(np.flatnonzero(bases & ~bare))
    Receivers(ladder, linker, members).climb(based, np.zeros(len(based), np.bool_))
    found = np.flatnonzero(bases & (ladder.target >= 0) & (sites.scope >= 0) & (ladder.target != sites.scope))
    members = members.with_bases(sites.scope[found], ladder.target[found])
    take_constructors(ladder, members)
    ladder.climb_bare(ladder.open_at(np.flatnonzero(~bases & bare)), exports, members, spaced.climb_bare)
    meant = partial(ladder.at_top, exports=exports)
    values = Values(ladder.corpus, ladder.scopes, members, ladder.namesakes.instance, meant)
    known = KnownReceivers(ladder, values, members, exports, spaced)
    receivers = Receivers(ladder, linker, members)
    receivers.climb_named_receivers(np.flatnonzero(~bases & ~bare), receiver_names)
    rest = ladder.open_at(np.flatnonzero(~bases & ~bare))
    spaced.climb_paths(rest[~known.local[rest]], members)
    rest = ladder.open_at(rest)
    receivers.climb(rest, known.local[rest])
    known.decide()
    ladder.close(ladder.open_at(ladder.local_names))
    receivers.guess(ladder.open_at(np.flatnonzero(~bare)))
    take_methods(ladder, members)
    take_inherited(ladder, members)
    doubt_overloads(ladder)
    return members


def _go_rows(corpus: Corpus) -> Int64:
    go = np.asarray([language == "go" for language in corpus.languages], np.bool_)
    if not go.any():
        return np.empty(0, np.int64)
    return np.flatnonzero(go[corpus.definitions.file] & np.isin(corpus.definitions.kind, MEMBERS))


def _go_receivers(corpus: Corpus) -> tuple[Int64, Int64, Int32]:
    """Read Go's `func (s *Server)`: rows of methods, the names of their types, and for every row that of `s` or -1."""
    names = np.full(len(corpus.definitions.name), -1, np.int32)
    rows, types = [], []
    number, strings = corpus.number, corpus.strings
    methods = _go_rows(corpus)
    signatures = corpus.definitions.signature[methods].tolist()
    for row, signature in zip(methods.tolist(), signatures, strict=True):
        match = GO_RECEIVER.match(strings[signature])
        if match and match[2] in number:
            rows.append(row)
            types.append(number[match[2]])
            names[row] = number.get(match[1] or "", -1)
    return np.asarray(rows, np.int64), np.asarray(types, np.int64), names


def _owners(corpus: Corpus, places: Places, exports: Table, rows: Int64, types: Int64) -> Int32:
    """Give each definition's owner: its parent, or a Go method's type, which may be in another file of the package."""
    definitions = corpus.definitions
    folder = np.asarray(places.folder_of_file, np.int64)[definitions.file[rows]] if len(rows) else rows
    found = exports.get((len(corpus.paths) + folder) * len(corpus.strings) + types)
    owner = definitions.parent.copy()
    owner[rows[found >= 0]] = found[found >= 0]
    return owner


def _gather(sites: Sites, ladder: Ladder, rows: Int64) -> Edges:
    """Merge sites of one (source, target): the best rung, the first line, the sum of the counts."""
    scope = sites.scope[rows]
    source = np.where(scope >= 0, scope, -1 - sites.file[rows])
    target, rung = ladder.target[rows], ladder.rung[rows].astype(np.int32)
    kept = source != target
    rows, source, target, rung = rows[kept], source[kept], target[kept], rung[kept]
    order = np.lexsort((sites.line[rows], rung, source, target))
    rows, source, target, rung = rows[order], source[order], target[order], rung[order]
    new = np.ones(len(rows), np.bool_)
    new[1:] = (source[1:] != source[:-1]) | (target[1:] != target[:-1])
    first = np.flatnonzero(new)
    count = np.add.reduceat(sites.count[rows], first) if len(first) else np.empty(0, np.int32)
    return Edges(source[first], target[first], rung[first], sites.line[rows][first], count.astype(np.int32))


def _doubts(corpus: Corpus, ladder: Ladder) -> Doubts:
    """Count what nobody can say: uses left open, and those that were only guessed; what leads out is certain."""
    sites, definitions = corpus.sites, corpus.definitions
    count = len(definitions.name)
    guessed = np.flatnonzero((ladder.target >= 0) & (CERTAIN[ladder.rung] == 0))
    open_ = np.flatnonzero(ladder.target == OPEN)
    keys, back = np.unique(_used(corpus, open_), return_inverse=True)
    total = np.concatenate([sums(back, sites.count[open_], count=len(keys)), [0]])
    of = total[Table(keys, np.arange(len(keys), dtype=np.int32)).get(_defined(corpus))]
    of += sums(ladder.target[guessed], sites.count[guessed], count=count)
    meant = np.isin(sites.name[open_], definitions.name)
    inside = np.concatenate([guessed, open_[meant]])
    inside = inside[sites.scope[inside] >= 0]
    return Doubts(of.astype(np.int32), sums(sites.scope[inside], sites.count[inside], count=count).astype(np.int32))


def candidates(corpus: Corpus, rows: Int64) -> Guesses:
    """Gather ambiguous uses by (file, name), each name of a language family with all its definers."""
    sites = corpus.sites
    names, group = np.unique(_used(corpus, rows), return_inverse=True)
    pair = sites.file[rows].astype(np.int64) * max(len(names), 1) + group
    pairs, first, back = np.unique(pair, return_index=True, return_inverse=True)
    count = sums(back, sites.count[rows], count=len(pairs))
    definers = MultiTable.of(_defined(corpus), np.arange(len(corpus.definitions.name), dtype=np.int32))
    offsets = np.zeros(len(names) + 1, np.int64)
    np.cumsum(definers.count(names), out=offsets[1:])
    _, candidate = definers.every(names)
    return Guesses(
        sites.file[rows][first], group[first].astype(np.int32), count.astype(np.int32), Groups(offsets, candidate)
    )


def _used(corpus: Corpus, rows: Int64) -> Int64:
    """Give one number for the name of each use: in a language family, with a receiver or without."""
    sites = corpus.sites
    place = corpus.family[sites.file[rows]].astype(np.int64) * 2 + (sites.qualifier[rows] < 0)
    keys: Int64 = place * len(corpus.strings) + sites.name[rows]
    return keys


def _defined(corpus: Corpus) -> Int64:
    """Give the number of the uses that may mean each definition: those without a receiver for what stands free."""
    definitions = corpus.definitions
    free = (definitions.parent < 0) & ~np.isin(definitions.kind, MEMBERS)
    place = corpus.family.astype(np.int64)[definitions.file] * 2 + free if len(free) else np.empty(0, np.int64)
    keys: Int64 = place * len(corpus.strings) + definitions.name
    return keys
