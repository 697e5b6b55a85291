"""The peer that every search engine is: BM25 over the whole content of the files, and nothing else.

Once over words as they are written, in lower case, and once over the stems of their sub-tokens without
stop words, which is what our own lexicon reads. k1 is 1.2 and b 0.75, the usual ones.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from services.mapping.words import WORD, terms

SATURATION: Final = 1.2
LENGTH_SHARE: Final = 0.75


def words(text: str) -> list[str]:
    """Give the words of a text as they are written, in lower case."""
    return [word.lower() for word in WORD.findall(text)]


READINGS: Final[dict[str, Callable[[str], list[str]]]] = {"BM25 words": words, "BM25 parts": terms}


class PlainBm25:
    """Remembers the words of each content, so that the next commit costs its changed files."""

    def __init__(self, reading: Callable[[str], list[str]]) -> None:
        self._reading = reading
        self._counted: dict[str, Counter[str]] = {}

    def missing(self, blobs: Sequence[str]) -> list[str]:
        """Say which contents have not been read."""
        return sorted({blob for blob in blobs if blob not in self._counted})

    def read(self, blob: str, content: str) -> None:
        """Count the words of a content."""
        self._counted[blob] = Counter(self._reading(content))

    def ranking(self, text: str, paths: Sequence[str], blobs: Sequence[str]) -> list[str]:
        """Order paths by score, equal ones by path."""
        counted = [self._counted[blob] for blob in blobs]
        length = np.asarray([one.total() for one in counted], np.float64)
        norm = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * length / max(float(length.mean()), 1.0))
        score = np.zeros(len(paths))
        for term, times in sorted(Counter(self._reading(text)).items()):
            frequency = np.asarray([one[term] for one in counted], np.float64)
            having = int((frequency > 0).sum())
            weight = np.log1p((len(paths) - having + 0.5) / (having + 0.5))
            score += times * weight * frequency * (SATURATION + 1) / (frequency + norm)
        return [paths[at] for at in np.lexsort((np.arange(len(paths)), -score))]
