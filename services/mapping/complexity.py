"""How hard files are to get right, in one number: cyclomatic complexity, joined from the records of all files.

A function's is 1 and its branches; those of closures without a name count for the function around
them. A file's is the sum over its functions, and the branches outside of any.
"""

from typing import Any, Final, NamedTuple

import numpy as np

from services.mapping.branches import NODES
from services.mapping.columns import Int32, sums
from services.mapping.corpus import Corpus
from services.mapping.naming import CALLABLES

NOT_COUNTED: Final = -1
"""The complexity of what is no function, and of a file in a language whose branches nobody counts."""


def known_complexity(number: np.integer[Any]) -> int | None:
    """Give the complexity that a column holds; None for what is not counted."""
    return None if number == NOT_COUNTED else int(number)


class Complexity(NamedTuple):
    """One number a definition, and two a parsed file."""

    by_definition: Int32
    by_file: Int32
    functions: Int32


def complexity_of(corpus: Corpus) -> Complexity:
    """Add up the branches of the definitions and files of a corpus."""
    branches = corpus.branches
    inside = branches.definition >= 0
    files = len(corpus.paths)
    total = len(corpus.definitions.kind)
    counted = np.asarray([language in NODES for language in corpus.languages], np.bool_)
    is_function = np.isin(corpus.definitions.kind, [int(kind) for kind in CALLABLES])
    is_function &= counted[corpus.definitions.file] if total else is_function
    own = 1 + sums(branches.definition[inside], branches.count[inside], count=total)
    functions = np.bincount(corpus.definitions.file[is_function], minlength=files)
    by_file = functions + sums(branches.file, branches.count, count=files)
    return Complexity(
        np.where(is_function, own, NOT_COUNTED).astype(np.int32),
        np.where(counted, by_file, NOT_COUNTED).astype(np.int32),
        functions.astype(np.int32),
    )
