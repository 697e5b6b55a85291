"""Constructors called by a word: `super(x)`, `this(x)`, `: base(x)`, `new static`; and Ruby's `super`.

The class around the call says what is meant. In JavaScript and PHP the nearest ancestor that has a constructor
gives it; in Java, C# and Kotlin that is the base alone, which has one even where none is written.
"""

from typing import Final

import numpy as np

from services.mapping.columns import Int32, Int64
from services.mapping.corpus import Corpus
from services.mapping.hierarchy import Members
from services.mapping.ladder import Ladder, Rung
from services.mapping.lookup import MultiTable, first_of_each, nearest
from services.mapping.records import DefinitionKind, ReferenceKind

SCRIPTS: Final = frozenset({"javascript", "typescript", "tsx"})
WRITTEN: Final = frozenset({"java", "csharp", "kotlin"})
KOTLIN: Final = frozenset({"kotlin"})
PHP: Final = frozenset({"php"})
RUBY: Final = frozenset({"ruby"})
NOTHING: Final = -1
OF_BASE: Final = ("super", "base")
OF_CLASS: Final = ("this",)
NAMED: Final = ("self", "static")
PARENT: Final = ("parent",)
BASELESS: Final = (DefinitionKind.INTERFACE, DefinitionKind.TRAIT)
"""Kinds that a class has beside its base."""


def take_constructors(ladder: Ladder, members: Members) -> None:
    """Decide or close the calls that are such words, once the bases of classes are known."""
    uses = ladder.corpus.sites
    words = ladder.corpus.numbers_of((*OF_BASE, *OF_CLASS, *NAMED, *PARENT))
    called = (uses.kind == ReferenceKind.CALL) & (uses.qualifier < 0)
    sites = np.flatnonzero(called & np.isin(uses.name, words))
    if len(sites):
        _Constructors(ladder, members).take(sites)


class _Constructors:
    def __init__(self, ladder: Ladder, members: Members) -> None:
        self._ladder, self._members = ladder, members
        self._definitions = definitions = ladder.corpus.definitions
        rows = np.flatnonzero((definitions.kind == DefinitionKind.CONSTRUCTOR) & (members.owner >= 0))
        self._of_class = MultiTable.of(members.owner[rows].astype(np.int64), rows.astype(np.int32))

    def take(self, sites: Int64) -> None:
        """Take each word as its language means it."""
        of_base = self._spoken(sites, OF_BASE, SCRIPTS | WRITTEN)
        self._write(of_base, *self._of_base(of_base), Rung.INHERITED)
        of_class = self._spoken(sites, OF_CLASS, WRITTEN)
        self._write(of_class, np.arange(len(of_class)), self._class_around(of_class), Rung.OWN)
        named = self._spoken(sites, NAMED, PHP)
        self._settle(named, self._class_around(named), Rung.OWN)
        parent = self._spoken(sites, PARENT, PHP)
        at, base = self._of_base(parent)
        self._settle(parent, nearest(len(parent), at, base), Rung.INHERITED)
        self._methods(self._spoken(sites, OF_BASE[:1], RUBY))

    def _spoken(self, sites: Int64, words: tuple[str, ...], languages: frozenset[str]) -> Int64:
        corpus: Corpus = self._ladder.corpus
        meant = np.isin(corpus.sites.name[sites], corpus.numbers_of(words))
        kept: Int64 = sites[meant & self._ladder.speaks(languages)[corpus.sites.file[sites]]]
        return kept

    def _class_around(self, sites: Int64) -> Int32:
        return self._members.class_of(self._ladder.corpus.sites.scope[sites])

    def _of_base(self, sites: Int64) -> tuple[Int64, Int32]:
        """Give (position, class) for the classes whose constructor may be meant, the nearest first."""
        at, base = self._members.ancestors.every(self._class_around(sites).astype(np.int64))
        kept = ~np.isin(self._definitions.kind[base], BASELESS)
        at, base = at[kept], base[kept]
        direct = np.zeros(len(at), np.bool_)
        direct[first_of_each(at)] = True
        passed_on = self._ladder.speaks(SCRIPTS)[self._ladder.corpus.sites.file[sites[at]]]
        return at[direct | passed_on], base[direct | passed_on]

    def _write(self, sites: Int64, at: Int64, classes: Int32, rung: Rung) -> None:
        """Take the first constructor that accepts the arguments, else the first, else the class itself."""
        uses, ladder = self._ladder.corpus.sites, self._ladder
        of, constructor = self._of_class.every(classes.astype(np.int64))
        of = at[of]
        other = constructor != uses.scope[sites[of]]
        of, constructor = of[other], constructor[other]
        accepted = ladder.namesakes.accepts(constructor, uses.arguments[sites[of]])
        alone = ~ladder.speaks(KOTLIN)[uses.file[sites[of]]]  # a class of Kotlin has another one in its own head
        found = np.full(len(sites), NOTHING, np.int32)
        for places, definitions in (
            (of[accepted], constructor[accepted]),
            (of[alone], constructor[alone]),
            (at, classes),
        ):
            found = np.where(found >= 0, found, nearest(len(sites), places, definitions))
        self._settle(sites, found, rung)

    def _methods(self, sites: Int64) -> None:
        """Take Ruby's `super`: the method of the same name of what the class inherits."""
        scope = self._ladder.corpus.sites.scope[sites]
        owner = self._members.class_of(scope)
        known = owner >= 0
        found = np.full(len(sites), NOTHING, np.int32)
        names = self._definitions.name[scope[known]]
        found[known], _ = self._members.find(owner[known], names, own=False)
        self._settle(sites, found, Rung.INHERITED)

    def _settle(self, sites: Int64, targets: Int32, rung: Rung) -> None:
        self._ladder.decide(sites, targets, rung)
        self._ladder.close(self._ladder.open_at(sites))
