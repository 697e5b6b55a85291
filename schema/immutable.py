"""Answers that can never change: their entity tag is known before they are computed.

Everything below a snapshot is addressed by (repository, commit, engine version), so the document, its
variables and that key say what the answer is. Whether the viewer may see the snapshot, and whether it
is still there, is asked each time. A tag holds for one run of the server, since another one may be of
other code.
"""

import functools
import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final, TypeAlias

import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    TypeInfo,
    TypeInfoVisitor,
    ValueNode,
    Visitor,
    get_named_type,
    is_composite_type,
    value_from_ast_untyped,
    visit,
)

from schema.asked import Asked
from schema.context import Context
from schema.prepared import LONGEST_KEPT, prepare
from schema.types.node import KEY_PARTS, NodeKind, read_key, read_node_id, read_snapshot_id
from services.acquire.refs import is_commit
from services.errors import GraticuleError, NotFoundError
from services.models import SnapshotKey

ROOTS: Final = ("Snapshot", "Symbol")
CHANGING: Final = frozenset({("Snapshot", "repository"), ("Snapshot", "ref"), ("Snapshot", "builtAt")})
"""Fields of a snapshot that say something about the repository as it is now, or about one building of the map."""

KEPT: Final = 256
_Ids: TypeAlias = tuple[tuple[ValueNode, ...], tuple[ValueNode, ...]]
"""What `node` is asked for, and what `Snapshot.diff` is."""


def entity_tag(*parts: bytes) -> str:
    """Give a strong entity tag of these parts."""
    digest = hashlib.blake2b(digest_size=18)
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return f'"{urlsafe_b64encode(digest.digest()).decode()}"'


class Immutable:
    """Knows which types lie below a snapshot."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self.types = _below(schema, ROOTS)
        self._asked_nodes = functools.lru_cache(maxsize=KEPT)(self._read)

    async def tag(self, asked: Asked, context: Context, media_type: str) -> str | None:
        """Give the tag of an answer that cannot change and that this viewer may see; else None."""
        if len(asked.query) > LONGEST_KEPT:
            return None
        nodes, bases = self._asked_nodes(asked.query, context.limits.tokens)
        if not nodes:
            return None
        try:
            said = orjson.dumps([asked.query, asked.operationName, asked.variables], option=orjson.OPT_SORT_KEYS)
            for key in _keys(nodes, bases, asked.variables or {}):
                await context.service.open(key)
        except (GraticuleError, orjson.JSONEncodeError):  # variables may be read deeper than they are written
            return None
        return entity_tag(media_type.encode(), said, context.started_at.isoformat().encode())

    def _read(self, text: str, tokens: int) -> "_Ids":
        """Give the ids of the snapshots and symbols that a text is all about; none when it is about more."""
        try:
            document = prepare(text, tokens).document
        except GraphQLError:
            return (), ()
        operations = [one.operation for one in document.definitions if isinstance(one, OperationDefinitionNode)]
        if operations != [OperationType.QUERY]:
            return (), ()
        return self._walk(document)

    def _walk(self, document: DocumentNode) -> "_Ids":
        types = TypeInfo(self._schema)
        seen = _Seen(types, self.types)
        visit(document, TypeInfoVisitor(types, seen))
        return ((), ()) if seen.other else (tuple(seen.nodes), tuple(seen.bases))


class _Seen(Visitor):
    """Collects the ids that `node` is asked for, what is compared with them, and whether anything else is asked."""

    def __init__(self, types: TypeInfo, immutable: frozenset[str]) -> None:
        super().__init__()
        self._types = types
        self._immutable = immutable
        self.nodes: list[ValueNode] = []
        self.bases: list[ValueNode] = []
        self.other = False

    def enter_field(self, node: FieldNode, *_: Any) -> None:  # noqa: ANN401  # graphql-core's own types
        """Look at one field."""
        parent, name = self._types.get_parent_type(), node.name.value
        place = (parent.name if parent else "", name)
        if place == ("Query", "node"):
            self.nodes += _arguments(node, "id")
        elif place == ("Snapshot", "diff"):
            self.bases += _arguments(node, "base")
        elif place[0] not in self._immutable or place in CHANGING:
            self.other = self.other or place not in {("Query", "__typename"), ("Node", "id"), ("Node", "__typename")}


def _arguments(node: FieldNode, name: str) -> list[ValueNode]:
    return [argument.value for argument in node.arguments or () if argument.name.value == name]


def _keys(
    nodes: Collection[ValueNode], bases: Collection[ValueNode], variables: Mapping[str, object]
) -> Iterator[SnapshotKey]:
    """Give all snapshots that an answer is made of; GraticuleError when that is not said for ever."""
    for node in nodes:
        key = _key(node, variables)
        yield key
        yield from (_base_key(base, key, variables) for base in bases)


def _base_key(node: ValueNode, head: SnapshotKey, variables: Mapping[str, object]) -> SnapshotKey:
    """Give the snapshot that a map is compared with; NotFoundError where another may take its place.

    A ref may lead elsewhere, and a commit's map by another engine is used only until there is one by this.
    """
    value = value_from_ast_untyped(node, dict(variables))
    base = value.lower() if isinstance(value, str) else ""
    if is_commit(base):
        return SnapshotKey(head.repository_id, base, head.engine_version)
    key = read_snapshot_id(value) if isinstance(value, str) else None
    if key is None or key.repository_id != head.repository_id:
        raise NotFoundError("This names no snapshot for ever.")
    return key


def _key(node: ValueNode, variables: Mapping[str, object]) -> SnapshotKey:
    """Give the snapshot that an id leads into; GraticuleError when it is the id of something else."""
    value = value_from_ast_untyped(node, dict(variables))
    kind, parts = read_node_id(value if isinstance(value, str) else "")
    if (kind, len(parts)) not in {(NodeKind.SNAPSHOT, KEY_PARTS), (NodeKind.SYMBOL, KEY_PARTS + 1)}:
        raise NotFoundError("This id leads into no snapshot.")
    return read_key(parts)


def _below(schema: GraphQLSchema, roots: tuple[str, ...]) -> frozenset[str]:
    """Give every type that fields lead to from these, but for the fields that change."""
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        fields: Mapping[str, Any] = getattr(schema.type_map[name], "fields", {})
        kinds = [get_named_type(field.type) for key, field in fields.items() if (name, key) not in CHANGING]
        waiting += [kind.name for kind in kinds if is_composite_type(kind)]
    return frozenset(found)
