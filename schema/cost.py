"""What a document may cost, known before it runs.

Depth alone misses breadth (pages within pages), and the usual guards walk a spread fragment once for
each spread, which is exponential. Here every fragment is measured once and remembered, so the pass is
linear in the document, and the cost is the product of the page sizes: about the number of objects
that the answer would have.
"""

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from graphql import (
    DocumentNode,
    FieldNode,
    FloatValueNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SchemaMetaFieldDef,
    SelectionNode,
    SelectionSetNode,
    TypeMetaFieldDef,
    TypeNameMetaFieldDef,
    ValueNode,
    VariableNode,
    get_named_type,
    is_abstract_type,
    is_composite_type,
)
from graphql.type import GraphQLNamedType

LEAF_COST: Final = 0.25
LARGEST_COUNTED: Final = 1_000_000
INTROSPECTION_FACTOR: Final = 2.5
"""What an object of the schema costs to describe: its resolvers read no attributes, 35 µs against 14."""

UNPAGED_ITEMS: Final = 10
SIZES: Final = ("first", "most")
"""Arguments that say how many items a list has at most."""

ITEMS: Final[Mapping[tuple[str, str], int]] = {
    ("Query", "evictionPreview"): 100,
    ("TreeEntry", "extensions"): 1,
    ("TreeEntry", "languages"): 1,
    ("RepoMapFile", "symbols"): 2,
    ("RepoMapSymbol", "why"): 2,
    ("SymbolChange", "callers"): 1,
}
"""Lists without a page size, and how many items they have at most, or in the mean: a symbol takes 12 to 17 tokens."""

TOKENS_OF_ROW: Final[Mapping[tuple[str, str], int]] = {
    ("Snapshot", "repoMap"): 32,
    ("Subscription", "repoMapChanged"): 32,
    ("Snapshot", "diff"): 16,
}
"""Fields whose `tokens` bound the rows below them as a page size does: so many tokens a row."""

BOUNDED_ROWS: Final = frozenset({("RepoMap", "files"), ("MapDiff", "changes"), ("MapDiff", "renames")})
OUTLINE_OF_EVENT: Final = ("RepoMapEvent", "repoMap")
"""Its budget is an argument of the subscription."""

WEIGHTS: Final[Mapping[tuple[str, str], int]] = {
    ("Query", "remoteRefs"): 100,
    ("Snapshot", "repoMap"): 500,
    ("Snapshot", "diff"): 500,
    ("Subscription", "repoMapChanged"): 500,
    ("Snapshot", "symbols"): 20,
    ("Snapshot", "criticalFiles"): 20,
    ("Snapshot", "treemap"): 500,
    ("Symbol", "source"): 50,
    ("SourceFile", "content"): 50,
}
"""Fields that start a process or scan a snapshot, in objects that would take as long."""


Fielded: Final = GraphQLObjectType | GraphQLInterfaceType


@dataclass(frozen=True, slots=True)
class Measure:
    """What a selection set has; `listed` is the part of the cost that a connection multiplies by its page."""

    cost: float = 0.0
    listed: float = 0.0
    depth: int = 0
    aliases: int = 0
    fields: int = 0

    @property
    def objects(self) -> int:
        """Give the cost as a whole number, which is about the number of objects in the answer."""
        return math.ceil(self.cost + self.listed)

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

    def measure(self, name: str | None = None) -> Measure:
        """Measure the operation of this name, or the only one, in time linear in the document.

        Nothing when there is none: what cannot run costs nothing.
        """
        chosen = (node for node in self._operations if name is None or (node.name and node.name.value == name))
        return next((self._operation(node) for node in chosen), Measure())

    def _operation(self, node: OperationDefinitionNode) -> Measure:
        defaults = {
            definition.variable.name.value: _written(definition.default_value)
            for definition in node.variable_definitions or ()
            if definition.default_value
        }
        self._variables = {**defaults, **self._given}
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
        if place[0].startswith("__"):
            own *= INTROSPECTION_FACTOR
        items = self._items(node, definition, place)
        cost = WEIGHTS.get(place, 0) + items * (own + below.cost)
        if _is_connection(kind):
            cost = own + below.cost + below.listed * self._page(node, definition)
        elif place in TOKENS_OF_ROW:
            cost += below.listed * self._size(node, definition, "tokens") / TOKENS_OF_ROW[place]
        is_listed = place in BOUNDED_ROWS or (_is_connection(parent) and place[1] in {"edges", "nodes"})
        listed = cost if is_listed else 0.0
        return Measure(
            cost=cost - listed,
            listed=listed + (below.listed if place == OUTLINE_OF_EVENT else 0.0),
            depth=below.depth + 1,
            aliases=below.aliases + (node.alias is not None),
            fields=1,
        )

    def _items(
        self,
        node: FieldNode,
        definition: GraphQLField | None,
        place: tuple[str, str],
    ) -> float:
        """Give how many items a list is taken to have; 1 for what is no list, or is a page counted elsewhere."""
        typical = described(self._schema).get(place)
        if typical is not None:
            return typical
        counted_above = place in BOUNDED_ROWS or _is_connection(self._schema.type_map.get(place[0]))
        if definition is None or not _is_list(definition.type) or counted_above:
            return 1
        for size in SIZES:
            if size in definition.args:
                return self._size(node, definition, size)
        if "ids" in definition.args:
            ids = self._argument(node, "ids")
            return len(ids) if isinstance(ids, list | tuple) else 1
        return ITEMS.get(place, UNPAGED_ITEMS)

    def _page(self, node: FieldNode, definition: GraphQLField | None) -> int:
        return self._size(node, definition, "first")

    def _size(self, node: FieldNode, definition: GraphQLField | None, name: str) -> int:
        argument = definition.args.get(name) if definition else None
        size: object = self._argument(node, name)
        if size is None and argument is not None:
            size = argument.default_value
        return int(min(max(0, size), LARGEST_COUNTED)) if isinstance(size, int | float) else 1

    def _argument(self, node: FieldNode, name: str) -> object:
        value: ValueNode | None = next((arg.value for arg in node.arguments or () if arg.name.value == name), None)
        if isinstance(value, VariableNode):
            return self._variables.get(value.name.value)
        return _written(value)

    def _narrowed(self, node: InlineFragmentNode, parent: GraphQLNamedType | None) -> GraphQLNamedType | None:
        return self._schema.type_map.get(node.type_condition.name.value) if node.type_condition else parent

    def _definition(self, parent: GraphQLNamedType | None, name: str) -> GraphQLField | None:
        meta = {"__schema": SchemaMetaFieldDef, "__type": TypeMetaFieldDef, "__typename": TypeNameMetaFieldDef}
        fields: Mapping[str, GraphQLField] = getattr(parent, "fields", {})
        return meta.get(name) or fields.get(name)


@functools.cache
def described(schema: GraphQLSchema) -> Mapping[tuple[str, str], float]:
    """Give how many items the lists of introspection have, in the mean over all types of this schema."""
    types = schema.type_map.values()
    fields = [field for kind in types if isinstance(kind, Fielded) for field in kind.fields.values()]
    inputs = sum(len(kind.fields) for kind in types if isinstance(kind, GraphQLInputObjectType))
    values = sum(len(kind.values) for kind in types if isinstance(kind, GraphQLEnumType))
    interfaces = sum(len(kind.interfaces) for kind in types if isinstance(kind, Fielded))
    possible = sum(len(schema.get_possible_types(kind)) for kind in types if is_abstract_type(kind))
    arguments = sum(len(field.args) for field in fields)
    wrapped = sum(isinstance(field.type, GraphQLNonNull | GraphQLList) for field in fields)
    return {
        ("__Schema", "types"): len(types),
        ("__Schema", "directives"): len(schema.directives),
        ("__Type", "fields"): len(fields) / len(types),
        ("__Type", "inputFields"): inputs / len(types),
        ("__Type", "enumValues"): values / len(types),
        ("__Type", "interfaces"): interfaces / len(types),
        ("__Type", "possibleTypes"): possible / len(types),
        ("__Type", "ofType"): wrapped / max(len(fields), 1) / 2,
        ("__Field", "args"): arguments / max(len(fields), 1),
    }


def _written(value: ValueNode | None) -> object:
    """Give a number, or a list that has as many items as the one in the text; None for anything else."""
    if isinstance(value, ListValueNode):
        return value.values
    if isinstance(value, IntValueNode | FloatValueNode):
        return float(value.value)  # infinite when it is too long, which int() would refuse to read
    return None


def _is_connection(kind: GraphQLNamedType | None) -> bool:
    return kind is not None and kind.name.endswith("Connection")


def _is_list(kind: GraphQLOutputType) -> bool:
    return isinstance(kind.of_type if isinstance(kind, GraphQLNonNull) else kind, GraphQLList)
