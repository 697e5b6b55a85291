"""Names with a receiver: `self.x`, `module.x`, `Class.x`, and those whose receiver nobody knows.

What a receiver stands for is found once for each distinct (file, receiver), and then all sites
that use it are looked up together.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from services.mapping.columns import Bool, Int32, Int64
from services.mapping.corpus import CONTAINERS, MEMBERS
from services.mapping.hierarchy import DEEPEST, Members
from services.mapping.imports import Linker
from services.mapping.ladder import Ladder, Rung
from services.mapping.lookup import Table, numbered, unique
from services.mapping.records import DefinitionKind, ReferenceKind
from services.mapping.visibility import Roads

SELVES: Final = ("self", "cls", "this", "Self", "static", "$this", "@")
"""Receivers that mean the class around the code, or one it inherits from."""
SUPERS: Final = ("super", "super()", "parent", "base")
"""Receivers that mean what the class around the code inherits."""
RESERVED: Final = {"static": "php", "parent": "php", "base": "csharp", "cls": "python"}
"""Of these, what is a word of one language alone: elsewhere it is a name like others."""
SEPARATOR: Final = re.compile(r"(?:\.|::|->|\\|/)+")
NOTHING: Final = -1
LOOSE: Final = frozenset({"java", "csharp", "php", "ruby", "c", "cpp", "kotlin", "scala", "swift"})
"""Languages where a class may be named as a receiver without an import that can be followed."""
FOLLOWED: Final = frozenset({"python", "javascript", "typescript", "tsx", "go", "rust", "c", "cpp"})
"""Languages where what a file knows is what it imports, and what that imports in turn."""
RUST: Final = frozenset({"rust"})
RUST_PATH: Final = re.compile(r"::|^[A-Z]\w*[a-z]")
"""A constant, which may have a receiver's methods, is written in capitals."""
MOST_MUST_REACH: Final = 0.5
HOLDS_FUNCTION: Final = re.compile(r"\bfunc\b|Func\b|Fn\b")


@dataclass(frozen=True, slots=True)
class _Holders:
    """What each distinct (file, receiver) stands for: a definition, else a unit, else nothing known or external."""

    file: Int64
    head: Int64
    tail: Int64
    """Number of the receiver when it has more than one segment, else -1."""
    definition: Int32
    unit: Int32
    rung: Int32
    external: Bool

    @classmethod
    def unknown(cls, file: Int64, head: Int64, tail: Int64) -> "_Holders":
        size = len(file)
        nothing = np.full(size, NOTHING, np.int32)
        return cls(file, head, tail, nothing, nothing.copy(), np.zeros(size, np.int32), np.zeros(size, np.bool_))

    def settle(self, rows: Int64, definitions: Int32, rung: Rung) -> Int64:
        """Write definitions down; give the rows that are still unknown."""
        found = definitions >= 0
        self.definition[rows[found]] = definitions[found]
        self.rung[rows[found]] = rung
        return rows[~found]


def mean(ladder: Ladder, words: Sequence[str], names: Int32, files: Int32) -> Bool:
    """Say which of these names are one of the words, in a language where it is one."""
    found: Bool = np.isin(names, ladder.corpus.numbers_of(words))
    for word, language in RESERVED.items():
        number = ladder.corpus.numbers_of((word,))
        if word in words and number:
            found &= (names != number[0]) | ladder.speaks(frozenset({language}))[files]
    return found


class Receivers:
    """Climbs the ladder for sites that have a receiver."""

    def __init__(self, ladder: Ladder, linker: Linker, members: Members) -> None:
        self.ladder = ladder
        self.linker = linker
        self.members = members
        self.exports = Table(*linker.exports)
        self.corpus = ladder.corpus
        self._members: dict[int, int] = {}

    def climb(self, sites: Int64, local: Bool) -> None:
        """Take these sites up the ladder; what begins with a `local` variable's name means nothing of the file's."""
        qualifier = self.corpus.sites.qualifier[sites]
        own, inherited = self._means(SELVES, sites), self._means(SUPERS, sites)
        self._own_class(sites[own])
        self._own_class(sites[inherited], own=False)
        self._parent_modules(self.ladder.open_at(sites[inherited]))
        others = sites[~(own | inherited | local)]
        keys = (
            self.corpus.sites.file[others].astype(np.int64) * self.ladder.width + qualifier[~(own | inherited | local)]
        )
        pairs, back = np.unique(keys, return_inverse=True)
        holders = self._holders(pairs // self.ladder.width, pairs % self.ladder.width)
        self._through_units(others, holders, back)
        self._through_classes(others, holders, back)
        self.ladder.close(self.ladder.open_at(others[holders.external[back]]))

    def _means(self, words: Sequence[str], sites: Int64) -> Bool:
        """Say which sites have one of these words as their receiver, in a language where it is one."""
        rows = self.corpus.sites
        return mean(self.ladder, words, rows.qualifier[sites], rows.file[sites])

    def climb_named_receivers(self, sites: Int64, receiver_name: Int32) -> None:
        """Take sites whose receiver has the name that the method around them gave its own (Go's `s.start()`)."""
        rows = self.corpus.sites
        scope = rows.scope[sites]
        inside = scope >= 0
        sites, scope = sites[inside], scope[inside]
        own = receiver_name[scope] == rows.qualifier[sites]
        self._own_class(sites[own])

    def _own_class(self, sites: Int64, *, own: bool = True) -> None:
        rows = self.corpus.sites
        owner = self.members.class_of(rows.scope[sites])
        sites, owner = sites[owner >= 0], owner[owner >= 0]
        found, inherited = self.members.find(owner, rows.name[sites], own=own)
        self.ladder.decide(sites, found, np.where(inherited, Rung.INHERITED, Rung.OWN))

    def _parent_modules(self, sites: Int64) -> None:
        """Take what Rust's `super::name` means: of the module above the file, or of the file for code in its `mod`."""
        rows, definitions = self.corpus.sites, self.corpus.definitions
        sites = sites[self.ladder.speaks(RUST)[rows.file[sites]]]
        files = rows.file[sites]
        above = {file: self.linker.module(file, "super") for file in unique(files).tolist()}
        unit = np.asarray([above[file] for file in files.tolist()], np.int64)
        outer = rows.scope[sites]
        for _ in range(DEEPEST):
            nested = outer >= 0
            module = nested & (definitions.kind[np.maximum(outer, 0)] == DefinitionKind.MODULE)
            unit[module] = files[module]
            outer = np.where(nested, definitions.parent[np.maximum(outer, 0)], -1)
        sites, unit = sites[unit >= 0], unit[unit >= 0]
        meanings = [self.linker.follow(*pair, 0) for pair in zip(unit.tolist(), rows.name[sites].tolist(), strict=True)]
        found = np.asarray([one.definition for one in meanings], np.int32)
        hops = np.asarray([one.hops for one in meanings], np.int32)
        self.ladder.decide(sites, found, np.where(hops > 0, Rung.REEXPORTED, Rung.IMPORTED))
        self.ladder.close(self.ladder.open_at(sites))

    # What a receiver stands for

    def _holders(self, file: Int64, qualifier: Int64) -> _Holders:
        heads, tails = self._segments(qualifier)
        holders = _Holders.unknown(file, heads, tails)
        rows = np.flatnonzero(heads >= 0)
        key = file[rows] * self.ladder.width + heads[rows]
        bindings = self.ladder.bindings
        at = self.ladder.binding_table.get(key)
        bound, where = rows[at >= 0], at[at >= 0]
        holders.unit[bound] = bindings.unit[where]
        holders.definition[bound] = bindings.definition[where]
        holders.rung[bound] = np.where(bindings.hops[where] > 0, Rung.REEXPORTED, Rung.IMPORTED)
        holders.external[bound] = (bindings.unit[where] < 0) & (bindings.definition[where] < 0)
        self._local_classes(holders, rows[at < 0], key[at < 0])
        self._rust_modules(holders)
        for row in np.flatnonzero(tails >= 0).tolist():
            self._descend(holders, row)
        return holders

    def _segments(self, qualifier: Int64) -> tuple[Int64, Int64]:
        """Split each distinct receiver once: the number of its first segment, and itself when more follow."""
        distinct, back = numbered(qualifier.astype(np.int32), below=self.ladder.width)
        strings, number = self.corpus.strings, self.corpus.number
        split = [SEPARATOR.split(strings[one].lstrip("\\:"), maxsplit=1) for one in distinct.tolist()]
        heads = np.asarray([number.get(parts[0], NOTHING) for parts in split], np.int64)
        tails = np.where(np.asarray([len(parts) > 1 for parts in split], np.bool_), distinct, NOTHING)
        return heads[back], tails[back]

    def _rust_modules(self, holders: _Holders) -> None:
        """Find the modules and crates that Rust names without an import, or that share a name with a function."""
        known = (holders.unit >= 0) | (self._classes(holders.definition) >= 0)
        rust = self.ladder.speaks(RUST)[holders.file]
        strings = self.corpus.strings
        for row in np.flatnonzero(rust & ~known).tolist():
            head, tail = int(holders.head[row]), int(holders.tail[row])
            name = strings[head] if head >= 0 else SEPARATOR.split(strings[tail], maxsplit=1)[0] if tail >= 0 else ""
            unit = self.linker.module(int(holders.file[row]), name)
            if unit >= 0:
                holders.definition[row], holders.unit[row], holders.rung[row] = NOTHING, unit, Rung.IMPORTED
                holders.external[row] = False

    def _local_classes(self, holders: _Holders, rows: Int64, key: Int64) -> None:
        """Look for a class of the same file, of what it brings in whole, of the package, then the only one there is."""
        ladder, corpus = self.ladder, self.corpus
        rows = holders.settle(rows, self._classes(self.exports.get(key)), Rung.OWN)
        rows = holders.settle(rows, self._inner_classes.get(self._key(holders, rows)), Rung.OWN)
        brought = ladder.through_wildcards(self._key(holders, rows), self.exports)
        rows = holders.settle(rows, self._classes(brought), Rung.REEXPORTED)
        unit = len(corpus.paths) + ladder.folder[holders.file[rows]]
        rows = holders.settle(
            rows, self._classes(self.exports.get(unit * ladder.width + holders.head[rows])), Rung.PACKAGE
        )
        rows = rows[ladder.speaks(LOOSE)[holders.file[rows]]]
        classes = np.flatnonzero(self.members.container).astype(np.int32)
        family = corpus.family[corpus.definitions.file[classes]].astype(np.int64)
        table = Table.only(family * ladder.width + ladder.named[classes], classes)
        place = corpus.family[holders.file[rows]].astype(np.int64) * ladder.width
        found = table.get(place + holders.head[rows])
        rows, found = rows[found >= 0], found[found >= 0]
        allowed = ladder.visibility.allows(holders.file[rows].astype(np.int32), found)
        holders.settle(rows[allowed], found[allowed], Rung.UNIQUE)

    def _key(self, holders: _Holders, rows: Int64) -> Int64:
        key: Int64 = holders.file[rows] * self.ladder.width + holders.head[rows]
        return key

    @cached_property
    def _inner_classes(self) -> Table:
        """Find the classes inside others, or inside a module of the file, the only ones of their name there."""
        definitions = self.corpus.definitions
        inner = np.flatnonzero(self.members.container & (definitions.parent >= 0)).astype(np.int32)
        return Table.only(
            definitions.file[inner].astype(np.int64) * self.ladder.width + self.ladder.named[inner], inner
        )

    def _classes(self, found: Int32) -> Int32:
        """Keep definitions through which members are reached."""
        if not len(self.members.container):
            return found
        return np.where((found >= 0) & self.members.container[np.maximum(found, 0)], found, NOTHING)

    def _descend(self, holders: _Holders, row: int) -> None:
        """Follow the further segments of a dotted receiver; where one is not found the receiver is unknown."""
        definition, unit = int(holders.definition[row]), int(holders.unit[row])
        if definition < 0 and unit < 0:
            return
        for segment in SEPARATOR.split(self.corpus.strings[int(holders.tail[row])].lstrip("\\:"))[1:]:
            definition, unit = self._inner(definition, unit, self.corpus.number.get(segment, NOTHING), segment)
        holders.definition[row], holders.unit[row] = definition, unit

    def _inner(self, definition: int, unit: int, name: int, segment: str) -> tuple[int, int]:
        if unit >= 0:
            if name >= 0:
                meaning = self.linker.follow(unit, name, 0)
                return meaning.definition, meaning.unit
            return NOTHING, self.linker.submodule(unit, segment)
        if definition >= 0 and name >= 0 and self.members.container[definition]:
            return self._member(definition, name), NOTHING
        return NOTHING, NOTHING

    def _member(self, definition: int, name: int) -> int:
        key = definition * self.ladder.width + name
        known = self._members.get(key)
        if known is None:
            known = self._members[key] = self.members.member(definition, name)
        return known

    # What a name means there

    def _through_units(self, sites: Int64, holders: _Holders, back: Int64) -> None:
        inside = holders.unit[back] >= 0
        sites, back = sites[inside], back[inside]
        key = holders.unit[back].astype(np.int64) * self.ladder.width + self.corpus.sites.name[sites]
        found = self.exports.get(key)
        self.ladder.decide(sites, found, holders.rung[back])
        missed = found < 0
        sites, key = sites[missed], key[missed]
        asked, again = np.unique(key, return_inverse=True)
        width = self.ladder.width
        meanings = [self.linker.follow(one // width, one % width, 0).definition for one in asked.tolist()]
        self.ladder.decide(sites, np.asarray(meanings, np.int32)[again], Rung.REEXPORTED)
        # A module of JavaScript's may be a class as well, which is asked next.
        self.ladder.close(self.ladder.open_at(sites[holders.definition[back[missed]] < 0]))

    def _through_classes(self, sites: Int64, holders: _Holders, back: Int64) -> None:
        holder = self._classes(holders.definition[back])
        inside = holder >= 0
        sites, holder, rung = sites[inside], holder[inside], holders.rung[back[inside]]
        found, inherited = self.members.find(holder, self.corpus.sites.name[sites])
        self.ladder.decide(sites, found, np.where(inherited, np.maximum(rung, Rung.INHERITED), rung))
        self.ladder.close(self.ladder.open_at(sites))

    # Receivers of unknown type

    def guess(self, sites: Int64) -> None:
        """Guess calls by the name of a member, unless every program has such a method.

        Attributes are not guessed: `x.params` is any object's more often than the only class's that has one.
        """
        if not len(sites):
            return
        rows, definitions = self.corpus.sites, self.corpus.definitions
        leads_out = self._rust_paths(sites)
        self.ladder.close(sites[leads_out])
        guessable = (rows.kind[sites] == ReferenceKind.CALL) & ~self.ladder.common[rows.name[sites]] & ~leads_out
        kept = np.isin(definitions.kind, MEMBERS)
        if len(kept):
            owner = self.members.owner
            kept |= (owner >= 0) & self.members.container[np.maximum(owner, 0)]
            kept &= ~np.isin(definitions.kind, (*CONTAINERS, DefinitionKind.CONSTANT))
        callable_ = np.flatnonzero(kept).astype(np.int32)
        callable_ = callable_[~self._plain_fields(callable_)]
        self.ladder.guess(sites[guessable], callable_, Belief(self.ladder))

    def _rust_paths(self, sites: Int64) -> Bool:
        """Say which receivers are paths of Rust that lead out of the repository, as `Instant::now` of the library's."""
        rows = self.corpus.sites
        lead_out: Bool = self.ladder.speaks(RUST)[rows.file[sites]]
        rust = np.flatnonzero(lead_out)
        lead_out[rust] = self.corpus.say(rows.qualifier[sites[rust]], RUST_PATH.search)
        return lead_out

    def _plain_fields(self, members: Int32) -> Bool:
        """Say which members are fields that nobody can call as `x.field()`: Rust's, and Go's that hold no function."""
        definitions = self.corpus.definitions
        fields = definitions.kind[members] == DefinitionKind.FIELD
        file = definitions.file[members]
        plain: Bool = fields & self.ladder.speaks(RUST)[file]
        go = np.flatnonzero(fields & self.ladder.speaks(frozenset({"go"}))[file])
        plain[go] = ~self.corpus.say(definitions.signature[members[go]], HOLDS_FUNCTION.search)
        return plain


class Belief:
    """Tells a guess that the files speak for from one that only has the name on its side.

    A method of the same file, or of a file that is brought in, is believed. One further away is believed
    only if most files with such a call have a way to it: a name that is called mostly from where its
    only definer cannot be known belongs to a library, and so do the calls of the others.
    """

    def __init__(self, ladder: Ladder) -> None:
        self._ladder = ladder
        rows, decided = ladder.corpus.sites, ladder.target
        known = np.flatnonzero(decided >= 0)
        self._roads = Roads.of(
            ladder.corpus, ladder.places, ladder.bindings, ladder.tests, (rows.file[known], decided[known])
        )

    def __call__(self, files: Int32, targets: Int32) -> Bool:
        """Say of (file, definition) pairs whether the guess is believed."""
        allowed = self._ladder.visibility.allows(files, targets)
        file_of = self._ladder.corpus.definitions.file
        imports = self._ladder.speaks(FOLLOWED)[files]
        count = len(self._ladder.corpus.paths)
        pairs, back = np.unique(targets.astype(np.int64) * count + files, return_inverse=True)
        target, file = (pairs // count).astype(np.int32), (pairs % count).astype(np.int32)
        of = file_of[target]
        near = (file == of) | self._roads.direct(file, of)
        led = near | self._roads.lead(file, of)
        _, group = np.unique(target, return_inverse=True)
        share = np.bincount(group, weights=led) / np.bincount(group)
        believed = near | (led & (share > MOST_MUST_REACH)[group])
        allowed &= believed[back] | ~imports
        return allowed
