"""The ladder: for every use of a name, the definition it means, and how sure that is.

Each rung takes the sites that are still open and looks all of them up at once. A site that an
import shows to be external is closed without an answer: it must not fall to a guess further down.
"""

from collections.abc import Callable
from enum import IntEnum
from functools import cached_property
from typing import Final

import numpy as np

from services.mapping.builtin_names import C_LIBRARY, COMMON_METHODS
from services.mapping.columns import Bool, Int32, Int64
from services.mapping.corpus import MEMBERS, Corpus
from services.mapping.hierarchy import DEEPEST, Members
from services.mapping.imports import INCLUDES, PACKAGE_SCOPED, Linker, yields
from services.mapping.includes import C_LIKE, Includes
from services.mapping.lookup import MultiTable, Table, first_of_each
from services.mapping.modules import Places
from services.mapping.namesakes import Namesakes
from services.mapping.records import DefinitionKind, ReferenceKind
from services.mapping.values import Scopes
from services.mapping.views import Strategy
from services.mapping.visibility import Believe, Visibility
from services.mapping.worth import Voices


class Rung(IntEnum):
    """How a site was decided; the numbers are stored."""

    UNRESOLVED = 0
    OWN = 1
    INHERITED = 2
    IMPORTED = 3
    REEXPORTED = 4
    TYPED = 5
    PACKAGE = 6
    OVERLOADED = 7
    NEIGHBOUR = 8
    UNIQUE = 9
    AMBIGUOUS = 10


CONFIDENCE: Final[dict[Rung, tuple[Strategy, float]]] = {
    Rung.OWN: (Strategy.SAME_FILE, 0.95),
    Rung.INHERITED: (Strategy.IMPORTED, 0.8),
    Rung.IMPORTED: (Strategy.IMPORTED, 0.95),
    Rung.REEXPORTED: (Strategy.IMPORTED, 0.85),
    Rung.TYPED: (Strategy.RECEIVER_TYPE, 0.8),
    # In Go and Java a package is a scope of the language: a bare name can mean nothing else there.
    Rung.PACKAGE: (Strategy.SAME_PACKAGE, 0.9),
    Rung.OVERLOADED: (Strategy.OVERLOADED_NAME, 0.6),
    Rung.NEIGHBOUR: (Strategy.SAME_PACKAGE, 0.6),
    Rung.UNIQUE: (Strategy.UNIQUE_NAME, 0.5),
}
"""The strategy and the confidence of an edge. AMBIGUOUS has none: its k candidates share 1/k, for the rank alone."""
CONFIDENCES: Final = np.asarray([CONFIDENCE[rung][1] if rung in CONFIDENCE else 0.0 for rung in Rung])
"""The same by the number of the rung, as columns of edges hold it."""

MODULE_SCOPED: Final = frozenset({"python", "javascript", "typescript", "tsx", "go", "lua"})
"""Languages where a bare name that is neither in its file (in Go: package) nor imported is none of the repository's."""
CLASS_SCOPED: Final = frozenset({"java", "csharp", "cpp", "ruby", "kotlin", "scala", "swift"})
"""Languages where a bare name may be a member of the class around it; in PHP `count(x)` is never a method."""
APART: Final = frozenset({"java", "ruby", "php"})
"""Languages where a variable and a function may have one name, and a call tells which is meant."""
HIDDEN: Final = (ReferenceKind.CALL, ReferenceKind.NAME, ReferenceKind.DECORATOR)
"""Uses that a local variable may be meant by."""
HEADERS: Final = (".h", ".hh", ".hpp", ".hxx", ".inl", ".ipp", ".tpp")
MOST_CANDIDATES: Final = 64
"""A name with more definers than this says nothing about any of them."""
NOTHING: Final = -1
OPEN: Final = -1
CLOSED: Final = -2


class Ladder:
    """The sites of a corpus with what is decided of them so far: `target` is a definition, OPEN or CLOSED."""

    def __init__(self, corpus: Corpus, places: Places, linker: Linker, voices: Voices, namesakes: Namesakes) -> None:
        self.corpus = corpus
        self.namesakes = namesakes
        self.class_scoped = np.asarray([language in CLASS_SCOPED for language in corpus.languages], np.bool_)
        self.scopes = Scopes(corpus, self.class_scoped)
        self.local_names = np.empty(0, np.int64)
        """Sites without a receiver whose name is a local variable's, ascending, and of each its group."""
        self.local_group = np.empty(0, np.int32)
        self.places = places
        self.width = len(corpus.strings)
        self.bindings = bindings = linker.bindings()
        self.visibility = Visibility(corpus, places, voices)
        self.tests = voices.tests
        self._linker = linker
        self.binding_table = Table(bindings.key, np.arange(len(bindings.key), dtype=np.int32))
        sites, definitions = corpus.sites, corpus.definitions
        self.target = np.full(len(sites.name), OPEN, np.int32)
        self.rung = np.zeros(len(sites.name), np.uint8)
        self.named = definitions.name.astype(np.int64)
        self.folder = np.asarray(places.folder_of_file, np.int64)
        files = len(corpus.paths)
        self._speaking: dict[frozenset[str], Bool] = {}
        self.strict = self.speaks(MODULE_SCOPED)
        self.families = int(corpus.family.max()) + 1 if files else 1
        self._defined = np.zeros(self.width + 1, np.bool_)
        self._defined[definitions.name] = True
        common = np.zeros(self.width + 1, np.bool_)
        common[corpus.numbers_of(COMMON_METHODS)] = True
        self.common = common

    def speaks(self, languages: frozenset[str]) -> Bool:
        """Say of each file whether it is in one of these languages."""
        known = self._speaking.get(languages)
        if known is None:
            known = np.asarray([language in languages for language in self.corpus.languages], np.bool_)
            self._speaking[languages] = known
        return known

    def in_file(self, sites: Int64) -> Int64:
        """Give the key (file, name) of sites."""
        key: Int64 = self.corpus.sites.file[sites].astype(np.int64) * self.width + self.corpus.sites.name[sites]
        return key

    def open_at(self, sites: Int64) -> Int64:
        """Keep those that nobody decided yet."""
        kept: Int64 = sites[self.target[sites] == OPEN]
        return kept

    def decide(self, sites: Int64, targets: Int32, rung: Rung | Int32) -> None:
        """Write down what was found, or its namesake that is meant; -1, or an uncallable language, leaves it open."""
        targets = self.namesakes.meant(sites, targets)
        found = targets >= 0
        family = self.corpus.family
        if not len(family) or not found.any():
            return
        target_file_of = self.corpus.definitions.file[np.maximum(targets, 0)]
        found &= family[target_file_of] == family[self.corpus.sites.file[sites]]
        rungs = np.full(len(sites), rung, np.uint8) if isinstance(rung, Rung) else rung.astype(np.uint8)
        # A part of a class in another file, as a method of Go's or a member of a header's class, is of its package.
        rungs[found & (rungs == Rung.OWN) & (target_file_of != self.corpus.sites.file[sites])] = Rung.PACKAGE
        self.target[sites[found]] = targets[found]
        self.rung[sites[found]] = rungs[found]

    def close(self, sites: Int64) -> None:
        """Say that these mean nothing in the repository."""
        self.target[sites] = CLOSED

    def at_top(self, keys: Int64, exports: Table) -> Int32:
        """Give what (file, name) keys mean by themselves: an import's, else a definition of the file or its package."""
        at = self.binding_table.get(keys)
        bound = self.bindings.definition[np.maximum(at, 0)] if len(self.bindings.key) else at
        meant = np.where(at >= 0, bound, exports.get(keys))
        folder = len(self.corpus.paths) + self.folder[keys // self.width]
        return np.where((at >= 0) | (meant >= 0), meant, exports.get(folder * self.width + keys % self.width))

    # Bare names

    def climb_bare(
        self, sites: Int64, exports: Table, members: Members, further: Callable[[Int64, Members], None]
    ) -> None:
        """Take names without a receiver up the ladder; `further` looks for those that namespaces give."""
        self.close(sites[self._keys_of_literals(sites)])
        sites = self.open_at(sites)
        group, nearness = self._hidden(sites)
        self._own_scope(sites, nearness)
        local = (nearness > 0) & (self.target[sites] == OPEN)
        self.local_names, self.local_group = sites[local], group[local]
        sites = sites[~local]
        self._imported(self.open_at(sites))
        self._wildcards(self.open_at(sites), exports)
        self._included(self.open_at(sites))
        self._inherited(self.open_at(sites), members)
        self._package(self.open_at(sites), exports)
        further(self.open_at(sites), members)
        rest = self.open_at(sites)
        strict = self.strict[self.corpus.sites.file[rest]]
        self.close(rest[strict])
        self._around(rest[~strict])

    def _keys_of_literals(self, sites: Int64) -> Bool:
        """Say which mentions may be keys of Go's `T{Name: x}`: those with the name of some field."""
        rows, definitions = self.corpus.sites, self.corpus.definitions
        field = np.zeros(self.width + 1, np.bool_)
        field[definitions.name[definitions.kind == DefinitionKind.FIELD]] = True
        keys: Bool = (rows.kind[sites] == ReferenceKind.NAME) & field[rows.name[sites]]
        return keys & self.speaks(frozenset({"go"}))[rows.file[sites]]

    def _hidden(self, sites: Int64) -> tuple[Int32, Int32]:
        """Find the local variables that names mean; those of a class or a file hide nothing."""
        rows = self.corpus.sites
        group, nearness = self.scopes.around(rows.scope[sites], rows.file[sites], rows.name[sites], fields=False)
        hides = (group >= 0) & np.isin(rows.kind[sites], HIDDEN) & ~self.speaks(APART)[rows.file[sites]]
        return group, np.where(hides, nearness, 0)

    def _own_scope(self, sites: Int64, hidden: Int32) -> None:
        """Take a definition of the same file that can be seen from the scope and is no further than a local variable.

        The innermost wins.
        """
        definitions = self.corpus.definitions
        by_name = MultiTable.of(
            definitions.file.astype(np.int64) * self.width + self.named,
            np.arange(len(definitions.name), dtype=np.int32),
        )
        at, candidate = by_name.every(self.in_file(sites), most=MOST_CANDIDATES)
        parent = definitions.parent[candidate]
        depth, visible = self._visibility(parent, self.corpus.sites.scope[sites[at]], self._class_scoped(candidate))
        visible |= (parent < 0) & ~np.isin(definitions.kind[candidate], MEMBERS)
        visible &= depth >= hidden[at]
        base = self.corpus.sites.kind[sites[at]] == ReferenceKind.BASE
        scope = self.corpus.sites.scope[sites[at]]
        visible &= ~base | ((candidate != scope) & ~np.isin(definitions.kind[candidate], MEMBERS))
        visible &= (definitions.kind[candidate] != DefinitionKind.CONSTRUCTOR) | ~self._types(sites[at])
        at, candidate, depth = at[visible], candidate[visible], depth[visible]
        order = np.lexsort((candidate, yields(self.corpus, candidate), -depth, at))
        chosen = order[first_of_each(at[order])]
        self.decide(sites[at[chosen]], candidate[chosen], Rung.OWN)

    def _types(self, sites: Int64) -> Bool:
        """Say which uses name a type: never a constructor, which has the name of its class."""
        return np.isin(self.corpus.sites.kind[sites], (ReferenceKind.TYPE, ReferenceKind.BASE))

    def _class_scoped(self, candidates: Int32) -> Bool:
        return self.class_scoped[self.corpus.definitions.file[candidates]]

    def _visibility(self, parents: Int32, scopes: Int32, class_scoped: Bool) -> tuple[Int32, Bool]:
        """Say how near each parent is around a scope (higher is nearer) and whether it is seen from there."""
        definitions = self.corpus.definitions
        container = np.isin(definitions.kind, (*MEMBERS, DefinitionKind.FUNCTION, DefinitionKind.MODULE), invert=True)
        current = scopes.copy()
        nearness = np.zeros(len(parents), np.int32)
        visible = np.zeros(len(parents), np.bool_)
        for level in range(DEEPEST):
            known = current >= 0
            if not known.any():
                break
            hit = known & (current == parents) & ~visible
            if level:
                # Code inside a method does not see the names of the class around it, except where a language says so.
                hit &= class_scoped | ~container[np.where(known, current, 0)]
            nearness[hit] = DEEPEST - level
            visible |= hit
            current[known] = definitions.parent[current[known]]
        return nearness, visible

    def _imported(self, sites: Int64) -> None:
        at = self.binding_table.get(self.in_file(sites))
        bound = at >= 0
        sites, at = sites[bound], at[bound]
        definition = self.bindings.definition[at]
        self.decide(sites, definition, np.where(self.bindings.hops[at] > 0, Rung.REEXPORTED, Rung.IMPORTED))
        self.close(sites[definition < 0])

    def _wildcards(self, sites: Int64, exports: Table) -> None:
        asked, back = np.unique(self.in_file(sites), return_inverse=True)
        self.decide(sites, self.through_wildcards(asked, exports)[back], Rung.REEXPORTED)

    def _included(self, sites: Int64) -> None:
        """Take what headers of C hold and announce, however deep they are included."""
        sites = sites[self.includes.speaks[self.corpus.sites.file[sites]]]
        self.decide(
            sites, self.includes.find(self.corpus.sites.file[sites], self.corpus.sites.name[sites]), Rung.REEXPORTED
        )

    def through_wildcards(self, asked: Int64, exports: Table) -> Int32:
        """Give what (file, name) keys mean through what the file brings in whole, -1 for nothing."""
        groups = self.bindings.wildcards
        answer = np.full(len(asked), -1, np.int32)
        if not len(groups.items):
            return answer
        by_file = MultiTable(np.repeat(np.arange(len(groups.offsets) - 1), np.diff(groups.offsets)), groups.items)
        at, unit = by_file.every(asked // self.width)
        name = asked[at] % self.width
        found = exports.get(unit.astype(np.int64) * self.width + name)
        passed_on = np.flatnonzero((found < 0) & self._defined[name] & ~self.speaks(INCLUDES)[asked[at] // self.width])
        for row in passed_on.tolist():
            found[row] = self._linker.follow(int(unit[row]), int(name[row]), 0).definition
        at, found = at[found >= 0], found[found >= 0]
        first = first_of_each(at)
        answer[at[first]] = found[first]
        return answer

    def _inherited(self, sites: Int64, members: Members) -> None:
        sites = sites[self.class_scoped[self.corpus.sites.file[sites]]]
        owner = members.class_of(self.corpus.sites.scope[sites])
        sites, owner = sites[owner >= 0], owner[owner >= 0]
        found, inherited = members.find(owner, self.corpus.sites.name[sites])
        made = (found >= 0) & self._types(sites)
        made[made] = self.corpus.definitions.kind[found[made]] == DefinitionKind.CONSTRUCTOR
        found = np.where(made, NOTHING, found)
        self.decide(sites, found, np.where(inherited, Rung.INHERITED, Rung.OWN))

    def _package(self, sites: Int64, exports: Table) -> None:
        sites = sites[self.speaks(PACKAGE_SCOPED)[self.corpus.sites.file[sites]]]
        unit = len(self.corpus.paths) + self.folder[self.corpus.sites.file[sites]]
        self.decide(sites, exports.get(unit * self.width + self.corpus.sites.name[sites]), Rung.PACKAGE)

    def _around(self, sites: Int64) -> None:
        """Look in the same folder, else in the whole repository, for languages whose names cross files unimported."""
        definitions = self.corpus.definitions
        free = np.flatnonzero((definitions.parent < 0) & ~np.isin(definitions.kind, MEMBERS)).astype(np.int32)
        free = free[~self.includes.hidden[free] & ~self._named_by_import(free)]
        family = self.corpus.family[definitions.file[free]].astype(np.int64)
        folder = self.folder[definitions.file[free]]
        site_file = self.corpus.sites.file[sites]
        site_family = self.corpus.family[site_file].astype(np.int64)
        near = Table.only((folder * self.families + family) * self.width + self.named[free], free)
        place = (self.folder[site_file] * self.families + site_family) * self.width
        self.decide(sites, near.get(place + self.corpus.sites.name[sites]), Rung.NEIGHBOUR)
        c_library = np.zeros(self.width + 1, np.bool_)
        c_library[self.corpus.numbers_of(C_LIBRARY)] = True
        rest = self.open_at(sites)
        files = self.corpus.sites.file[rest]
        self.close(rest[c_library[self.corpus.sites.name[rest]] & self.speaks(C_LIKE)[files]])
        self.guess(self.open_at(rest), free, self.visibility.allows)

    def _named_by_import(self, candidates: Int32) -> Bool:
        """Say which definitions another file can name only through an import: all of Rust's but macros."""
        definitions = self.corpus.definitions
        rust = self.speaks(frozenset({"rust"}))[definitions.file[candidates]]
        named: Bool = rust & (definitions.kind[candidates] != DefinitionKind.MACRO)
        return named

    @cached_property
    def includes(self) -> Includes:
        """What C's files include."""
        return Includes(self.corpus, self.bindings, self._of_one_file())

    def _of_one_file(self) -> Bool:
        """Say which definitions C's `static` keeps to their file; in a header, that is every file that includes it."""
        definitions = self.corpus.definitions
        source = np.asarray([not path.endswith(HEADERS) for path in self.corpus.paths], np.bool_)
        source &= self.speaks(C_LIKE)
        kept: Bool = source[definitions.file] if len(definitions.file) else np.empty(0, np.bool_)
        kept[kept] = self.corpus.say(definitions.signature[kept], lambda signature: signature.startswith("static "))
        return kept

    # Guesses

    def guess(self, sites: Int64, candidates: Int32, believe: Believe) -> None:
        """Take the only candidate of a name in the language family, else all of them for the rank.

        A name without a candidate is closed; what stays open may be meant by anybody's.
        """
        definitions = self.corpus.definitions
        family = self.corpus.family[definitions.file[candidates]].astype(np.int64)
        table = MultiTable.of(family * self.width + self.named[candidates], candidates)
        keys = self.corpus.family[self.corpus.sites.file[sites]].astype(np.int64) * self.width
        keys += self.corpus.sites.name[sites]
        count = table.count(keys)
        single = count == 1
        _, target = table.every(keys[single])
        believed = believe(self.corpus.sites.file[sites[single]], target)
        self.decide(sites[single], np.where(believed, target, -1), Rung.UNIQUE)
        many = sites[(count > 1) & (count <= MOST_CANDIDATES)]
        self.rung[many] = Rung.AMBIGUOUS
        self.close(sites[count == 0])
