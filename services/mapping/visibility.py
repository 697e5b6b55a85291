"""What a file can mean at all: what its language shows it, and what its imports lead to.

A name that is defined once is still somebody else's where its definition cannot be seen: libraries
that are not in the repository have names too, and those are used in far more places.
"""

import posixpath
import re
from collections import defaultdict
from collections.abc import Callable
from typing import Final

import numpy as np
from scipy.sparse import csr_array  # type: ignore[import-untyped]  # scipy comes without types

from services.mapping.columns import Bool, Int32, Int64
from services.mapping.corpus import Corpus
from services.mapping.imports import PACKAGE_SCOPED, Bindings
from services.mapping.lookup import unique
from services.mapping.modules import Places
from services.mapping.records import DefinitionKind as Kind
from services.mapping.worth import Voices

MODIFIERS: Final = r"(?:(?:static|final|abstract|readonly|async|override|virtual) )*"
PRIVATE: Final[dict[str, re.Pattern[str]]] = {
    "rust": re.compile(r"(?!pub\b)"),
    **dict.fromkeys(("typescript", "tsx", "javascript"), re.compile(MODIFIERS + r"(?:private\b|#)")),
    **dict.fromkeys(("java", "csharp", "php", "kotlin", "scala"), re.compile(MODIFIERS + r"private\b")),
    "swift": re.compile(MODIFIERS + r"(?:file)?private\b"),
    "lua": re.compile(r"local\b"),
}
"""Signatures of members that only their own file (in Rust: their module and what is in it) can use."""
OF_CRATE: Final = re.compile(r"pub\(")
TARGETS_AT_ONCE: Final = 4096
"""Bounds the memory that a hostile graph of imports can take."""


class Visibility:
    """Says of (file, definition) pairs whether the one may mean the other; a few array operations each."""

    def __init__(self, corpus: Corpus, places: Places, voices: Voices) -> None:
        self._corpus = corpus
        self._folder = np.asarray(places.folder_of_file, np.int64)
        self._tests = voices.tests
        self._examples = voices.examples
        self._crates = _numbered([places.crate_folder(file) for file in range(len(corpus.paths))])
        languages = corpus.languages
        self._rust = np.asarray([language == "rust" for language in languages], np.bool_)
        self._go = np.asarray([language == "go" for language in languages], np.bool_)

    def allows(self, files: Int32, targets: Int32) -> Bool:
        """Say of pairs whether the definition is let out to the file: no test's, no example's, nothing private."""
        definitions = self._corpus.definitions
        of = definitions.file[targets]
        same = of == files
        tests, examples = self._tests, self._examples
        allowed: Bool = (~tests[of] | tests[files]) & (~examples[of] | examples[files] | tests[files])
        asked = np.flatnonzero(self._go[of] & (self._folder[of] != self._folder[files]))
        allowed[asked] &= ~self._corpus.say(definitions.name[targets[asked]], _is_lower)
        rows = np.flatnonzero(allowed & ~same)
        allowed[rows] = self._let_out(files[rows], targets[rows])
        allowed |= same
        return allowed

    def _let_out(self, files: Int32, targets: Int32) -> Bool:
        """Read the signature of each distinct definition once."""
        distinct, back = np.unique(targets, return_inverse=True)
        private, of_crate = np.zeros(len(distinct), np.bool_), np.zeros(len(distinct), np.bool_)
        corpus, definitions = self._corpus, self._corpus.definitions
        for at, row in enumerate(distinct.tolist()):
            language = corpus.languages[definitions.file[row]]
            signature = corpus.strings[definitions.signature[row]]
            macro = definitions.kind[row] == Kind.MACRO
            if language == "rust" and (macro or OF_CRATE.match(signature)):
                of_crate[at] = True
            elif language in PRIVATE and PRIVATE[language].match(signature):
                outer = definitions.parent[row]
                private[at] = outer < 0 or definitions.kind[outer] not in {Kind.TRAIT, Kind.INTERFACE}
        of = definitions.file[targets]
        result: Bool = ~of_crate[back] | (self._crates[of] == self._crates[files])
        hidden = np.flatnonzero(private[back])
        result[hidden] = [self._inside(*pair) for pair in zip(files[hidden].tolist(), of[hidden].tolist(), strict=True)]
        return result

    def _inside(self, file: int, of: int) -> bool:
        """Say whether a file is a Rust module below another."""
        path = self._corpus.paths[of]
        folder, name = posixpath.split(path)
        inner = folder if name in {"mod.rs", "lib.rs", "main.rs"} else path.removesuffix(".rs")
        return bool(self._rust[of]) and self._corpus.paths[file].startswith(f"{inner}/")


class Roads:
    """The ways from file to file: what each brings in, and what is known to be used in it."""

    def __init__(self, nodes: int, source: Int64, target: Int64) -> None:
        self._nodes = nodes
        self._direct = unique(source * nodes + target)

    @classmethod
    def of(cls, corpus: Corpus, places: Places, bindings: Bindings, tests: Bool, known: tuple[Int32, Int32]) -> "Roads":
        """Gather the ways; `known` are pairs (file, definition) that were decided already."""
        width, files = len(corpus.strings), len(corpus.paths)
        file_of = corpus.definitions.file
        bound = bindings.definition >= 0
        brought = (bindings.unit >= 0) & ~bound
        whole = bindings.wildcards
        importing = np.repeat(np.arange(files), np.diff(whole.offsets))
        folder = files + np.asarray(places.folder_of_file, np.int64)
        packaged = np.asarray([language in PACKAGE_SCOPED for language in corpus.languages], np.bool_)
        members = np.flatnonzero(packaged & ~tests)
        inside = np.flatnonzero(packaged)
        pairs = [
            (bindings.key[bound] // width, file_of[bindings.definition[bound]]),
            (bindings.key[brought] // width, bindings.unit[brought]),
            (importing, whole.items),
            (known[0], file_of[known[1]]),
            (inside, folder[inside]),
            (folder[members], members),
        ]
        source, target = (np.concatenate([pair[side] for pair in pairs]).astype(np.int64) for side in (0, 1))
        return cls(places.units, source, target)

    def direct(self, files: Int32, targets: Int32) -> Bool:
        """Say of pairs of files whether the one brings in the other itself."""
        found: Bool = np.isin(files.astype(np.int64) * self._nodes + targets, self._direct)
        return found

    def lead(self, files: Int32, targets: Int32) -> Bool:
        """Say of pairs of files whether any way leads from the one to the other: some 0.2 µs a way."""
        result = np.zeros(len(files), np.bool_)
        if not len(files):
            return result
        label, order = self._knots()
        distinct, back = np.unique(targets, return_inverse=True)
        for first in range(0, len(distinct), TARGETS_AT_ONCE):
            part = distinct[first : first + TARGETS_AT_ONCE]
            seen = _seen_from(label[part].tolist(), order, int(label.max()) + 1)
            rows = np.flatnonzero((back >= first) & (back < first + TARGETS_AT_ONCE))
            bits = zip(label[files[rows]].tolist(), (back[rows] - first).tolist(), strict=True)
            result[rows] = [bool(seen[knot] >> bit & 1) for knot, bit in bits]
        return result

    def _knots(self) -> tuple[Int32, list[tuple[int, list[int]]]]:
        """Tie files that lead to each other into knots; list each after those it leads to, with who leads to it."""
        # Loading it takes 0.3 s, which a process that only reads maps need not spend.
        from scipy.sparse.csgraph import connected_components  # type: ignore[import-untyped]  # noqa: PLC0415

        source, target = self._direct // self._nodes, self._direct % self._nodes
        ways = csr_array((np.ones(len(source), np.int8), (source, target)), shape=(self._nodes, self._nodes))
        count, label = connected_components(ways, connection="strong")
        edges = unique(label[source].astype(np.int64) * count + label[target])
        edges = edges[edges // count != edges % count]
        leading: defaultdict[int, list[int]] = defaultdict(list)
        for one, other in zip((edges // count).tolist(), (edges % count).tolist(), strict=True):
            leading[other].append(one)
        left = np.bincount(edges // count, minlength=count).tolist()
        ready = [knot for knot in range(count) if not left[knot]]
        order = []
        for knot in ready:
            order.append((knot, leading[knot]))
            for one in leading[knot]:
                left[one] -= 1
                if not left[one]:
                    ready.append(one)
        return label, order


def _seen_from(targets: list[int], order: list[tuple[int, list[int]]], count: int) -> list[int]:
    """Give each knot a number whose bits are the targets that it leads to."""
    seen = [0] * count
    for bit, knot in enumerate(targets):
        seen[knot] |= 1 << bit
    for knot, leading in order:
        found = seen[knot]
        if found:
            for one in leading:
                seen[one] |= found
    return seen


def _is_lower(name: str) -> bool:
    return name[:1].islower() or name[:1] == "_"


def _numbered(texts: list[str]) -> Int32:
    number: defaultdict[str, int] = defaultdict()
    number.default_factory = number.__len__
    return np.asarray([number[text] for text in texts], np.int32)


Believe = Callable[[Int32, Int32], Bool]
"""Says of (file, definition) pairs whether a guess is worth writing down."""
