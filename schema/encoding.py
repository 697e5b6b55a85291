"""JSON on its way out, over every transport.

A file name of a repository may be no UTF-8; it must not cost a client the rest of the answer.
"""

from collections.abc import Mapping
from typing import Any

import orjson


def encode(data: Any) -> bytes:  # noqa: ANN401  # whatever an answer is made of
    """Write JSON; a file name that is no UTF-8 leaves with its odd bytes escaped."""
    try:
        return orjson.dumps(data)
    except TypeError:
        return orjson.dumps(_escaped(data))


def _escaped(data: object) -> object:
    if isinstance(data, str):
        return data.encode(errors="surrogateescape").decode(errors="backslashreplace")
    if isinstance(data, Mapping):
        return {str(_escaped(name)): _escaped(value) for name, value in data.items()}
    if isinstance(data, list | tuple):
        return [_escaped(item) for item in data]
    return data
