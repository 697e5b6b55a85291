"""Documents that were parsed and found valid before: clients send the same few texts again and again.

Parsing and validating a mutation of ten lines takes 4 ms, more than everything else it does. Only
short texts are kept, and only the most recently used ones, so that nobody can fill the memory. What
is not known yet is validated in a thread when it is long: 2,000 tokens take 40 ms.
"""

import asyncio
import functools
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from graphql import DocumentNode, GraphQLError, GraphQLSchema, OperationType, get_operation_ast, parse, validate
from graphql.validation.rules import overlapping_fields_can_be_merged
from strawberry.extensions import SchemaExtension

from schema.guard import limits_of

KEPT: Final = 256
LONGEST_KEPT: Final = 16 * 1024
LONG: Final = 1024
MOST_ERRORS: Final = 5
"""Each may print what it is about, 8 ms for a long one: 450 errors about one object took 560 ms and 680 kB."""

overlapping_fields_can_be_merged.MAX_COMPLEXITY_BUDGET = 20_000
"""graphql-core's own knob. Its default of 500,000 takes 1.1 s; our own documents and GraphiQL's need none of it."""


@dataclass(slots=True)
class Prepared:
    """A parsed document, and whether the contract was found to allow it."""

    document: DocumentNode
    valid: bool = False


@functools.lru_cache(maxsize=KEPT)
def prepare(text: str, tokens: int) -> Prepared:
    """Parse a text of at most so many tokens, once; GraphQLError when it is no document, and then it is not kept."""
    return Prepared(parse(text, max_tokens=tokens))


def kind_of(text: str, operation_name: str | None, tokens: int) -> OperationType | None:
    """Give what a text would run; None when that cannot be said, and then it will not run."""
    with suppress(GraphQLError):
        document = prepare(text, tokens).document if len(text) <= LONGEST_KEPT else parse(text, max_tokens=tokens)
        operation = get_operation_ast(document, operation_name)
        return operation.operation if operation else None
    return None


class PreparedDocuments(SchemaExtension):
    """Skips parsing and validating what passed both before. Stands behind the guard, which sees every document."""

    prepared: Prepared | None = None

    def on_parse(self) -> Iterator[None]:
        """Hand over the parsed document; a mistake in it is left to the ordinary way to report."""
        context = self.execution_context
        if context.query and len(context.query) <= LONGEST_KEPT:
            with suppress(GraphQLError):
                self.prepared = prepare(context.query, limits_of(context.context).tokens)
                context.graphql_document = self.prepared.document
        yield

    async def on_validate(self) -> AsyncIterator[None]:
        """Validate what was not found valid before, unless the guard has refused it."""
        context = self.execution_context
        document = context.graphql_document
        if document is not None and context.pre_execution_errors is None:
            context.pre_execution_errors = [] if self._is_known else await self._validated(document)
        yield

    @property
    def _is_known(self) -> bool:
        return self.prepared is not None and self.prepared.valid

    async def _validated(self, document: DocumentNode) -> list[GraphQLError]:
        schema = self.execution_context.schema._schema  # noqa: SLF001  # strawberry offers no other way to the types
        if len(self.execution_context.query or "") > LONG:
            errors = await asyncio.to_thread(mistakes, schema, document)
        else:
            errors = mistakes(schema, document)
        if self.prepared is not None and not errors:
            self.prepared.valid = True
        return errors


def mistakes(schema: GraphQLSchema, document: DocumentNode) -> list[GraphQLError]:
    """Give what is wrong with a document, at most 5 mistakes and one that says there are more.

    What Python could not read (a number of 5,000 digits) is the document's mistake as well, no defect.
    """
    return [
        GraphQLError(error.message, error.nodes, error.source, error.positions)
        for error in validate(schema, document, max_errors=MOST_ERRORS)
    ]
