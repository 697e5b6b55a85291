"""What a document may cost, known before it runs.

Depth alone misses breadth (pages within pages), and the usual guards walk a spread fragment once for
each spread, which is exponential. Here every fragment is measured once and remembered, so the pass is
linear in the document, and the cost is the product of the page sizes: about the number of objects
that the answer would have.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLOutputType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SchemaMetaFieldDef,
    SelectionNode,
    SelectionSetNode,
    TypeMetaFieldDef,
    TypeNameMetaFieldDef,
    ValueNode,
    VariableNode,
    get_named_type,
    is_composite_type,
    value_from_ast_untyped,
)
from graphql.type import GraphQLNamedType
from strawberry.extensions import SchemaExtension
from strawberry.types.execution import ParseOptions

from services.errors import ErrorCode

LEAF_COST: Final = 0.25
LARGEST_COUNTED: Final = 1_000_000
INTROSPECTION_ITEMS: Final = 4
UNPAGED_ITEMS: Final = 10
ITEMS: Final[Mapping[tuple[str, str], int]] = {
    ("Snapshot", "tree"): 100,
    ("TreeEntry", "extensions"): 3,
    ("TreeEntry", "languages"): 2,
    ("RepoMap", "files"): 40,
    ("RepoMapFile", "symbols"): 8,
}
"""Lists without a page size, and how many items they are taken to have."""

WEIGHTS: Final[Mapping[tuple[str, str], int]] = {
    ("Query", "remoteRefs"): 100,
    ("Snapshot", "repoMap"): 500,
    ("Snapshot", "symbols"): 20,
    ("Snapshot", "criticalFiles"): 20,
    ("Symbol", "source"): 50,
    ("SourceFile", "content"): 50,
}
"""Fields that start a process or scan a snapshot, in objects that would take as long."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a document may have: tokens of text, levels, aliases, fields of the root, objects of the answer."""

    tokens: int = 2_000
    depth: int = 20
    aliases: int = 50
    root_fields: int = 20
    cost: int = 10_000


@dataclass(frozen=True, slots=True)
class Measure:
    """What a selection set has; `listed` is the part of the cost that a connection multiplies by its page."""

    cost: float = 0.0
    listed: float = 0.0
    depth: int = 0
    aliases: int = 0
    fields: int = 0

    def __add__(self, other: "Measure") -> "Measure":
        return Measure(
            self.cost + other.cost,
            self.listed + other.listed,
            max(self.depth, other.depth),
            self.aliases + other.aliases,
            self.fields + other.fields,
        )


class Meter:
    """Measures one document with its variables; use it once."""

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, *, variables: Mapping[str, object], deepest: int
    ) -> None:
        self._schema = schema
        self._given = variables
        self._variables: dict[str, object] = dict(variables)
        self._deepest = deepest
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        self._measured: dict[str, Measure] = {}

    def measure(self) -> Measure:
        """Give the costliest of the operations, in time linear in the document."""
        return max((self._operation(node) for node in self._operations), key=lambda m: m.cost, default=Measure())

    def _operation(self, node: OperationDefinitionNode) -> Measure:
        defaults = {
            definition.variable.name.value: value_from_ast_untyped(definition.default_value)
            for definition in node.variable_definitions or ()
            if definition.default_value
        }
        self._variables = {**defaults, **self._given}
        self._measured.clear()
        return self._selections(node.selection_set, self._schema.get_root_type(node.operation), 1)

    def _selections(self, node: SelectionSetNode, parent: GraphQLNamedType | None, level: int) -> Measure:
        if level > self._deepest:
            return Measure(depth=self._deepest + 1)
        return sum((self._selection(child, parent, level) for child in node.selections), Measure())

    def _selection(self, node: SelectionNode, parent: GraphQLNamedType | None, level: int) -> Measure:
        if isinstance(node, FieldNode):
            return self._field(node, parent, level)
        if isinstance(node, InlineFragmentNode):
            return self._selections(node.selection_set, self._narrowed(node, parent), level)
        return self._fragment(node, level) if isinstance(node, FragmentSpreadNode) else Measure()

    def _fragment(self, node: FragmentSpreadNode, level: int) -> Measure:
        name = node.name.value
        if name not in self._measured:
            self._measured[name] = Measure()  # a fragment that spreads itself ends here; validation refuses it
            fragment = self._fragments.get(name)
            if fragment:
                parent = self._schema.type_map.get(fragment.type_condition.name.value)
                self._measured[name] = self._selections(fragment.selection_set, parent, level + 1)
        return self._measured[name]

    def _field(self, node: FieldNode, parent: GraphQLNamedType | None, level: int) -> Measure:
        definition = self._definition(parent, node.name.value)
        kind = get_named_type(definition.type) if definition else None
        below = self._selections(node.selection_set, kind, level + 1) if node.selection_set else Measure()
        own = 1.0 if kind is not None and is_composite_type(kind) else LEAF_COST
        place = (parent.name if parent else "", node.name.value)
        items = self._items(node, definition, place, kind)
        cost = WEIGHTS.get(place, 0) + items * (own + below.cost)
        if _is_connection(kind):
            cost = own + below.cost + below.listed * self._page(node, definition)
        listed = cost if _is_connection(parent) and place[1] in {"edges", "nodes"} else 0.0
        return Measure(
            cost=cost - listed,
            listed=listed,
            depth=below.depth + 1,
            aliases=below.aliases + (node.alias is not None),
            fields=1,
        )

    def _items(
        self,
        node: FieldNode,
        definition: GraphQLField | None,
        place: tuple[str, str],
        kind: GraphQLNamedType | None,
    ) -> int:
        """Give how many items a list is taken to have; 1 for what is no list, or is a page counted elsewhere."""
        if definition is None or not _is_list(definition.type) or _is_connection(self._schema.type_map.get(place[0])):
            return 1
        if "first" in definition.args:
            return self._page(node, definition)
        if "ids" in definition.args:
            ids = self._argument(node, "ids")
            return len(ids) if isinstance(ids, list) else 1
        if kind is not None and kind.name.startswith("__"):
            return INTROSPECTION_ITEMS
        return ITEMS.get(place, UNPAGED_ITEMS)

    def _page(self, node: FieldNode, definition: GraphQLField | None) -> int:
        argument = definition.args.get("first") if definition else None
        size: object = self._argument(node, "first")
        if size is None and argument is not None:
            size = argument.default_value
        return min(max(int(size), 0), LARGEST_COUNTED) if isinstance(size, int | float) and math.isfinite(size) else 1

    def _argument(self, node: FieldNode, name: str) -> object:
        value: ValueNode | None = next((arg.value for arg in node.arguments or () if arg.name.value == name), None)
        if isinstance(value, VariableNode):
            return self._variables.get(value.name.value)
        return value_from_ast_untyped(value, self._variables) if value else None

    def _narrowed(self, node: InlineFragmentNode, parent: GraphQLNamedType | None) -> GraphQLNamedType | None:
        return self._schema.type_map.get(node.type_condition.name.value) if node.type_condition else parent

    def _definition(self, parent: GraphQLNamedType | None, name: str) -> GraphQLField | None:
        meta = {"__schema": SchemaMetaFieldDef, "__type": TypeMetaFieldDef, "__typename": TypeNameMetaFieldDef}
        fields: Mapping[str, GraphQLField] = getattr(parent, "fields", {})
        return meta.get(name) or fields.get(name)


class CostGuard(SchemaExtension):
    """Refuses a document before it is validated when it is larger than the limits."""

    limits: Final = Limits()

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
            refusal = refuse(meter.measure(), self.limits)
            if refusal is not None:
                context.pre_execution_errors = [refusal]
        yield


def refuse(measure: Measure, limits: Limits) -> GraphQLError | None:
    """Give the error for the first limit that is exceeded, with the computed cost; None when all hold."""
    cost = math.ceil(measure.cost + measure.listed)
    checks = (
        ("cost", cost, limits.cost, "Ask for smaller pages, or for less within them."),
        ("depth", measure.depth, limits.depth, "Ask in several documents, from node to node."),
        ("aliases", measure.aliases, limits.aliases, "Ask in several documents."),
        ("root fields", measure.fields, limits.root_fields, "Ask in several documents."),
    )
    for name, value, limit, hint in checks:
        if value > limit:
            code = ErrorCode.QUERY_TOO_COSTLY.value
            extensions = {"code": code, "retryable": False, "hint": hint, "cost": cost, "limit": limit}
            return GraphQLError(f"The document's {name} of {value} is above {limit}.", extensions=extensions)
    return None


def _is_connection(kind: GraphQLNamedType | None) -> bool:
    return kind is not None and kind.name.endswith("Connection")


def _is_list(kind: GraphQLOutputType) -> bool:
    return isinstance(kind.of_type if isinstance(kind, GraphQLNonNull) else kind, GraphQLList)
