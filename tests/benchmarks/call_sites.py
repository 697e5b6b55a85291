"""The uses of names in a folder of Python files with what the engine says each of them means.

An edge of a map is what uses of one definition in one scope come to; to compare with a reference that
speaks of calls alone, the uses themselves are needed, each with its kind.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np

from services.mapping import graph
from services.mapping.corpus import Corpus, join
from services.mapping.ladder import CONFIDENCE, Rung
from services.mapping.records import DefinitionKind, FileRecord, ReferenceKind
from services.mapping.tags import read

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
    """A corpus whose uses have been looked up, as they are before edges are gathered."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        found = graph.resolve(corpus, {})
        self.places, self.linker, self._ladder = found.places, found.linker, found.ladder
        self._members = found.members

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
        found, _ = self._members.find(np.asarray([container], np.int32), np.asarray([number], np.int32))
        return int(found[0])

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
    return Resolved(join(kept.items()))


def python_files(folder: Path) -> dict[str, bytes]:
    """Read the Python files under a folder, by their paths in it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.py"))}


def module_of(path: str) -> str:
    """Name the module of a path: `a/b/__init__.py` is `a.b`."""
    parts = PurePosixPath(path).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
