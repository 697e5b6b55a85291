"""Where an import leads: from a module as it is written to a file or a folder of the commit.

Only paths and the project's manifests are looked at: no interpreter, nothing that is installed. What
does not lead into the commit is external, and everything reached through it stays unresolved instead
of being guessed. A `unit` is what a name can be taken from: a file by its number, or a folder by the
number after the files'.
"""

import posixpath
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final

from services.mapping.go_modules import GoModules
from services.mapping.languages import can_call
from services.mapping.manifests import Manifest
from services.mapping.script_routes import ScriptRoutes

SCRIPT_SUFFIXES: Final = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".d.ts", ".d.mts", ".d.cts")
"""Code before what only declares it: a reader is led to where things happen."""
EMITTED: Final = {".js": (".ts", ".tsx"), ".jsx": (".tsx",), ".mjs": (".mts",), ".cjs": (".cts",)}
"""TypeScript imports name the file that the compiler will write."""
PYTHON_ROOTS: Final = ("src", "lib", "python")
PYTHON_SUFFIXES: Final = (".py", ".pyi")
RUST_CRATES: Final = ("lib.rs", "main.rs")
PACKAGED: Final = ("java", "kotlin", "scala")
"""Languages whose packages are folders that a path of names leads to."""
STEMMED: Final = frozenset({*PACKAGED, "csharp", "php", "ruby", "c", "cpp", "bash", "lua"})
"""Languages whose files are looked for by the end of a path."""
UNFOLLOWED: Final = frozenset({"swift", "zig"})
"""Languages whose imports name what no path tells: Swift's targets."""
MOST_ROOTS: Final = 32
DEEPEST_END: Final = 16
"""Bounds on what paths of hundreds of folders can cost."""


class Places:
    """The files and folders of a commit by path, and the ways to them. Numbers as in `Corpus.paths`."""

    def __init__(
        self, paths: Sequence[str], languages: Sequence[str], manifests: Mapping[str, Manifest] | None = None
    ) -> None:
        self.paths = paths
        self.languages = languages
        self.file_of = {path: number for number, path in enumerate(paths)}
        folders: dict[str, int] = {}
        self.folder_of_file = [folders.setdefault(posixpath.dirname(path), len(folders)) for path in paths]
        for folder in list(folders):
            _add_ancestors(folder, folders)
        self.folder_number = folders
        self.folders = tuple(folders)
        self._by_stem = self._index_stems()
        go_folders = self._folders_of("go")
        self._go = GoModules(go_folders, _by_suffix(go_folders), manifests or {})
        self.learn_go_modules = self._go.learn
        self._routes = ScriptRoutes(manifests or {}, self._script_at)
        self._package_suffixes = _by_suffix(frozenset().union(*map(self._folders_of, PACKAGED)))
        self._crates = self._index_crates()
        self._crate = cache(self._crate_around)
        self._rust_folder = cache(_rust_folder)
        self._rust_at = cache(self._rust_path)
        self._rust_names = frozenset(map(_module_name, paths))
        self._resolve = cache(self._resolved)
        self._included = cache(self._anywhere)
        self._roots = cache(self._python_roots)
        self.submodule = cache(self._submodule)

    @property
    def units(self) -> int:
        """How many units there are."""
        return len(self.paths) + len(self.folders)

    def folder_unit(self, folder: str) -> int:
        """Give the unit of a folder, or -1."""
        number = self.folder_number.get(folder)
        return -1 if number is None else len(self.paths) + number

    def _folders_of(self, language: str) -> frozenset[str]:
        numbers = {self.folder_of_file[file] for file, spoken in enumerate(self.languages) if spoken == language}
        return frozenset(self.folders[number] for number in numbers)

    def resolve(self, file: int, module: str, level: int) -> int:
        """Find the unit that a file's import leads to, or -1 when it is external."""
        language = self.languages[file]
        if language == "rust":
            return self._rust(self.paths[file], module)
        return self._resolve(self.folders[self.folder_of_file[file]], language, module, level)

    def _resolved(self, folder: str, language: str, module: str, level: int) -> int:
        """Ask once for all files of a folder: nothing else of a file's path matters but to Rust."""
        if language == "python":
            return self._python(folder, module, level)
        if language in {"javascript", "typescript", "tsx"}:
            return self._script(folder, module)
        if language == "go":
            found = self._go.folder(folder, module)
            return -1 if found is None else self.folder_unit(found)
        if language in {"c", "cpp", "ruby", "bash", "lua"}:
            return self._by_path(folder, module, language)
        return self._by_suffix(module, language)

    def _submodule(self, unit: int, name: str) -> int:
        """Find the module of a name within a Python package or a Rust module, or -1."""
        if unit < len(self.paths):
            path = self.paths[unit]
            if self.languages[unit] == "rust":
                return self._rust_at(self._rust_folder(path), (name,))
            if posixpath.basename(path) not in {"__init__.py", "__init__.pyi"}:
                return -1
            folder = posixpath.dirname(path)
        else:
            folder = self.folders[unit - len(self.paths)]
        return self._python_at(posixpath.join(folder, name))

    # Python

    def _python(self, folder: str, module: str, level: int) -> int:
        inner = module.replace(".", "/")
        if level:
            for _ in range(level - 1):
                folder = posixpath.dirname(folder)
            return self._python_at(posixpath.join(folder, inner) if inner else folder)
        top = inner.split("/", 1)[0]
        if top in sys.stdlib_module_names and self._python_at(top) < 0:
            return -1
        return self._python_absolute(folder, inner)

    def _python_absolute(self, folder: str, inner: str) -> int:
        for root in self._roots(folder):
            unit = self._python_at(posixpath.join(root, inner))
            if unit >= 0 and inner:
                return unit
        return -1

    def _python_roots(self, folder: str) -> Sequence[str]:
        """List the folders that may be on the import path, the most likely first."""
        package = folder
        while package and self._is_package(package):
            package = posixpath.dirname(package)
        roots = [package]
        while package and len(roots) < MOST_ROOTS:
            package = posixpath.dirname(package)
            roots += [package, *(posixpath.join(package, root) for root in PYTHON_ROOTS)]
        return tuple(dict.fromkeys([*roots[:MOST_ROOTS], "", *PYTHON_ROOTS]))

    def _is_package(self, folder: str) -> bool:
        return any(f"{folder}/__init__{suffix}" in self.file_of for suffix in PYTHON_SUFFIXES)

    def _python_at(self, place: str) -> int:
        for suffix in PYTHON_SUFFIXES:
            found = self.file_of.get(place + suffix, self.file_of.get(f"{place}/__init__{suffix}"))
            if found is not None:
                return found
        return self.folder_unit(place) if place else -1

    # JavaScript and TypeScript

    def _script(self, folder: str, module: str) -> int:
        if module.startswith("."):
            return self._script_at(posixpath.normpath(posixpath.join(folder, module)))
        found = self._routes.find(folder, module)
        if found >= 0:
            return found
        for mark in ("@/", "~/", "#/"):
            if module.startswith(mark):
                return self._script_upwards(folder, f"src/{module[2:]}")
        return self._script_upwards(folder, module) if "/" in module else -1

    def _script_upwards(self, folder: str, module: str) -> int:
        """Try a path from each folder above: `baseUrl`, `src` aliases, packages of a workspace."""
        while True:
            found = self._script_at(posixpath.join(folder, module))
            if found >= 0 or not folder:
                return found
            folder = posixpath.dirname(folder)

    def _script_at(self, place: str) -> int:
        stem, extension = posixpath.splitext(place)
        emitted = [stem + other for other in EMITTED.get(extension, ())]
        plain = [place, *emitted, *(place + suffix for suffix in SCRIPT_SUFFIXES)]
        index = [f"{place}/index{suffix}" for suffix in SCRIPT_SUFFIXES]
        return next((self.file_of[path] for path in [*plain, *index] if path in self.file_of), -1)

    # Rust

    def _rust(self, path: str, module: str) -> int:
        head, *rest = module.split("::")
        folder = self._rust_folder(path)
        if head == "crate":
            return self._rust_at(self._crate(posixpath.dirname(path)), tuple(rest))
        if head == "self":
            return self._rust_at(folder, tuple(rest))
        if head == "super":
            while rest[:1] == ["super"]:
                folder, rest = posixpath.dirname(folder), rest[1:]
            return self._rust_at(posixpath.dirname(folder), tuple(rest))
        if (head in self._rust_names or "/" in head) and self._rust_at(folder, (head,)) >= 0:
            return self._rust_at(folder, (head, *rest))
        crate = self._crates.get(head)
        return -1 if crate is None else self._rust_at(crate, tuple(rest))

    def crate_of(self, file: int) -> int:
        """Find the root of the Rust crate around a file, or -1."""
        return self._rust_at(self._crate(posixpath.dirname(self.paths[file])), ())

    def crate_folder(self, file: int) -> str:
        """Give the folder of the Rust crate around a file, "" where there is none or the file is not Rust."""
        return self._crate(posixpath.dirname(self.paths[file])) if self.languages[file] == "rust" else ""

    def _crate_around(self, folder: str) -> str:
        while folder and not any(posixpath.join(folder, name) in self.file_of for name in RUST_CRATES):
            folder = posixpath.dirname(folder)
        return folder

    def _index_crates(self) -> dict[str, str]:
        """Find libraries by the folder around their `src`, which has the crate's name nearly always."""
        libraries = sorted((path for path in self.paths if path.endswith("/src/lib.rs")), key=len, reverse=True)
        return {path.split("/")[-3].replace("-", "_"): posixpath.dirname(path) for path in libraries}

    def _rust_path(self, folder: str, parts: tuple[str, ...]) -> int:
        """Find the file of a module path below a folder; what is left over may be a type or an inline module."""
        place = posixpath.join(folder, *parts)
        candidates = [f"{place}.rs", f"{place}/mod.rs"]
        if not parts:
            candidates += [posixpath.join(folder, name) for name in RUST_CRATES]
        return next((self.file_of[path] for path in candidates if path in self.file_of), -1)

    # The others, by path

    def _by_path(self, folder: str, module: str, language: str) -> int:
        """Find an included file: beside the asking one, from the root, else the only one whose path ends so."""
        if language == "lua":
            return self._lua(folder, module)
        named = f"{module}.rb" if language == "ruby" and not module.endswith(".rb") else module
        found = self.file_of.get(posixpath.normpath(posixpath.join(folder, named)))
        return self._included(named) if found is None else found

    def _anywhere(self, named: str) -> int:
        for base in ("", "include", "src", "lib"):
            found = self.file_of.get(posixpath.normpath(posixpath.join(base, named)))
            if found is not None:
                return found
        stem = posixpath.splitext(posixpath.normpath(named))[0]
        found_by_end = [file for file in self._by_stem.get(stem, ()) if self.paths[file].endswith(f"/{named}")]
        return found_by_end[0] if len(found_by_end) == 1 else -1

    def _lua(self, folder: str, module: str) -> int:
        """Find what `require` names with dots: from the root, from the usual roots, beside the asking file."""
        place = module.replace(".", "/")
        candidates = [
            posixpath.normpath(posixpath.join(base, place + suffix))
            for base in ("", "src", "lib", "lua", folder)
            for suffix in (".lua", "/init.lua")
        ]
        found = next((self.file_of[path] for path in candidates if path in self.file_of), -1)
        return found if found >= 0 or "/" not in place else self._by_suffix(module, "lua")

    def _by_suffix(self, module: str, language: str) -> int:
        r"""Find the file of a qualified type (`a.b.C`, `A\\B\\C`): the longest end that one path has."""
        if language in UNFOLLOWED:
            return -1
        parts = [part for part in module.replace("\\", ".").replace("::", ".").split(".") if part]
        for cut in range(max(len(parts) - 1, 0)):
            ends = self._by_stem.get("/".join(parts[cut:]), ())
            found = [file for file in ends if can_call(self.languages[file], language)]
            if found:
                return found[0]
        folders = self._package_suffixes.get("/".join(parts), ()) if language in PACKAGED else ()
        return self.folder_unit(folders[0]) if folders else -1

    def _index_stems(self) -> dict[str, list[int]]:
        stems: dict[str, list[int]] = defaultdict(list)
        for file, path in enumerate(self.paths):
            if self.languages[file] in STEMMED:
                for suffix in _suffixes(posixpath.splitext(path)[0]):
                    stems[suffix].append(file)
        return stems


def _by_suffix(folders: Iterable[str]) -> dict[str, list[str]]:
    """List folders by every end of their paths, the shortest path first."""
    suffixes: dict[str, list[str]] = defaultdict(list)
    for folder in sorted(folders, key=lambda one: (len(one), one)):
        for suffix in _suffixes(folder):
            suffixes[suffix].append(folder)
    return suffixes


def _rust_folder(path: str) -> str:
    """Give the folder in which the modules below a file lie."""
    folder, name = posixpath.split(path)
    return folder if name in {"mod.rs", *RUST_CRATES} else path.removesuffix(".rs")


def _module_name(path: str) -> str:
    """Give the last part of the path of names that leads to a file, were it Rust's."""
    folder, name = posixpath.split(path)
    return posixpath.basename(folder) if name == "mod.rs" else name.removesuffix(".rs")


def _add_ancestors(folder: str, folders: dict[str, int]) -> None:
    while folder:
        folder = posixpath.dirname(folder)
        if folder in folders:
            return
        folders[folder] = len(folders)


def _suffixes(path: str) -> Iterable[str]:
    """List a path and what is left when its first folders are taken away; of a very deep one the short ends."""
    yield path
    parts = path.split("/")
    for start in range(max(1, len(parts) - DEEPEST_END), len(parts)):
        yield "/".join(parts[start:])
