"""JSON on its way out, over every transport.

A file name of a repository may be no UTF-8; it must not cost a client the rest of the answer.
"""

from collections.abc import Mapping
from typing import Any

import orjson
from strawberry.types.execution import ExecutionResult, PreExecutionError


def encode(data: Any) -> bytes:  # noqa: ANN401  # whatever an answer is made of
    """Write JSON; a file name that is no UTF-8 leaves with its odd bytes escaped."""
    try:
        return orjson.dumps(data)
    except TypeError:
        return orjson.dumps(_escaped(data))


def body_of(result: ExecutionResult) -> dict[str, object]:
    """Give a result as it goes out; a document that never ran has no `data`."""
    body: dict[str, object] = {} if never_ran(result) else {"data": result.data}
    if result.errors:
        body["errors"] = [error.formatted for error in result.errors]
    if result.extensions:
        body["extensions"] = result.extensions
    return body


def never_ran(result: ExecutionResult) -> bool:
    """Whether it was refused before any field was resolved; an error of a field has a path."""
    if isinstance(result, PreExecutionError):
        return True
    return result.data is None and all(error.path is None for error in result.errors or ())


def _escaped(data: object) -> object:
    if isinstance(data, str):
        return data.encode(errors="surrogateescape").decode(errors="backslashreplace")
    if isinstance(data, Mapping):
        return {str(_escaped(name)): _escaped(value) for name, value in data.items()}
    if isinstance(data, list | tuple):
        return [_escaped(item) for item in data]
    return data
