"""Counts and traces each query and mutation, whichever face it came by; a subscription lives too long for either."""

import time
from collections.abc import Iterator
from typing import Final

from graphql import OperationDefinitionNode, OperationType
from strawberry.extensions import SchemaExtension
from strawberry.types.graphql import OperationType as Kind

from schema.context import Context
from services.tracing import begun, step, traceparent

UNREAD: Final = "unread"
"""The kind of what could not be parsed, or has no operation that was asked for."""


class Watched(SchemaExtension):
    """Measures the operation; what it refused is counted where its errors get their codes."""

    def on_operation(self) -> Iterator[None]:
        """Measure from before the text is parsed to the result."""
        began = time.perf_counter()
        yield
        context, kind = self.execution_context.context, self._kind()
        if kind != Kind.SUBSCRIPTION.value and isinstance(context, Context):
            context.metrics.operation_time.labels(kind).observe(time.perf_counter() - began)

    def on_execute(self) -> Iterator[None]:
        """Be a step of the request's trace, or begin one: a websocket is in none."""
        kind, context = self._kind(), self.execution_context.context
        if kind == Kind.SUBSCRIPTION.value or not isinstance(context, Context):
            yield
            return
        operation = self.execution_context.operation_name or ""
        alone = begun(context.graticule.backbone.traces, kind, parent=None, operation=operation)
        with alone if traceparent() is None else step(kind, operation=operation):
            yield

    def _kind(self) -> str:
        document, name = self.execution_context.graphql_document, self.execution_context.operation_name
        for definition in document.definitions if document is not None else ():
            if isinstance(definition, OperationDefinitionNode) and (
                name is None or (definition.name is not None and definition.name.value == name)
            ):
                return OperationType(definition.operation).value
        return UNREAD
