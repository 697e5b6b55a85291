"""Calls that mean an inherited overload: the class has the name itself, but with other parameters.

The nearest ancestor's that takes as many arguments is meant. Where none does, the one that was found is no more
than a definition of that name.
"""

from typing import Final

import numpy as np

from services.mapping.arguments import OVERLOADED
from services.mapping.columns import Bool, Int32, Int64
from services.mapping.hierarchy import Members
from services.mapping.ladder import Ladder, Rung
from services.mapping.lookup import first_of_each
from services.mapping.namesakes import Namesakes
from services.mapping.records import DefinitionKind

INHERITING: Final = OVERLOADED - {"cpp"}
"""In C++ a name in a class hides all of its name in the bases."""


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
    better, refused = _inherited(ladder.namesakes, members, target, arguments, definitions.name[target])
    ladder.target[rows] = np.where(better >= 0, better, target)[back]
    worst = np.where(better >= 0, Rung.INHERITED, np.where(refused, Rung.UNIQUE, Rung.UNRESOLVED))[back]
    ladder.rung[rows] = np.maximum(ladder.rung[rows], worst)


def _inherited(
    namesakes: Namesakes, members: Members, target: Int32, arguments: Int32, names: Int32
) -> tuple[Int32, Bool]:
    """Give for each (method, arguments) the inherited one that is meant instead, or -1, and whether it cannot be meant."""
    at, ancestor = members.ancestors.every(members.owner[target].astype(np.int64))
    candidate = members.direct.get(ancestor.astype(np.int64) * members.width + names[at])
    at, candidate = at[candidate >= 0], candidate[candidate >= 0]
    kept = ~namesakes.accepts(target[at], arguments[at])
    at, candidate = at[kept], candidate[kept]
    refused = np.zeros(len(target), np.bool_)
    refused[at] = True
    candidate = namesakes.called_with(candidate, arguments[at])
    fits = namesakes.accepts(candidate, arguments[at])
    # What takes as many parameters is overridden by the method itself, which does not repeat what they are by default.
    overridden = fits & (namesakes.most(candidate) == namesakes.most(target[at]))
    refused[at[overridden]] = False
    at, candidate = at[fits & ~overridden], candidate[fits & ~overridden]
    first = first_of_each(at)
    better = np.full(len(target), -1, np.int32)
    better[at[first]] = candidate[first]
    return np.where(refused, better, -1), refused
