"""What names hold: the class of a variable, of a field, and of what a function returns.

Nothing runs and no flow is followed: all that a file says of one name in one scope is taken together,
and a class is known only where everything agrees. What is said refers to uses of other names (`x = make()`),
so knowledge comes in rounds: each takes what the ladder has decided so far.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np

from services.mapping.columns import Bool, Int32, Int64
from services.mapping.corpus import CONTAINERS, Corpus
from services.mapping.hierarchy import DEEPEST, Members
from services.mapping.lookup import Table
from services.mapping.records import DefinitionKind
from services.mapping.type_texts import Says

NOTHING: Final = -1
UNDECIDED: Final = np.iinfo(np.int32).max
MOST_TURNS: Final = 6
"""Values that are known through more others than this stay unknown."""
OWN_TYPES: Final = ("Self", "self", "static", "this", "cls", "$this")
"""Types and values that mean the class around the code."""
CALLABLES: Final = (DefinitionKind.FUNCTION, DefinitionKind.METHOD, DefinitionKind.CONSTRUCTOR, DefinitionKind.PROPERTY)
CALLED_WITHOUT_MARK: Final = frozenset({"ruby", "scala"})
"""Languages where a method that takes nothing is called like a field."""


class Scopes:
    """Finds the names that functions and classes have for themselves, from a scope outwards."""

    def __init__(self, corpus: Corpus, class_scoped: Bool) -> None:
        """Index the names; `class_scoped` says of each file whether code in a method sees the names of its class."""
        typings, definitions = corpus.typings, corpus.definitions
        self._corpus = corpus
        self._class_scoped = class_scoped
        self._container = np.isin(definitions.kind, (*CONTAINERS, DefinitionKind.MODULE))
        self.width = len(corpus.strings)
        self.rows = np.flatnonzero(typings.name >= 0)
        keys = self.place(typings.scope, typings.file)[self.rows] * self.width + typings.name[self.rows]
        self._keys, group = np.unique(keys, return_inverse=True)
        self.group: Int32 = group.astype(np.int32)
        """Of each of `rows`: all that is said of one name of one scope has one number."""
        self.count = len(self._keys)

    def place(self, scope: Int32, file: Int32) -> Int64:
        """Give one number for a definition, or for the top level of a file."""
        top = len(self._corpus.definitions.name) + file.astype(np.int64)
        place: Int64 = np.where(scope >= 0, scope.astype(np.int64), top)
        return place

    @cached_property
    def uses(self) -> Int64:
        """Give one number for each use: its name and receiver in its place."""
        sites = self._corpus.sites
        return use_keys(self._corpus, self.place(sites.scope, sites.file), sites.name, sites.qualifier)

    def at(self, places: Int64, names: Int32) -> Int32:
        """Give the group of each (place, name), or -1."""
        keys = places * self.width + names
        return Table(self._keys, np.arange(self.count, dtype=np.int32)).get(keys)

    def around(self, scope: Int32, file: Int32, names: Int32, *, fields: bool = True) -> tuple[Int32, Int32]:
        """Give the group that a name means in a scope, or -1, and how near it is: 0 for the top level of the file.

        Without `fields` only local variables and those of the file.
        """
        current = scope.copy()
        found = np.full(len(names), NOTHING, np.int32)
        nearness = np.zeros(len(names), np.int32)
        parent = self._corpus.definitions.parent
        for level in range(DEEPEST):
            asked = np.flatnonzero((current >= 0) & (found < 0))
            if not len(asked):
                break
            inner = current[asked]
            seen = ~self._container[inner] | (self._class_scoped[file[asked]] & fields)
            group = np.where(seen, self.at(inner.astype(np.int64), names[asked]), NOTHING)
            hit = group >= 0
            found[asked[hit]] = group[hit]
            nearness[asked[hit]] = DEEPEST - level
            current[asked] = parent[inner]
        rest = np.flatnonzero(found < 0)
        top = np.full(len(rest), NOTHING, np.int32)
        found[rest] = self.at(self.place(top, file[rest]), names[rest])
        return found, nearness


@dataclass(frozen=True, slots=True)
class Joined:
    """Uses by (place, name, receiver): what is said of a value refers to a use in the same place."""

    sites: Int64
    first: Int64
    asked: Int64
    """Of each key that was asked for: its group among the sites, or -1."""

    @classmethod
    def of(cls, site_keys: Int64, asked_keys: Int64) -> "Joined":
        """Find the sites of each asked key."""
        wanted, back = np.unique(asked_keys, return_inverse=True)
        position = Table(wanted, np.arange(len(wanted), dtype=np.int32)).get(site_keys)
        sites = np.flatnonzero(position >= 0)
        sites = sites[np.argsort(position[sites], kind="stable")]
        groups, first = np.unique(position[sites], return_index=True)
        of_wanted = np.full(len(wanted), NOTHING, np.int64)
        of_wanted[groups] = np.arange(len(groups))
        return cls(sites, first.astype(np.int64), of_wanted[back])

    def targets(self, target: Int32) -> Int32:
        """Give what the ladder has decided for each asked key, or -1."""
        result = np.full(len(self.asked), NOTHING, np.int32)
        if not len(self.sites):
            return result
        best = np.maximum.reduceat(target[self.sites], self.first)
        known = self.asked >= 0
        result[known] = np.maximum(best[self.asked[known]], NOTHING)
        return result


class Values:
    """What is known of values so far; `settle` takes in what the ladder has decided since."""

    def __init__(
        self, corpus: Corpus, scopes: Scopes, members: Members, instance: Int32, meant: Callable[[Int64], Int32]
    ) -> None:
        """Join what is said with uses.

        `instance` says of each definition what `new` gives an object of, `meant` what a (file, name) key means at the
        top level.
        """
        self._corpus = corpus
        self._instance = instance
        self._scopes = scopes
        self._members = members
        typings, definitions = corpus.typings, corpus.definitions
        self._container = members.container
        self._callable = np.isin(definitions.kind, CALLABLES)
        self._says = typings.says
        place = scopes.place(typings.within, typings.file)
        sites = corpus.sites
        self._near = Joined.of(scopes.uses, use_keys(corpus, place, typings.type, typings.qualifier))
        files = sites.file.astype(np.int64)
        self._far = Joined.of(
            use_keys(corpus, files, sites.name, sites.qualifier),
            use_keys(corpus, typings.file.astype(np.int64), typings.type, typings.qualifier),
        )
        plain = (typings.type >= 0) & (typings.qualifier < 0)
        self._named = np.full(len(plain), NOTHING, np.int32)
        self._named[plain] = meant(typings.file[plain].astype(np.int64) * scopes.width + typings.type[plain])
        own = np.isin(typings.type, corpus.numbers_of(OWN_TYPES)) & (typings.qualifier < 0)
        self._own = np.where(own, members.class_of(typings.within), NOTHING)
        same = (typings.says == Says.SAME) & (typings.qualifier < 0)
        self._other = np.full(len(same), NOTHING, np.int32)
        rows = np.flatnonzero(same)
        self._other[rows], _ = scopes.around(typings.within[rows], typings.file[rows], typings.type[rows])
        self._other[scopes.rows] = np.where(self._other[scopes.rows] == scopes.group, NOTHING, self._other[scopes.rows])
        self._returning = np.flatnonzero((typings.name < 0) & (typings.scope >= 0))
        self._variable = scopes.at(scopes.place(definitions.parent, definitions.file), self._written())
        self.of_group = np.full(scopes.count, NOTHING, np.int32)
        """Of each group of names: the class of what they hold."""
        self.called = np.full(scopes.count, NOTHING, np.int32)
        """Of each group of names: the function or class that they are another name of."""
        self.returned = np.full(len(definitions.name), NOTHING, np.int32)
        """Of each definition: the class of what it returns."""
        self.gives = np.full(len(definitions.name), NOTHING, np.int32)
        """Of each definition: the function that it returns."""
        self.stands_for = np.full(len(definitions.name), NOTHING, np.int32)
        """Of each definition of a variable: the function or class that it is another name of."""
        self.held = np.full(len(definitions.name), NOTHING, np.int32)
        """Of each definition: its class, for a variable, a field or a property; a class itself."""
        loose = np.asarray([language in CALLED_WITHOUT_MARK for language in corpus.languages], np.bool_)
        like_field = definitions.kind == DefinitionKind.PROPERTY
        if len(like_field):
            like_field |= loose[definitions.file] & (definitions.kind == DefinitionKind.METHOD)
        self._like_field = like_field
        self._like_property = definitions.kind == DefinitionKind.PROPERTY

    def _written(self) -> Int32:
        """Give the name by which each definition's value is set: Ruby's `attr_reader :store` reads `@store`."""
        corpus = self._corpus
        definitions, strings, number = corpus.definitions, corpus.strings, corpus.number
        ruby = np.asarray([language == "ruby" for language in corpus.languages], np.bool_)
        names = definitions.name.copy()
        if ruby.any():
            rows = np.flatnonzero((definitions.kind == DefinitionKind.FIELD) & ruby[definitions.file])
            names[rows] = [number.get(f"@{strings[one]}", one) for one in names[rows].tolist()]
        return names

    def fields(self) -> Members:
        """Give the groups of the fields of classes, by class and name, inherited ones as well."""
        scopes = self._scopes
        typings = self._corpus.typings
        inside = typings.scope[scopes.rows]
        of_class = (inside >= 0) & self._container[np.maximum(inside, 0)] if len(self._container) else inside >= 0
        rows = scopes.rows[of_class]
        keys = self._members.canonical[typings.scope[rows]].astype(np.int64) * scopes.width + typings.name[rows]
        return replace(self._members, direct=Table.first(keys, scopes.group[of_class]))

    def settle(self, target: Int32) -> None:
        """Take in what every use means by now: values of values need some turns."""
        said = np.maximum(self._near.targets(target), NOTHING)
        for further in (self._far.targets(target), self._named):  # a type in quotes is no use of a name
            said = np.where((said >= 0) | (self._other >= 0), said, further)
        before = np.empty(0, np.int32)
        for _ in range(MOST_TURNS):
            value = self._value(said)
            if np.array_equal(value, before):
                break
            before = value
            self.of_group = self._without_doubt(value)
            scope = self._corpus.typings.scope[self._returning]
            self.returned = self._agreed(self._returning, scope, value, len(self.returned))
            held = np.where(self._variable >= 0, at_rows(self.of_group, self._variable), NOTHING)
            held = np.where(self._like_field, self.returned, held)
            self.held = np.where(self._container, self._members.canonical, held)
        self._settle_called(said)

    def _settle_called(self, said: Int32) -> None:
        """Find the names that are other names of one function or class, and of nothing else."""
        rows, group, count = self._scopes.rows, self._scopes.group, self._scopes.count
        meant = np.where((said >= 0) & self._may_be_called(said), said, NOTHING)
        same = np.where(self._says == Says.SAME, meant, NOTHING)
        scope = self._corpus.typings.scope[self._returning]
        self.gives = self._agreed(self._returning, scope, same, len(self.returned))
        passed_on = np.where((self._says == Says.CALLED) & (said >= 0), at_rows(self.gives, said), NOTHING)
        value = np.where(same >= 0, same, passed_on).astype(np.int32)
        whole = np.ones(count, np.bool_)
        whole[group[value[rows] < 0]] = False
        self.called = np.where(whole, self._agreed(rows, group, value, count), NOTHING).astype(np.int32)
        self.stands_for = np.where(self._variable >= 0, at_rows(self.called, self._variable), NOTHING).astype(np.int32)

    def given(self, target: Int32) -> Int32:
        """Give the class of what a call of each definition gives: of a class an object of it; -1 for unknown."""
        if not len(self._container):
            return target
        inside = self._instance[np.maximum(target, 0)]
        known = np.where(self._container[inside], self._members.canonical[inside], self.returned[inside])
        return np.where(target >= 0, known, NOTHING)

    def _may_be_called(self, said: Int32) -> Bool:
        if not len(self._container):
            return said >= 0
        inside = np.maximum(said, 0)
        result: Bool = (self._callable[inside] & ~self._like_property[inside]) | self._container[inside]
        return result

    def _value(self, said: Int32) -> Int32:
        value = np.full(len(said), NOTHING, np.int32)
        if len(self._container):
            inside = np.maximum(said, 0)
            declared = np.where(self._container[inside], self._members.canonical[inside], NOTHING)
            by_kind = (declared, self.given(said), self.held[inside])
            value = np.where(said >= 0, np.choose(np.minimum(self._says, 2), by_kind), NOTHING)
        value = np.where(self._other >= 0, at_rows(self.of_group, self._other), value)
        value = np.where(self._says >= Says.NOTHING, NOTHING, value)
        return np.where(self._own >= 0, self._own, value).astype(np.int32)

    def _without_doubt(self, value: Int32) -> Int32:
        """Give each group of names its class; a name of a function's may be two, one of them a nameless function's."""
        rows, group, count = self._scopes.rows, self._scopes.group, self._scopes.count
        agreed = self._agreed(rows, group, value, count)
        known = value[rows] >= 0
        other = known & (value[rows] != agreed[group])
        foreign = ~known & (self._says[rows] == Says.DECLARED)
        scope = self._corpus.typings.scope[rows]
        local = (
            (other | foreign) & (scope >= 0) & self._callable[np.maximum(scope, 0)] if len(self._callable) else other
        )
        agreed[group[local]] = NOTHING
        return agreed

    def _agreed(self, rows: Int64, group: Int32, value: Int32, count: int) -> Int32:
        """Give each group the class that all of its known values have; what is declared counts alone.

        A name that is bound again in its function, to what nobody says, has none: nothing tells the uses apart.
        """
        result = np.full(count, NOTHING, np.int32)
        declared = self._says[rows] == Says.DECLARED
        of_declared = np.zeros(count, np.bool_)
        of_declared[group[declared]] = True
        for kept in (declared, ~declared & ~of_declared[group]):
            known = kept & (value[rows] >= 0)
            least, most = np.full(count, UNDECIDED, np.int32), np.full(count, NOTHING, np.int32)
            np.minimum.at(least, group[known], value[rows[known]])
            np.maximum.at(most, group[known], value[rows[known]])
            result = np.where(least == most, least, result)
        result[group[self._says[rows] == Says.ELSE]] = NOTHING
        plain = group[self._says[rows] == Says.PLAIN]
        result[plain[~of_declared[plain]]] = NOTHING
        return result


def at_rows(values: Int32, rows: Int32) -> Int32:
    """Give the values of rows, -1 for the row -1."""
    if not len(values):
        return np.full(len(rows), NOTHING, np.int32)
    return np.where(rows >= 0, values[np.maximum(rows, 0)], NOTHING)


def use_keys(corpus: Corpus, place: Int64, name: Int32, qualifier: Int32) -> Int64:
    """Give one number for a name with its receiver in a place; -2 for no name."""
    width = len(corpus.strings) + 1
    keys: Int64 = (place * width + name) * width + qualifier + 1
    return np.where(name >= 0, keys, -2)
