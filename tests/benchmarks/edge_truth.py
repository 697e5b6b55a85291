"""Which edges between files no import supports, and whose callers are right: ours, aider's and codegraph's.

    python -m tests.benchmarks.edge_truth NAME=FOLDER... --aider PYTHON --codegraph PROGRAM

FOLDER is as in `python_callers.py`; it is copied, because both peers write into what they read. PYTHON is the
interpreter of an environment that has `aider-chat`, PROGRAM is `node_modules/.bin/codegraph` of
`@colbymchenry/codegraph`. Either may be left out. Only Python files count.

First table: edges as (file, file of the definition, name), from one file to another. `direct` is the share for which
no import statement of the first file leads to the second, `at all` the share for which not even the imports of
imported files do. `builtin`: edges of calls `x.get(…)` to a method of the project, where nothing says what `x` is, and
`get` is a method of `object`, `dict`, `list`, `set`, `str`, `bytes`, `tuple`, `int` or `float`.
Second table: callers of importable functions and classes against `python_names.py`; `by file` leaves out in which
function a call stands.
"""

import argparse
import json
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from services.mapping.ladder import Rung
from services.mapping.records import ReferenceKind
from tests.benchmarks.call_sites import Resolved, python_files, resolve
from tests.benchmarks.python_callers import DEEPEST, FLOOR, Call, Comparison, Edge, Opaque, ours, reference
from tests.benchmarks.python_imports import imported, reached
from tests.benchmarks.python_names import Project

AIDER_EDGES: Final = Path(__file__).parent / "peers" / "aider_edges.py"
PEER_SECONDS: Final = 1800
BUILTIN: Final = frozenset(
    name for one in (object, dict, list, set, str, bytes, tuple, int, float) for name in dir(one)
)
Pair = tuple[str, str]
"""Two files: who refers, who defines."""
Between = Mapping[Pair, int]
"""How many names of the second file the first refers to."""
NODES: Final = """
    SELECT e.kind, s.kind, s.qualified_name, s.file_path, t.kind, t.qualified_name, t.name, t.file_path, e.line,
           json_extract(e.metadata, '$.confidence'), json_extract(e.metadata, '$.refName')
    FROM edges e JOIN nodes s ON s.id = e.source JOIN nodes t ON t.id = e.target
    WHERE e.kind IN ('calls', 'instantiates', 'decorates', 'extends', 'references')
      AND s.file_path LIKE '%.py' AND t.file_path LIKE '%.py'
"""


@dataclass(frozen=True, slots=True)
class Link:
    """An edge of codegraph."""

    kind: str
    source_kind: str
    source: str
    path: str
    target_kind: str
    target: str
    name: str
    target_path: str
    line: int | None
    confidence: float | None
    written: str | None


@dataclass(frozen=True, slots=True)
class Imports:
    """The files that each file imports, by itself and in any number of steps."""

    direct: Mapping[str, frozenset[str]]
    transitive: Mapping[str, frozenset[str]]


def truth_row(name: str, between: Between, imports: Imports, builtin: int) -> str:
    """Say how many edges between files the imports do not support."""
    crossing = {pair: count for pair, count in between.items() if pair[0] != pair[1]}
    total = max(sum(crossing.values()), 1)
    nothing: frozenset[str] = frozenset()
    shares = [
        sum(count for (path, of), count in crossing.items() if of not in known.get(path, nothing)) / total
        for known in (imports.direct, imports.transitive)
    ]
    return f"| {name} | {total:,} | {shares[0]:.2%} | {shares[1]:.2%} | {builtin:,} |"


def counted(triples: Iterable[tuple[str, str, str]]) -> Between:
    """Count distinct names by pair of files."""
    found: dict[Pair, int] = {}
    for path, of, _ in set(triples):
        found[path, of] = found.get((path, of), 0) + 1
    return found


def ours_between(resolved: Resolved, floor: float) -> Between:
    """Give our edges of at least this confidence, of every kind of use."""
    paths = resolved.corpus.paths
    return counted(
        (paths[site.file], *resolved.place(site.target)) for site in resolved.sites() if site.confidence >= floor
    )


def guessed_builtins(resolved: Resolved) -> int:
    """Count our calls of a method that a builtin has as well, on a receiver that nobody knows."""
    return sum(
        site.kind == ReferenceKind.CALL and site.rung == Rung.UNIQUE and site.name in BUILTIN
        for site in resolved.sites()
    )


# Peers


def aider_between(python: str, folder: Path, paths: Iterable[str]) -> tuple[Between, int]:
    """Give aider's edges, and how many of them are calls of a builtin's method: all of its edges are by name."""
    done = subprocess.run(
        [python, str(AIDER_EDGES), str(folder), *sorted(BUILTIN)],
        input="\n".join(paths),
        capture_output=True,
        text=True,
        check=True,
        timeout=PEER_SECONDS,
    )
    edges = json.loads(done.stdout.splitlines()[-1])
    flat = {(path, of): counts for path, row in edges.items() for of, counts in row.items()}
    builtin = sum(counts[1] for (path, of), counts in flat.items() if path != of)
    return {pair: counts[0] for pair, counts in flat.items()}, builtin


def codegraph_links(program: str, folder: Path) -> list[Link]:
    """Index a folder and read the edges."""
    subprocess.run([program, "init", "-y", str(folder)], capture_output=True, check=True, timeout=PEER_SECONDS)
    with closing(sqlite3.connect(folder / ".codegraph" / "codegraph.db")) as database:
        return [Link(*row) for row in database.execute(NODES)]


def codegraph_callers(links: Iterable[Link], opaque: frozenset[Opaque]) -> dict[Edge, int]:
    """Give its calls of top-level functions and classes, in the terms of the reference.

    A call in the value of a variable is the variable's there, and a decorator that of what it decorates.
    """
    found: dict[Edge, int] = {}
    for link in links:
        called = link.kind in {"calls", "instantiates", "decorates"}
        if called and link.target_kind in {"function", "class"} and "::" not in link.target:
            parts = [] if link.source_kind == "file" else link.source.split("::")
            if link.source_kind in {"variable", "constant"} or link.kind == "decorates":
                parts = parts[:-1]
            scope = ".".join(parts)
            judged = (link.path, scope, link.written) not in opaque
            if judged and (link.path, scope) != (link.target_path, link.target):
                found.setdefault((link.path, scope, link.target_path, link.target), link.line or 1)
    return found


def codegraph_builtins(links: Iterable[Link], files: Mapping[str, bytes]) -> int:
    """Count its calls of methods that builtins have as well, on other receivers than the class around."""
    lines = {path: content.decode("utf-8", "replace").splitlines() for path, content in files.items()}
    found = 0
    for link in links:
        if link.kind == "calls" and link.target_kind == "method" and link.name in BUILTIN and link.line:
            text = lines[link.path][link.line - 1]
            found += not re.search(rf"\b(?:self|cls|super\(\))\.{link.name}\(", text)
    return found


# Tables


def _of_files(edges: Mapping[Edge, int]) -> dict[Edge, int]:
    return {(path, "", of, name): line for (path, _, of, name), line in edges.items()}


def _caller_rows(name: str, calls: list[Call], edges: Mapping[Edge, int]) -> Iterator[str]:
    yield f"| {name} {Comparison.of(calls, edges)}"
    by_file = [replace(call, scope="") for call in calls]
    yield f"| {name}, by file {Comparison.of(by_file, _of_files(edges))}"


def measure(name: str, folder: Path, options: argparse.Namespace) -> tuple[list[str], list[str]]:
    """Give the rows of both tables for one project."""
    files = python_files(folder)
    project, resolved = Project(files), resolve(files)
    calls, opaque = reference(project)
    direct = imported(project)
    imports = Imports(direct, reached(direct))
    guessed = guessed_builtins(resolved)
    truth = [
        truth_row(f"{name}: ours, >= {FLOOR}", ours_between(resolved, FLOOR), imports, 0),
        truth_row(f"{name}: ours, all shown", ours_between(resolved, 0), imports, guessed),
    ]
    callers = list(_caller_rows(f"{name}: ours", calls, ours(resolved, opaque)))
    if options.codegraph:
        links = codegraph_links(options.codegraph, folder)
        of_it = counted((link.path, link.target_path, link.target) for link in links)
        truth.append(truth_row(f"{name}: codegraph", of_it, imports, codegraph_builtins(links, files)))
        callers += _caller_rows(f"{name}: codegraph", calls, codegraph_callers(links, opaque))
        sure = [link for link in links if (link.confidence or 0) >= FLOOR]
        callers += _caller_rows(f"{name}: codegraph, >= {FLOOR}", calls, codegraph_callers(sure, opaque))
    if options.aider:
        between, builtin = aider_between(options.aider, folder, sorted(files))
        truth.append(truth_row(f"{name}: aider", between, imports, builtin))
    return truth, callers


def main() -> None:
    """Print both tables."""
    sys.setrecursionlimit(DEEPEST)
    arguments = argparse.ArgumentParser()
    arguments.add_argument("projects", nargs="+", metavar="NAME=FOLDER")
    arguments.add_argument("--aider")
    arguments.add_argument("--codegraph")
    options = arguments.parse_args()
    truth, callers = [], []
    for argument in options.projects:
        name, _, folder = argument.partition("=")
        with tempfile.TemporaryDirectory() as scratch:
            copied = Path(scratch) / name
            shutil.copytree(folder, copied, ignore=shutil.ignore_patterns(".git"))
            rows = measure(name, copied, options)
        truth += rows[0]
        callers += rows[1]
        print(*rows[0], *rows[1], sep="\n", file=sys.stderr, flush=True)
    print("| edges between files | number | no import, direct | no import at all | builtin |\n|---|---|---|---|---|")
    print(*truth, sep="\n")
    print("\n| callers | precision | recall |\n|---|---|---|")
    print(*callers, sep="\n")


if __name__ == "__main__":
    main()
