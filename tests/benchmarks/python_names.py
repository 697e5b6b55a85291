"""What the names of a Python project mean by its imports, read with `ast` alone: a reference for call edges.

Nothing here comes from the product. Names are looked up as Python does: function, enclosing functions, module;
a class body's names are seen by its own statements only. Imports are followed absolutely and relatively, through
aliases, chains, packages' `__init__` and `import *` with `__all__`, as long as they lead into the folder.
What a value is (a parameter, the result of a call, an attribute of an object) is not followed.
"""

import ast
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

Definition = tuple[str, str]
"""Path and name of a function or class at the top level of a module."""
CONDITIONAL: Final = (ast.If, ast.Try, ast.TryStar, ast.For, ast.While, ast.With)
Function = ast.FunctionDef | ast.AsyncFunctionDef
DEFINING: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Module(NamedTuple):
    """A module of the project, by its dotted name."""

    dotted: str


Meaning = dict[Definition | Module, bool]
"""What a name may be, and whether that is sure: what an alias (`run = _run`) or an overwritten import means is not."""


class Binding(NamedTuple):
    """One statement that gives a name its meaning: its own definition, an import, an alias, or any value."""

    definition: Definition | None = None
    module: str | None = None
    taken: str | None = None
    """What is taken from `module`, or nothing for the module itself."""
    alias: tuple[str, ...] = ()
    conditional: bool = False


@dataclass(slots=True)
class Scope:
    """The names of a module, class, function or comprehension."""

    kind: str
    parent: "Scope | None" = None
    names: defaultdict[str, list[Binding]] = field(default_factory=lambda: defaultdict(list))
    stars: list[str] = field(default_factory=list)
    outside: set[str] = field(default_factory=set)
    """Names that are declared `global` here."""


@dataclass(frozen=True, slots=True)
class Source:
    """One parsed file."""

    path: str
    dotted: str
    package: str
    """What a leading dot stands for."""
    tree: ast.Module
    scope: Scope


def dotted_parts(node: ast.expr) -> tuple[str, ...]:
    """Split `a.b.c` into its names; of anything else nothing."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return (node.id, *reversed(parts)) if isinstance(node, ast.Name) else ()


class Binder(ast.NodeVisitor):
    """Writes down what the statements of one body bind, without going into the definitions there."""

    def __init__(self, scope: Scope, path: str, package: str) -> None:
        self._scope = scope
        self._path = path
        self._package = package
        self._depth = 0

    def bind(self, body: Iterable[ast.AST]) -> Scope:
        """Read the statements of a body."""
        for statement in body:
            self.visit(statement)
        return self._scope

    def _add(self, name: str, binding: Binding) -> None:
        self._scope.names[name].append(binding._replace(conditional=self._depth > 0))

    def visit(self, node: ast.AST) -> None:
        inside = isinstance(node, CONDITIONAL)
        self._depth += inside
        if isinstance(node, DEFINING):
            own = (self._path, node.name) if self._scope.kind == "module" else None
            self._add(node.name, Binding(definition=own))
        elif not isinstance(node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            super().visit(node)
        else:
            for inner in ast.walk(node):
                if isinstance(inner, ast.NamedExpr):
                    self._add(inner.target.id, Binding())
        self._depth -= inside

    def visit_Import(self, node: ast.Import) -> None:
        for one in node.names:
            module = one.name if one.asname else one.name.split(".")[0]
            self._add(one.asname or module, Binding(module=module))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = absolute(self._package, node.module or "", node.level)
        for one in node.names:
            if one.name == "*":
                self._scope.stars.append(module)
            else:
                self._add(one.asname or one.name, Binding(module=module, taken=one.name))

    def visit_Assign(self, node: ast.Assign) -> None:
        alias = dotted_parts(node.value)
        for target in node.targets:
            if isinstance(target, ast.Name):
                self._add(target.id, Binding(alias=alias))
            else:
                self.visit(target)
        self.visit(node.value)

    def visit_Name(self, node: ast.Name) -> None:
        if not isinstance(node.ctx, ast.Load):
            self._add(node.id, Binding())

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self._add(node.name, Binding())
        self.generic_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        if node.name:
            self._add(node.name, Binding())
        self.generic_visit(node)

    def visit_Global(self, node: ast.Global) -> None:
        self._scope.outside.update(node.names)


def absolute(package: str, module: str, level: int) -> str:
    """Give the dotted name of what `from ..module import` means inside a package."""
    if not level:
        return module
    parts = package.split(".") if package else []
    kept = parts[: len(parts) - level + 1]
    return ".".join([*kept, *([module] if module else [])])


def _bind_globals(tree: ast.Module, scope: Scope, path: str, package: str) -> None:
    """Add what functions bind to names that they declare `global`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inner = Binder(Scope("function"), path, package).bind(node.body)
            for name in inner.outside:
                scope.names[name] += [one._replace(conditional=True) for one in inner.names[name]]


class Project:
    """The modules of a folder, and what their names mean."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.sources: dict[str, Source] = {}
        self.unreadable: list[str] = []
        for path, content in files.items():
            self._read(path, content)
        packages = {name.rsplit(".", at)[0] for name in self.sources for at in range(1, name.count(".") + 1)}
        self._modules = packages | set(self.sources)
        self._exported: dict[str, frozenset[str] | None] = {}

    def _read(self, path: str, content: bytes) -> None:
        try:
            tree = ast.parse(content)
        except (SyntaxError, ValueError):
            self.unreadable.append(path)
            return
        dotted = path.removesuffix(".py").replace("/", ".")
        package = dotted.rpartition(".")[0]
        if path.endswith("__init__.py"):
            dotted = package
        scope = Binder(Scope("module"), path, package).bind(tree.body)
        if b"global " in content:
            _bind_globals(tree, scope, path, package)
        self.sources[dotted] = Source(path, dotted, package, tree, scope)

    def look_up(self, module: str, name: str, seen: frozenset[tuple[str, str]] = frozenset()) -> Meaning:
        """Say what `module.name` is: something bound there, what `import *` brings, or a submodule."""
        source = self.sources.get(module)
        if (module, name) in seen:
            return {}
        seen |= {(module, name)}
        found: Meaning = {}
        if source is not None:
            bindings = source.scope.names.get(name)
            found = self.meanings(bindings, module, seen) if bindings else self._starred(source, name, seen)
            if bindings and not found and not any(one.module for one in bindings):
                return {}
        inner = f"{module}.{name}"
        return found or ({Module(inner): True} if inner in self._modules else {})

    def _starred(self, source: Source, name: str, seen: frozenset[tuple[str, str]]) -> Meaning:
        for star in reversed(source.scope.stars):
            if self.gives(star, name):
                found = self.look_up(star, name, seen)
                if found:
                    return found
        return {}

    def meanings(self, bindings: Sequence[Binding], module: str, seen: frozenset[tuple[str, str]]) -> Meaning:
        """Join what bindings of one name mean; those before the last unconditional one are not sure."""
        last = max((at for at, one in enumerate(bindings) if not one.conditional), default=0)
        found: Meaning = {}
        for at, one in enumerate(bindings):
            for meaning, sure in self._meaning(one, module, seen).items():
                found[meaning] = found.get(meaning, False) or (sure and at >= last)
        return found

    def _meaning(self, binding: Binding, here: str, seen: frozenset[tuple[str, str]]) -> Meaning:
        if binding.definition:
            return {binding.definition: True}
        if binding.alias:
            return dict.fromkeys(self.follow(self.look_up(here, binding.alias[0], seen), binding.alias[1:]), False)
        module = binding.module or ""
        if binding.taken is None:
            return {Module(module): True} if module in self._modules else {}
        if module not in self._modules:
            return {}
        return self.look_up(module, binding.taken, seen)

    def follow(self, meaning: Meaning, attributes: Iterable[str]) -> Meaning:
        """Go from modules to what they hold; a member of a class is nothing that can be imported."""
        for attribute in attributes:
            further: Meaning = {}
            for one, sure in meaning.items():
                if isinstance(one, Module):
                    for held, certain in self.look_up(one.dotted, attribute).items():
                        further[held] = sure and certain
            meaning = further
        return meaning

    def gives(self, module: str, name: str) -> bool:
        """Say whether `from module import *` brings a name."""
        if module not in self._exported:
            source = self.sources.get(module)
            self._exported[module] = None
            self._exported[module] = Listed(self).read(source) if source else frozenset()
        listed = self._exported[module]
        return not name.startswith("_") if listed is None else name in listed

    def given(self, module: str, seen: frozenset[str] = frozenset()) -> set[str]:
        """List the names that `from module import *` brings."""
        source = self.sources.get(module)
        if source is None or module in seen:
            return set()
        held = set(source.scope.names).union(*(self.given(star, seen | {module}) for star in source.scope.stars))
        return {name for name in held if self.gives(module, name)}

    def listed(self, module: str) -> frozenset[str]:
        """Give the `__all__` of a module, as far as it is written down."""
        source = self.sources.get(module)
        return (Listed(self).read(source) if source else None) or frozenset()


class Listed:
    """Reads `__all__` as far as it is made of literals and of other modules' `__all__`."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._known = True

    def read(self, source: Source) -> frozenset[str] | None:
        """Give the names, or nothing where there is no `__all__` that can be read."""
        names: set[str] = set()
        some = False
        for node in ast.walk(source.tree):
            value = _all_value(node)
            if value is not None:
                some = True
                names |= self._names(value, source)
        return frozenset(names) if some and self._known else None

    def _names(self, value: ast.expr, source: Source) -> set[str]:
        match value:
            case ast.List(elts) | ast.Tuple(elts) | ast.Set(elts):
                inner = (one.value if isinstance(one, ast.Starred) else one for one in elts)
                return set().union(*(self._names(one, source) for one in inner))
            case ast.BinOp(left, ast.Add(), right):
                return self._names(left, source) | self._names(right, source)
            case ast.Constant(str() as name):
                return {name}
            case ast.Attribute(attr="__all__"):
                return self._of_another(dotted_parts(value)[:-1], source)
        self._known = False
        return set()

    def _of_another(self, parts: tuple[str, ...], source: Source) -> set[str]:
        names: set[str] = set()
        if parts:
            meaning = self._project.follow(self._project.look_up(source.dotted, parts[0]), parts[1:])
            for one in meaning:
                names |= self._project.listed(one.dotted) if isinstance(one, Module) else set()
        return names


def _all_value(node: ast.AST) -> ast.expr | None:
    """Give what a statement adds to `__all__`, if it does."""
    match node:
        case ast.Assign([ast.Name("__all__")], value) | ast.AugAssign(ast.Name("__all__"), ast.Add(), value):
            return value
        case ast.AnnAssign(ast.Name("__all__"), _, ast.expr() as value):
            return value
        case ast.Call(ast.Attribute(ast.Name("__all__"), "extend" | "append"), [value]):
            return value
    return None
