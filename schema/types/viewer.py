"""Who asks, as the server took it: what a page needs to know before it offers a button."""

from typing import Self

import strawberry

from schema.enums import enum
from services import viewers
from services.viewers import Scope

enum(
    Scope,
    "What somebody may do; each one brings those before it.",
    values={
        Scope.READ: "Query and follow what is known here.",
        Scope.CLONE: "Ask for clones, refreshes and maps, ask remotes for their refs, cancel what one asked for.",
        Scope.ADMIN: "Cancel what others asked for, remove repositories.",
    },
)


@strawberry.type(description="Who asks, as the server took it.")
class Viewer:
    """Who asks."""

    name: str = strawberry.field(description="The name of the token; `local` on a server without tokens.")
    scopes: list[Scope] = strawberry.field(description="What this caller may do.")
    grants: list[str] = strawberry.field(
        description="Which private repositories this caller sees: prefixes of host/owner/name, or * for all."
    )

    @classmethod
    def of(cls, viewer: viewers.Viewer) -> Self:
        """Make it from who was admitted."""
        scopes = [scope for scope in Scope if viewer.may(scope)]
        return cls(name=viewer.name, scopes=scopes, grants=sorted(viewer.grants.prefixes))
