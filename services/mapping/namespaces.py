"""Namespaces that many files share: Ruby's modules, C#'s and C++'s namespaces, PHP's `namespace A;`.

Each qualified name of a namespace, module or class has one number over all files that open it, and each
piece of code the chain of those around it. The parts of a module that is opened again are one holder of members.
"""

import re
from collections.abc import Iterator
from typing import Final

import numpy as np

from services.mapping.columns import Bool, Int32, Int64
from services.mapping.corpus import CONTAINERS, MEMBERS, Corpus
from services.mapping.lookup import MultiTable, first_of_each
from services.mapping.records import OPENS, DefinitionKind

NOTHING: Final = -1
SPACED: Final = frozenset({"ruby", "csharp", "php", "cpp"})
"""Languages whose names are found through namespaces."""
HOLDERS: Final = (*CONTAINERS, DefinitionKind.MODULE)
SEPARATOR: Final = re.compile(r"\.|::|\\")
DEEPEST: Final = 24
"""Namespaces and classes around a piece of code that are looked at."""
ARGUMENTS: Final = re.compile(r"<[^<>]*>")
OWNER: Final = re.compile(r"[\w:]+$")
INLINE: Final = "inline namespace"
PARTIAL: Final = re.compile(r"(?:\w+\s+)*partial\b")


class Namespaces:
    """The namespaces of a corpus: some 1 µs for each module and class."""

    def __init__(self, corpus: Corpus, tests: Bool) -> None:
        """Give every namespace its number; what `tests` define is no main part of anything."""
        self._corpus = corpus
        definitions = corpus.definitions
        speaks = {language: corpus_speaks(corpus, frozenset({language})) for language in SPACED}
        self.ruby, self.php, self.cpp, self.csharp = (speaks[one] for one in ("ruby", "php", "cpp", "csharp"))
        self.spaced: Bool = np.logical_or.reduce([*speaks.values()])
        """Of each file."""
        self._numbers: dict[str, int] = {}
        self._trie: dict[tuple[int, int], int] = {}
        self._scopes: dict[tuple[int, int], int] = {}
        self._up: list[int] = []
        self._of: list[int] = []
        self._functions: list[bool] = []
        self._nodes = int(corpus.family.max(initial=-1)) + 1
        """Nodes below this are the global namespaces of families of languages."""
        count = len(definitions.name)
        self.node = np.full(count, NOTHING, np.int32)
        """Of each module, namespace and class: the number of its qualified name, or -1."""
        self.scope = np.full(count, NOTHING, np.int32)
        """Of each definition: the lexical scope of what stands in it, or -1."""
        self._stands = np.full(count, NOTHING, np.int32)
        self._called = definitions.name.copy()
        """Of each of these: the node that its name stands in, and the last part of its name."""
        self.owner = definitions.parent.copy()
        """Of each definition: its parent, or the class that C++'s `A::m` is written with."""
        self.canonical = np.arange(count, dtype=np.int32)
        """Of each definition: the row that stands for all parts of it."""
        self.file_scope = np.full(len(corpus.paths), NOTHING, np.int32)
        """Of each file: the lexical scope at its end."""
        if self.spaced.any():
            self._open_files()
            self._number_all(tests)
        self.up = np.asarray([*self._up, NOTHING], np.int32)
        self.node_of = np.asarray([*self._of, NOTHING], np.int32)
        """Of each lexical scope: the one around it, and the node that it is."""
        self.functions = np.asarray([*self._functions, False], np.bool_)
        """Of each lexical scope: whether only functions and constants are seen in it, as in PHP's global namespace."""
        self.named = self._index()
        named = {node: pair for pair, node in self._trie.items() if pair[1] < len(corpus.strings)}
        self.parent_of = np.full(self._nodes + 1, NOTHING, np.int32)
        self.name_of = np.full(self._nodes + 1, NOTHING, np.int32)
        """Of each node: the one it stands in and the last part of its name."""
        self.parent_of[list(named)] = [parent for parent, _ in named.values()]
        self.name_of[list(named)] = [name for _, name in named.values()]
        self.held = np.zeros(self._nodes + 1, np.bool_)
        """Of each node: whether it is a class, whose members can be brought in."""
        classes = self.node[np.isin(definitions.kind, CONTAINERS) & (self.node >= 0)] if count else self.node
        self.held[classes] = True
        self._parents: dict[int, set[int]] = {}
        for parent, name in named.values():
            self._parents.setdefault(name, set()).add(parent)

    def parents(self, name: int) -> set[int]:
        """Give the namespaces and classes in which a namespace or class has this name."""
        return self._parents.get(name, set())

    def child(self, node: int, segment: str) -> int:
        """Give the namespace or class of a name within another, or -1."""
        number = self._number(segment)
        return NOTHING if number is None else self._trie.get((node, number), NOTHING)

    def below(self, node: int, path: str) -> int:
        """Follow the segments of a path, or give -1."""
        for segment in SEPARATOR.split(path):
            if node == NOTHING:
                break
            node = self.child(node, segment)
        return node

    def lead(self, scope: int, path: str) -> int:
        """Follow a path from the innermost scope that has its first segment, or give -1."""
        first, *rest = SEPARATOR.split(path)
        for _ in range(DEEPEST):
            if scope == NOTHING:
                break
            node = self.child(self._of[scope], first)
            for segment in rest if node != NOTHING else ():
                node = self.child(node, segment) if node != NOTHING else node
            if node != NOTHING or self.child(self._of[scope], first) != NOTHING:
                return node
            scope = self._up[scope]
        return NOTHING

    def place_of(self, node: int) -> tuple[int, int]:
        """Give what a node stands in and the last part of its name, or -1."""
        return int(self.parent_of[node]), int(self.name_of[node])

    def given(self, node: int, name: int) -> list[int]:
        """Give the definitions of a name in a namespace; the parts of one are one."""
        if NOTHING in {node, name}:
            return []
        key = node * len(self._corpus.strings) + name
        start, end = np.searchsorted(self.named.keys, [key, key + 1])
        rows: list[int] = self.named.rows[start:end].tolist()
        return rows

    def root(self, file: int) -> int:
        """Give the global namespace of a file."""
        return int(self._corpus.family[file])

    def scopes_of(self, scope: Int32, file: Int32, line: Int32) -> Int32:
        """Give the lexical scope of code in a definition, or at the top level of a file."""
        inside = self.scope[np.maximum(scope, 0)] if len(self.scope) else scope
        return np.where(scope >= 0, inside, self._top(file, line)).astype(np.int32)

    # Numbers

    def _number(self, segment: str) -> int | None:
        known = self._corpus.number.get(segment)
        return known if known is not None else self._numbers.get(segment)

    def _make(self, node: int, segment: str) -> tuple[int, int]:
        """Give the node of a name within another, which is made if there was none, and the number of the name."""
        number = self._number(segment)
        if number is None:
            number = self._numbers[segment] = len(self._corpus.strings) + len(self._numbers)
        found = self._trie.setdefault((node, number), self._nodes)
        self._nodes += found == self._nodes
        return found, number

    def _scope(self, up: int, node: int, *, functions: bool = False) -> int:
        """Give the lexical scope of a node in another; equal ones of all files are one."""
        found = self._scopes.setdefault((up, 2 * node + functions), len(self._of))
        if found == len(self._of):
            self._up.append(up)
            self._of.append(node)
            self._functions.append(functions)
        return found

    def _number_all(self, tests: Bool) -> None:
        definitions = self._corpus.definitions
        holder = np.isin(definitions.kind, HOLDERS) & self.spaced[definitions.file]
        rows = np.flatnonzero(holder)
        top = self._top(definitions.file[rows], definitions.start_line[rows]).tolist()
        taken = (definitions.parent, definitions.file, definitions.name, definitions.signature)
        columns = (column[rows].tolist() for column in taken)
        scopes: dict[int, int] = {}
        for row, start, parent, file, name, signature in zip(rows.tolist(), top, *columns, strict=True):
            outer, local = parent, parent >= 0 and parent not in scopes
            for _ in range(DEEPEST):
                if outer < 0 or outer in scopes:
                    break
                outer = int(definitions.parent[outer])
            texts = self._corpus.strings[name], self._corpus.strings[signature]
            scopes[row] = self._open(row, scopes.get(outer, start), file, *texts, local=local)
        self.scope[rows] = list(scopes.values())
        self._merge(rows, tests)
        self._spread(holder)
        self._own_orphans(holder)

    def _open(self, row: int, outer: int, file: int, name: str, signature: str, *, local: bool) -> int:
        """Give the scope of one module or class, and number it; what stands in a function has no qualified name."""
        if local:
            self.node[row], self._nodes = self._nodes, self._nodes + 1
            return self._scope(outer, int(self.node[row]))
        if signature.startswith(INLINE):
            self.node[row] = self._of[outer]
            return outer
        node, scope, ruby = self.root(file) if name.startswith("::") else self._of[outer], outer, self.ruby[file]
        for segment in [name] if "<" in name else SEPARATOR.split(name.lstrip(":")):
            self._stands[row], (node, self._called[row]) = node, self._make(node, segment)
            scope = scope if ruby else self._scope(scope, node)
        self.node[row] = node
        # Ruby sees in `module A::B` the names of `A::B` and not those of `A`.
        return self._scope(outer, node) if ruby else scope

    def _open_files(self) -> None:
        """Read the `namespace A;` of files: what follows stands in it."""
        corpus, rows = self._corpus, self._corpus.imports
        self._starts = np.flatnonzero((rows.flags & OPENS) > 0)
        opened = []
        for file, module in zip(rows.file[self._starts].tolist(), rows.module[self._starts].tolist(), strict=True):
            node = self.root(file)
            scope = self._scope(NOTHING, node, functions=bool(self.php[file]))
            for segment in SEPARATOR.split(corpus.strings[module]):
                node, _ = self._make(node, segment)
                scope = self._scope(scope, node)
            opened.append(scope)
        self._opened = np.asarray([*opened, NOTHING], np.int32)
        self._lines = int(corpus.lines.max(initial=0)) + 2
        self._keys = rows.file[self._starts].astype(np.int64) * self._lines + rows.line[self._starts]
        self._global = np.asarray([self._scope(NOTHING, one) for one in corpus.family.tolist()], np.int32)
        self.file_scope = self._top(np.arange(len(corpus.paths), dtype=np.int32), corpus.lines + 1)

    def _top(self, file: Int32, line: Int32) -> Int32:
        """Give the lexical scope at the top level of a file, in a line."""
        if not self.spaced.any():
            return np.full(len(file), NOTHING, np.int32)
        at = np.searchsorted(self._keys, file.astype(np.int64) * self._lines + line, side="right") - 1
        before = (at >= 0) & (self._keys[np.maximum(at, 0)] // self._lines == file) if len(self._keys) else at >= 0
        scope = np.where(before, self._opened[np.where(before, at, 0)], self._global[file])
        return np.where(self.spaced[file], scope, NOTHING).astype(np.int32)

    # Parts

    def _merge(self, rows: Int64, tests: Bool) -> None:
        """Let the parts of a namespace, of Ruby's modules and classes and of C#'s `partial` classes be one."""
        definitions, strings = self._corpus.definitions, self._corpus.strings
        merged = (definitions.kind[rows] == DefinitionKind.MODULE) | self.ruby[definitions.file[rows]]
        others = np.flatnonzero(~merged)
        signatures = definitions.signature[rows[others]].tolist()
        merged[others] = [PARTIAL.match(strings[signature]) is not None for signature in signatures]
        rows = rows[merged]
        inside = np.flatnonzero((definitions.parent >= 0) & ~np.isin(definitions.kind, HOLDERS))
        size = np.bincount(definitions.parent[inside], minlength=len(definitions.name))[rows]
        # The main part, which a reader is led to, is the one with the most members.
        order = np.lexsort((rows, -size, tests[definitions.file[rows]], self.node[rows]))
        rows = rows[order]
        first = first_of_each(self.node[rows].astype(np.int64))
        length = np.diff(np.append(first, len(rows)))
        self.canonical[rows] = np.repeat(rows[first], length)

    def _spread(self, holder: Bool) -> None:
        """Give every definition the lexical scope of the class or module around it."""
        definitions = self._corpus.definitions
        rest = np.flatnonzero(~holder & self.spaced[definitions.file])
        outer = definitions.parent[rest]
        for _ in range(DEEPEST):
            inner = (outer >= 0) & ~holder[np.maximum(outer, 0)]
            if not inner.any():
                break
            outer[inner] = definitions.parent[outer[inner]]
        top = self._top(definitions.file[rest], definitions.start_line[rest])
        self.scope[rest] = np.where(outer >= 0, self.scope[np.maximum(outer, 0)], top)
        held = np.flatnonzero((definitions.parent >= 0) & self.spaced[definitions.file])
        self.owner[held] = self.canonical[definitions.parent[held]]

    # C++'s `void A::m() {}` far from its class

    def _own_orphans(self, holder: Bool) -> None:
        definitions, strings = self._corpus.definitions, self._corpus.strings
        wanted = self.cpp[definitions.file] & (definitions.parent < 0) & np.isin(definitions.kind, MEMBERS)
        classes = np.flatnonzero(holder & self.cpp[definitions.file] & (definitions.kind != DefinitionKind.MODULE))
        row_of = dict(zip(reversed(self.node[classes].tolist()), reversed(classes.tolist()), strict=True))
        known: dict[tuple[int, str], int] = {}
        for row, outer in self._around(np.flatnonzero(wanted)):
            owner = owner_in(strings[definitions.signature[row]], strings[definitions.name[row]])
            if not owner:
                continue
            around = self.scope[outer] if outer >= 0 else self.scope[row]
            scope = known.get((int(around), owner))
            if scope is None:
                scope = known[int(around), owner] = self._named_scope(int(around), owner)
            self.scope[row] = scope
            self.owner[row] = row_of.get(self._of[scope], NOTHING) if scope != around else NOTHING

    def _around(self, rows: Int64) -> Iterator[tuple[int, int]]:
        """Give with each of these rows the namespace whose lines are around it, or -1."""
        definitions = self._corpus.definitions
        modules = self.cpp[definitions.file] & (definitions.kind == DefinitionKind.MODULE)
        wanted = np.zeros(len(modules), np.bool_)
        wanted[rows] = True
        both = np.flatnonzero(modules | wanted)
        stack: list[tuple[int, int, int]] = []
        columns = (definitions.file[both], definitions.start_line[both], definitions.end_line[both], wanted[both])
        for row, file, start, end, asked in zip(both.tolist(), *(one.tolist() for one in columns), strict=True):
            while stack and (stack[-1][1] != file or stack[-1][2] < start):
                stack.pop()
            if asked:
                yield row, stack[-1][0] if stack else NOTHING
            else:
                stack.append((row, file, end))

    def _named_scope(self, scope: int, path: str) -> int:
        """Find the lexical scope that a path leads to from another; that other one where it leads nowhere."""
        at = scope
        for _ in range(DEEPEST):
            if at == NOTHING:
                return scope
            node, found = self._of[at], at
            for segment in SEPARATOR.split(path):
                node = self.child(node, segment)
                if node == NOTHING:
                    break
                found = self._scope(found, node)
            if node != NOTHING:
                return found
            at = self._up[at]
        return scope

    # Names

    def _index(self) -> MultiTable:
        """List what a namespace gives by name, by key = node * number of strings + name: no members of classes."""
        definitions = self._corpus.definitions
        if not len(definitions.name) or not self.spaced.any():
            return MultiTable(np.empty(0, np.int64), np.empty(0, np.int32))
        parent = definitions.parent
        outer = np.maximum(parent, 0)
        holder = np.isin(definitions.kind, HOLDERS)
        inside = (parent >= 0) & holder[outer] & ~holder
        family = self._corpus.family[definitions.file]
        shared = self.spaced[definitions.file] | np.isin(family, family[self.spaced[definitions.file]])
        stands = np.where(inside, self.node[outer], self._stands)
        top = np.flatnonzero((parent < 0) & shared & (self._stands < 0))
        scope = self._top(definitions.file[top], definitions.start_line[top])
        stands[top] = np.where(scope >= 0, self.node_of[scope], family[top])
        nested = holder | (definitions.kind[outer] == DefinitionKind.MODULE) | self.ruby[definitions.file]
        given = (stands >= 0) & ~np.isin(definitions.kind, MEMBERS) & (nested | (parent < 0))
        rows = np.flatnonzero(given & (self._called < len(self._corpus.strings)))
        keys = stands[rows].astype(np.int64) * len(self._corpus.strings) + self._called[rows]
        parts = self.canonical[rows]
        order = np.lexsort((parts, keys))
        keys, parts = keys[order], parts[order]
        other = np.ones(len(parts), np.bool_)
        other[1:] = (keys[1:] != keys[:-1]) | (parts[1:] != parts[:-1])
        return MultiTable(keys[other], parts[other])


def corpus_speaks(corpus: Corpus, languages: frozenset[str]) -> Bool:
    """Say of each file whether it is in one of these languages."""
    return np.asarray([language in languages for language in corpus.languages], np.bool_)


def owner_in(signature: str, name: str) -> str:
    """Give what a C++ definition's name is written with: `a::B` in `void a::B<T>::m()`."""
    for _ in range(4):
        if "<" not in signature:
            break
        signature = ARGUMENTS.sub("", signature)
    at = signature.find(f"::{name}(")
    at = signature.find(f"::{name}") if at < 0 else at
    found = OWNER.search(signature, 0, at) if at > 0 else None
    return found[0].strip(":") if found else ""
