"""The server itself: what answers, since when, and what it accepts."""

from datetime import datetime
from typing import Self

import strawberry

from schema.context import Info
from schema.fields import computed
from schema.scalars import BigInt
from services.sandbox import LIMITS, Sandbox
from services.storage import Kept


@strawberry.type(description="The limits within which a document is answered; beyond them QUERY_TOO_COSTLY.")
class ServerLimits:
    """The limits of a document."""

    page_size: int = strawberry.field(description="The largest `first`.")
    depth: int = strawberry.field(description="Levels of selection sets.")
    cost: int = strawberry.field(description="Objects that a document may ask for: the product of its page sizes.")
    tokens: int = strawberry.field(description="Tokens of its text.")
    aliases: int = strawberry.field(description="Aliases.")
    root_fields: int = strawberry.field(description="Fields of the root.")


@strawberry.type(description="What is kept, and how much of it may be.")
class ServerStorage:
    """What is kept, and how much may be."""

    clones_bytes: BigInt = strawberry.field(description="What the clones of all places take.")
    clones_quota_bytes: BigInt = strawberry.field(description="What they may take.")
    artifacts_bytes: BigInt = strawberry.field(description="What all maps take.")
    artifacts_quota_bytes: BigInt = strawberry.field(description="What they may take.")
    places: int = strawberry.field(description="Data folders that were seen within a day.")

    @classmethod
    def of(cls, kept: Kept) -> Self:
        """Make it from what was counted."""
        return cls(
            clones_bytes=BigInt(kept.clone_bytes),
            clones_quota_bytes=BigInt(kept.clone_quota_bytes),
            artifacts_bytes=BigInt(kept.map_bytes),
            artifacts_quota_bytes=BigInt(kept.map_quota_bytes),
            places=kept.places,
        )


@strawberry.type(description="What keeps git and the parsers in bounds on the machine of the process that answers.")
class ServerSandbox:
    """What keeps git and the parsers in bounds."""

    setting: str = strawberry.field(description="GRATICULE_SANDBOX: auto, off or require.")
    landlock_abi: int | None = strawberry.field(description="The version of Landlock in force; null when none is.")
    limits: list[str] = strawberry.field(description="What is limited for each process, in any case.")
    denied: list[str] = strawberry.field(description="What Landlock refuses, in words; empty when none is in force.")

    @classmethod
    def of(cls, sandbox: Sandbox) -> Self:
        """Make it from what is in force."""
        return cls(
            setting=sandbox.setting,
            landlock_abi=sandbox.landlock_abi or None,
            limits=list(LIMITS),
            denied=list(sandbox.denied),
        )


@strawberry.type(description="The server that answers.")
class Server:
    """The server that answers."""

    version: str = strawberry.field(description="The version of Graticule.")
    engine_version: str = strawberry.field(description="What made the maps; another one makes other snapshots.")
    started_at: datetime = strawberry.field(description="When this process began to answer.")
    allowed_protocols: list[str] = strawberry.field(description="The protocols that a URL may use.")
    limits: ServerLimits = strawberry.field(description="How much one document may ask for.")

    @computed("What is kept, and how much of it may be.")
    async def storage(self, info: Info) -> ServerStorage:
        """Count what is kept."""
        return ServerStorage.of(await info.context.service.storage.kept())

    @computed("What keeps git and the parsers in bounds on the machine of the process that answers.")
    def sandbox(self, info: Info) -> ServerSandbox:
        """Say what is in force."""
        return ServerSandbox.of(Sandbox.from_settings(info.context.graticule.settings))
