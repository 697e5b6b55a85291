"""Calls that mean an inherited method: the class has the name itself, but for a field, or with other parameters.

The nearest ancestor's that can be called so is meant. Where there is none, what was found is no more than a
definition of that name, and a field that cannot be called is not meant at all.
"""

from typing import Final

import numpy as np

from services.mapping.arguments import OVERLOADED, UNKNOWN_COUNT
from services.mapping.columns import Bool, Int32, Int64
from services.mapping.hierarchy import Members
from services.mapping.ladder import Ladder, Rung
from services.mapping.lookup import nearest
from services.mapping.records import DefinitionKind, ReferenceKind

CALLING_METHODS: Final = frozenset({"rust", "php", "java"})
"""Languages where `x.name()` never calls what a field holds."""
INHERITING: Final = OVERLOADED - {"cpp"}
"""In C++ a name in a class hides all of its name in the bases."""


def take_methods(ladder: Ladder, members: Members) -> None:
    """Take calls that were given a field for the method that an ancestor has of this name, or close them."""
    sites, definitions = ladder.corpus.sites, ladder.corpus.definitions
    rows = np.flatnonzero((ladder.target >= 0) & (sites.kind == ReferenceKind.CALL))
    field = definitions.kind[ladder.target[rows]] == DefinitionKind.FIELD
    rows = rows[field & ladder.speaks(CALLING_METHODS)[sites.file[rows]]]
    fields, back = np.unique(ladder.target[rows], return_inverse=True)
    at, candidate = _of_ancestors(members, fields, definitions.name[fields])
    candidate = ladder.namesakes.called_with(candidate, np.full(len(candidate), UNKNOWN_COUNT, np.int32))
    method = definitions.kind[candidate] == DefinitionKind.METHOD
    found = nearest(len(fields), at[method], candidate[method])
    ladder.close(rows)
    ladder.decide(rows, found[back], Rung.INHERITED)


def take_inherited(ladder: Ladder, members: Members) -> None:
    """Look again at calls with a number of arguments that the method they were given does not take."""
    sites, definitions = ladder.corpus.sites, ladder.corpus.definitions
    rows = np.flatnonzero((ladder.target >= 0) & (sites.arguments >= 0))
    target = ladder.target[rows]
    rows = rows[(definitions.kind[target] == DefinitionKind.METHOD) & (members.owner[target] >= 0)]
    rows = rows[ladder.speaks(INHERITING)[definitions.file[ladder.target[rows]]]]
    if not len(rows):
        return
    known = ladder.target[rows].astype(np.int64) << 32 | sites.arguments[rows]
    pairs, back = np.unique(known, return_inverse=True)
    target, arguments = (pairs >> 32).astype(np.int32), (pairs & 0xFFFFFFFF).astype(np.int32)
    better, refused = _inherited(ladder, members, target, arguments)
    ladder.target[rows] = np.where(better >= 0, better, target)[back]
    worst = np.where(better >= 0, Rung.INHERITED, np.where(refused, Rung.UNIQUE, Rung.UNRESOLVED))[back]
    ladder.rung[rows] = np.maximum(ladder.rung[rows], worst)


def doubt_overloads(ladder: Ladder) -> None:
    """Make edges guesses where the method has namesakes with as many parameters: types of arguments are not read."""
    sites = ladder.corpus.sites
    rows = np.flatnonzero((ladder.target >= 0) & (ladder.rung < Rung.OVERLOADED) & (sites.kind == ReferenceKind.CALL))
    several = ladder.namesakes.several(ladder.target[rows], sites.arguments[rows])
    ladder.rung[rows[several]] = Rung.OVERLOADED


def _inherited(ladder: Ladder, members: Members, target: Int32, arguments: Int32) -> tuple[Int32, Bool]:
    """Give for each (method, arguments) the inherited one that is meant instead, or -1, and whether it is not meant."""
    definitions, namesakes = ladder.corpus.definitions, ladder.namesakes
    at, candidate = _of_ancestors(members, target, definitions.name[target])
    kept = ~namesakes.accepts(target[at], arguments[at])
    at, candidate = at[kept], candidate[kept]
    refused = np.zeros(len(target), np.bool_)
    refused[at] = True
    candidate = namesakes.called_with(candidate, arguments[at])
    fits = namesakes.accepts(candidate, arguments[at]) & (definitions.kind[candidate] == DefinitionKind.METHOD)
    # What takes as many parameters is overridden by the method itself, which does not repeat what they are by default.
    overridden = fits & (namesakes.most(candidate) == namesakes.most(target[at]))
    refused[at[overridden]] = False
    at, candidate = at[fits & ~overridden], candidate[fits & ~overridden]
    better = nearest(len(target), at, candidate)
    return np.where(refused, better, -1), refused


def _of_ancestors(members: Members, rows: Int32, names: Int32) -> tuple[Int64, Int32]:
    """Give (position, member) for what the ancestors of members' classes have of their names, the nearest first."""
    at, ancestor = members.ancestors.every(members.owner[rows].astype(np.int64))
    candidate = members.direct.get(ancestor.astype(np.int64) * members.width + names[at])
    return at[candidate >= 0], candidate[candidate >= 0]
