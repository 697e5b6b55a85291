"""How the fields of a document become those of an answer, and the JSON Schema of them: one rule for every tool.

Names are in snake_case. A connection is a list, with `<name>_total` and `<name>_next` beside it; a page of
one is that one. Where a document asks for a single object, the object's fields are the answer's own, and its
`text` has the name of the object.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionNode,
    get_named_type,
    get_nullable_type,
)

from schema.documents import JSON_TYPES, JsonSchema, ToolDocument

TEXT: Final = "text"
CAPITAL: Final = re.compile(r"(?<=[a-z0-9])([A-Z])")

Data = Mapping[str, object]
Composite = GraphQLObjectType | GraphQLInterfaceType
Field = tuple[FieldNode, Composite]


@dataclass(frozen=True, slots=True)
class Payload:
    """What a document asks for that only its own tool answers, and where that stands in the data."""

    schema: GraphQLSchema
    fields: Sequence[Field]
    path: tuple[str, ...]
    lifted: str | None

    @classmethod
    def of(cls, document: ToolDocument, schema: GraphQLSchema) -> "Payload":
        """Find it: below the snapshot in a document that reads, else at the root."""
        root = cast("Composite", schema.get_root_type(document.operation.operation))
        selected: Iterable[Field] = _fields(_selections(document.operation), root, schema)
        path = ("repository", "snapshot") if document.reads else ()
        for name in path:
            field, parent = next(found for found in selected if found[0].name.value == name)
            selected = _fields(_selections(field), get_named_type(_type(field, parent)), schema)
        found = [*selected]
        ones = [_snake(_key(field)) for field, parent in found if _is_one(field, _type(field, parent))]
        return cls(schema, found, path, ones[0] if len(ones) == 1 else None)

    def found(self, data: object) -> dict[str, object] | None:
        """Give the answer's own fields; None when what was asked for is not there."""
        for key in self.path:
            data = cast("Data", data)[key]
            if data is None:
                return None
        values = dict(self._values(cast("Data", data), self.fields))
        if self.lifted is None:
            return values
        inner = values.pop(self.lifted)
        return None if inner is None else _lift(cast("dict[str, object]", inner), self.lifted) | values

    @property
    def properties(self) -> JsonSchema:
        """Give the JSON Schema of the fields, by name."""
        named = dict(self._schemas(self.fields))
        if self.lifted is None:
            return {**named}
        inner = named.pop(self.lifted)
        return _lift(cast("JsonSchema", inner["properties"]), self.lifted) | named

    def _values(self, data: Data, fields: Iterable[Field]) -> Iterator[tuple[str, object]]:
        for field, parent in fields:
            key = _key(field)
            if key not in data:  # of another member of a union
                continue
            kind = _type(field, parent)
            if _is_connection(kind):
                yield from self._page(_snake(key), field, kind, cast("Data", data[key]))
            else:
                yield _snake(key), self._value(data[key], field, kind)

    def _page(self, name: str, field: FieldNode, kind: GraphQLOutputType, page: Data) -> Iterator[tuple[str, object]]:
        """Give a connection as a list, and what else was asked of it."""
        for inner, parent in _fields(_selections(field), get_named_type(kind), self.schema):
            value = page[_key(inner)]
            if inner.name.value == "nodes":
                rows = cast("list[object]", self._value(value, inner, _type(inner, parent)))
                yield name, (rows[0] if rows else None) if _is_page_of_one(field) else rows
            elif inner.name.value == "totalCount":
                yield f"{name}_total", value
            else:
                info = cast("Data", value)
                yield f"{name}_next", info["endCursor"] if info["hasNextPage"] else None

    def _value(self, value: object, field: FieldNode, kind: GraphQLOutputType) -> object:
        if isinstance(value, list):
            return [self._value(one, field, kind) for one in value]
        if isinstance(value, dict):
            return dict(self._values(value, _fields(_selections(field), get_named_type(kind), self.schema)))
        return value

    def _schemas(self, fields: Iterable[Field]) -> Iterator[tuple[str, JsonSchema]]:
        for field, parent in fields:
            name, kind = _snake(_key(field)), _type(field, parent)
            if _is_connection(kind):
                yield from self._page_schema(name, field, kind)
            else:
                yield name, self._schema(field, kind)

    def _page_schema(self, name: str, field: FieldNode, kind: GraphQLOutputType) -> Iterator[tuple[str, JsonSchema]]:
        for inner, parent in _fields(_selections(field), get_named_type(kind), self.schema):
            if inner.name.value == "nodes":
                rows = self._schema(inner, _type(inner, parent))
                yield name, _or_null(cast("JsonSchema", rows["items"])) if _is_page_of_one(field) else rows
            elif inner.name.value == "totalCount":
                yield f"{name}_total", {"type": "integer"}
            else:
                words = "Give it as `after` for the next page; null after the last one."
                yield f"{name}_next", {"type": ["string", "null"], "description": words}

    def _schema(self, field: FieldNode, kind: GraphQLOutputType) -> JsonSchema:
        if isinstance(kind, GraphQLNonNull):
            return self._filled(field, kind.of_type)
        return _or_null(self._filled(field, kind))

    def _filled(self, field: FieldNode, kind: GraphQLOutputType) -> JsonSchema:
        if isinstance(kind, GraphQLList):
            return {"type": "array", "items": self._schema(field, kind.of_type)}
        if isinstance(kind, GraphQLEnumType):
            return {"type": "string", "enum": [*kind.values]}
        if field.selection_set is None:
            return {"type": JSON_TYPES.get(get_named_type(kind).name, "string")}
        named = dict(self._schemas(_fields(_selections(field), get_named_type(kind), self.schema)))
        return {"type": "object", "properties": named, "required": [*named]}


def _fields(selections: Iterable[SelectionNode], parent: object, schema: GraphQLSchema) -> Iterator[Field]:
    """Give the fields that a selection names itself, those of the members of a union too; not those of fragments."""
    for one in selections:
        if isinstance(one, FieldNode):
            yield one, cast("Composite", parent)
        elif isinstance(one, InlineFragmentNode) and one.type_condition:
            member = schema.type_map[one.type_condition.name.value]
            if isinstance(member, GraphQLObjectType):  # the other way out is the interface `Error`
                yield from _fields(_selections(one), member, schema)


def _selections(node: FieldNode | InlineFragmentNode | OperationDefinitionNode) -> Sequence[SelectionNode]:
    return node.selection_set.selections if node.selection_set else ()


def _type(field: FieldNode, parent: Composite) -> GraphQLOutputType:
    kind: GraphQLOutputType = parent.fields[field.name.value].type
    return kind


def _is_one(field: FieldNode, kind: GraphQLOutputType) -> bool:
    """Whether it is one object, and no list of them."""
    bare = get_nullable_type(kind)
    if _is_connection(kind):
        return _is_page_of_one(field)
    return isinstance(bare, GraphQLObjectType | GraphQLUnionType | GraphQLInterfaceType)


def _lift(inner: dict[str, object], name: str) -> dict[str, object]:
    return {name if key == TEXT else key: value for key, value in inner.items()}


def _is_connection(kind: GraphQLOutputType) -> bool:
    return not isinstance(get_nullable_type(kind), GraphQLList) and get_named_type(kind).name.endswith("Connection")


def _is_page_of_one(field: FieldNode) -> bool:
    sizes = [one.value for one in field.arguments or () if one.name.value == "first"]
    return any(isinstance(size, IntValueNode) and size.value == "1" for size in sizes)


def _or_null(schema: JsonSchema) -> JsonSchema:
    kind = schema["type"]
    nullable: JsonSchema = {**schema, "type": [kind, "null"]}
    if "enum" in schema:
        nullable["enum"] = [*cast("list[object]", schema["enum"]), None]
    return nullable


def _key(field: FieldNode) -> str:
    return field.alias.value if field.alias else field.name.value


def _snake(name: str) -> str:
    return CAPITAL.sub(lambda letter: f"_{letter[1].lower()}", name)
