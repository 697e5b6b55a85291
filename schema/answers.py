"""Answers about snapshots that were given before: they cannot change, so they need not be computed again.

An entity tag names one (`schema.immutable`), and whoever has it was found to be allowed to see the
snapshot. Only the most recently used ones are kept, in a bounded number of bytes.
"""

from collections import OrderedDict
from typing import Final

LARGEST_SHARE: Final = 8
"""One answer takes at most this part of the room, so that a single large one does not push out all the others."""


class Answers:
    """Encoded answers by their tag. A room of 0 bytes keeps nothing."""

    def __init__(self, room_bytes: int) -> None:
        self._room_bytes = room_bytes
        self._taken_bytes = 0
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    def get(self, tag: str) -> bytes | None:
        """Give an answer that is kept, which is the most recently used one then."""
        body = self._kept.get(tag)
        if body is not None:
            self._kept.move_to_end(tag)
        return body

    def keep(self, tag: str, body: bytes) -> None:
        """Keep an answer, if need be in place of those that were not used for the longest time."""
        if tag in self._kept or len(body) > self._room_bytes // LARGEST_SHARE:
            return
        self._kept[tag] = body
        self._taken_bytes += len(body)
        while self._taken_bytes > self._room_bytes:
            _, gone = self._kept.popitem(last=False)
            self._taken_bytes -= len(gone)
