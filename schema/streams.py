"""The one place where an operation becomes a stream of results, each encoded once.

A transport frames the bytes as its protocol wants them and knows nothing of execution.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing

import msgspec
from graphql import GraphQLFormattedError
from strawberry.types.execution import ExecutionResult, PreExecutionError

from schema.context import Context
from schema.contract import Contract
from schema.encoding import encode


class Asked(msgspec.Struct, frozen=True):
    """A request as it comes over any transport."""

    query: str
    variables: dict[str, object] | None = None
    operationName: str | None = None  # noqa: N815  # the protocols' own spelling
    extensions: dict[str, object] | None = None


class Refused(Exception):  # noqa: N818  # not the server's failure, but its answer
    """The document never ran; `errors` say why, as they go to the client."""

    def __init__(self, errors: list[GraphQLFormattedError]) -> None:
        super().__init__(errors)
        self.errors = errors


class Streams:
    """Runs operations of the contract, of every kind."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract

    async def open(self, asked: Asked, context: Context) -> AsyncGenerator[bytes, None]:
        """Yield each result as JSON; raises Refused before the first one. Closing it closes the source at once."""
        results = await self._contract.stream(
            asked.query,
            variable_values=asked.variables,
            context_value=context,
            operation_name=asked.operationName,
            operation_extensions=asked.extensions,
        )
        async with aclosing(results):
            async for result in results:
                if isinstance(result, PreExecutionError):
                    raise Refused([error.formatted for error in result.errors or ()])
                if isinstance(result, ExecutionResult):
                    yield encode(body_of(result))


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
