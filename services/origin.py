"""Which request something was begun by: carried from its task to the row of the job that it begins.

The id stands in every log line of the request (structlog's context), the place in a trace is that of the
step under way (`services.tracing`). A job runs in another task, often in another process, and takes both along.
"""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from structlog.contextvars import bound_contextvars, get_contextvars

from services.tracing import traceparent

SANE: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}")
"""What somebody else may call a request: it goes into logs and rows as it is."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The request that asks, and where it hangs in a trace."""

    request_id: str | None = None
    traceparent: str | None = None


def origin() -> Origin:
    """Give the request under way."""
    return Origin(get_contextvars().get("request"), traceparent())


@contextmanager
def request(given: str | None) -> Iterator[str]:
    """Name a request for the length of the block: as its sender did, or anew when that is no sane name."""
    request_id = given if given is not None and SANE.fullmatch(given) else secrets.token_hex(8)
    with bound_contextvars(request=request_id):
        yield request_id
