"""Refuses a document that costs too much before anybody works on it, and tells every asker what theirs cost.

It stands first: the parser stops at the limit of tokens, and the measure is taken before validation,
whose rules are not all linear.
"""

from collections.abc import Iterator

from graphql import GraphQLError
from strawberry.extensions import SchemaExtension
from strawberry.types import ExecutionContext
from strawberry.types.execution import ParseOptions
from strawberry.types.graphql import OperationType
from strawberry.utils.operation import get_operation_type

from schema.context import Context
from schema.cost import Measure, Meter
from schema.limits import Limits
from services.errors import ErrorCode


class CostGuard(SchemaExtension):
    """Measures the operation that would run, refuses it above the limits, and puts its cost into the answer."""

    @property
    def limits(self) -> Limits:
        """Give the limits in force."""
        return limits_of(self.execution_context.context)

    def on_parse(self) -> Iterator[None]:
        """Bound the text that is parsed."""
        self.execution_context.parse_options = ParseOptions(max_tokens=self.limits.tokens)
        yield

    def on_validate(self) -> Iterator[None]:
        """Measure, and refuse what is too much."""
        context = self.execution_context
        document = context.graphql_document
        if document is not None:
            schema = context.schema._schema  # noqa: SLF001  # strawberry offers no other way to the types
            meter = Meter(schema, document, variables=context.variables or {}, deepest=self.limits.depth)
            measure = meter.measure(context.operation_name)
            self._tell(measure.objects)
            refusal = refuse(measure, self.limits)
            if refusal is not None:
                context.pre_execution_errors = [refusal]
        yield

    def _tell(self, cost: int) -> None:
        """Put the cost into the answer, unless it is a stream: each event would repeat what the text says already."""
        context = self.execution_context
        document = context.graphql_document
        if (
            document is not None
            and get_operation_type(document, context.operation_name) is not OperationType.SUBSCRIPTION
        ):
            context.extensions_results["cost"] = {"requested": cost, "limit": self.limits.cost}


def limits_of(context: object) -> Limits:
    """Give the limits of a context; without one, as when the contract is asked directly, the defaults."""
    return context.limits if isinstance(context, Context) else Limits()


def price(error: GraphQLError, context: ExecutionContext) -> None:
    """Give what is too costly its cost and the limit; the cost is null where the parser stopped, before any measure."""
    given = error.extensions or {}
    if given.get("code") == ErrorCode.QUERY_TOO_COSTLY.value and "cost" not in given:
        told = context.extensions_results.get("cost", {})
        error.extensions = {**given, "cost": told.get("requested"), "limit": limits_of(context.context).cost}


def refuse(measure: Measure, limits: Limits) -> GraphQLError | None:
    """Give the error for the first limit that is exceeded, with the computed cost; None when all hold."""
    checks = (
        ("cost", measure.objects, limits.cost, "Ask for smaller pages (`first`, `most`), or for less within them."),
        ("depth", measure.depth, limits.depth, "Ask in several documents, from node to node."),
        ("aliases", measure.aliases, limits.aliases, "Ask in several documents."),
        ("root fields", measure.fields, limits.root_fields, "Ask in several documents."),
    )
    for name, value, limit, hint in checks:
        if value > limit:
            code = ErrorCode.QUERY_TOO_COSTLY.value
            extensions = {"code": code, "retryable": False, "hint": hint, "cost": measure.objects, "limit": limits.cost}
            return GraphQLError(f"The document's {name} of {value} is above {limit}.", extensions=extensions)
    return None
