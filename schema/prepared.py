"""Documents that were parsed and found valid before: clients send the same few texts again and again.

Parsing and validating a mutation of ten lines takes 4 ms, more than everything else it does. Only
short texts are kept, and only the most recently used ones, so that nobody can fill the memory.
"""

import functools
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from graphql import DocumentNode, GraphQLError, OperationType, get_operation_ast, parse
from strawberry.extensions import SchemaExtension

from schema.limits import Limits

KEPT: Final = 256
LONGEST_KEPT: Final = 16 * 1024


@dataclass(slots=True)
class Prepared:
    """A parsed document, and whether the contract was found to allow it."""

    document: DocumentNode
    valid: bool = False


@functools.lru_cache(maxsize=KEPT)
def prepare(text: str) -> Prepared:
    """Parse a text, once; GraphQLError when it is no document, and then it is not kept."""
    return Prepared(parse(text, max_tokens=Limits().tokens))


def kind_of(text: str, operation_name: str | None) -> OperationType | None:
    """Give what a text would run; None when that cannot be said, and then it will not run."""
    with suppress(GraphQLError):
        document = prepare(text).document if len(text) <= LONGEST_KEPT else parse(text, max_tokens=Limits().tokens)
        operation = get_operation_ast(document, operation_name)
        return operation.operation if operation else None
    return None


class PreparedDocuments(SchemaExtension):
    """Skips parsing and validating what passed both before. Stands behind the guard, which sees every document."""

    def on_parse(self) -> Iterator[None]:
        """Hand over the parsed document; a mistake in it is left to the ordinary way to report."""
        prepared = self._prepared()
        if prepared is not None:
            self.execution_context.graphql_document = prepared.document
        yield

    def on_validate(self) -> Iterator[None]:
        """Say that nothing is wrong with what was valid before, unless the guard has refused it."""
        context = self.execution_context
        prepared = self._prepared()
        if prepared is not None and prepared.valid and context.pre_execution_errors is None:
            context.pre_execution_errors = []
        yield
        if prepared is not None and not context.pre_execution_errors:
            prepared.valid = True

    def _prepared(self) -> Prepared | None:
        text = self.execution_context.query
        if text is None or len(text) > LONGEST_KEPT:
            return None
        with suppress(GraphQLError):
            return prepare(text)
        return None
