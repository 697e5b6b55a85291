"""Who calls the functions and classes that can be imported: the engine against a pass over `ast` that follows imports.

    python -m tests.benchmarks.python_callers NAME=FOLDER... [--show 40] [--seed 1]

FOLDER holds packages as they would stand on `sys.path`: `pip download --no-deps NAME`, unpacked. The reference is
`python_names.py`, which shares no code with the product. An edge is (file, innermost function or class around the
call, target's file, target's name); a call or a decorator makes one; targets are functions and classes at the top
level of a module; recursion makes none. Ours are those of a confidence of at least 0.8.

Precision is the share of ours that the reference has or allows; recall the share of the reference's that are ours.
Calls on a value (`self.factory()`) are judged on neither side; `raise Error` is allowed, not asked for.
Where a name has several meanings (`try: from a import f`, `except ImportError: def f`), any of them is right.
`--show` prints so many of each kind of difference, taken at random.
"""

import argparse
import ast
import random
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from services.mapping.records import DefinitionKind
from tests.benchmarks.call_sites import CALLS, Resolved, python_files, resolve
from tests.benchmarks.python_names import (
    DEFINING,
    Binder,
    Binding,
    Definition,
    Function,
    Meaning,
    Project,
    Scope,
    Source,
    dotted_parts,
)

FLOOR: Final = 0.8
DEEPEST: Final = 50_000
"""Frames: sympy has sums of a thousand terms."""
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
Edge = tuple[str, str, str, str]
"""Path and qualified name of the scope of a call ("" for the module), path and name of what is called."""
Opaque = tuple[str, str, str]
"""Path, scope and text of a call on a value, of which imports say nothing: `self.factory`."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call that leads to a definition by imports; `sure` ones must be found, all may be."""

    path: str
    scope: str
    line: int
    sure: frozenset[Definition]
    allowed: frozenset[Definition]


class Walker:
    """Goes through one file and says what its calls and decorators lead to."""

    def __init__(self, project: Project, source: Source) -> None:
        self._project = project
        self._source = source
        self.calls: list[Call] = []
        self.opaque: set[Opaque] = set()

    def walk(self) -> "Walker":
        """Go through the file; afterwards `calls` are those that lead to a definition of the project."""
        self._all(self._source.tree.body, self._source.scope, "")
        return self

    def _all(self, nodes: Iterable[ast.AST | None], scope: Scope, label: str) -> None:
        for node in nodes:
            if node is not None:
                self._one(node, scope, label)

    def _one(self, node: ast.AST, scope: Scope, label: str) -> None:
        if isinstance(node, DEFINING):
            self._definition(node, scope, label)
        elif isinstance(node, ast.Lambda):
            self._all([*node.args.defaults, *node.args.kw_defaults], scope, label)
            inner = self._function_scope(node.args, [], scope)
            self._one(node.body, inner, label)
        elif isinstance(node, Comprehension):
            self._comprehension(node, scope, label)
        else:
            if isinstance(node, ast.Call):
                self._site(node.func, scope, label)
            elif isinstance(node, ast.Raise) and node.exc is not None:
                self._site(node.exc, scope, label, written=False)
            self._all(ast.iter_child_nodes(node), scope, label)

    def _definition(self, node: Function | ast.ClassDef, scope: Scope, label: str) -> None:
        for decorator in node.decorator_list:
            self._site(decorator, scope, label)
            self._one(decorator, scope, label)
        own = f"{label}.{node.name}" if label else node.name
        if isinstance(node, ast.ClassDef):
            self._all([*node.bases, *node.keywords], scope, own)
            inner = Binder(Scope("class", scope), self._source.path, self._source.package).bind(node.body)
        else:
            self._all([node.args, node.returns], scope, own)
            inner = self._function_scope(node.args, node.body, scope)
        self._all(node.body, inner, own)

    def _function_scope(self, arguments: ast.arguments, body: list[ast.stmt], scope: Scope) -> Scope:
        inner = Scope("function", scope)
        for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg):
            if one is not None:
                inner.names[one.arg].append(Binding())
        Binder(inner, self._source.path, self._source.package).bind(body)
        for name in inner.outside:
            inner.names.pop(name, None)
        return inner

    def _comprehension(self, node: Comprehension, scope: Scope, label: str) -> None:
        inner = Scope("function", scope)
        binder = Binder(inner, self._source.path, self._source.package)
        first = node.generators[0].iter
        self._one(first, scope, label)
        for generator in node.generators:
            binder.bind([generator.target])
            self._all([generator.iter] if generator.iter is not first else [], inner, label)
            self._all(generator.ifs, inner, label)
        results = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        self._all(results, inner, label)

    def _site(self, called: ast.expr, scope: Scope, label: str, *, written: bool = True) -> None:
        parts = dotted_parts(called)
        if not parts:
            return
        head = self._name(parts[0], scope)
        if not head and len(parts) > 1:
            self.opaque.add((self._source.path, label, ".".join(parts)))
        meaning = self._project.follow(head, parts[1:])
        found = {one: sure for one, sure in meaning.items() if isinstance(one, tuple) and len(one) == 2}
        own = (self._source.path, label)
        allowed = frozenset(one for one in found if one != own)
        sure = frozenset(one for one in allowed if found[one] and written)
        if allowed:
            self.calls.append(Call(self._source.path, label, called.lineno, sure, allowed))

    def _name(self, name: str, scope: Scope) -> Meaning:
        """Look a name up from a scope outwards."""
        current: Scope | None = scope
        while current is not None and current.kind != "module":
            if name in current.outside:
                break
            seen = current.kind != "class" or current is scope
            if seen and name in current.names:
                found = self._project.meanings(current.names[name], self._source.dotted, frozenset())
                if current.kind == "class":
                    found = dict.fromkeys(self._project.look_up(self._source.dotted, name), False) | found
                return found
            current = current.parent
        return self._project.look_up(self._source.dotted, name)


def reference(project: Project) -> tuple[list[Call], frozenset[Opaque]]:
    """List every call in a project that leads to a definition by imports, and the calls that nothing is said of."""
    walked = [Walker(project, source).walk() for source in project.sources.values()]
    return [call for one in walked for call in one.calls], frozenset().union(*(one.opaque for one in walked))


def ours(resolved: Resolved, opaque: frozenset[Opaque]) -> dict[Edge, int]:
    """Give our edges of the same kind, each with the line of a use, but for what the reference cannot judge."""
    kinds, parents = resolved.corpus.definitions.kind, resolved.corpus.definitions.parent
    found: dict[Edge, int] = {}
    for site in resolved.sites():
        importable = parents[site.target] < 0 and kinds[site.target] in {DefinitionKind.CLASS, DefinitionKind.FUNCTION}
        if importable and site.kind in CALLS and site.confidence >= FLOOR:
            scope = (resolved.corpus.paths[site.file], resolved.qualified(site.scope))
            target = resolved.place(site.target)
            if scope != target and (*scope, f"{site.receiver}.{site.name}") not in opaque:
                found.setdefault((*scope, *target), site.line)
    return found


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both sides' edges of one project, and where they differ."""

    edges: Mapping[Edge, int]
    allowed: frozenset[Edge]
    wanted: Mapping[tuple[str, str, frozenset[Definition]], int]

    @classmethod
    def of(cls, calls: Iterable[Call], edges: Mapping[Edge, int]) -> "Comparison":
        """Gather the calls of a reference into edges."""
        listed = list(calls)
        allowed = frozenset((call.path, call.scope, *one) for call in listed for one in call.allowed)
        wanted = {(call.path, call.scope, call.sure): call.line for call in listed if call.sure}
        return cls(edges, allowed, wanted)

    def wrong(self) -> Iterator[tuple[Edge, int]]:
        """Give ours that the reference has not."""
        return ((edge, line) for edge, line in self.edges.items() if edge not in self.allowed)

    def missing(self) -> Iterator[tuple[Edge, int]]:
        """Give the reference's that are not ours."""
        for (path, scope, targets), line in self.wanted.items():
            if not any((path, scope, *one) in self.edges for one in targets):
                yield (path, scope, *min(targets)), line

    def __str__(self) -> str:
        wrong, missing = sum(1 for _ in self.wrong()), sum(1 for _ in self.missing())
        right, found = len(self.edges) - wrong, len(self.wanted) - missing
        return (
            f"| {right} of {len(self.edges)} = {right / max(len(self.edges), 1):.4f} "
            f"| {found} of {len(self.wanted)} = {found / max(len(self.wanted), 1):.4f} |"
        )


def _show(comparison: Comparison, files: Mapping[str, bytes], chosen: random.Random, most: int) -> None:
    for sign, found in (("only ours", comparison.wrong()), ("missing", comparison.missing())):
        rows = sorted(found)
        for (path, scope, target, name), line in sorted(chosen.sample(rows, min(most, len(rows)))):
            text = files[path].decode("utf-8", "replace").splitlines()[line - 1].strip()
            print(f"{sign}: {path}:{line} {scope or '(module)'} -> {target}:{name}\n    {text[:150]}")


def main() -> None:
    """Print a row a project."""
    sys.setrecursionlimit(DEEPEST)
    arguments = argparse.ArgumentParser()
    arguments.add_argument("projects", nargs="+", metavar="NAME=FOLDER")
    arguments.add_argument("--show", type=int, default=0)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    print("| project | precision | recall |\n|---|---|---|")
    for argument in options.projects:
        name, _, folder = argument.partition("=")
        files = python_files(Path(folder))
        project = Project(files)
        calls, opaque = reference(project)
        comparison = Comparison.of(calls, ours(resolve(files), opaque))
        print(f"| {name} {comparison}", flush=True)
        for path in project.unreadable:
            print(f"not read by the reference: {path}")
        _show(comparison, files, random.Random(options.seed), options.show)  # noqa: S311 - a sample to read


if __name__ == "__main__":
    main()
