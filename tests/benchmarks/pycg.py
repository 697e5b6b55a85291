"""How much of PyCG's micro-benchmark the engine finds, and how much that it says is wrong.

    git clone https://github.com/vitsalis/PyCG
    python -m tests.benchmarks.pycg PyCG/micro-benchmark/snippets [--show]

A case is a folder with `main.py` and `callgraph.json`, {caller: [callees]} by dotted names. It was written for
an analysis that follows every value through assignments, arguments, lists and returns; a map reads names.
Prints, for edges of a confidence of at least 0.8 and of 0.5, precision and recall of each category against
`all` expected edges, and against those whose callee is `defined` in the case: the rest are builtins and packages
that are not there, of which no map has a definition. Precision `of functions` leaves out edges to variables, which
PyCG does not know: of `a = func` and `a()` a map without values can say that `a` is meant. `--show` lists what is
missing and what is wrong.

What counts as ours: uses that are calls or decorators, from the innermost function or class or the module around
them. A call of a class is its `__init__`, own or inherited, as PyCG has it; where there is none, it is no edge.
"""

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from services.mapping.records import DefinitionKind
from tests.benchmarks.call_sites import CALLS, Resolved, Site, module_of, python_files, resolve

FLOORS: Final = (0.8, 0.5)
Edge = tuple[str, str]
"""Dotted names of caller and callee."""


@dataclass(slots=True)
class Case:
    """What is expected of a case, and what the engine says of it by confidence."""

    name: str
    expected: set[Edge]
    defined: set[Edge]
    """Those of the expected edges whose callee the case defines."""
    found: dict[float, set[Edge]] = field(default_factory=dict)
    variables: frozenset[str] = frozenset()

    @property
    def category(self) -> str:
        return self.name.split("/", 1)[0]


def read_case(folder: Path, name: str) -> Case:
    """Map the files of a case, and read what it expects."""
    files = python_files(folder)
    modules = {module_of(path) for path in files}
    written = json.loads((folder / "callgraph.json").read_text())
    expected = {(caller, callee) for caller, callees in written.items() for callee in callees}
    defined = {edge for edge in expected if any(edge[1].startswith(f"{module}.") for module in modules)}
    resolved = resolve(files)
    sites = [site for site in resolved.sites() if site.kind in CALLS]
    found = {floor: set(_edges(resolved, (site for site in sites if site.confidence >= floor))) for floor in FLOORS}
    definitions = resolved.corpus.definitions
    rows = np.flatnonzero(definitions.kind == DefinitionKind.VARIABLE).tolist()
    return Case(name, expected, defined, found, frozenset(_dotted(*resolved.place(row)) for row in rows))


def _edges(resolved: Resolved, sites: Iterable[Site]) -> Iterator[Edge]:
    for site in sites:
        target = site.target
        if resolved.is_class(target):
            target = resolved.member(target, "__init__")
        if target >= 0 and target != site.scope:
            path, name = resolved.place(target)
            yield _dotted(resolved.corpus.paths[site.file], resolved.qualified(site.scope)), _dotted(path, name)


def _dotted(path: str, name: str) -> str:
    return ".".join(part for part in (module_of(path), name) if part)


def ratios(cases: Iterable[Case], floor: float) -> str:
    """Say how many edges are right, and of how many that are expected."""
    count: Counter[str] = Counter()
    for case in cases:
        found = case.found[floor]
        count["found"] += len(found)
        count["functions"] += sum(callee not in case.variables for _, callee in found)
        count["right"] += len(found & case.expected)
        count["expected"] += len(case.expected)
        count["defined"] += len(case.defined)
    right = count["right"]
    return (
        f"| {right} of {count['found']} = {right / max(count['found'], 1):.3f} "
        f"| {right} of {count['functions']} = {right / max(count['functions'], 1):.3f} "
        f"| {right} of {count['expected']} = {right / max(count['expected'], 1):.3f} "
        f"| {right} of {count['defined']} = {right / max(count['defined'], 1):.3f} |"
    )


def main() -> None:
    """Print a table a confidence."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("snippets", type=Path)
    arguments.add_argument("--show", action="store_true")
    options = arguments.parse_args()
    found = sorted(options.snippets.rglob("callgraph.json"))
    cases = [read_case(path.parent, path.parent.relative_to(options.snippets).as_posix()) for path in found]
    by_category: defaultdict[str, list[Case]] = defaultdict(list)
    for case in cases:
        by_category[case.category].append(case)
    for floor in FLOORS:
        print(f"\n| confidence >= {floor} | precision | of functions | recall, all | recall, defined |\n{'|---' * 5}|")
        for category, group in sorted(by_category.items()):
            print(f"| {category} ({len(group)}) {ratios(group, floor)}")
        print(f"| all {len(cases)} {ratios(cases, floor)}")
    if options.show:
        _show(cases)


def _show(cases: Iterable[Case]) -> None:
    for case in cases:
        found = case.found[FLOORS[0]]
        for sign, edges in (("missing", case.defined - found), ("wrong  ", found - case.expected)):
            for caller, callee in sorted(edges):
                print(f"{sign} {case.name}: {caller} -> {callee}")


if __name__ == "__main__":
    main()
