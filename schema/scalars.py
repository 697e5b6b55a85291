"""The scalars of the contract, each a plain Python type inside and a checked text outside.

Counts of bytes leave as decimal strings, because GraphQL's Int ends at 2^31-1 and a JavaScript
number loses digits beyond 2^53.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, NewType

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

URI = NewType("URI", str)
GitObjectID = NewType("GitObjectID", str)
BigInt = NewType("BigInt", int)

OBJECT_ID: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
DECIMAL: Final = re.compile(r"-?[0-9]{1,19}")


def _write_time(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _read_time(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise GraphQLError("DateTime must be RFC 3339, such as 2026-11-24T03:13:00Z.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _read_object_id(value: object) -> str:
    text = str(value).lower()
    if not OBJECT_ID.fullmatch(text):
        raise GraphQLError("GitObjectID must have 40 or 64 hexadecimal digits.")
    return text


def _read_big_int(value: object) -> int:
    if isinstance(value, bool) or not DECIMAL.fullmatch(str(value)):
        raise GraphQLError("BigInt must be an integer, as a decimal string.")
    return int(str(value))


def _read_uri(value: object) -> str:
    if not isinstance(value, str):
        raise GraphQLError("URI must be a string.")
    return value


SCALARS: Final[Mapping[object, ScalarDefinition]] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description="RFC 3339, UTC.",
        specified_by_url="https://scalars.graphql.org/andimarek/date-time.html",
        serialize=_write_time,
        parse_value=_read_time,
    ),
    URI: strawberry.scalar(
        name="URI",
        description="RFC 3986; credentials are refused on input and never returned.",
        serialize=str,
        parse_value=_read_uri,
    ),
    GitObjectID: strawberry.scalar(
        name="GitObjectID",
        description="40 or 64 hexadecimal digits.",
        serialize=str,
        parse_value=_read_object_id,
    ),
    BigInt: strawberry.scalar(
        name="BigInt",
        description="An integer beyond 2^31-1 (bytes), as a decimal string.",
        serialize=str,
        parse_value=_read_big_int,
    ),
}
"""What `StrawberryConfig.scalar_map` takes."""
