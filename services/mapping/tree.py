"""A list of paths seen as folders, each with the sums over what is in it."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import Final

import numpy as np

from services.errors import NotFoundError
from services.mapping.columns import Array, Columns, Int32
from services.mapping.views import Share, TreeEntry

MOST_SHARES: Final = 12
"""Extensions, and languages, that are told of a folder."""
LONGEST_EXTENSION: Final = 16
"""What is longer is a part of the name: a version, a hash."""


class Branches:
    """Sums over folders, made when they are asked for. `paths` must be sorted."""

    def __init__(self, paths: Sequence[str], columns: Columns, languages: Sequence[str]) -> None:
        self._paths = paths
        self._columns = columns
        self._languages = languages
        self._sums: tuple[Array, Array] = columns["file.lines"], columns["file.size"]

    def below(self, path: str, *, depth: int, most: int) -> tuple[TreeEntry, ...]:
        """List folders and files below a folder, each folder before what is in it; at most `most` of them.

        NotFoundError when there is no such folder.
        """
        folder = plain_path(path)
        return tuple(islice(self._entries(f"{folder}/" if folder else "", *self.span(path), depth), most))

    def span(self, path: str) -> tuple[int, int]:
        """Give the number of the first file below a folder, and the one after its last; NotFoundError for no folder."""
        folder = plain_path(path)
        prefix = f"{folder}/" if folder else ""
        start = bisect_left(self._paths, prefix)
        end = bisect_left(self._paths, f"{folder}0") if folder else len(self._paths)
        if folder and start == end:
            is_file = folder in self._paths[(at := bisect_left(self._paths, folder)) : at + 1]
            hint = "This is the path of a file." if is_file else "Paths begin at the root of the repository."
            raise NotFoundError("The commit has no such folder.", hint=hint)
        return start, end

    def _entries(self, prefix: str, start: int, end: int, depth: int) -> Iterator[TreeEntry]:
        at = start
        while at < end and depth > 0:
            name, slash, _ = self._paths[at][len(prefix) :].partition("/")
            if not slash:
                yield self._entry(prefix + name, at, at + 1, is_directory=False)
                at += 1
                continue
            inner = f"{prefix}{name}/"
            # "0" follows "/" in every encoding of paths, so this is the first path after the folder.
            after = bisect_left(self._paths, f"{prefix}{name}0", at, end)
            yield self._entry(inner[:-1], at, after, is_directory=True)
            yield from self._entries(inner, at, after, depth - 1)
            at = after

    def _entry(self, path: str, start: int, end: int, *, is_directory: bool) -> TreeEntry:
        columns = self._columns
        names, numbers = self._extensions
        return TreeEntry(
            path=path,
            name=path.rsplit("/", 1)[-1],
            is_directory=is_directory,
            files=end - start,
            lines=int(columns["file.lines"][start:end].sum()),
            size_bytes=int(columns["file.size"][start:end].sum()),
            rank=float(columns["file.rank"][start:end].sum(dtype=float)),
            extensions=self._shares(names, numbers, start, end),
            languages=self._shares(self._languages, columns["file.language"], start, end),
        )

    def _shares(self, names: Sequence[str], numbers: Array, start: int, end: int) -> tuple[Share, ...]:
        """Count files by a number of theirs, most files first; -1 is none."""
        if end - start == 1:  # a file, which is most entries: 1 µs instead of 60
            number, lines, size = (int(column[start]) for column in (numbers, *self._sums))
            return (Share(names[number], 1, lines, size),) if number >= 0 else ()
        part = numbers[start:end]
        kept = part >= 0
        numbered, at, files = np.unique(part[kept], return_inverse=True, return_counts=True)
        found = [names[number] for number in numbered.tolist()]
        every_line, every_byte = (np.bincount(at, weights=column[start:end][kept]) for column in self._sums)
        order = sorted(range(len(found)), key=lambda one: (-files[one], found[one]))[:MOST_SHARES]
        return tuple(Share(found[one], int(files[one]), int(every_line[one]), int(every_byte[one])) for one in order)

    @cached_property
    def _extensions(self) -> tuple[Sequence[str], Int32]:
        """Number the extensions of all files: 0.1 s for 190,000 of them, once for an open map."""
        numbers: dict[str, int] = {}
        of_file = [numbers.setdefault(extension_of(path), len(numbers)) for path in self._paths]
        return tuple(numbers), np.asarray(of_file, np.int32)


def plain_path(path: str) -> str:
    """Write a path as the listing does: `./docs/` and `/docs` are `docs`, and `.` is the root, which is empty."""
    return "/".join(part for part in path.split("/") if part not in {"", "."})


def extension_of(path: str) -> str:
    """Give the end of a name behind its last dot, in lower case; "" for none."""
    stem, dot, extension = path.rpartition("/")[2].rpartition(".")
    return extension.lower() if dot and stem and len(extension) <= LONGEST_EXTENSION else ""
