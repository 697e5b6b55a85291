"""How a subscription is shared: the same document without what concerns its delivery alone.

Two requests with equal plans, of viewers who may see the same, have equal events; each is executed once
for all of them. A request that cannot be shared, or that is wrong, has no plan and takes the ordinary
way, which has the words for what is wrong.
"""

import functools
from dataclasses import dataclass, replace
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
    print_ast,
)
from graphql.execution.values import get_argument_values, get_variable_values
from graphql.language import Visitor, visit

from schema.asked import Asked
from schema.cost import Meter
from schema.guard import refuse
from schema.limits import Limits
from schema.prepared import KEPT, LONGEST_KEPT, mistakes, prepare
from schema.shared import DELIVERY, SHARED, Arguments, SharedField
from services.errors import GraticuleError
from services.subscriber import Delivery


@dataclass(frozen=True, slots=True)
class Core:
    """A subscription without its delivery arguments: `document` to execute, `text` to compare by."""

    field: FieldNode
    operation: OperationDefinitionNode
    document: DocumentNode
    variables: frozenset[str]
    text: str

    @property
    def name(self) -> str | None:
        """Give the operation's own name."""
        return self.operation.name.value if self.operation.name else None


@dataclass(frozen=True, slots=True)
class Plan:
    """What to execute for each event, how this follower wants to be told, and what makes plans equal."""

    field: str
    shared: SharedField
    arguments: Arguments
    delivery: Delivery
    document: DocumentNode
    variables: dict[str, Any]
    key: tuple[str, bytes]


class Planner:
    """Makes plans for one schema, in about 50 µs once a document is known."""

    def __init__(self, schema: GraphQLSchema, limits: Limits) -> None:
        self._schema = schema
        self._limits = limits
        self._allows = functools.lru_cache(maxsize=KEPT)(self._is_allowed)

    def plan(self, asked: Asked) -> Plan | None:
        """Give the plan of a subscription that can be shared; None for everything else, mistakes included."""
        try:
            return self._plan(asked)
        except (GraphQLError, GraticuleError, orjson.JSONEncodeError):
            return None

    def _plan(self, asked: Asked) -> Plan | None:
        core = core_of(asked.query, self._limits.tokens) if len(asked.query) <= LONGEST_KEPT else None
        if core is None or asked.operationName not in {None, core.name}:
            return None
        given = dict(asked.variables or {})
        wanted = {name: value for name, value in given.items() if name in core.variables}
        written = orjson.dumps(wanted, option=orjson.OPT_SORT_KEYS)
        if len(written) > LONGEST_KEPT or not self._allows(asked.query, written):
            return None
        values = get_variable_values(self._schema, core.operation.variable_definitions or (), given)
        root = self._schema.subscription_type
        if isinstance(values, list) or root is None:
            return None
        field = core.field.name.value
        shared = SHARED[field]
        arguments = get_argument_values(root.fields[field], core.field, values)
        return Plan(field, shared, arguments, shared.delivery(arguments), core.document, wanted, (core.text, written))

    def _is_allowed(self, text: str, variables: bytes) -> bool:
        """Whether the ordinary way would run it: within the limits, and valid. Takes 0.1 ms, so it is remembered."""
        prepared = prepare(text, self._limits.tokens)
        given = orjson.loads(variables)
        meter = Meter(self._schema, prepared.document, variables=given, deepest=self._limits.depth)
        if refuse(meter.measure(None), self._limits) is not None:
            return False
        prepared.valid = prepared.valid or not mistakes(self._schema, prepared.document)
        return prepared.valid


@functools.lru_cache(maxsize=KEPT)
def core_of(text: str, tokens: int) -> Core | None:
    """Take the delivery arguments out of a document; None unless it is a subscription to one field that is shared."""
    document = prepare(text, tokens).document
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if len(operations) != 1 or operations[0].operation is not OperationType.SUBSCRIPTION:
        return None
    (operation,) = operations
    (field, *others) = operation.selection_set.selections
    if others or not isinstance(field, FieldNode) or field.directives or field.name.value not in SHARED:
        return None
    bare = replace(field, arguments=tuple(arg for arg in field.arguments or () if arg.name.value not in DELIVERY))
    stripped = replace(operation, selection_set=replace(operation.selection_set, selections=(bare,)))
    rest = tuple(node for node in document.definitions if node is not operation)
    used = _variables(DocumentNode(definitions=(replace(stripped, variable_definitions=()), *rest)))
    wanted = tuple(d for d in operation.variable_definitions or () if d.variable.name.value in used)
    core = DocumentNode(definitions=(replace(stripped, variable_definitions=wanted), *rest))
    return Core(field, operation, core, used, print_ast(core))


class _Used(Visitor):
    """Notes the names of variables."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_variable(self, node: VariableNode, *_: object) -> None:
        """Note one."""
        self.names.add(node.name.value)


def _variables(document: DocumentNode) -> frozenset[str]:
    used = _Used()
    visit(document, used)
    return frozenset(used.names)
