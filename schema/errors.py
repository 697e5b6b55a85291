"""Errors on their way out: a code, a hint and whether to retry for the expected, nothing for the rest.

What the services raise on purpose keeps its words. A mistake in the document keeps graphql-core's.
Anything else is a defect: its details go to the log, and the client learns only that it happened.
"""

from typing import Final

import structlog
from graphql import GraphQLError, GraphQLSyntaxError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError

from services.errors import HINTS, ErrorCode, GraticuleError, RateLimitedError

MASKED: Final = "The server failed unexpectedly."
MISTAKES: Final = (GraphQLError, CannotGetOperationTypeError, InvalidOperationTypeError)
"""What graphql-core and strawberry raise about a document; a socket sees all of them as causes."""

LONGEST_MESSAGE: Final = 500
"""Some of graphql-core's repeat what the document said, however long it is."""

logger = structlog.stdlib.get_logger()


def present(error: GraphQLError) -> None:
    """Make an error fit to be sent, in place."""
    cause = error.original_error
    if len(error.message) > LONGEST_MESSAGE:
        error.message = f"{error.message[:LONGEST_MESSAGE]}…"
    if isinstance(cause, GraticuleError):
        error.extensions = extensions(cause)
    elif _aborted(error):
        error.extensions = extensions(GraticuleError(ErrorCode.QUERY_TOO_COSTLY, error.message))
    elif cause is not None and not isinstance(cause, MISTAKES):
        logger.error("a resolver failed unexpectedly", path=error.path, exc_info=cause)
        error.message = MASKED
        error.extensions = extensions(GraticuleError(ErrorCode.INTERNAL, MASKED))
    elif not error.extensions:
        error.extensions = extensions(GraticuleError(ErrorCode.INVALID_DOCUMENT, error.message))


def extensions(error: GraticuleError) -> dict[str, object]:
    """Give what a client may branch on: `code`, `retryable` and `hint`, and when to come back."""
    given: dict[str, object] = {
        "code": error.code.value,
        "retryable": error.retryable,
        "hint": error.hint or HINTS.get(error.code),
    }
    if isinstance(error, RateLimitedError):
        given["retryAfterSeconds"] = error.retry_after_seconds
    return given


def _aborted(error: GraphQLError) -> bool:
    """Whether the parser stopped at its limit of tokens or of nesting, or validation at its limit of comparisons."""
    parsing = isinstance(error, GraphQLSyntaxError) and error.message.endswith("Parsing aborted.")
    return parsing or error.message == "Validation aborted."
