"""Which fields only read something that is there, and how they are read without graphql-core's ceremony.

A reader gives the finished value of a leaf, or the source of an object below; a column gives the finished
values of a leaf for many objects. Both raise for whatever is not exactly as expected, so that the general
way comes to its own conclusion.
"""

import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from operator import attrgetter
from typing import Any, Final, NamedTuple, TypeAlias

import orjson
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    is_leaf_type,
    is_object_type,
)
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField

Read: TypeAlias = Callable[[Any], Any]

Column: TypeAlias = Callable[[Sequence[Any]], Sequence[Any]]
"""Gives one field of all these objects."""

LARGEST_INT: Final = 2**31
MICROSECONDS: Final = len("2026-01-01T00:00:00.000000Z")


EXACT: Final = {"String": str, "ID": str, "Boolean": bool, "URI": str, "GitObjectID": str}
"""Leaves that are written as they are, if they are of exactly this class."""

ROWS: Final = {**EXACT, "Int": int, "Float": float}
"""Leaves whose lists are, with a look at the numbers."""


class Way(NamedTuple):
    """How a field is answered: a finished leaf, or what an object below is made of; neither: in general.

    A leaf has its column as well.
    """

    leaf: Read | None = None
    part: Read | None = None
    column: Column | None = None


GENERAL: Final = Way()


class UnexpectedError(Exception):
    """The value is not what the short way knows."""


@cache
def way(parent_type: GraphQLObjectType, name: str) -> Way:
    """Find how this field of this type is answered."""
    if name == "__typename":
        return Way(leaf=lambda _: parent_type.name, column=lambda sources: [parent_type.name] * len(sources))
    field = parent_type.fields.get(name)
    read = _reader(parent_type, field) if field is not None and not field.args else None
    if field is None or read is None:
        return GENERAL
    kind = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
    if is_leaf_type(kind):
        optional = kind is field.type
        return Way(leaf=_leaf(read, _writer(kind), optional=optional), column=_column(read, kind, optional=optional))
    row = _row(read, kind) if kind is not field.type else None
    if row is not None:
        return Way(leaf=row, column=lambda sources: list(map(row, sources)))
    return Way(part=read) if is_object_type(kind) else GENERAL


def _reader(parent_type: GraphQLObjectType, field: GraphQLField) -> Read | None:
    """Give how a field's value is read, None when more is to be done than reading."""
    definition = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    if isinstance(definition, StrawberryField):
        return attrgetter(definition.python_name) if definition.is_basic_field else None
    resolve = field.resolve
    if parent_type.name.startswith("__") and resolve is not None:
        return lambda source: resolve(source, None)  # introspection's own resolvers look at the source alone
    return None


def _leaf(read: Read, write: Read, *, optional: bool) -> Read:
    def leaf(source: object) -> object:
        value = read(source)
        if value is None:
            if optional:
                return None
            raise UnexpectedError
        return write(value)

    return leaf


def _column(read: Read, kind: GraphQLScalarType | GraphQLEnumType, *, optional: bool) -> Column:
    exact, write, times = EXACT.get(kind.name), _writer(kind), kind.name == "DateTime"

    def column(sources: Sequence[Any]) -> Sequence[Any]:
        values = list(map(read, sources))
        classes = set(map(type, values))
        missing = type(None) in classes
        if missing and not optional:
            raise UnexpectedError
        if exact is not None and classes <= {exact, type(None)}:
            return values
        if times and classes <= {datetime, type(None)}:
            return _write_times(values)
        return [None if value is None else write(value) for value in values] if missing else list(map(write, values))

    return column


def _row(read: Read, kind: GraphQLOutputType) -> Read | None:
    """Give how a list of plain leaves is read, none of them null: 0.03 µs each, where one by one is 3 µs."""
    item = kind.of_type if isinstance(kind, GraphQLList) else None
    leaf = item.of_type if isinstance(item, GraphQLNonNull) else None
    if not isinstance(leaf, GraphQLScalarType) or leaf.name not in ROWS:
        return None
    exact, name = ROWS[leaf.name], leaf.name

    def row(source: object) -> object:
        values = read(source)
        if type(values) is not list or not set(map(type, values)) <= {exact}:
            raise UnexpectedError
        if name == "Int" and values and not -LARGEST_INT <= min(values) <= max(values) < LARGEST_INT:
            raise UnexpectedError
        if name == "Float" and not math.isfinite(math.fsum(values)):
            raise UnexpectedError
        return values

    return row


def _writer(kind: GraphQLScalarType | GraphQLEnumType) -> Read:
    """Give how a value of a leaf type is written."""
    exact = EXACT.get(kind.name)
    if exact is not None:
        return _of_class(exact)
    own: dict[str, Read] = {"Int": _write_int, "Float": _write_float, "DateTime": _write_time}
    if isinstance(kind, GraphQLEnumType):
        return cache(kind.coerce_output_value)
    written: Read = own.get(kind.name) or kind.coerce_output_value
    return written


def _of_class(exact: type) -> Read:
    def write(value: object) -> object:
        if type(value) is not exact:
            raise UnexpectedError
        return value

    return write


def _write_int(value: object) -> object:
    if type(value) is not int or not -LARGEST_INT <= value < LARGEST_INT:
        raise UnexpectedError
    return value


def _write_float(value: object) -> object:
    if type(value) is not float or not math.isfinite(value):
        raise UnexpectedError
    return value


def _write_time(value: object) -> object:
    if not isinstance(value, datetime) or value.tzinfo is not UTC:
        raise UnexpectedError
    return value.isoformat(timespec="milliseconds")[: -len("+00:00")] + "Z"


def _write_times(values: Sequence[datetime | None]) -> Sequence[str | None]:
    """Write all at once what `_write_time` writes: 0.2 µs each instead of 1.3, and a repository has five."""
    if any(value is not None and value.tzinfo is not UTC for value in values):
        raise UnexpectedError
    written: list[str | None] = orjson.loads(orjson.dumps(values, option=orjson.OPT_UTC_Z))
    return [text and (f"{text[:-4]}Z" if len(text) == MICROSECONDS else f"{text[:-1]}.000Z") for text in written]
