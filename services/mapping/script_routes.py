"""Where a script's import leads that is no path: by `paths` and `baseUrl`, or into a package of the workspace.

The compiler reads one `tsconfig.json`, and nothing says which; so those of the folders around a file
are asked, the nearest first. What they extend lies in a folder above nearly always.
"""

import posixpath
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

from services.mapping.languages import traits_of
from services.mapping.manifests import PROJECTS, Manifest

SOURCE_FOLDERS: Final = ("", "src", "lib")
"""Where the modules of a package lie that is imported by its name."""
UNKNOWN: Final = -1

Targets = tuple[str, ...]
At = Callable[[str], int]
"""Gives the file of a path without its extension, or -1."""


class ScriptRoutes:
    """What a commit's manifests say of scripts; `at` finds the file of a place."""

    def __init__(self, manifests: Mapping[str, Manifest], at: At) -> None:
        self._at = at
        self._projects: defaultdict[str, list[tuple[bool, _Project]]] = defaultdict(list)
        packages: defaultdict[str, list[tuple[str, Manifest]]] = defaultdict(list)
        for path, manifest in sorted(manifests.items()):
            folder, name = posixpath.split(path)
            if name == "package.json" and manifest.module and not traits_of(path).test:
                packages[manifest.module].append((folder, manifest))
            elif manifest.aliases or manifest.base is not None:
                self._projects[folder].append((name in PROJECTS, _Project.of(manifest)))
        # A name that two folders bear says nothing about either.
        self._packages = {name: found[0] for name, found in packages.items() if len(found) == 1}
        self._known: dict[tuple[str, str], int] = {}

    def find(self, folder: str, module: str) -> int:
        """Find the file that a module means to the files of a folder, or -1."""
        key = (folder, module)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._by_projects(folder, module)
        return known

    def _by_projects(self, folder: str, module: str) -> int:
        """Ask the projects of all folders around, then the packages."""
        while self._projects:
            if folder in self._projects:
                found = self._by_project(folder, module)
                if found >= 0:
                    return found
            if not folder:
                break
            folder = posixpath.dirname(folder)
        return self._by_package(module)

    def _by_project(self, folder: str, module: str) -> int:
        """Ask the projects of one folder: the one with the plain name, else the others if they agree."""
        others = set()
        for plain, project in self._projects[folder]:
            found = self._first(project.places(folder, module))
            if plain and found >= 0:
                return found
            others.add(found)
        others.discard(UNKNOWN)
        return others.pop() if len(others) == 1 else UNKNOWN

    def _by_package(self, module: str) -> int:
        parts = module.split("/")
        cut = 2 if module.startswith("@") else 1
        folder, manifest = self._packages.get("/".join(parts[:cut]), (None, None))
        if folder is None or manifest is None:
            return UNKNOWN
        rest = "/".join(parts[cut:])
        roots = [posixpath.join(folder, source).rstrip("/") for source in SOURCE_FOLDERS]
        entries = [] if rest else [_under(folder, entry) for entry in manifest.entries]
        return self._first([*entries, *(posixpath.join(root, rest or "index") for root in roots)])

    def _first(self, places: Sequence[str]) -> int:
        return next((found for found in map(self._at, places) if found >= 0), UNKNOWN)


@dataclass(frozen=True, slots=True)
class _Project:
    """The aliases of one project, by what they begin with: 1,000 of them would be compared with every import."""

    base: str | None
    exact: Mapping[str, Targets]
    starred: Mapping[str, Sequence[tuple[str, Targets]]]
    """By what stands before the `*`: what stands behind it, and the targets."""
    lengths: Sequence[int]
    """Of the keys of `starred`, the longest first: the compiler lets the longest pattern win."""

    @classmethod
    def of(cls, manifest: Manifest) -> Self:
        """Index what a manifest says."""
        exact: dict[str, Targets] = {}
        starred: defaultdict[str, list[tuple[str, Targets]]] = defaultdict(list)
        for pattern, targets in manifest.aliases:
            before, star, after = pattern.partition("*")
            if star:
                starred[before].append((after, targets))
            else:
                exact.setdefault(pattern, targets)
        return cls(manifest.base, exact, starred, sorted({len(before) for before in starred}, reverse=True))

    def places(self, folder: str, module: str) -> list[str]:
        """List where the project lets a module lie: what its longest pattern says, else below `baseUrl`."""
        base = _under(folder, self.base or "")
        found = self._targets(module)
        if found is not None:
            star, targets = found
            return [_under(base, target.replace("*", star, 1)) for target in targets]
        return [] if self.base is None else [posixpath.join(base, module)]

    def _targets(self, module: str) -> tuple[str, Targets] | None:
        """Give what the `*` of the longest pattern stands for, "" for one without, and its targets."""
        if module in self.exact:
            return "", self.exact[module]
        for length in self.lengths:
            for after, targets in self.starred.get(module[:length], ()):
                if len(module) >= length + len(after) and module.endswith(after):
                    return module[length : len(module) - len(after)], targets
        return None


def _under(folder: str, place: str) -> str:
    """Join a place to a folder; what leaves the commit is nowhere."""
    joined = posixpath.normpath(posixpath.join(folder, place))
    return "" if joined == "." else joined
