"""Maps as resources: `graticule://<host>/<owner>/<name>/map`, of the repositories that the caller may see.

A client attaches one to a conversation without a call of a tool. Only what is known can be read; nothing that was
never asked for is cloned because somebody looked at a list.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, quote, unquote, urlsplit

import mcp_types as wire
import msgspec
from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError

from schema.agent_text import line
from schema.tool_data import Data
from schema.tool_reading import read
from schema.tools import Call, Told, Toolbox
from services.errors import GraticuleError, InvalidArgumentError, NotFoundError
from services.viewers import Viewer

LIST: Final = """
query Known($after: String) {
  repositories(first: 100, after: $after, orderBy: LAST_ACCESSED_AT) {
    nodes { id name map { state } }
    pageInfo { hasNextPage endCursor }
  }
}
"""
NAMED: Final = """
query Named($name: String!) {
  repositories(first: 50, filter: {nameContains: $name}, orderBy: NAME) { nodes { id name } }
}
"""
"""By name: of all that begin with one the shortest is first, which is the one that is named."""
TEMPLATE: Final = "graticule://{+repository}/map{?ref,tokens}"
TOOL: Final = "get_source_repo_map"
PLAIN_TEXT: Final = "text/plain"
_TOKENS: Final = re.compile(r"[0-9]{1,6}")


class Row(Data, frozen=True):
    """A repository that is known."""

    id: str
    name: str


class PageInfo(Data, frozen=True):
    """`PageInfo`."""

    has_next_page: bool
    end_cursor: str | None


class Rows(Data, frozen=True):
    """A page of them."""

    nodes: tuple[Row, ...]
    page_info: PageInfo = PageInfo(has_next_page=False, end_cursor=None)


class Listed(Data, frozen=True):
    """The data of `LIST` and of `NAMED`."""

    repositories: Rows


@dataclass(frozen=True, slots=True)
class Resources:
    """Lists and reads the maps; `viewer_of` says who asks."""

    toolbox: Toolbox
    viewer_of: Callable[[ServerRequestContext[object]], Viewer]

    async def list(
        self, context: ServerRequestContext[object], params: wire.PaginatedRequestParams | None
    ) -> wire.ListResourcesResult:
        """List the repositories that the caller may see, the last read first."""
        rows = await self._rows(context, LIST, {"after": params.cursor if params else None})
        found = [
            wire.Resource(
                uri=uri(row.name),
                name=line(row.name),
                description="The ranked map of this repository, within 2,000 tokens.",
                mime_type=PLAIN_TEXT,
            )
            for row in rows.nodes
        ]
        following = rows.page_info.end_cursor if rows.page_info.has_next_page else None
        return wire.ListResourcesResult(resources=found, next_cursor=following)

    async def templates(
        self, context: ServerRequestContext[object], params: wire.PaginatedRequestParams | None
    ) -> wire.ListResourceTemplatesResult:
        """Say how a map of another ref or size is named."""
        del context, params
        template = wire.ResourceTemplate(
            uri_template=TEMPLATE,
            name="map",
            title="The ranked map of a repository",
            description="repository: host/owner/name; ref: a branch, tag or commit; tokens: the budget.",
            mime_type=PLAIN_TEXT,
        )
        return wire.ListResourceTemplatesResult(resource_templates=[template])

    async def read(
        self, context: ServerRequestContext[object], params: wire.ReadResourceRequestParams
    ) -> wire.ReadResourceResult:
        """Read a map as its tool gives it; what is wrong is a protocol error, since a resource has no status."""
        try:
            told = await self._read(context, params.uri)
        except GraticuleError as error:
            raise MCPError(wire.INVALID_PARAMS, line(f"{error.code}: {error.message} {error.hint or ''}")) from error
        if told.failed:
            raise MCPError(wire.INVALID_PARAMS, told.text)
        return wire.ReadResourceResult(
            contents=[wire.TextResourceContents(uri=params.uri, mime_type=PLAIN_TEXT, text=told.text)]
        )

    async def _read(self, context: ServerRequestContext[object], asked: str) -> Told:
        name, arguments = _parts(asked)
        rows = await self._rows(context, NAMED, {"name": name})
        ids = [row.id for row in rows.nodes if row.name == name]
        if not ids:
            raise NotFoundError(f"No map of {line(name)} is here.", hint="clone_repo makes one.")
        return await read(self._call(context, {"repo_path": ids[0], **arguments}))

    async def _rows(self, context: ServerRequestContext[object], text: str, variables: Mapping[str, object]) -> Rows:
        return msgspec.convert(await self._call(context, {}).run(text, variables), Listed).repositories

    def _call(self, context: ServerRequestContext[object], arguments: Mapping[str, object]) -> Call:
        return Call(self.toolbox, self.toolbox.documents[TOOL], self.viewer_of(context), arguments)


def uri(name: str) -> str:
    """Give the URI of a repository's map, by its name."""
    return f"graticule://{quote(name, safe='/:[]@')}/map"


def _parts(asked: str) -> tuple[str, dict[str, object]]:
    """Take a URI apart into a repository's name and the arguments of the tool. InvalidArgumentError."""
    try:
        parts = urlsplit(asked)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    except ValueError:
        raise InvalidArgumentError(f"{line(asked)} is no URI.", hint=f"Give {TEMPLATE}.") from None
    name = unquote(f"{parts.netloc}{parts.path.removesuffix('/map')}")
    tokens = query.get("tokens", "2000")
    if parts.scheme != "graticule" or not parts.path.endswith("/map") or not _TOKENS.fullmatch(tokens):
        raise InvalidArgumentError(f"{line(asked)} names no map.", hint=f"Give {TEMPLATE}.")
    ref = {"branch": query["ref"]} if "ref" in query else {}
    return name, {"max_tokens": int(tokens), **ref}
