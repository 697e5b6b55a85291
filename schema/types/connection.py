"""Relay connections over pages that are cut by offset: one generic shape for every list.

A cursor is the position of its item, so it costs nothing to make and nothing to follow. Lists of a
snapshot never change; lists of rows may shift by a row when one is added, which Relay allows. Jobs are deleted
in the middle of their list: their cursor is a mark, which stays where it is.
"""

import base64
import binascii
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final, Generic, TypeVar, overload

import strawberry

from services.errors import InvalidArgumentError
from services.models import Mark, Page

NodeT = TypeVar("NodeT")
ItemT = TypeVar("ItemT")
MadeT = TypeVar("MadeT")

LARGEST_PAGE: Final = 500
FURTHEST_OFFSET: Final = 10_000_000
LONGEST_CURSOR: Final = 128
NO_CURSOR: Final = "`after` is not a cursor of this list."

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


def connection(
    page: Page[ItemT], make: Callable[[ItemT], NodeT], *, mark: Callable[[ItemT], Mark] | None = None
) -> Connection[NodeT]:
    """Dress a page of the services as a connection; `make` gives the contract's type of an item.

    `mark` gives the place of an item in a list whose rows come and go.
    """

    def cursor(place: int, item: ItemT) -> str:
        return _text_of(mark(item)) if mark else _cursor(page.offset + place)

    items = page.items
    info = PageInfo(
        has_next_page=page.has_next,
        has_previous_page=page.offset > 0,
        start_cursor=cursor(0, items[0]) if items else None,
        end_cursor=cursor(len(items) - 1, items[-1]) if items else None,
    )
    return Connection(
        edges=Made(items, lambda place, item: Edge(cursor=cursor(place, item), node=make(item))),
        page_info=info,
        total_count=page.total,
        nodes=Made(items, lambda _, item: make(item)),
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


def mark_of(cursor: str | None) -> Mark | None:
    """Read the cursor of a list whose rows come and go; InvalidArgumentError when it is none."""
    if cursor is None:
        return None
    label, _, place = _decoded(cursor).partition(":")
    row_id, _, time = place.partition(":")
    try:
        created_at = datetime.fromisoformat(time)
    except ValueError as error:
        raise InvalidArgumentError(NO_CURSOR) from error
    if label != "behind" or created_at.tzinfo is None:
        raise InvalidArgumentError(NO_CURSOR)
    return Mark(created_at, row_id)


def _text_of(mark: Mark) -> str:
    return _encoded(f"behind:{mark.id}:{mark.created_at.isoformat()}")


def _cursor(offset: int) -> str:
    return _encoded(f"at:{offset}")


def _encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decoded(cursor: str) -> str:
    cut = cursor[:LONGEST_CURSOR]
    try:
        return base64.b64decode(cut + "=" * (-len(cut) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError) as error:
        raise InvalidArgumentError(NO_CURSOR) from error


def _offset_after(cursor: str | None) -> int:
    if cursor is None:
        return 0
    label, _, number = _decoded(cursor).partition(":")
    try:
        offset = int(number)
    except ValueError as error:
        raise InvalidArgumentError(NO_CURSOR) from error
    if label != "at" or not 0 <= offset < FURTHEST_OFFSET:
        raise InvalidArgumentError(NO_CURSOR)
    return offset + 1
