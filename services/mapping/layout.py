"""What the writer and the reader of an artifact agree on."""

from typing import Final

import msgspec

from services.mapping.columns import Columns
from services.mapping.rank import Standing
from services.mapping.views import Coverage, LanguageShare

VERSION: Final = 5
"""Of the columns' names and meaning; artifacts of another version are made anew."""


class SnapshotMeta(msgspec.Struct, frozen=True, array_like=True):
    """What is not a column: small, and decoded whole."""

    version: int
    commit: str
    engine_version: str
    coverage: Coverage
    languages: tuple[LanguageShare, ...]
    details: dict[int, str]
    """Why a file was skipped, in words, where there is more to say than the reason."""


def standing_of(columns: Columns) -> Standing:
    """Read back what files and definitions are worth."""
    return Standing(
        columns["file.worth"],
        columns["definition.worth"],
        columns["definition.weight"],
        columns["definition.local"],
        columns["definition.owner"],
    )
