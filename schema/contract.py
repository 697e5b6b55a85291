"""The executable contract, made of the three roots. `schema.graphql` is its checked-in text."""

import functools
from collections.abc import Iterable
from inspect import isawaitable
from typing import Any, Final, cast

import strawberry
from graphql import DocumentNode, GraphQLError, GraphQLSchema, execute
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.types import ExecutionContext, ExecutionResult
from strawberry.types.graphql import OperationType

from schema.context import Context
from schema.encoding import body_of
from schema.errors import present
from schema.executor import Executor
from schema.guard import CostGuard, price
from schema.mutation import Mutation
from schema.operations import OneOperation
from schema.prepared import PreparedDocuments
from schema.query import Query
from schema.scalars import SCALARS
from schema.subscription import Subscription
from schema.watched import Watched
from services.errors import ErrorCode

KNOWN: Final = frozenset(code.value for code in ErrorCode)
ANSWERED_ONCE: Final = frozenset({OperationType.QUERY, OperationType.MUTATION})


class Contract(strawberry.Schema):
    """The schema with its own way out for errors."""

    async def execute(  # the signature is strawberry's
        self,
        query: str | None,
        variable_values: dict[str, Any] | None = None,
        context_value: object = None,
        root_value: object = None,
        operation_name: str | None = None,
        allowed_operation_types: Iterable[OperationType] | None = None,
        operation_extensions: dict[str, Any] | None = None,
    ) -> ExecutionResult:
        """Answer once: a subscription is refused here, where graphql-core would run it as a broken query."""
        allowed = ANSWERED_ONCE.intersection(allowed_operation_types or ANSWERED_ONCE)
        return await super().execute(
            query, variable_values, context_value, root_value, operation_name, allowed, operation_extensions
        )

    async def show(
        self, document: DocumentNode, event: object, context: object, variables: dict[str, Any]
    ) -> dict[str, object]:
        """Give the answer to one event of a subscription whose document was found valid."""
        executed = execute(
            self._schema,
            document,
            root_value=event,
            context_value=context,
            variable_values=variables,
            executor_class=self.execution_context_class,
            is_awaitable=cast("Any", optimized_is_awaitable),
        )
        result = cast("ExecutionResult", await executed if isawaitable(executed) else executed)
        if result.errors:
            self.process_errors(result.errors)
        return body_of(result)

    @property
    def types(self) -> GraphQLSchema:
        """Give graphql-core's schema, which knows every type."""
        return self._schema

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Give every error its code, and hide what is a defect of the server."""
        for error in errors:
            present(error)
            if execution_context is not None:
                price(error, execution_context)
                _count(error, execution_context.context)


def _count(error: GraphQLError, context: object) -> None:
    """Count what a client is told; what is no code of ours is a mistake in the document."""
    if isinstance(context, Context):
        code = (error.extensions or {}).get("code")
        context.metrics.refusals.labels(code if code in KNOWN else "").inc()


@functools.cache
def contract(executor: type[StrawberryGraphQLCoreExecutionContext] = Executor) -> Contract:
    """Build the schema once, in about 50 ms; another `executor` is for comparisons."""
    return Contract(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        execution_context_class=executor,
        extensions=[Watched, CostGuard, OneOperation, PreparedDocuments],
        config=StrawberryConfig(scalar_map=SCALARS),
    )
