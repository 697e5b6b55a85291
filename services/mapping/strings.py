"""Text of one file, each distinct piece once: columns hold its number."""

from collections import defaultdict
from itertools import count


class Strings:
    """Numbers pieces of text in the order in which they first come."""

    def __init__(self) -> None:
        self._numbers: defaultdict[str, int] = defaultdict(count().__next__)
        self.number = self._numbers.__getitem__

    def all(self) -> tuple[str, ...]:
        """Give the pieces by number."""
        return tuple(self._numbers)
