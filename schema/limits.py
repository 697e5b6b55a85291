"""What a document may have. The operator sets it, `schema.guard` holds it, `server { limits }` tells it."""

from dataclasses import dataclass
from typing import Self

from services.settings import Settings


@dataclass(frozen=True, slots=True)
class Limits:
    """What a document may have: tokens of text, levels, aliases, fields of the root, objects of the answer."""

    tokens: int = 2_000
    depth: int = 20
    aliases: int = 50
    root_fields: int = 20
    cost: int = 10_000

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Take what the operator set."""
        return cls(
            tokens=settings.query_tokens,
            depth=settings.query_depth,
            aliases=settings.query_aliases,
            root_fields=settings.query_root_fields,
            cost=settings.query_cost,
        )
