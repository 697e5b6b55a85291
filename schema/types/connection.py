"""Relay connections over pages that are cut by offset: one generic shape for every list.

A cursor is the position of its item, so it costs nothing to make and nothing to follow. Lists of a
snapshot never change; lists of rows may shift by a row when one is added, which Relay allows.
"""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Final, Generic, TypeVar

import strawberry

from schema.fields import computed
from services.errors import InvalidArgumentError
from services.models import Page

NodeT = TypeVar("NodeT")
ItemT = TypeVar("ItemT")

LARGEST_PAGE: Final = 500
FURTHEST_OFFSET: Final = 10_000_000

First = Annotated[int | None, strawberry.argument(description="How many at most, from 0 to 500.")]
After = Annotated[str | None, strawberry.argument(description="The cursor after which to go on; none: from the start.")]


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a list is asked for."""

    offset: int
    limit: int


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    """Where a page stands in its list."""

    has_next_page: bool = strawberry.field(description="Whether more follows after this page.")
    has_previous_page: bool = strawberry.field(description="Whether something comes before this page.")
    start_cursor: str | None = strawberry.field(description="The cursor of the first item, null on an empty page.")
    end_cursor: str | None = strawberry.field(description="The cursor of the last item: give it to `after`.")


@strawberry.type(description="One item of a page with its cursor.")
class Edge(Generic[NodeT]):
    """One item of a page with its cursor."""

    cursor: str = strawberry.field(description="The place of this item in the list.")
    node: NodeT = strawberry.field(description="The item itself.")


@strawberry.type(description="A page of a longer list, with cursors as Relay specifies them.")
class Connection(Generic[NodeT]):
    """A page of a longer list."""

    edges: list[Edge[NodeT]] = strawberry.field(description="The items of this page with their cursors.")
    page_info: PageInfo = strawberry.field(description="Where this page stands in the list.")
    total_count: int = strawberry.field(description="How many items the whole list has.")

    @computed("The items of this page without their cursors.")
    def nodes(self) -> list[NodeT]:
        """Give the items alone."""
        return [edge.node for edge in self.edges]


def connection(page: Page[ItemT], make: Callable[[ItemT], NodeT]) -> Connection[NodeT]:
    """Dress a page of the services as a connection; `make` gives the contract's type of an item."""
    edges = [Edge(cursor=_cursor(page.offset + place), node=make(item)) for place, item in enumerate(page.items)]
    info = PageInfo(
        has_next_page=page.has_next,
        has_previous_page=page.offset > 0,
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=edges[-1].cursor if edges else None,
    )
    return Connection(edges=edges, page_info=info, total_count=page.total)


def window(first: int | None, after: str | None, *, default: int) -> Window:
    """Read a page's arguments; InvalidArgumentError when they are out of range or not a cursor."""
    return Window(offset=_offset_after(after), limit=page_size(first, default=default))


def page_size(first: int | None, *, default: int) -> int:
    """Read a size between 0 and 500; InvalidArgumentError when it is not."""
    size = default if first is None else first
    if not 0 <= size <= LARGEST_PAGE:
        raise InvalidArgumentError(f"`first` must be from 0 to {LARGEST_PAGE}, not {size}.", hint="Read on by `after`.")
    return size


def _cursor(offset: int) -> str:
    return base64.urlsafe_b64encode(f"at:{offset}".encode()).decode().rstrip("=")


def _offset_after(cursor: str | None) -> int:
    if cursor is None:
        return 0
    try:
        padded = cursor[:64] + "=" * (-len(cursor[:64]) % 4)
        label, number = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii").split(":")
        offset = int(number)
    except (binascii.Error, ValueError) as error:
        raise InvalidArgumentError("`after` is not a cursor of this list.") from error
    if label != "at" or not 0 <= offset < FURTHEST_OFFSET:
        raise InvalidArgumentError("`after` is not a cursor of this list.")
    return offset + 1
