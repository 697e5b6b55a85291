"""Which files of a Python project each file imports, by its statements alone and through other files.

A statement leads to the modules that it names and, for names that are passed on, to where they are defined.
"""

import ast
from collections.abc import Iterator, Mapping

from tests.benchmarks.python_names import Meaning, Module, Project, Source, absolute


def imported(project: Project) -> dict[str, frozenset[str]]:
    """Give for each file the files that its import statements lead to, wherever in the file they stand."""
    return {source.path: frozenset(_of(project, source)) - {source.path} for source in project.sources.values()}


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


def _of(project: Project, source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            for one in node.names:
                parts = one.name.split(".")
                yield from _paths(project, {Module(".".join(parts[: at + 1])): True for at in range(len(parts))})
        elif isinstance(node, ast.ImportFrom):
            module = absolute(source.package, node.module or "", node.level)
            names = {one.name for one in node.names}
            yield from _paths(project, {Module(module): True})
            for name in names - {"*"} | (project.given(module) if "*" in names else set()):
                yield from _paths(project, project.look_up(module, name))


def _paths(project: Project, meaning: Meaning) -> Iterator[str]:
    for one in meaning:
        if isinstance(one, Module):
            source = project.sources.get(one.dotted)
            if source is not None:
                yield source.path
        else:
            yield one[0]
