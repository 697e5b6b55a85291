"""Which files of a Python project each file imports, by its statements alone and through other files.

A statement leads to the modules that it names, and to where the names are defined that it takes or, of a module
that is imported as such, that are passed on there: `from django import forms` leads to the file of `forms.Form`.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from tests.benchmarks.python_names import Project, Source, absolute


def imported(project: Project) -> dict[str, frozenset[str]]:
    """Give for each file the files that its import statements lead to, wherever in the file they stand."""
    statements = _Statements(project)
    return {source.path: frozenset(statements.of(source)) - {source.path} for source in project.sources.values()}


def reached(direct: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """Give for each file all the files that its imports lead to in any number of steps."""
    found: dict[str, frozenset[str]] = {}
    for path in direct:
        seen: set[str] = set()
        open_ = [path]
        while open_:
            further = direct[open_.pop()] - seen
            seen |= further
            open_ += further
        found[path] = frozenset(seen)
    return found


class _Statements:
    """Follows import statements; what a module passes on is looked up once."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self.passed_on = cache(self._passed_on)

    def of(self, source: Source) -> Iterator[str]:
        """Give the files that the statements of a file lead to; a file may come more than once."""
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Import):
                for one in node.names:
                    parts = one.name.split(".")
                    for at in range(len(parts)):
                        yield from self.passed_on(".".join(parts[: at + 1]))
            elif isinstance(node, ast.ImportFrom):
                yield from self._taken(absolute(source.package, node.module or "", node.level), node.names)

    def _taken(self, module: str, names: Sequence[ast.alias]) -> Iterator[str]:
        yield from self._file(module)
        for one in names:
            if one.name == "*":
                yield from self.passed_on(module)
            yield from self._origins(module, one.name, frozenset())
            yield from self.passed_on(f"{module}.{one.name}")

    def _file(self, module: str) -> frozenset[str]:
        source = self._project.sources.get(module)
        return frozenset() if source is None else frozenset((source.path,))

    def _passed_on(self, module: str) -> frozenset[str]:
        """Give the file of a module, and those where the names are bound that can be asked of it."""
        source = self._project.sources.get(module)
        if source is None:
            return frozenset()
        names = set(source.scope.names).union(*(self._project.given(star) for star in source.scope.stars))
        return frozenset((source.path,)).union(*(self._origins(module, name, frozenset()) for name in names))

    def _origins(self, module: str, name: str, seen: frozenset[tuple[str, str]]) -> frozenset[str]:
        """Give the files where `module.name` is bound by something else than an import."""
        source = self._project.sources.get(module)
        if source is None or (module, name) in seen:
            return frozenset()
        seen |= {(module, name)}
        found: set[str] = set()
        for one in source.scope.names.get(name, ()):
            if one.module is None:
                found.add(source.path)
            elif one.taken is None:
                found |= self._file(one.module)
            else:
                found |= self._origins(one.module, one.taken, seen)
        if not found:
            found.update(*(self._origins(star, name, seen) for star in source.scope.stars))
        return frozenset(found) or self._file(f"{module}.{name}")
