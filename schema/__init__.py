"""The contract: what a client may ask for, over GraphQL, MCP and the command line.

`schema.schema` is the executable GraphQL schema, built when it is first asked for: the command
line should not wait for it.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schema.contract import Contract

    schema: Contract

__all__ = ["schema"]


def __getattr__(name: str) -> object:
    if name == "schema":
        from schema.contract import contract  # noqa: PLC0415  # on demand is the point

        return contract()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
