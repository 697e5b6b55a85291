"""What stands around a name: `module.Class.method`, `Class::method`, `folder/file.py:name`.

Each part but the last names what encloses the one behind it: a definition, or, outside of all definitions,
the file or a folder on the way to it.
"""

import re
from array import array
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.mapping.columns import Bool, Columns, Int32, Texts
from services.mapping.words import squashed

ENCLOSED: Final = 2
"""By all that is named, or all of it lies on the path of its file."""
NEAREST: Final = 1
"""By the last part alone: a member of a namesake elsewhere."""
APART: Final = 0
SEPARATOR: Final = re.compile(r"::|->|[.#/:]")


def segments(query: str) -> list[str]:
    """Split what somebody asks for at `.`, `::`, `:`, `#`, `->` and `/`; the last is the name."""
    return [segment for segment in SEPARATOR.split(query.strip()) if segment.strip()]


def written(path: str) -> str:
    """Give a path as a query names it: the extension is a part of its own, case and underscores do not count."""
    return path.lower().replace(".", "/").replace("-", "").replace("_", "")


class Surroundings:
    """Tells of definitions whether they lie within what a query names."""

    def __init__(self, columns: Columns, names_equal_to: Callable[[str], range]) -> None:
        self._columns = columns
        self._names_equal_to = names_equal_to

    def fit(self, rows: Int32, outer: Sequence[str]) -> NDArray[np.int8]:
        """Say of each of some definitions how well its surroundings fit: ENCLOSED, NEAREST or APART.

        A method that stands outside of its type's body, as in Go and Rust, lies within the type.
        """
        columns = self._columns
        file = columns["definition.file"].take(rows)
        enclosed, on_path = np.ones(len(rows), np.bool_), np.ones(len(rows), np.bool_)
        outside = np.zeros(len(rows), np.bool_)
        nearest = outside
        inner = rows
        for nth, segment in enumerate(reversed(outer)):
            parent = columns["definition.owner"].take(inner)
            outside = outside | (parent < 0)
            inner = np.maximum(parent, 0)
            equal = self._names_equal_to(segment)
            name = columns["definition.name"].take(inner)
            within = ~outside & (name >= equal.start) & (name < equal.stop)
            nearest = within if nth == 0 else nearest
            beside = self._files_on(segment).take(file)
            on_path &= beside
            enclosed &= np.where(outside, beside, within)
            if not (enclosed.any() or on_path.any()):
                break
        fitting = np.where(enclosed | on_path, ENCLOSED, np.where(nearest, NEAREST, APART))
        return fitting.astype(np.int8)

    def _files_on(self, segment: str) -> Bool:
        """Say of each file whether a part of its path is this word."""
        found = np.zeros(len(self._columns["file.path.offsets"]) - 1, np.bool_)
        found[np.asarray(self._files_by_part.get(squashed(segment), ()), np.int32)] = True
        return found

    @cached_property
    def _files_by_part(self) -> dict[str, "array[int]"]:
        """The files below each folder and with each name: 50 ms for 30,000, at the first query that needs it."""
        files: defaultdict[str, array[int]] = defaultdict(lambda: array("i"))
        for number, path in enumerate(Texts.of(self._columns, "file.path").every()):
            for part in written(path).split("/"):
                files[part].append(number)
        return dict(files)
