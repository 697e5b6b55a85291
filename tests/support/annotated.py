"""Calls of real files with what a reader of the source says they mean, and how the engine's edges compare.

A set is two files in `tests/mapping/annotated/`: where the source comes from with the ranges of lines that were
read, and a line a call in them: path, line, name, kind (call, new, base, macro), and what it means: places
`path:line` that a reader accepts, `-` for another package's, `?` where the source does not say. The sets were
written before anybody had seen the engine's edges for them.
"""

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Final

from services.mapping.corpus import Corpus, join
from services.mapping.graph import resolve
from services.mapping.ladder import CONFIDENCE, Ladder, Rung
from services.mapping.languages import language_of
from services.mapping.manifests import Manifest, manifest_kind
from services.mapping.records import FileRecord, ReferenceKind
from services.mapping.tags import read
from services.mapping.titles import HEAD_BYTES
from services.mapping.views import FACT
from tests.support.packages import unpacked

ANNOTATED: Final = Path(__file__).parents[1] / "mapping" / "annotated"
CALLS: Final = (ReferenceKind.CALL, ReferenceKind.BASE, ReferenceKind.DECORATOR)
SEPARATOR: Final = re.compile(r"\.|::|->|\\")
MOST_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Source:
    """Where the files of a set come from: an npm package, a Python package that is installed, or a repository."""

    root: str
    wheel: str = ""
    package: str = ""
    version: str = ""
    sha512: str = ""
    repository: str = ""
    commit: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One annotated call; `means` is empty where it means nothing of these files."""

    path: str
    line: int
    name: str
    kind: str
    means: frozenset[str]
    written: str


@dataclass(frozen=True, slots=True)
class Judged:
    """One call with the engine's answer: a place and how sure it is, or "" and 0."""

    call: Call
    found: str
    confidence: float
    rung: Rung

    @property
    def claimed(self) -> bool:
        """Whether the engine shows it as a fact."""
        return self.confidence >= FACT

    @property
    def right(self) -> bool:
        """Whether a reader says so, too."""
        return self.found in self.call.means


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of a set: `real` calls mean something of the files; `claimed` are edges of the engine from 0.8 on."""

    real: int
    claimed: int
    right: int

    @property
    def precision(self) -> float:
        """Share of the claimed edges that a reader agrees with."""
        return self.right / max(self.claimed, 1)

    @property
    def recall(self) -> float:
        """Share of the real calls that the engine claims rightly."""
        return self.right / max(self.real, 1)


def sets() -> list[str]:
    """Name the annotated sets."""
    return sorted(path.stem for path in ANNOTATED.glob("*.toml"))


def source_of(name: str) -> Source:
    """Read where the files of a set come from."""
    said = tomllib.loads((ANNOTATED / f"{name}.toml").read_text())
    return Source(**{key: said[key] for key in Source.__dataclass_fields__ if key in said})


def calls_of(name: str) -> Iterator[Call]:
    """Read the calls of a set."""
    for line in (ANNOTATED / f"{name}.tsv").read_text().splitlines():
        path, number, called, kind, written = line.split("\t")
        means = frozenset() if written in {"-", "?"} else frozenset(written.split(","))
        yield Call(path, int(number), called, kind, means, written)


def root_of(name: str, repositories: Path | None = None) -> Path:
    """Give the folder that a set is about; a repository must be checked out below `repositories` by its name."""
    source = source_of(name)
    if source.package:
        return unpacked(source.package, source.version, source.sha512) / source.root
    if source.wheel:
        package, _, wanted = source.wheel.partition("==")
        assert version(package) == wanted, f"{name} is about {source.wheel}, and {version(package)} is installed"
        return Path(str(files(package))).parent
    assert repositories is not None, f"{name} is about {source.repository}, which no package carries"
    return repositories / source.repository.rpartition("/")[2] / source.root


def judge(name: str, repositories: Path | None = None) -> list[Judged]:
    """Resolve the files of a set and put the engine's answer beside each call."""
    root = root_of(name, repositories)
    corpus, manifests = _read(root, below=source_of(name).wheel.partition("==")[0])
    ladder = resolve(corpus, manifests).ladder
    finder = _Finder(corpus, root)
    return [_judged(call, finder.site(call), ladder) for call in calls_of(name)]


def score(judged: Sequence[Judged]) -> Score:
    """Count."""
    tally = Counter(
        real=sum(bool(one.call.means) for one in judged),
        claimed=sum(one.claimed for one in judged),
        right=sum(one.claimed and one.right for one in judged),
    )
    return Score(**tally)


def _read(root: Path, *, below: str) -> tuple[Corpus, Mapping[str, Manifest]]:
    paths, records, manifests = [], [], {}
    for path in sorted(path for path in (root / below).rglob("*") if path.is_file() and ".git" not in path.parts):
        name = path.relative_to(root).as_posix()
        content = path.read_bytes()
        kind = manifest_kind(name) or language_of(name, head=content[:HEAD_BYTES])
        if kind is None or len(content) > MOST_BYTES:
            continue
        record = read(content, language=kind)
        if isinstance(record, Manifest):
            manifests[name] = record
        elif isinstance(record, FileRecord):
            paths.append(name)
            records.append(record)
    order = sorted(range(len(paths)), key=paths.__getitem__)
    return join((paths[at], records[at]) for at in order), manifests


class _Finder:
    """Finds the engine's row for a call: equal uses of one scope are one row, with the line of the first."""

    def __init__(self, corpus: Corpus, root: Path) -> None:
        self._corpus = corpus
        self._root = root
        self._file = {path: number for number, path in enumerate(corpus.paths)}
        self._rows: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
        self._lines: dict[str, list[str]] = {}
        sites = corpus.sites
        for row, (file, name, kind) in enumerate(
            zip(sites.file.tolist(), sites.name.tolist(), sites.kind.tolist(), strict=True)
        ):
            if kind in CALLS:
                self._rows[file, corpus.strings[name]].append(row)

    def site(self, call: Call) -> int:
        """Give the row in the innermost scope whose receiver is written on the line of the call, or -1."""
        name = call.name.rstrip("!").lstrip("$@")
        rows = [row for row in self._rows[self._file[call.path], name] if self._covers(row, call.line)]
        if not rows:
            return -1
        depth = {row: self._begin(row) for row in rows}
        text = self._line(call.path, call.line)
        dotted = re.search(rf"(?:\.|::|->|\\)\s*{re.escape(name)}\b", text) is not None

        def likeness(row: int) -> tuple[int, bool, bool, bool]:
            receiver = self._receiver(row)
            last = SEPARATOR.split(receiver)[-1].removesuffix("()").lstrip("$@")
            written = bool(last) and re.search(rf"\b{re.escape(last)}\b", text) is not None
            begins = int(self._corpus.sites.line[row])
            return depth[row], dotted and written, bool(receiver) == dotted, begins == call.line

        return max(rows, key=likeness)

    def _covers(self, row: int, line: int) -> bool:
        sites, definitions = self._corpus.sites, self._corpus.definitions
        scope = int(sites.scope[row])
        inside = scope < 0 or definitions.start_line[scope] <= line <= definitions.end_line[scope]
        return bool(inside and sites.line[row] <= line)

    def _begin(self, row: int) -> int:
        scope = int(self._corpus.sites.scope[row])
        return int(self._corpus.definitions.start_line[scope]) if scope >= 0 else 0

    def _receiver(self, row: int) -> str:
        qualifier = int(self._corpus.sites.qualifier[row])
        return self._corpus.strings[qualifier] if qualifier >= 0 else ""

    def _line(self, path: str, line: int) -> str:
        if path not in self._lines:
            self._lines[path] = (self._root / path).read_text("utf-8", "replace").split("\n")
        return self._lines[path][line - 1]


def _judged(call: Call, site: int, ladder: Ladder) -> Judged:
    target = int(ladder.target[site]) if site >= 0 else -1
    if target < 0:
        return Judged(call, "", 0, Rung.UNRESOLVED)
    corpus, rung = ladder.corpus, Rung(int(ladder.rung[site]))
    place = f"{corpus.paths[corpus.definitions.file[target]]}:{corpus.definitions.name_line[target]}"
    return Judged(call, place, CONFIDENCE[rung][1], rung)
