"""Which operation of a document runs: the one that is named, or the only one.

Strawberry takes the first when none is named, so a client that forgot the name would run what it
did not mean to; the GraphQL specification (section 6.1) makes that an error.
"""

from collections.abc import Iterator
from typing import Final

from graphql import GraphQLError, OperationDefinitionNode
from strawberry.extensions import SchemaExtension

AMBIGUOUS: Final = "The document has several operations: say which by `operationName`."


class OneOperation(SchemaExtension):
    """Refuses several operations of which none is named."""

    def on_validate(self) -> Iterator[None]:
        """Count them; what the guard has refused already stays refused for its reason."""
        context = self.execution_context
        named = context._provided_operation_name is not None  # noqa: SLF001  # `operation_name` falls back to the first
        document = context.graphql_document
        definitions = document.definitions if document is not None else ()
        operations = sum(isinstance(definition, OperationDefinitionNode) for definition in definitions)
        if operations > 1 and not named and context.pre_execution_errors is None:
            context.pre_execution_errors = [GraphQLError(AMBIGUOUS)]
        yield
