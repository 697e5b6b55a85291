"""Global ids: opaque, safe in a URL, and never mistaken for the id of another kind of thing."""

import base64
import binascii
from enum import StrEnum
from typing import Final

import strawberry

from services.errors import NotFoundError
from services.models import SnapshotKey

LONGEST_ID: Final = 512
KEY_PARTS: Final = 3


class NodeKind(StrEnum):
    """The types that `node` can find, as they are written in an id."""

    REPOSITORY = "Repository"
    JOB = "Job"
    SNAPSHOT = "Snapshot"
    SYMBOL = "Symbol"


@strawberry.interface(description="Anything with a global id that `node` finds again.")
class Node:
    """The interface of everything that has a global id."""

    id: strawberry.ID = strawberry.field(
        description="Global, opaque, safe in a URL; `node(id:)` gives the same object again."
    )


def node_id(kind: NodeKind, *parts: str) -> strawberry.ID:
    """Give the global id of a thing; `parts` hold no colon."""
    text = ":".join((kind.value, *parts))
    return strawberry.ID(base64.urlsafe_b64encode(text.encode()).decode().rstrip("="))


def read_node_id(value: str) -> tuple[NodeKind, list[str]]:
    """Give the kind and the parts of a global id; NotFoundError when nobody here made it."""
    try:
        padded = value[:LONGEST_ID] + "=" * (-len(value[:LONGEST_ID]) % 4)
        kind, *parts = base64.b64decode(padded, altchars=b"-_", validate=True).decode().split(":")
        return NodeKind(kind), parts
    except (binascii.Error, UnicodeError, ValueError) as error:
        raise NotFoundError("No node has this id.", hint="Use an id exactly as this server gave it.") from error


def row_id(value: str, kind: NodeKind) -> str:
    """Give the row id inside the global id of a repository or a job; NotFoundError for another kind."""
    found, parts = read_node_id(value)
    if found is not kind or len(parts) != 1:
        raise NotFoundError(f"This is not the id of a {kind.value}.")
    return parts[0]


def snapshot_id(key: SnapshotKey) -> strawberry.ID:
    """Give the global id of a snapshot."""
    return node_id(NodeKind.SNAPSHOT, *_key_parts(key))


def read_snapshot_id(value: str) -> SnapshotKey | None:
    """Give the snapshot that a global id names; None for what is no id of one."""
    try:
        kind, parts = read_node_id(value)
    except NotFoundError:
        return None
    return read_key(parts) if kind is NodeKind.SNAPSHOT and len(parts) == KEY_PARTS else None


def symbol_id(key: SnapshotKey, index: int) -> strawberry.ID:
    """Give the global id of a symbol within its snapshot."""
    return node_id(NodeKind.SYMBOL, *_key_parts(key), str(index))


def read_key(parts: list[str]) -> SnapshotKey:
    """Give the snapshot that the first three parts of an id name."""
    repository_id, commit, engine_version = parts[:KEY_PARTS]
    return SnapshotKey(repository_id, commit, engine_version)


def _key_parts(key: SnapshotKey) -> tuple[str, str, str]:
    return key.repository_id, key.commit, key.engine_version
