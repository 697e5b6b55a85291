"""Which files a mistake would cost most in: much depends on them, and they are hard to get right.

    score = rank x log2(2 + complexity), over the highest of the snapshot

so that 1 is the first file, whatever the repository. Complexity counts by its logarithm: a file with
a thousand branches is about twice, not thirty times, as hard as one with thirty; and a file without
any, on which all others stand, stays in the list. What nobody refers to has no rank worth naming.
"""

from typing import Final

import numpy as np

from services.mapping.columns import Columns, Float64, Int32
from services.mapping.complexity import NOT_COUNTED

NO_BRANCH: Final = 2
"""Makes the factor of a file without functions 1."""


def scores_of(columns: Columns) -> Float64:
    """Give the score of each listed file, 0 to 1."""
    branches = np.maximum(columns["file.complexity"], 0).astype(np.float64)
    value: Float64 = columns["file.rank"].astype(np.float64) * np.log2(NO_BRANCH + branches)
    highest = float(value.max(initial=0.0))
    return value / highest if highest else value


def worst_function(columns: Columns, start: int, end: int) -> int | None:
    """Find the function of the highest complexity among rows of definitions, the first of equals."""
    complexity = columns["definition.complexity"][start:end]
    if not len(complexity) or complexity.max() == NOT_COUNTED:
        return None
    return start + int(complexity.argmax())


def callers_of(columns: Columns, number: int, start: int, end: int) -> int:
    """Count who refers, from other files, to the definitions `start` to `end` of a file: each once."""
    offsets, file = columns["edge.offsets"], columns["definition.file"]
    source: Int32 = np.unique(columns["edge.source"][offsets[start] : offsets[end]])
    inside, top = source[source >= 0], -1 - source[source < 0]
    return int((file[inside] != number).sum() + (top != number).sum())
