"""A list of paths seen as folders, and the documents among them."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from services.mapping.columns import Array
from services.mapping.views import TreeEntry

DOCUMENT: Final = re.compile(r"\.(mdx?|markdown|rst|adoc|asciidoc|txt)$|(^|/)(readme|changelog)$", re.IGNORECASE)
PROSE: Final = re.compile(r"\.(mdx?|markdown|rst|adoc|asciidoc)$|(^|/)(readme|contributing)[^/]*$", re.IGNORECASE)
GUIDES: Final = ("readme", "architecture", "design", "contributing", "overview", "index", "intro", "getting", "usage")
FOLDERS: Final = frozenset({"doc", "docs", "documentation", "guide", "guides", "manual"})
NOISE: Final = frozenset({"vendor", "node_modules", "third_party", "testdata", "fixtures", "test", "tests", "licenses"})


class Branches:
    """Sums over folders, made when they are asked for. `paths` must be sorted."""

    def __init__(self, paths: Sequence[str], lines: Array, sizes: Array, ranks: Array) -> None:
        self._paths = paths
        self._lines = lines
        self._sizes = sizes
        self._ranks = ranks

    def below(self, path: str, *, depth: int) -> tuple[TreeEntry, ...]:
        """List folders and files below a folder, each folder before what is in it."""
        folder = path.strip("/")
        prefix = f"{folder}/" if folder else ""
        start = bisect_left(self._paths, prefix)
        end = bisect_left(self._paths, f"{folder}0") if folder else len(self._paths)
        return tuple(self._entries(prefix, start, end, depth))

    def _entries(self, prefix: str, start: int, end: int, depth: int) -> list[TreeEntry]:
        entries: list[TreeEntry] = []
        at = start
        while at < end and depth > 0:
            name, slash, _ = self._paths[at][len(prefix) :].partition("/")
            if not slash:
                entries.append(self._entry(prefix + name, at, at + 1, is_directory=False))
                at += 1
                continue
            inner = f"{prefix}{name}/"
            # "0" follows "/" in every encoding of paths, so this is the first path after the folder.
            after = bisect_left(self._paths, f"{prefix}{name}0", at, end)
            entries.append(self._entry(inner[:-1], at, after, is_directory=True))
            entries.extend(self._entries(inner, at, after, depth - 1))
            at = after
        return entries

    def _entry(self, path: str, start: int, end: int, *, is_directory: bool) -> TreeEntry:
        return TreeEntry(
            path=path,
            name=path.rsplit("/", 1)[-1],
            is_directory=is_directory,
            files=end - start,
            lines=int(self._lines[start:end].sum()),
            size_bytes=int(self._sizes[start:end].sum()),
            rank=float(self._ranks[start:end].sum(dtype=float)),
        )


def documentation_order(paths: Sequence[str]) -> list[str]:
    """Pick the documents, the most useful first: README at the top, guides, documentation folders, the rest."""
    return sorted((path for path in paths if _is_document(path)), key=_usefulness)


def _is_document(path: str) -> bool:
    if PROSE.search(path):
        return True
    folders = path.lower().split("/")[:-1]
    return bool(DOCUMENT.search(path)) and (not folders or not FOLDERS.isdisjoint(folders))


def _usefulness(path: str) -> tuple[bool, int, bool, int, str]:
    *folders, name = path.lower().split("/")
    guide = next((at for at, word in enumerate(GUIDES) if name.startswith(word)), len(GUIDES))
    return (not NOISE.isdisjoint(folders), len(folders), guide == len(GUIDES), guide, path)
