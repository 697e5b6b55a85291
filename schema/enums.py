"""Enums of the services as enums of the contract, where each value has its words.

The services name their states; what a client reads about them belongs to the contract. A value that
nobody described cannot enter it.
"""

from collections.abc import Mapping
from enum import Enum
from typing import TypeVar

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition

EnumT = TypeVar("EnumT", bound=Enum)


def enum(kind: type[EnumT], description: str, *, values: Mapping[EnumT, str], name: str | None = None) -> None:
    """Make `kind` an enum of the contract, called `name` there; KeyError for a value without words."""
    strawberry.enum(kind, name=name, description=description)
    definition: StrawberryEnumDefinition = kind.__strawberry_definition__  # type: ignore[attr-defined]
    for value in definition.values:
        value.description = values[kind(value.value)]
