"""Definitions of one name in one class or file: overloads, a field beside a method, an interface beside a value.

The ladder finds the first of them, and which one a use means is told by the use: a call means what can be called
and takes as many arguments, an access the field, a type the interface, and `new` the value. Where nothing tells
them apart the one that was found stays.
"""

import re
from typing import Final

import numpy as np

from services.mapping.arguments import MOST_PARAMETERS, OVERLOADED, UNKNOWN_COUNT, taken
from services.mapping.columns import Bool, Int32, Int64
from services.mapping.corpus import CONTAINERS, MEMBERS, Corpus
from services.mapping.lookup import MultiTable, first_of_each, unique
from services.mapping.records import DefinitionKind, ReferenceKind

NOTHING: Final = -1
APART: Final = frozenset({"rust", "php", "java", "kotlin"})
"""Languages where a field and a method of one class may have one name."""
SCRIPTS: Final = frozenset({"javascript", "typescript", "tsx"})
"""Languages where a class and its objects may have members of one name."""
FUNCTIONS: Final = (DefinitionKind.FUNCTION, DefinitionKind.METHOD, DefinitionKind.CONSTRUCTOR)
INVOKED: Final = (*FUNCTIONS, DefinitionKind.MACRO, DefinitionKind.CLASS, DefinitionKind.STRUCT)
SHAPES: Final = (DefinitionKind.INTERFACE, DefinitionKind.TYPE)
"""What exists for the compiler alone, and shares its name with a value."""
HELD: Final = (DefinitionKind.VARIABLE, DefinitionKind.CONSTANT)
CALLS: Final = (ReferenceKind.CALL, ReferenceKind.DECORATOR)
TYPES: Final = (ReferenceKind.TYPE, ReferenceKind.BASE)
STATIC: Final = re.compile(r"(?:[a-z]+ )*static ")
DECLARED_ONLY: Final = re.compile(r"(?:[a-z]+ )*declare ")
PATH: Final = re.compile(r"(?:.*(?:\.|::))?[A-Z]\w*$", re.DOTALL)
"""A receiver that is a type: Rust's `Store::open` without a call is the method as well."""
OWN: Final = ("this", "super")
MOST_NAMESAKES: Final = 64
WIDTH: Final = 1024
"""Numbers of arguments that are told apart."""


class Namesakes:
    """Knows the definitions that share a name and a place, and chooses among them. Made once for a corpus."""

    def __init__(self, corpus: Corpus, owner: Int32) -> None:
        self._corpus = corpus
        definitions = corpus.definitions
        size = len(definitions.name)
        self._apart, self._counted = self._speak(APART), self._speak(OVERLOADED)
        self._typed = self._speak(OVERLOADED - {"cpp"})
        self._scripts, self._rust = self._speak(SCRIPTS), self._speak(frozenset({"rust"}))
        self._least = np.full(size, NOTHING, np.int32)
        self._most = np.full(size, MOST_PARAMETERS, np.int32)
        self._group = np.full(size, NOTHING, np.int32)
        self._table = MultiTable(np.empty(0, np.int64), np.empty(0, np.int32))
        self._signature_only = np.zeros(size, np.bool_)
        self._static = np.zeros(size, np.bool_)
        self.instance = np.arange(size, dtype=np.int32)
        """Of each definition: what `new` gives an object of: a class itself, of a value the interface of its name."""
        if size:
            self._gather(owner)
            self._read_scripts(owner)

    def _speak(self, languages: frozenset[str]) -> Bool:
        speaks = np.asarray([language in languages for language in self._corpus.languages], np.bool_)
        return speaks[self._corpus.definitions.file]

    def _gather(self, owner: Int32) -> None:
        """Group definitions by place and name; a method whose class is unknown stands alone."""
        definitions = self._corpus.definitions
        alone = np.isin(definitions.kind, MEMBERS) & (owner < 0)
        rows = np.flatnonzero((self._apart | self._counted | self._scripts) & ~alone)
        place = np.where(owner >= 0, owner, len(owner) + definitions.file)[rows].astype(np.int64)
        rows, key = _shared(rows, place * len(self._corpus.strings) + definitions.name[rows])
        _, group = np.unique(key, return_inverse=True)
        self._group[rows] = group
        self._table = MultiTable.of(group.astype(np.int64), rows.astype(np.int32))
        self._static[rows] = self._matches(STATIC, rows, self._scripts)

    def _matches(self, pattern: "re.Pattern[str]", rows: Int64, of: Bool) -> Bool:
        """Say which signatures a pattern matches, of some rows alone."""
        result = np.zeros(len(rows), np.bool_)
        asked = of[rows]
        result[asked] = self._corpus.say(self._corpus.definitions.signature[rows[asked]], pattern.match)
        return result

    def _read_scripts(self, owner: Int32) -> None:
        """Tell TypeScript's overload signatures, all but the last, and the interfaces that values share a name with."""
        kind = self._corpus.definitions.kind
        typed = self._speak(SCRIPTS - {"javascript"})
        rows = self._table.rows[typed[self._table.rows]].astype(np.int64)
        group = self._group[rows]
        shape = np.isin(kind[rows], SHAPES)
        of_shape = (owner[rows] >= 0) & np.isin(kind[np.maximum(owner[rows], 0)], SHAPES)
        function = np.isin(kind[rows], FUNCTIONS) & ~of_shape & ~self._matches(DECLARED_ONLY, rows, typed)
        functions, key = rows[function], group[function].astype(np.int64) * 2 + self._static[rows[function]]
        order = np.lexsort((functions, key))
        followed = np.flatnonzero(key[order][1:] == key[order][:-1])
        self._signature_only[functions[order[followed]]] = True
        type_of = np.full(len(self._table.keys) + 1, NOTHING, np.int32)
        type_of[group[shape]] = rows[shape]
        value = np.isin(kind[rows], HELD) & (type_of[group] >= 0)
        self.instance[rows[value]] = type_of[group[value]]

    def meant(self, sites: Int64, targets: Int32) -> Int32:
        """Give for each site the namesake of its target that the use means; most targets have none."""
        if not len(self._table.keys):
            return targets
        asked = np.flatnonzero((targets >= 0) & (self._group[np.maximum(targets, 0)] >= 0))
        if not len(asked):
            return targets
        uses = self._corpus.sites
        rows, found = sites[asked], targets[asked]
        scope, group = np.maximum(uses.scope[rows], 0), self._group[found]
        passing = (uses.scope[rows] >= 0) & (self._group[scope] == group) & (uses.arguments[rows] > UNKNOWN_COUNT)
        keys = _key(np.where(passing, scope, found), uses.kind[rows], uses.arguments[rows]) * 2
        keys += self._through_types(rows)
        for other, of in ((False, ~passing), (True, passing)):
            distinct, back = np.unique(keys[of], return_inverse=True)
            found[of] = self._chosen(distinct, other=other)[back]
        result = targets.copy()
        result[asked] = found
        return result

    def called_with(self, targets: Int32, arguments: Int32) -> Int32:
        """Give for each target the namesake that a call with so many arguments means."""
        asked = np.flatnonzero(self._group[targets] >= 0)
        called = np.full(len(asked), ReferenceKind.CALL, np.int32)
        result = targets.copy()
        result[asked] = self._chosen(_key(targets[asked], called, arguments[asked]) * 2)
        return result

    def _through_types(self, sites: Int64) -> Bool:
        """Say which sites name a member of a class, not of an object; `this` of a static method is the class."""
        uses = self._corpus.sites
        through = self._corpus.say(uses.qualifier[sites], PATH.match)
        scope = uses.scope[sites]
        own = np.flatnonzero(np.isin(uses.qualifier[sites], self._corpus.numbers_of(OWN)) & (scope >= 0))
        through[own] = self._matches(STATIC, scope[own].astype(np.int64), self._scripts)
        return through

    def _chosen(self, keys: Int64, *, other: bool = False) -> Int32:
        """Choose for each (target, kind, arguments, whether through a type); the target itself if it is as good.

        An `other` one that is as good is taken before it, from the next on: an overload that calls its own name
        more often passes on to another than to itself.
        """
        path, keys = keys % 2 > 0, keys // 2
        arguments, keys = (keys % WIDTH - 1).astype(np.int32), keys // WIDTH
        kind, target = (keys % 8).astype(np.int32), (keys // 8).astype(np.int32)
        at, candidate = self._table.every(self._group[target].astype(np.int64), most=MOST_NAMESAKES)
        points = self._kind_fits(kind[at], path[at], candidate) * 8
        points += (~np.isin(kind[at], CALLS) | self.accepts(candidate, arguments[at])) * 4
        points += (self._static[candidate] == path[at]) * 2 + ~self._signature_only[candidate]
        itself = candidate == target[at]
        turn = (candidate < target[at], itself) if other else (~itself,)
        order = np.lexsort((candidate, *turn, -points, at))
        chosen: Int32 = candidate[order[first_of_each(at[order])]]
        return chosen

    def _kind_fits(self, use: Int32, path: Bool, candidate: Int32) -> Bool:
        kind = self._corpus.definitions.kind[candidate]
        invoked = np.isin(kind, INVOKED)
        called = np.isin(use, CALLS) | (path & self._rust[candidate])
        of_value = np.where(called, invoked, (use != ReferenceKind.ATTRIBUTE) | ~invoked)
        of_type = np.where(np.isin(use, TYPES), np.isin(kind, CONTAINERS), ~np.isin(kind, SHAPES))
        fits: Bool = (~self._apart[candidate] | of_value) & (~self._scripts[candidate] | of_type)
        return fits

    def accepts(self, definitions: Int32, arguments: Int32) -> Bool:
        """Say which definitions can be called with so many arguments; what is unknown is possible."""
        asked = self._counted[definitions] & (arguments > UNKNOWN_COUNT)
        self._read(definitions[asked])
        fits: Bool = (self._least[definitions] <= arguments) & (arguments <= self._most[definitions])
        return fits | ~asked

    def several(self, targets: Int32, arguments: Int32) -> Bool:
        """Say which targets have a namesake that can be called with as many arguments: only types tell them apart.

        Not in C++, where a prototype and its definition are namesakes.
        """
        result = np.zeros(len(targets), np.bool_)
        asked = np.flatnonzero((self._group[targets] >= 0) & self._typed[targets])
        pairs, back = np.unique(targets[asked].astype(np.int64) * WIDTH + arguments[asked] + 1, return_inverse=True)
        target, count = (pairs // WIDTH).astype(np.int32), (pairs % WIDTH - 1).astype(np.int32)
        at, candidate = self._table.every(self._group[target].astype(np.int64), most=MOST_NAMESAKES)
        fits = np.isin(self._corpus.definitions.kind[candidate], FUNCTIONS) & self.accepts(candidate, count[at])
        # What takes any number is only meant where nothing takes just so many.
        fits &= (self.most(candidate) < MOST_PARAMETERS) | (self.most(target)[at] == MOST_PARAMETERS)
        result[asked] = (np.bincount(at[fits], minlength=len(pairs)) > 1)[back]
        return result

    def most(self, definitions: Int32) -> Int32:
        """Give how many arguments definitions take at most, 1000 for any number."""
        self._read(definitions)
        return self._most[definitions]

    def _read(self, rows: Int32) -> None:
        """Read what functions take, once each: some 3 µs."""
        definitions, strings = self._corpus.definitions, self._corpus.strings
        rows = unique(rows)
        rows = rows[(self._least[rows] < 0) & np.isin(definitions.kind[rows], FUNCTIONS)]
        names, signatures = definitions.name[rows].tolist(), definitions.signature[rows].tolist()
        if names:
            found = [taken(strings[one], strings[name]) for one, name in zip(signatures, names, strict=True)]
            self._least[rows], self._most[rows] = np.asarray(found, np.int32).T


def _key(targets: Int32, kinds: Int32, arguments: Int32) -> Int64:
    """Give one number for what a choice depends on."""
    keys: Int64 = (targets.astype(np.int64) * 8 + kinds) * WIDTH + np.minimum(arguments, WIDTH - 2) + 1
    return keys


def _shared(rows: Int64, keys: Int64) -> tuple[Int64, Int64]:
    """Keep the rows whose key others have as well."""
    _, back, count = np.unique(keys, return_inverse=True, return_counts=True)
    kept = count[back] > 1
    return rows[kept], back[kept].astype(np.int64)
