"""The files of a folder as columns: what a treemap of them is drawn from, in one answer."""

from typing import Final, Self

import strawberry

from services.errors import InvalidArgumentError
from services.mapping import treemap

MOST_CELLS: Final = 10_000
LARGEST: Final = 20_000


@strawberry.type(
    description="The files of a folder as columns of equal length, by path; after them one row for each folder that "
    "has files too short for rows of their own."
)
class Treemap:
    """The files of a folder as columns."""

    paths: list[str] = strawberry.field(description="The file; of a sum its folder, empty for the root.")
    files: list[int] = strawberry.field(description="1 for a file, more for a sum.")
    lines: list[int] = strawberry.field(description="Lines, 0 for what was not parsed.")
    symbols: list[int] = strawberry.field(description="Definitions.")
    ranks: list[float] = strawberry.field(description="Share of the rank; all files of the snapshot sum to 1.")
    places: list[float] = strawberry.field(
        description="The share of all parsed files of the snapshot that rank lower, 0 to 1; of a sum by its mean."
    )
    languages: list[int] = strawberry.field(description="Position in `languageNames`; -1 for none, and for a sum.")
    language_names: list[str] = strawberry.field(description="What `languages` point to.")

    @classmethod
    def of(cls, found: treemap.Treemap) -> Self:
        """Make it from the snapshot's columns."""
        return cls(
            paths=list(found.paths),
            files=list(found.files),
            lines=list(found.lines),
            symbols=list(found.symbols),
            ranks=list(found.ranks),
            places=list(found.places),
            languages=list(found.languages),
            language_names=list(found.names),
        )


def read_most(most: int | None) -> int:
    """Read the argument; InvalidArgumentError when it is out of range."""
    limit = MOST_CELLS if most is None else most
    if not 1 <= limit <= LARGEST:
        raise InvalidArgumentError(f"`most` must be from 1 to {LARGEST}, not {limit}.")
    return limit
