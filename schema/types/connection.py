"""Relay connections over pages that are cut by offset: one generic shape for every list.

A cursor is the position of its item, so it costs nothing to make and nothing to follow. Lists of a
snapshot never change; lists of rows may shift by a row when one is added, which Relay allows.
"""

import base64
import binascii
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Generic, TypeVar, overload

import strawberry

from services.errors import InvalidArgumentError
from services.models import Page

NodeT = TypeVar("NodeT")
ItemT = TypeVar("ItemT")
MadeT = TypeVar("MadeT")

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

    edges: Sequence[Edge[NodeT]] = strawberry.field(description="The items of this page with their cursors.")
    page_info: PageInfo = strawberry.field(description="Where this page stands in the list.")
    total_count: int = strawberry.field(description="How many items the whole list has.")
    nodes: Sequence[NodeT] = strawberry.field(description="The items of this page without their cursors.")


class Made(Sequence[MadeT], Generic[ItemT, MadeT]):
    """A list whose items are made when they are asked for, so that a long page is made in slices (`services.pace`)."""

    def __init__(self, items: Sequence[ItemT], make: Callable[[int, ItemT], MadeT]) -> None:
        self._items = items
        self._make = make

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[MadeT]:
        return map(self._make, range(len(self._items)), self._items)

    @overload
    def __getitem__(self, place: int) -> MadeT: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[MadeT]: ...
    def __getitem__(self, place: int | slice) -> MadeT | Sequence[MadeT]:
        return list(self)[place]


def connection(page: Page[ItemT], make: Callable[[ItemT], NodeT]) -> Connection[NodeT]:
    """Dress a page of the services as a connection; `make` gives the contract's type of an item."""
    last = page.offset + len(page.items) - 1
    info = PageInfo(
        has_next_page=page.has_next,
        has_previous_page=page.offset > 0,
        start_cursor=_cursor(page.offset) if page.items else None,
        end_cursor=_cursor(last) if page.items else None,
    )
    return Connection(
        edges=Made(page.items, lambda place, item: Edge(cursor=_cursor(page.offset + place), node=make(item))),
        page_info=info,
        total_count=page.total,
        nodes=Made(page.items, lambda _, item: make(item)),
    )


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
