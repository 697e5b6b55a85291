"""Receivers whose class is known: `x.rows()` where x is declared, made or returned as a `Store`.

Each distinct (scope, receiver) is looked at once. A receiver of several parts is its first part, then one
field or call after the other, so that what is known of `a.b` serves `a.b.c()` and `a.b().c()`.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from services.mapping.columns import Bool, Int32, Int64
from services.mapping.corpus import Corpus
from services.mapping.hierarchy import Members
from services.mapping.ladder import OPEN, Ladder, Rung
from services.mapping.lookup import Table, unique
from services.mapping.receivers import SELVES, SEPARATOR, mean
from services.mapping.records import ReferenceKind
from services.mapping.spaced import Spaced
from services.mapping.uses import CALLED_RECEIVER, UNKNOWN
from services.mapping.values import NOTHING, Joined, Values, at_rows, use_keys

CALLS: Final = (ReferenceKind.CALL, ReferenceKind.DECORATOR)
MOST_PARTS: Final = 8
RUBY: Final = frozenset({"ruby"})
ITSELF: Final = ("new", "class")
"""Ruby's methods that lead from a class to its objects and back: both have the members of the class here."""
MOST_ROUNDS: Final = 4
"""A value that is known only through five others stays unknown."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Receivers as chains: each row is one, its last part, and the row of what comes before it."""

    before: Int32
    name: Int32
    """Number of the last part's name among the corpus's strings, or -1 if nothing has it."""
    called: Bool
    text_before: Int32
    """Number of the receiver before the last part, or -1."""
    itself: Bool
    """Whether the last part is one of `ITSELF`."""
    level: Int32
    row: dict[int, int]
    """Of each number of a receiver's text: its row."""

    @classmethod
    def of(cls, corpus: Corpus, qualifiers: Int32) -> "Parts":
        """Take receivers apart; one of too many parts, or that is no chain of names, has no row."""
        rows: dict[str, int] = {}
        table: list[tuple[int, int, bool, int, bool, int]] = []
        number = corpus.number

        def add(text: str, level: int) -> int:
            if text in rows:
                return rows[text]
            marks = list(SEPARATOR.finditer(text))
            before = text[: marks[-1].start()] if marks else ""
            above = add(before, level + 1) if before and level < MOST_PARTS else NOTHING
            if before and above == NOTHING:
                return NOTHING
            last = text[marks[-1].end() :] if marks else text
            name = last.removesuffix(CALLED_RECEIVER)
            rows[text] = row = len(table)
            depth = table[above][5] + 1 if above >= 0 else 0
            itself = bool(before) and name in ITSELF
            table.append((above, number.get(name, NOTHING), last != name, number.get(before, NOTHING), itself, depth))
            return row

        found = {one: add(corpus.strings[one], 0) for one in qualifiers.tolist() if corpus.strings[one] != UNKNOWN}
        columns = np.asarray(table, np.int64).reshape(-1, 6)
        before, name, called, text_before, itself, level = (columns[:, at] for at in range(6))
        return cls(
            before.astype(np.int32),
            name.astype(np.int32),
            called > 0,
            text_before.astype(np.int32),
            itself > 0,
            level.astype(np.int32),
            {text: row for text, row in found.items() if row >= 0},
        )


class KnownReceivers:
    """Decides the sites whose receiver's class comes to be known. Made once for a corpus."""

    def __init__(self, ladder: Ladder, values: Values, members: Members, exports: Table, spaced: Spaced) -> None:
        self._ladder, self._values, self._members = ladder, values, members
        self._scopes = scopes = ladder.scopes
        corpus = ladder.corpus
        rows = corpus.sites
        self._parts = parts = Parts.of(corpus, unique(rows.qualifier[rows.qualifier >= 0]))
        row_of = np.full(len(corpus.strings) + 1, NOTHING, np.int64)
        row_of[list(parts.row)] = list(parts.row.values())
        self._sites = np.flatnonzero((rows.qualifier >= 0) & (row_of[rows.qualifier] >= 0))
        marked = np.isin(rows.name[self._sites], corpus.numbers_of((CALLED_RECEIVER,)))
        self._returned = self._sites[marked]
        self._width = len(parts.name) + 1
        place = scopes.place(rows.scope, rows.file)
        pairs = place[self._sites] * self._width + row_of[rows.qualifier[self._sites]]
        self._pairs = unique(self._with_all_before(pairs))
        self._of_site = np.searchsorted(self._pairs, pairs)
        self._part = self._pairs % self._width
        self._place = self._pairs // self._width
        definitions = len(corpus.definitions.name)
        inside = self._place < definitions
        self._scope = np.where(inside, self._place, NOTHING).astype(np.int32)
        file_of_scope = corpus.definitions.file[np.minimum(self._place, max(definitions - 1, 0))] if definitions else 0
        self._file = np.where(inside, file_of_scope, self._place - definitions).astype(np.int32)
        self._start(exports, spaced)

    def _with_all_before(self, pairs: Int64) -> Int64:
        """Add to receivers what comes before their last part."""
        found = [unique(pairs)]
        for _ in range(MOST_PARTS):
            before = self._parts.before[found[-1] % self._width]
            longer = before >= 0
            if not longer.any():
                break
            found.append(unique(found[-1][longer] // self._width * self._width + before[longer]))
        return np.concatenate(found)

    def _start(self, exports: Table, spaced: Spaced) -> None:
        """Find once what does not change: names of scopes, the class around, and the calls that receivers are."""
        parts, ladder = self._parts, self._ladder
        name, first = parts.name[self._part], parts.before[self._part] < 0
        called = parts.called[self._part]
        self._selves = first & ~called & mean(ladder, SELVES, name, self._file)
        self._own = np.where(self._selves, self._members.class_of(self._scope), NOTHING)
        plain = np.flatnonzero(first & ~called & ~self._selves)
        self._group = np.full(len(name), NOTHING, np.int32)
        self._near = np.zeros(len(name), np.int32)
        self._group[plain], self._near[plain] = self._scopes.around(self._scope[plain], self._file[plain], name[plain])
        self._meant = np.full(len(name), NOTHING, np.int32)
        key = self._file[plain].astype(np.int64) * ladder.width + name[plain]
        meant = ladder.at_top(key, exports)
        rest = np.flatnonzero((meant < 0) & (ladder.binding_table.get(key) < 0))
        meant[rest] = spaced.meant(self._scope[plain[rest]], self._file[plain[rest]], name[plain[rest]])
        self._meant[plain] = meant
        self._called = np.flatnonzero(called)
        self._calls = self._uses(
            self._place[self._called], name[self._called], parts.text_before[self._part[self._called]]
        )
        self._itself = np.flatnonzero(parts.itself[self._part] & ladder.speaks(RUBY)[self._file])
        holder = parts.before[self._part[self._itself]]
        self._made = self._uses(self._place[self._itself], parts.name[holder], parts.text_before[holder])
        before = self._place * self._width + parts.before[self._part]
        self._before = np.where(parts.before[self._part] >= 0, np.searchsorted(self._pairs, before), NOTHING)

    def _uses(self, place: Int64, name: Int32, qualifier: Int32) -> Joined:
        """Find the sites of names with their receivers in places."""
        return Joined.of(self._scopes.uses, use_keys(self._ladder.corpus, place, name, qualifier))

    @cached_property
    def local(self) -> Bool:
        """Say of every site whether its receiver begins with a name of the function around it."""
        begins = np.arange(len(self._pairs))
        for _ in range(MOST_PARTS):
            begins = np.where(self._before[begins] >= 0, self._before[begins], begins)
        bound = (self._group[begins] >= 0) & (self._near[begins] > 0)
        result = np.zeros(len(self._ladder.target), np.bool_)
        result[self._sites] = bound[self._of_site]
        return result

    def decide(self) -> None:
        """Go round until nothing more comes to be known; then close what a known class does not have."""
        fields = self._values.fields()
        for _ in range(MOST_ROUNDS):
            self._values.settle(self._ladder.target)
            classes = self._classes(fields)
            before = int(np.count_nonzero(self._ladder.target >= 0))
            self._take(classes)
            self._take_names(classes, fields)
            if int(np.count_nonzero(self._ladder.target >= 0)) == before:
                break
        known = classes[self._of_site] >= 0
        self._ladder.close(self._ladder.open_at(self._sites[known]))

    def _take(self, classes: Int32) -> None:
        open_ = (self._ladder.target[self._sites] == OPEN) & (classes[self._of_site] >= 0)
        sites, holder = self._sites[open_], classes[self._of_site[open_]]
        found, _ = self._members.find(holder, self._ladder.corpus.sites.name[sites])
        self._ladder.decide(sites, found, Rung.TYPED)

    def _take_names(self, classes: Int32, fields: Members) -> None:
        """Take calls of a name that is another name of a function or class: a local one, a field, or a variable's."""
        ladder, values = self._ladder, self._values
        sites = ladder.open_at(ladder.local_names)
        group = ladder.local_group[np.searchsorted(ladder.local_names, sites)]
        ladder.decide(sites, values.called[group], Rung.TYPED)
        rows = ladder.corpus.sites
        open_ = (ladder.target[self._sites] == OPEN) & (classes[self._of_site] >= 0)
        sites, holder = self._sites[open_], classes[self._of_site[open_]]
        group, _ = fields.find(holder, rows.name[sites])
        ladder.decide(sites, at_rows(values.called, group), Rung.TYPED)
        self._take_returned()
        called = np.flatnonzero((ladder.target >= 0) & np.isin(rows.kind, CALLS))
        other = values.stands_for[ladder.target[called]]
        ladder.decide(called, other, Rung.TYPED)

    def _take_returned(self) -> None:
        """Take the calls of what a call gives: `make()()` means what `make` returns."""
        ladder = self._ladder
        sites = ladder.open_at(self._returned)
        part = np.searchsorted(self._called, self._of_site[np.searchsorted(self._sites, sites)])
        maker = self._calls.targets(ladder.target)[part]
        given = at_rows(self._values.gives, maker)
        ladder.decide(sites, given.astype(np.int32), Rung.TYPED)

    def _classes(self, fields: Members) -> Int32:
        """Give what each (scope, receiver) is an object of, or the class itself that it names; -1 for unknown."""
        parts, values = self._parts, self._values
        of = np.full(len(self._pairs), NOTHING, np.int32)
        bound = self._group >= 0
        of[bound] = values.of_group[self._group[bound]]
        meant = ~bound & (self._meant >= 0)
        of[meant] = values.held[self._meant[meant]]
        of = np.where(self._own >= 0, self._own, of)
        of[self._called] = values.given(self._calls.targets(self._ladder.target))
        level, name = parts.level[self._part], parts.name[self._part]
        called = parts.called[self._part]
        self._own_fields(of, fields, ~bound & (self._meant < 0) & (level == 0) & ~called & ~self._selves)
        made = values.given(self._made.targets(self._ladder.target))
        for depth in range(1, MOST_PARTS):
            rows = np.flatnonzero((level == depth) & ~called)
            rows = rows[of[self._before[rows]] >= 0]
            if len(rows):
                of[rows] = self._field(of[self._before[rows]], name[rows], fields)
            same = level[self._itself] == depth
            rows = self._itself[same]
            known = of[self._before[rows]]
            of[rows] = np.where(known >= 0, known, made[same])
        return of

    def _own_fields(self, of: Int32, fields: Members, open_: Bool) -> None:
        """Look for a bare first name among the fields of the class around, where a language has them so."""
        rows = np.flatnonzero(open_ & self._ladder.class_scoped[self._file])
        holder = self._members.class_of(self._scope[rows])
        rows, holder = rows[holder >= 0], holder[holder >= 0]
        of[rows] = self._field(holder, self._parts.name[self._part[rows]], fields)

    def _field(self, holder: Int32, name: Int32, fields: Members) -> Int32:
        """Give the class of a field of a class: by what is said of the field, else by its definition."""
        known = name >= 0
        result = np.full(len(holder), NOTHING, np.int32)
        group, _ = fields.find(holder[known], name[known])
        value = at_rows(self._values.of_group, group)
        member, _ = self._members.find(holder[known], name[known])
        held = at_rows(self._values.held, member)
        result[known] = np.where(value >= 0, value, held)
        return result
