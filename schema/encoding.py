"""How an answer is written: JSON, whatever a repository's file names are made of."""

from collections.abc import Mapping
from typing import Any

import orjson
from strawberry.types import ExecutionResult


def encode(data: Any) -> bytes:  # noqa: ANN401  # whatever an answer is made of
    """Write JSON; a file name that is no UTF-8 leaves with its odd bytes escaped."""
    try:
        return orjson.dumps(data)
    except TypeError:
        return orjson.dumps(_escaped(data))


def body_of(result: ExecutionResult) -> dict[str, object]:
    """Give an execution's answer as the specification (section 7.1) has it."""
    body: dict[str, object] = {"data": result.data}
    if result.errors:
        body["errors"] = [error.formatted for error in result.errors]
    if result.extensions:
        body["extensions"] = result.extensions
    return body


def _escaped(data: object) -> object:
    if isinstance(data, str):
        return data.encode(errors="surrogateescape").decode(errors="backslashreplace")
    if isinstance(data, Mapping):
        return {str(_escaped(name)): _escaped(value) for name, value in data.items()}
    if isinstance(data, list | tuple):
        return [_escaped(item) for item in data]
    return data
