"""How hard files are to get right, in one number: cyclomatic complexity, joined from the records of all files.

A function's is 1 and its branches; those of closures without a name count for the function around
them. A file's is the sum over its functions, and the branches outside of any.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from services.mapping.branches import NODES
from services.mapping.columns import Int32, sums
from services.mapping.corpus import Corpus
from services.mapping.naming import CALLABLES
from services.mapping.records import BRANCH_COLUMNS, FileRecord

NOT_COUNTED: Final = -1
"""The complexity of what is no function, and of a file in a language whose branches nobody counts."""


class Complexity(NamedTuple):
    """One number a definition, and two a parsed file."""

    by_definition: Int32
    by_file: Int32
    functions: Int32


def complexity_of(corpus: Corpus, records: Sequence[FileRecord]) -> Complexity:
    """Add up the branches; `records` are those of the corpus's files, in their order."""
    rows = np.frombuffer(b"".join(record.branches for record in records), np.int32).reshape(-1, len(BRANCH_COLUMNS))
    lengths = [len(record.branches) // (4 * len(BRANCH_COLUMNS)) for record in records]
    file = np.repeat(np.arange(len(records)), lengths)
    inside = rows[:, 0] >= 0
    at = corpus.definition_start[file[inside]] + rows[inside, 0]
    total = len(corpus.definitions.kind)
    counted = np.asarray([language in NODES for language in corpus.languages], np.bool_)
    is_function = np.isin(corpus.definitions.kind, [int(kind) for kind in CALLABLES])
    is_function &= counted[corpus.definitions.file] if total else is_function
    own = 1 + sums(at, rows[inside, 1], count=total)
    functions = np.bincount(corpus.definitions.file[is_function], minlength=len(records))
    by_file = functions + sums(file, rows[:, 1], count=len(records))
    return Complexity(
        np.where(is_function, own, NOT_COUNTED).astype(np.int32),
        np.where(counted, by_file, NOT_COUNTED).astype(np.int32),
        functions.astype(np.int32),
    )
