"""The server itself: what answers, since when, and what it accepts."""

from datetime import datetime

import strawberry


@strawberry.type(description="The limits within which a document is answered; beyond them QUERY_TOO_COSTLY.")
class ServerLimits:
    """The limits of a document."""

    page_size: int = strawberry.field(description="The largest `first`.")
    depth: int = strawberry.field(description="Levels of selection sets.")
    cost: int = strawberry.field(description="Objects that a document may ask for: the product of its page sizes.")
    tokens: int = strawberry.field(description="Tokens of its text.")
    aliases: int = strawberry.field(description="Aliases.")
    root_fields: int = strawberry.field(description="Fields of the root.")


@strawberry.type(description="The server that answers.")
class Server:
    """The server that answers."""

    version: str = strawberry.field(description="The version of Graticule.")
    engine_version: str = strawberry.field(description="What made the maps; another one makes other snapshots.")
    started_at: datetime = strawberry.field(description="When this process began to answer.")
    allowed_protocols: list[str] = strawberry.field(description="The protocols that a URL may use.")
    limits: ServerLimits = strawberry.field(description="How much one document may ask for.")
