"""A request in the words that every transport has for it."""

from typing import Any

import msgspec


class Asked(msgspec.Struct, frozen=True):
    """A request as it comes over any transport."""

    query: str
    variables: dict[str, Any] | None = None
    operationName: str | None = None  # noqa: N815  # the protocols' own spelling
    extensions: dict[str, Any] | None = None
