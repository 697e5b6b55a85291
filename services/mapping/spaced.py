"""The rung of namespaces: names that a file knows because it opens the same namespace, or says `using` or `use`.

Names are looked up from the innermost namespace outwards, as Ruby, C#, PHP and C++ do; a receiver that is a path
of namespaces and classes leads to what stands in the last of them. What several files of one namespace
define is decided only if one of them is the asking file, or the only one that it includes.
"""

from typing import Final

import numpy as np

from services.mapping.columns import Bool, Int32, Int64
from services.mapping.corpus import CONTAINERS, MEMBERS
from services.mapping.hierarchy import Members
from services.mapping.imports import Linker
from services.mapping.ladder import Ladder, Rung
from services.mapping.lookup import MultiTable, Table, first_of_each, numbered
from services.mapping.namespaces import DEEPEST, NOTHING, SEPARATOR, Namespaces
from services.mapping.records import DefinitionKind, ReferenceKind
from services.mapping.uses import ROOTS

AMBIGUOUS: Final = -2
PATH_ENDS: Final = frozenset("()$@?#[]")
"""What no path of namespaces and classes holds."""
MOST_CANDIDATES: Final = 64
"""A name that more definitions of one namespace have is as good as ambiguous."""
ASKED_AT_ONCE: Final = 1 << 14
"""Bounds the memory that files take which bring in hundreds of namespaces."""
HERE: Final = "namespace"
"""PHP's `namespace\\f()`: the namespace around the code."""
EVERYWHERE: Final = "global"
"""C#'s `global::A`."""


class Spaced:
    """Finds names through namespaces. Made once for a corpus."""

    def __init__(self, ladder: Ladder, spaces: Namespaces, linker: Linker) -> None:
        self._ladder, self._spaces, self._linker = ladder, spaces, linker
        self._corpus = corpus = ladder.corpus
        definitions = corpus.definitions
        self._file_of = definitions.file
        self._width = len(corpus.strings)
        self._speaks = spaces.spaced & bool(len(definitions.name))
        self._values = np.isin(definitions.kind, (DefinitionKind.FUNCTION, DefinitionKind.CONSTANT))
        self._declared = np.isin(definitions.kind, (DefinitionKind.FUNCTION, DefinitionKind.VARIABLE))
        self._used = MultiTable.of(*linker.opened)
        self._used_sets: dict[int, set[int]] = {}
        key, self._shared_node, self._shared_name = linker.shared
        self._shared = Table.first(key, np.arange(len(key), dtype=np.int32))
        self._given = np.zeros(self._width + 1, np.bool_)
        self._given[spaces.named.keys % max(self._width, 1)] = True
        self._renamed = linker.names
        rows = corpus.sites
        self._scope = spaces.scopes_of(rows.scope, rows.file, rows.line) if self._speaks.any() else rows.scope

    # Bare names

    def climb_bare(self, sites: Int64, members: Members) -> None:
        """Take names without a receiver that a namespace around them or a `using` gives."""
        rows = self._corpus.sites
        sites = sites[self._speaks[rows.file[sites]]]
        sites = self._take_shared(sites[self._nameable(rows.file[sites], rows.name[sites])])
        found = self.find(self._scope[sites], rows.file[sites], rows.name[sites])
        itself = (rows.kind[sites] == ReferenceKind.BASE) & (found >= 0) & (rows.scope[sites] >= 0)
        canonical = self._spaces.canonical
        itself[itself] = canonical[found[itself]] == canonical[rows.scope[sites[itself]]]
        found[itself] = NOTHING
        self._decide(sites, found, np.full(len(sites), Rung.PACKAGE, np.int32))
        rest = sites[found == NOTHING]
        self._ladder.decide(rest, self._through_used(rest, members), Rung.IMPORTED)
        rest = self._ladder.open_at(rest)
        # Each class and function of PHP that is not found by its namespace is of none of these files.
        self._ladder.close(rest[self._spaces.php[rows.file[rest]]])

    def _take_shared(self, sites: Int64) -> Int64:
        """Take names that a `using` binds and several files define, by what each file can see; give the others."""
        at = self._shared.get(self._ladder.in_file(sites))
        bound = sites[at >= 0]
        at = at[at >= 0]
        files = self._corpus.sites.file[bound]
        found = self._in_nodes(self._shared_node[at], files, self._shared_name[at])
        self._ladder.decide(bound, np.maximum(found, NOTHING), Rung.IMPORTED)
        return sites[self._shared.get(self._ladder.in_file(sites)) < 0]

    def _nameable(self, files: Int32, names: Int32) -> Bool:
        """Say which names namespaces give: in Ruby constants only."""
        nameable = ~self._spaces.ruby[files]
        ruby = np.flatnonzero(~nameable)
        nameable[ruby] = self._corpus.say(names[ruby], lambda name: name[:1].isupper())
        return nameable

    def _decide(self, sites: Int64, found: Int32, rung: Int32) -> None:
        same = (found >= 0) & (self._file_of[np.maximum(found, 0)] == self._corpus.sites.file[sites])
        self._ladder.decide(sites, found, np.where(same, Rung.OWN, rung).astype(np.int32))

    def find(self, scope: Int32, files: Int32, names: Int32) -> Int32:
        """Give what names mean in lexical scopes: -1 for nothing, AMBIGUOUS for one of several."""
        answer = np.full(len(names), NOTHING, np.int32)
        given = np.flatnonzero(self._given[names])
        (current, file, name), back = self._distinct(scope[given], files[given], names[given])
        found = np.full(len(name), NOTHING, np.int32)
        for _ in range(DEEPEST):
            open_ = np.flatnonzero((found == NOTHING) & (current >= 0))
            if not len(open_):
                break
            node = self._spaces.node_of[current[open_]]
            functions = self._spaces.functions[current[open_]]
            found[open_] = self._in_nodes(node, file[open_], name[open_], functions)
            current[open_] = self._spaces.up[current[open_]]
        answer[given] = found[back]
        return answer

    def _distinct(self, scope: Int32, files: Int32, texts: Int32) -> tuple[tuple[Int32, Int32, Int32], Int64]:
        """Give the distinct (lexical scope, file, text) triples, and of each row which it is."""
        count, width = len(self._corpus.paths) + 1, self._width + 1
        keys = ((scope.astype(np.int64) + 1) * count + files) * width + texts
        keys, back = np.unique(keys, return_inverse=True)
        place = keys // width
        columns = (place // count - 1, place % count, keys % width)
        first, second, third = (column.astype(np.int32) for column in columns)
        return (first, second, third), back

    def meant(self, scope: Int32, files: Int32, names: Int32) -> Int32:
        """Give the class or module that names mean in definitions, or at the top level of files; -1 for nothing."""
        result = np.full(len(names), NOTHING, np.int32)
        asked = np.flatnonzero(self._speaks[files] & (names >= 0))
        asked = asked[self._nameable(files[asked], names[asked])]
        around = self._spaces.scopes_of(scope[asked], files[asked], np.zeros(len(asked), np.int32))
        top = scope[asked] < 0
        around[top] = self._spaces.file_scope[files[asked[top]]]
        found = self.find(around, files[asked], names[asked])
        result[asked] = np.maximum(found, NOTHING)
        return result

    def _in_nodes(self, nodes: Int32, files: Int32, names: Int32, functions: Bool | None = None) -> Int32:
        """Give what each name means in a namespace."""
        keys = nodes.astype(np.int64) * self._width + names
        at, candidate = self._spaces.named.every(keys, most=MOST_CANDIDATES)
        if functions is not None:
            kept = ~functions[at] | self._values[candidate]
            at, candidate = at[kept], candidate[kept]
        found = self._choose(files, at, candidate)
        return np.where(self._spaces.named.count(keys) > MOST_CANDIDATES, AMBIGUOUS, found)

    def _choose(self, files: Int32, at: Int64, candidate: Int32) -> Int32:
        """Take the candidate of the same file, else the first of the only file that has one."""
        kept = self._seen(files[at], candidate)
        at, candidate = at[kept], candidate[kept]
        of = self._file_of[candidate]
        foreign = of != files[at]
        order = np.lexsort((candidate, of, foreign, at))
        at, candidate, of, foreign = at[order], candidate[order], of[order], foreign[order]
        result = np.full(len(files), NOTHING, np.int32)
        first = first_of_each(at)
        result[at[first]] = candidate[first]
        of_file = first_of_each(at * (len(self._corpus.paths) + 1) + of)
        several = np.bincount(at[of_file], minlength=len(files)) > 1
        clear = np.zeros(len(files), np.bool_)
        clear[at[~foreign]] = True
        several &= ~clear
        # C#'s `Foo` and `Foo<T>` are two types; a use does not say here which it means.
        types = np.isin(self._corpus.definitions.kind[candidate], CONTAINERS) & self._spaces.csharp[files[at]]
        several |= np.bincount(at[types & ~clear[at]], minlength=len(files)) > 1
        result[several] = AMBIGUOUS
        return result

    def _seen(self, files: Int32, candidates: Int32) -> Bool:
        """Say of (file, definition) pairs whether the one can see the other: no test's, and what C++ includes."""
        of = self._file_of[candidates]
        tests = self._ladder.tests
        seen: Bool = (of == files) | ((~tests[of] | tests[files]) & ~self._ladder.includes.hidden[candidates])
        asked = np.flatnonzero(seen & (of != files) & self._spaces.cpp[files])
        led = self._ladder.includes.leads(files[asked], of[asked])
        rest = np.flatnonzero(~led & self._declared[candidates[asked]])
        names = self._corpus.definitions.name[candidates[asked[rest]]]
        led[rest] = self._ladder.includes.announces(files[asked[rest]], names)
        seen[asked] = led
        return seen

    def _through_used(self, sites: Int64, members: Members) -> Int32:
        """Give what names mean through `using A.B`, `using static A.C` and `using namespace a`."""
        files = self._corpus.sites.file[sites]
        answer = np.full(len(sites), NOTHING, np.int32)
        asked = np.flatnonzero(self._used.count(files.astype(np.int64)) > 0)
        keys, back = np.unique(self._ladder.in_file(sites[asked]), return_inverse=True)
        found = np.full(len(keys), NOTHING, np.int32)
        for first in range(0, len(keys), ASKED_AT_ONCE):
            part = keys[first : first + ASKED_AT_ONCE]
            file, name = (part // self._width).astype(np.int32), (part % self._width).astype(np.int32)
            found[first : first + ASKED_AT_ONCE] = self._used_meaning(file, name, members)
        answer[asked] = found[back]
        return answer

    def _used_meaning(self, files: Int32, names: Int32, members: Members) -> Int32:
        """Give what each distinct (file, name) means through what the file brings in whole."""
        at, node = self._used.every(files.astype(np.int64))
        kept = self._given[names[at]] | self._spaces.held[node]
        at, node = at[kept], node[kept]
        found = self._in_nodes(node, files[at], names[at])
        static = np.flatnonzero((found == NOTHING) & self._spaces.held[node])
        holder = self._holder(node[static], files[at[static]])
        static, holder = static[holder >= 0], holder[holder >= 0]
        found[static], _ = members.find(holder, names[at[static]])
        kept = found >= 0
        return np.maximum(self._choose(files, at[kept], found[kept]), NOTHING)

    def _holder(self, nodes: Int32, files: Int32) -> Int32:
        """Give the class or module that each node is for a file; -1 for a namespace that nothing stands for."""
        named = self._spaces.parent_of[nodes] >= 0
        found = np.full(len(nodes), NOTHING, np.int32)
        parent, name = self._spaces.parent_of[nodes[named]], self._spaces.name_of[nodes[named]]
        at, candidate = self._spaces.named.every(parent.astype(np.int64) * self._width + name, most=MOST_CANDIDATES)
        holds = np.isin(self._corpus.definitions.kind[candidate], (*CONTAINERS, DefinitionKind.MODULE))
        found[named] = self._choose(files[named], at[holds], candidate[holds])
        return found

    # Paths

    def climb_paths(self, sites: Int64, members: Members) -> None:
        """Take names whose receiver is a path of namespaces and classes: `A.B.c()`, `a::b()`."""
        rows = self._corpus.sites
        sites = sites[self._speaks[rows.file[sites]]]
        distinct, back = numbered(rows.qualifier[sites], below=self._width)
        heads = np.asarray([self._head(self._corpus.strings[one]) for one in distinct.tolist()], np.int64)
        kept = heads[back] != NOTHING
        sites, head = sites[kept], heads[back][kept]
        clear = ~self._hidden(sites, head, members)
        sites = sites[clear]
        asked, of = self._distinct(self._scope[sites], rows.file[sites], rows.qualifier[sites])
        known: dict[tuple[int, str], int] = {}
        triples = zip(*(column.tolist() for column in asked), strict=True)
        led = [self._node(scope, file, text, known) for scope, file, text in triples]
        nodes = np.asarray([node for node, _ in led], np.int32)
        renamed = np.asarray([named for _, named in led], np.bool_)
        inside = nodes >= 0
        holder = np.full(len(nodes), NOTHING, np.int32)
        holder[inside] = self._holder(nodes[inside], asked[1][inside])
        led_to = of[inside[of]]
        self._through(sites[inside[of]], (nodes[led_to], holder[led_to]), renamed[led_to], members)

    def _through(self, sites: Int64, led: tuple[Int32, Int32], renamed: Bool, members: Members) -> None:
        """Look for names in what their receivers lead to; what it does not have is nothing of the repository's."""
        nodes, holder = led
        rows = self._corpus.sites
        files, names = rows.file[sites], rows.name[sites]
        rung = np.where(renamed, Rung.IMPORTED, Rung.PACKAGE).astype(np.int32)
        known = holder >= 0
        of_class = known.copy()
        of_class[known] = members.container[holder[known]]
        found = np.full(len(sites), NOTHING, np.int32)
        found[of_class], _ = members.find(holder[of_class], names[of_class])
        rest = np.flatnonzero((found == NOTHING) & (holder != AMBIGUOUS))
        found[rest] = self._in_nodes(nodes[rest], files[rest], names[rest])
        self._decide(sites, found, rung)
        self._ladder.close(self._ladder.open_at(sites[(found == NOTHING) & (holder != AMBIGUOUS)]))

    def _head(self, text: str) -> int:
        """Give the number of a path's first name, -1 for what is no path, -3 for one that begins outside."""
        if not PATH_ENDS.isdisjoint(text):
            return NOTHING
        first = SEPARATOR.split(text, maxsplit=1)[0]
        if not first or first in {HERE, EVERYWHERE}:
            return -3
        number = self._corpus.number.get(first, NOTHING)
        return number if self._spaces.parents(number) or first in self._renamed else NOTHING

    def _hidden(self, sites: Int64, head: Int64, members: Members) -> Bool:
        """Say which receivers begin with a member of the class around them that is no class itself."""
        rows = self._corpus.sites
        owner = members.class_of(rows.scope[sites])
        asked = np.flatnonzero((owner >= 0) & (head >= 0) & ~self._spaces.php[rows.file[sites]])
        asked = asked[~self._spaces.ruby[rows.file[sites[asked]]]]
        found, _ = members.find(owner[asked], head[asked].astype(np.int32))
        hidden = np.zeros(len(sites), np.bool_)
        kinds = self._corpus.definitions.kind
        hidden[asked] = (found >= 0) & np.isin(kinds[np.maximum(found, 0)], MEMBERS) if len(kinds) else found >= 0
        return hidden

    def _node(self, scope: int, file: int, qualifier: int, known: dict[tuple[int, str], int]) -> tuple[int, bool]:
        """Give the node that a path leads to, or -1, and whether a `use` or `using` names it."""
        spaces, text = self._spaces, self._corpus.strings[qualifier]
        for root in ROOTS:
            if text.startswith(root):
                rest = text.removeprefix(root)
                return spaces.below(spaces.root(file), rest) if rest else spaces.root(file), False
        first, _, rest = _first_of(text)
        if first == EVERYWHERE:
            return spaces.below(spaces.root(file), rest), False
        if first == HERE and spaces.php[file]:
            node = int(spaces.node_of[spaces.file_scope[file]])
            return spaces.below(node, rest) if rest else node, False
        renamed = self._linker.renamed.get(file * self._width + self._corpus.number.get(first, NOTHING))
        if renamed is not None:
            return (spaces.below(renamed, rest) if rest else renamed) if renamed >= 0 else NOTHING, True
        if (scope, text) not in known:
            known[scope, text] = spaces.lead(scope, text)
        node = known[scope, text]
        if node != NOTHING:
            return node, False
        within = self._used_by(file) & spaces.parents(self._corpus.number.get(first, NOTHING))
        led = {spaces.below(one, text) for one in within} - {NOTHING}
        return (led.pop(), True) if len(led) == 1 else (NOTHING, False)

    def _used_by(self, file: int) -> set[int]:
        """Give the namespaces that a file brings in whole."""
        if file not in self._used_sets:
            start, end = np.searchsorted(self._used.keys, [file, file + 1])
            self._used_sets[file] = set(self._used.rows[start:end].tolist())
        return self._used_sets[file]


def _first_of(text: str) -> tuple[str, str, str]:
    """Split a path behind its first name."""
    mark = SEPARATOR.search(text)
    return (text, "", "") if mark is None else (text[: mark.start()], mark[0], text[mark.end() :])
