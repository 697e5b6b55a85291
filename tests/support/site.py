"""A served product, as the tests of its pages have it."""

from dataclasses import dataclass

from tests.support.asker import Asker


@dataclass(frozen=True, slots=True)
class Site:
    """A server that answers, and the repository that it has mapped."""

    url: str
    ask: Asker
    shapes: str
    """The repository's id."""
