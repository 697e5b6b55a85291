"""Which folder a Go import means: by the module lines of `go.mod`, else by what the imports themselves agree on."""

import posixpath
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from services.mapping.manifests import Manifest

LEAST_VOTES: Final = 2
"""Imports that must agree on a module path before it is believed, when it does not look like a host."""
MOST_LEARNT: Final = 8
MOST_ROOTS: Final = 16
"""Folders that may declare one module path: 2,000 of them took 50 s to be asked by 2,000 imports."""
TESTDATA: Final = "testdata"
"""A folder that Go's own tools pass over: it holds what tests read, often under the paths of real packages."""
VENDOR: Final = "vendor"


class GoModules:
    """The modules of a commit. `folders` have Go files; `suffixes` lists them by every end of their paths."""

    def __init__(
        self, folders: frozenset[str], suffixes: Mapping[str, Sequence[str]], manifests: Mapping[str, Manifest]
    ) -> None:
        self._folders = folders
        self._suffixes = suffixes
        roots = {
            (manifest.module, posixpath.dirname(path))
            for path, manifest in manifests.items()
            if manifest.module and posixpath.basename(path) == "go.mod"
        }
        self._declared = _nearest_first(roots)
        self._learnt: list[tuple[str, str]] = []
        self._led_to: dict[str, list[str]] = {}
        """Of imports that were asked for: the folders that they may mean, the first one that is seen."""

    def learn(self, imports: Iterable[str]) -> None:
        """Find module paths that no `go.mod` declares: the prefixes of imports whose rest is a folder here."""
        votes: Counter[str] = Counter()
        for module in sorted(set(imports)):
            parts = module.split("/")
            for cut in range(1, len(parts)):
                if "/".join(parts[cut:]) in self._folders:
                    votes["/".join(parts[:cut])] += 1
                    break
        believed = [
            prefix for prefix, count in votes.most_common() if "." in prefix.split("/", 1)[0] or count > LEAST_VOTES
        ]
        self._learnt = [(prefix, "") for prefix in believed if prefix not in self._declared][:MOST_LEARNT]
        self._led_to.clear()

    def folder(self, asking: str, module: str) -> str | None:
        """Find the folder that an import of a file in the folder `asking` means; None for an external one.

        Inside `testdata` its own packages come first; from outside nothing in there is seen.
        """
        full = self._suffixes.get(module, ()) if "." in module.split("/", 1)[0] else ()
        around = _around(asking, TESTDATA)
        if around is not None:
            inner = [one for one in full if _around(one, TESTDATA) == around]
            if inner:
                return inner[0]
        led_to = self._led_to.get(module)
        if led_to is None:
            led_to = self._led_to[module] = [*self._declared_for(module), *full]
        return next((one for one in led_to if _seen(one, asking)), None)

    def _declared_for(self, module: str) -> Iterator[str]:
        """Give the folders that modules, declared or learnt, have for an import."""
        for prefix, root in (*self._declaring(module), *self._learnt):
            if module == prefix or module.startswith(f"{prefix}/"):
                found = posixpath.join(root, module[len(prefix) + 1 :]).rstrip("/")
                if found in self._folders or module == prefix:
                    yield found

    def _declaring(self, module: str) -> Iterator[tuple[str, str]]:
        """Give the declared modules that may hold an import, the longest path first, as one may lie in another."""
        prefix = module
        while prefix:
            yield from ((prefix, root) for root in self._declared.get(prefix, ()))
            prefix = prefix.rpartition("/")[0]


def _nearest_first(roots: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Group roots by module path; of one that is declared twice the upper comes first, and few are asked."""
    declared: defaultdict[str, list[str]] = defaultdict(list)
    for module, root in sorted(roots, key=lambda one: (len(one[1]), one)):
        if len(declared[module]) < MOST_ROOTS:
            declared[module].append(root)
    return dict(declared)


def _seen(folder: str, asking: str) -> bool:
    """Say whether Go finds a folder from another: `testdata` and `vendor` are for what lies around them."""
    if TESTDATA not in folder and VENDOR not in folder:
        return True
    testdata, vendor = _around(folder, TESTDATA), _around(folder, VENDOR)
    inside = testdata is None or _below(asking, posixpath.join(testdata, TESTDATA))
    return inside and (vendor is None or _below(asking, vendor))


def _around(folder: str, name: str) -> str | None:
    """Give what lies around the first folder of a name in a path, None where there is none."""
    if name not in folder:
        return None
    before, found, _ = f"/{folder}/".partition(f"/{name}/")
    return before[1:] if found else None


def _below(folder: str, root: str) -> bool:
    return not root or folder == root or folder.startswith(f"{root}/")
