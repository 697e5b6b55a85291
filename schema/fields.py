"""Strawberry's decorators with a type: theirs give back `Any`, which would switch type checking off.

Each takes the description, since every field of the contract has one.
"""

from collections.abc import Callable
from typing import Protocol, TypeVar, cast

import strawberry

ResolverT = TypeVar("ResolverT", bound=Callable[..., object])


class Decorator(Protocol):
    """Takes a resolver and gives it back as a field."""

    def __call__(self, resolver: ResolverT, /) -> ResolverT:
        """Decorate."""
        ...


def computed(description: str) -> Decorator:
    """Make a method a field that is computed when it is asked for."""
    return cast("Decorator", strawberry.field(description=description))


def mutation(description: str) -> Decorator:
    """Make a method a mutation."""
    return cast("Decorator", strawberry.mutation(description=description))


def subscription(description: str) -> Decorator:
    """Make an async generator a subscription."""
    return cast("Decorator", strawberry.subscription(description=description))
