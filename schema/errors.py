"""Errors on their way out: a code, a hint and whether to retry for the expected, nothing for the rest.

What the services raise on purpose keeps its words. A mistake in the document keeps graphql-core's.
Anything else is a defect: its details go to the log, and the client learns only that it happened.
"""

from typing import Final

import structlog
from graphql import GraphQLError, GraphQLSyntaxError

from services.errors import HINTS, ErrorCode, GraticuleError

MASKED: Final = "The server failed unexpectedly."
TOO_DEEP: Final = "The document is nested too deeply."

logger = structlog.stdlib.get_logger()


def present(error: GraphQLError) -> None:
    """Make an error fit to be sent, in place."""
    cause = error.original_error
    if isinstance(cause, GraticuleError):
        error.extensions = extensions(cause)
    elif isinstance(cause, RecursionError) or _has_too_many_tokens(error):
        too_deep = isinstance(cause, RecursionError)
        error.message = TOO_DEEP if too_deep else error.message
        error.extensions = extensions(GraticuleError(ErrorCode.QUERY_TOO_COSTLY, error.message))
    elif cause is not None and not isinstance(cause, GraphQLError):
        logger.error("a resolver failed unexpectedly", path=error.path, exc_info=cause)
        error.message = MASKED
        error.extensions = extensions(GraticuleError(ErrorCode.INTERNAL, MASKED))


def extensions(error: GraticuleError) -> dict[str, object]:
    """Give what a client may branch on: `code`, `retryable` and `hint`."""
    return {"code": error.code.value, "retryable": error.retryable, "hint": error.hint or HINTS.get(error.code)}


def _has_too_many_tokens(error: GraphQLError) -> bool:
    return isinstance(error, GraphQLSyntaxError) and "tokens" in error.message and "aborted" in error.message
