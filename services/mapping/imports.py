"""What a name stands for in a file because of its imports: a definition, a unit, or something external.

Imports are resolved one by one (they are few), through re-exports of any depth up to a limit;
the answer is one sorted table, so that the millions of uses are then looked up at once.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from services.mapping.columns import Bool, Groups, Int32, Int64
from services.mapping.corpus import MEMBERS, Corpus
from services.mapping.modules import Places
from services.mapping.namespaces import Namespaces
from services.mapping.records import DECLARES, OF_NAMESPACE, OPENS, REEXPORT, DefinitionKind

MOST_HOPS: Final = 8
"""Re-exports that are followed before an import counts as external; also what ends a cycle."""
MOST_WILDCARDS: Final = 256
"""Units of which one file may bring in everything; bounds what a hostile file can cost."""
MOST_STEPS: Final = 5_000_000
"""Units that are asked for a name in one commit, about 1 µs each. Without it, and without going to each unit only once
for a name, 250 barrels that pass on each other cost 250 ** 8 steps."""
SCRIPTS: Final = frozenset({"javascript", "typescript", "tsx"})
PACKAGE_SCOPED: Final = frozenset({"go", "java", "kotlin", "scala"})
"""Languages where the files of a folder see each other's names."""
INCLUDES: Final = frozenset({"c", "cpp", "bash", "ruby"})
"""Languages whose import brings in every name of a file."""


class Meaning(NamedTuple):
    """What an imported name leads to: a definition, else a unit, else (both -1) something external."""

    definition: int
    unit: int
    hops: int


NOWHERE: Final = -1
UNASKED: Final = -2
EXTERNAL: Final = Meaning(-1, -1, 0)


@dataclass(frozen=True, slots=True)
class Bindings:
    """Local names of files that imports bind, sorted by `key` = file * number of strings + name."""

    key: Int64
    definition: Int32
    unit: Int32
    hops: Int32
    wildcards: Groups
    """Of each file: the units all of whose names it brings in."""


class _Import(NamedTuple):
    unit: int
    name: int


class Linker:
    """Follows imports through the exports of units. Made once for a corpus."""

    def __init__(self, corpus: Corpus, places: Places, spaces: Namespaces) -> None:
        self._corpus = corpus
        self._spaces = spaces
        self._of_namespaces: dict[int, Meaning] = {}
        self.renamed: dict[int, int] = {}
        """Of names that `use` and `using` bind, by key as in `Bindings`: the namespace or class, or -1."""
        self._led: dict[tuple[int, int, str], int] = {}
        self._shared: list[tuple[int, int, int]] = []
        self._wide: defaultdict[int, list[int]] = defaultdict(list)
        self._places = places
        self._width = len(corpus.strings)
        self.exports = exports_of(corpus, places)
        self._export = dict(zip(*(column.tolist() for column in self.exports), strict=True))
        self._raw: dict[int, _Import] = {}
        self._wildcards: defaultdict[int, list[int]] = defaultdict(list)
        self._passed_on: list[int] = []
        self._passed_on_whole: list[tuple[int, int]] = []
        self._known: dict[int, Meaning] = {}
        self._seen: set[int] = set()
        self._cut = False
        self._steps = MOST_STEPS
        number = corpus.number
        self._star, self._default = number.get("*", -2), number.get("default", -2)

    def bindings(self) -> Bindings:
        """Resolve every import: some microseconds each."""
        self._read()
        keys = np.asarray(sorted({**self._raw, **self._of_namespaces}), np.int64)
        meanings = [self._of_namespaces.get(key) or self._meaning(key) for key in keys.tolist()]
        table = np.asarray(meanings, np.int32).reshape(-1, 3)
        files = len(self._corpus.paths)
        lengths = [len(self._wildcards[file]) if file in self._wildcards else 0 for file in range(files)]
        offsets = np.zeros(files + 1, np.int64)
        np.cumsum(lengths, out=offsets[1:])
        items = [unit for file in range(files) if lengths[file] for unit in self._wildcards[file]]
        groups = Groups(offsets, np.asarray(items, np.int32))
        definition, unit, hops = (np.ascontiguousarray(table[:, column]) for column in range(3))
        return Bindings(keys, definition, unit, hops, groups)

    def _read(self) -> None:
        strings = self._corpus.strings
        rows = self._corpus.imports
        languages = self._corpus.languages
        modules = [strings[module] for module, file in self._rows(rows.module) if languages[file] == "go"]
        self._places.learn_go_modules(modules)
        barrel = np.asarray([path.endswith(("/__init__.py", "/__init__.pyi")) for path in self._corpus.paths], np.bool_)
        passed_on = (rows.flags & REEXPORT > 0) | barrel[rows.file] if len(rows.file) else rows.flags > 0
        kept = rows.flags != DECLARES
        columns = (rows.file, rows.module, rows.name, rows.alias, rows.level, rows.flags, passed_on)
        lists = (column[kept].tolist() for column in columns)
        for file, module, name, alias, level, flags, public in zip(*lists, strict=True):
            if flags & OF_NAMESPACE:
                self._use(file, strings[module], name, alias)
            if flags & (OF_NAMESPACE | OPENS):
                continue
            unit = self._add(file, strings[module] if module >= 0 else "", name, alias, level)
            if public and unit >= 0:
                self._pass_on(file, unit, name, alias)

    def _use(self, file: int, module: str, name: int, alias: int) -> None:
        """Note what `use`, `using` or C++'s `namespace x =` brings in: a class, a function, a namespace, all of one."""
        spaces = self._spaces
        everything = name == self._star and alias == -1
        scope = NOWHERE if spaces.php[file] else int(spaces.file_scope[file])
        node = self._led.get((spaces.root(file), scope, module), UNASKED)
        if node == UNASKED:
            node = spaces.lead(scope, module) if scope != NOWHERE else spaces.below(spaces.root(file), module)
            self._led[spaces.root(file), scope, module] = node
        if everything:
            known = self._wide[file]
            if node >= 0 and len(known) < MOST_WILDCARDS and node not in known:
                known.append(node)
            return
        key = file * self._width + alias
        if alias < 0 or key in self._of_namespaces:
            return
        inner = node if name < 0 or node < 0 else spaces.child(node, self._corpus.strings[name])
        outer, called = (spaces.place_of(node) if name < 0 else (node, name)) if node >= 0 else (NOWHERE, NOWHERE)
        given = spaces.given(outer, called)
        self.renamed[key] = inner
        if len(given) > 1:
            self._shared.append((key, outer, called))
        elif given or inner < 0:
            self._of_namespaces[key] = Meaning(given[0] if given else NOWHERE, -1, 0)

    @property
    def opened(self) -> tuple[Int64, Int32]:
        """Give the namespaces that files bring in whole, as (file, node) columns; call it after `bindings`."""
        pairs = [(file, node) for file in sorted(self._wide) for node in self._wide[file]]
        table = np.asarray(pairs, np.int64).reshape(-1, 2)
        return table[:, 0], table[:, 1].astype(np.int32)

    @property
    def shared(self) -> tuple[Int64, Int32, Int32]:
        """Give the bound names that several files define: key, namespace and name there; call it after `bindings`."""
        table = np.asarray(self._shared, np.int64).reshape(-1, 3)
        return table[:, 0], table[:, 1].astype(np.int32), table[:, 2].astype(np.int32)

    @property
    def names(self) -> frozenset[str]:
        """Give the names that stand for namespaces and classes in some file; call it after `bindings`."""
        return frozenset(self._corpus.strings[key % self._width] for key in self.renamed)

    def _rows(self, column: Int32) -> Iterator[tuple[int, int]]:
        return zip(column.tolist(), self._corpus.imports.file.tolist(), strict=True)

    def _pass_on(self, file: int, unit: int, name: int, alias: int) -> None:
        if name == self._star and alias == -1:
            self._passed_on_whole.append((file, unit))
        elif name >= 0 and alias >= 0:
            self._passed_on.append(file * self._width + alias)

    def _add(self, file: int, module: str, name: int, alias: int, level: int) -> int:
        """Note one import; give the unit that it leads to, or -1."""
        language = self._corpus.languages[file]
        unit = file if not module and language in SCRIPTS else self._places.resolve(file, module, level)
        if name == -1 and language == "python" and "." in module and self._is_first_part(alias, module):
            unit = self._places.resolve(file, module.split(".", 1)[0], level)
        if unit < 0 and name >= 0 and language not in SCRIPTS:
            unit, name = self._qualified(file, module, name, language)
        everything = name == self._star and alias == -1
        if everything or (language in INCLUDES and alias == -1) or self._alias(alias) == ".":
            known = self._wildcards[file]
            if unit >= 0 and unit != file and len(known) < MOST_WILDCARDS and unit not in known:
                known.append(unit)
        elif alias >= 0 and not (name == -1 and language == "rust"):
            # Rust's `mod sleep;` is found by its file, and leaves the name to `pub use sleep::sleep;`.
            self._bind(file * self._width + alias, _Import(unit, -1 if name == self._star else name), language)
        return unit

    def _bind(self, key: int, brought: _Import, language: str) -> None:
        """Let the first import of a name stand; where Python tries a package first, the project's own is meant."""
        known = self._raw.setdefault(key, brought)
        if known.unit < 0 and language == "python":
            self._raw[key] = brought

    def _qualified(self, file: int, module: str, name: int, language: str) -> tuple[int, int]:
        """Try module and name together, as in Java's `import a.b.C`, whose file is `a/b/C.java`."""
        if language in {"python", "go"} or name == self._star:
            return -1, name
        separator = {"rust": "::", "php": "\\"}.get(language, ".")
        return self._places.resolve(file, f"{module}{separator}{self._corpus.strings[name]}", 0), name

    def _is_first_part(self, alias: int, module: str) -> bool:
        return alias >= 0 and self._corpus.strings[alias] == module.split(".", 1)[0]

    def _alias(self, alias: int) -> str:
        return self._corpus.strings[alias] if alias >= 0 else ""

    def _meaning(self, key: int) -> Meaning:
        unit, name = self._raw[key]
        if unit < 0:
            return EXTERNAL
        if self._is_default(name, key // self._width):
            return self._default_of(unit, key % self._width)
        if name >= 0:
            return self.follow(unit, name, 0)
        whole = self._corpus.languages[key // self._width] in SCRIPTS
        # `require` gives a module and what it gives as its default at once.
        return self._default_of(unit, key % self._width)._replace(unit=unit) if whole else Meaning(-1, unit, 0)

    def reexports(self, counted: Bool) -> Int32:
        """Count for each definition the files (those `counted`) that pass it on: barrels, `__init__`, `pub use`.

        What a file passes on whole counts for all its names. Call it after `bindings`.
        """
        number = np.zeros(len(self._corpus.definitions.name), np.int32)
        keys = [key for key in sorted(set(self._passed_on)) if counted[key // self._width] and key in self._raw]
        named = np.asarray([self._meaning(key).definition for key in keys], np.int32)
        np.add.at(number, named[named >= 0], 1)
        units = [unit for file, unit in sorted(set(self._passed_on_whole)) if counted[file]]
        times = np.bincount(np.asarray(units, np.int64), minlength=self._places.units + 1)
        key, row = self.exports
        np.add.at(number, row, times[key // self._width] * (key // self._width < len(self._corpus.paths)))
        return number

    def follow(self, unit: int, name: int, hops: int) -> Meaning:
        """Find what a unit gives under a name: its own, one that it imports, a submodule, or by a wildcard."""
        key = unit * self._width + name
        known = self._known.get(key)
        if known is not None:
            return known if known.definition < 0 else known._replace(hops=known.hops + hops)
        own = self._export.get(key)
        if own is not None:
            return Meaning(own, -1, hops)
        if hops == 0:
            self._seen, self._cut = set(), False
        if key in self._seen:
            return EXTERNAL
        self._steps -= 1
        if hops >= MOST_HOPS or self._steps < 0:
            self._cut = True
            return EXTERNAL
        self._seen.add(key)
        meaning = self._through(unit, name, hops)
        if hops == 0:
            self._remember(key, meaning)
        return meaning

    def _remember(self, key: int, meaning: Meaning) -> None:
        """Keep an answer; where everything was looked at in vain, whatever was passed on the way has none either."""
        self._known[key] = meaning
        if meaning == EXTERNAL and not self._cut:
            self._known.update(dict.fromkeys(self._seen, EXTERNAL))

    def _through(self, unit: int, name: int, hops: int) -> Meaning:
        raw = self._raw.get(unit * self._width + name)
        if raw is not None and raw.unit >= 0:
            if raw.name < 0:
                return Meaning(-1, raw.unit, hops + 1)
            taken = name if self._is_default(raw.name, unit) else raw.name
            found = self.follow(raw.unit, taken, hops + 1)
            if found.definition >= 0 or found.unit >= 0:
                return found
        inner = self._places.submodule(unit, self._corpus.strings[name])
        if inner >= 0:
            return Meaning(-1, inner, hops)
        return self._first(self.follow(star, name, hops + 1) for star in self._wildcards.get(unit, ()))

    def _is_default(self, name: int, file: int) -> bool:
        """Say whether a file's import takes what scripts call `default`; elsewhere that is a name like others."""
        return name == self._default and self._corpus.languages[file] in SCRIPTS

    def module(self, file: int, name: str) -> int:
        """Give the module or crate that a path in a file may begin with, or -1."""
        return self._places.resolve(file, name, 0)

    def submodule(self, unit: int, name: str) -> int:
        """Give the module of a name within a Python package or a Rust module, or -1."""
        return self._places.submodule(unit, name)

    @staticmethod
    def _first(meanings: Iterable[Meaning]) -> Meaning:
        return next((one for one in meanings if one.definition >= 0 or one.unit >= 0), EXTERNAL)

    def _default_of(self, unit: int, alias: int) -> Meaning:
        """Give what a file says is its default; else guess: the alias, the file's stem, else the module."""
        if unit >= len(self._corpus.paths):
            return Meaning(-1, unit, 0)
        if unit * self._width + self._default in self._raw:
            found = self.follow(unit, self._default, 0)
            return found if found.definition >= 0 else Meaning(-1, unit, 0)
        found = self.follow(unit, alias, 0)
        if found.definition >= 0:
            return found
        stem = self._corpus.paths[unit].rsplit("/", 1)[-1].split(".", 1)[0]
        number = self._corpus.number.get(stem)
        found = EXTERNAL if number is None else self.follow(unit, number, 0)
        return found if found.definition >= 0 else Meaning(-1, unit, 0)


def exports_of(corpus: Corpus, places: Places) -> tuple[Int64, Int32]:
    """List what a unit gives by name, sorted by key = unit * number of strings + name.

    A file gives its top-level definitions; a folder (a Go or Java package) those of its files. The
    first definition of a name wins, but one that `yields`.
    """
    definitions = corpus.definitions
    top = np.flatnonzero((definitions.parent < 0) & ~np.isin(definitions.kind, MEMBERS)).astype(np.int32)
    top = top[np.argsort(yields(corpus, top), kind="stable")]
    file = definitions.file[top].astype(np.int64)
    name = definitions.name[top].astype(np.int64)
    folder = np.asarray(places.folder_of_file, np.int64)
    packaged = np.asarray([language in PACKAGE_SCOPED for language in corpus.languages], np.bool_)
    inside = packaged[file] if len(file) else np.empty(0, np.bool_)
    width = len(corpus.strings)
    by_folder = (len(corpus.paths) + folder[file[inside]]) * width + name[inside]
    macros, crates = _crate_macros(corpus, places, top)
    by_crate = crates * width + definitions.name[macros]
    keys = np.concatenate([file * width + name, by_folder, by_crate])
    rows = np.concatenate([top, top[inside], macros])
    unique, first = np.unique(keys, return_index=True)
    return unique, rows[first]


def yields(corpus: Corpus, rows: Int32) -> Bool:
    """Say which definitions yield to a function or class of their name: variables of Python.

    A module says `raises = pytest.raises` in one branch and `def raises` in the other; the second can be read.
    """
    python = np.asarray([language == "python" for language in corpus.languages], np.bool_)
    values = np.isin(corpus.definitions.kind[rows], (DefinitionKind.VARIABLE, DefinitionKind.CONSTANT))
    yielding: Bool = values & python[corpus.definitions.file[rows]] if len(rows) else values
    return yielding


def _crate_macros(corpus: Corpus, places: Places, top: Int32) -> tuple[Int32, Int64]:
    """List the macros of Rust with the roots of their crates, which is where an exported macro is found."""
    definitions = corpus.definitions
    macros = top[definitions.kind[top] == DefinitionKind.MACRO].tolist()
    files = definitions.file[macros].tolist() if macros else []
    roots = {file: places.crate_of(file) if corpus.languages[file] == "rust" else -1 for file in sorted(set(files))}
    kept = [(row, roots[file]) for row, file in zip(macros, files, strict=True) if roots[file] >= 0]
    return np.asarray([row for row, _ in kept], np.int32), np.asarray([root for _, root in kept], np.int64)
