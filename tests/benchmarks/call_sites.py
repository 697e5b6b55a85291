"""The uses of names in a folder of Python files with what the engine says each of them means.

An edge of a map is what uses of one definition in one scope come to; to compare with a reference that
speaks of calls alone, the uses themselves are needed, each with its kind.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

import numpy as np

from services.mapping.attributes import Attributes
from services.mapping.corpus import Corpus, join
from services.mapping.graph import _climb, _go_receivers, _owners
from services.mapping.hierarchy import Members
from services.mapping.imports import Linker
from services.mapping.ladder import CONFIDENCE, Ladder, Rung
from services.mapping.lookup import Table
from services.mapping.modules import Places
from services.mapping.records import DefinitionKind, FileRecord, ReferenceKind
from services.mapping.tags import read
from services.mapping.worth import Voices

CALLS = (ReferenceKind.CALL, ReferenceKind.DECORATOR)


@dataclass(frozen=True, slots=True)
class Site:
    """One use that the engine decided. `scope` and `target` are rows of the corpus; at the top of a file -1."""

    file: int
    scope: int
    target: int
    name: str
    receiver: str | None
    kind: ReferenceKind
    line: int
    rung: Rung
    confidence: float


class Resolved:
    """A corpus whose uses have been looked up, as `graph.connect` does before it gathers edges."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        voices = Voices.of(corpus, Attributes({}))
        self.places = Places(corpus.paths, corpus.languages, {})
        linker = Linker(corpus, self.places)
        rows, types, receivers = _go_receivers(corpus)
        owner = _owners(corpus, self.places, Table(*linker.exports), rows, types)
        self._ladder = Ladder(corpus, self.places, linker, voices)
        self._members = Members.of(corpus, owner)
        _climb(self._ladder, linker, self._members, receivers)
        self.linker = linker

    def sites(self) -> Iterator[Site]:
        """Give every use with a confidence; equal uses in one scope come once."""
        sites, strings = self.corpus.sites, self.corpus.strings
        for row in np.flatnonzero(self._ladder.target >= 0).tolist():
            rung = Rung(int(self._ladder.rung[row]))
            receiver = int(sites.qualifier[row])
            yield Site(
                int(sites.file[row]),
                int(sites.scope[row]),
                int(self._ladder.target[row]),
                strings[sites.name[row]],
                strings[receiver] if receiver >= 0 else None,
                ReferenceKind(int(sites.kind[row])),
                int(sites.line[row]),
                rung,
                CONFIDENCE[rung][1],
            )

    def member(self, container: int, name: str) -> int:
        """Give the member that a class has by a name, its own or inherited, or -1."""
        number = self.corpus.number.get(name, -1)
        if number < 0:
            return -1
        found, _ = self._with_bases.find(np.asarray([container], np.int32), np.asarray([number], np.int32))
        return int(found[0])

    @cached_property
    def _with_bases(self) -> Members:
        sites = self.corpus.sites
        target = self._ladder.target
        bases = np.flatnonzero((sites.kind == ReferenceKind.BASE) & (target >= 0) & (sites.scope >= 0))
        return self._members.with_bases(sites.scope[bases], target[bases])

    def is_class(self, row: int) -> bool:
        """Say whether a definition is a class."""
        return int(self.corpus.definitions.kind[row]) == DefinitionKind.CLASS

    def qualified(self, row: int) -> str:
        """Give the dotted name of a definition within its file; of -1 nothing."""
        parts: list[str] = []
        while row >= 0:
            parts.append(self.corpus.strings[self.corpus.definitions.name[row]])
            row = int(self.corpus.definitions.parent[row])
        return ".".join(reversed(parts))

    def place(self, row: int) -> tuple[str, str]:
        """Give the path and the dotted name of a definition."""
        return self.corpus.paths[self.corpus.definitions.file[row]], self.qualified(row)


def resolve(files: Mapping[str, bytes]) -> Resolved:
    """Read and link Python files by path: about 1 s for 100,000 lines."""
    records = {path: read(content, language="python") for path, content in sorted(files.items())}
    kept = {path: record for path, record in records.items() if isinstance(record, FileRecord)}
    return Resolved(join(list(kept), list(kept.values())))


def python_files(folder: Path) -> dict[str, bytes]:
    """Read the Python files under a folder, by their paths in it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.py"))}


def module_of(path: str) -> str:
    """Name the module of a path: `a/b/__init__.py` is `a.b`."""
    parts = PurePosixPath(path).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
