"""An MCP server that passes everything on to another one, over HTTP: tools, resources, prompts, progress."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import httpx2
import mcp_types as wire
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel.server import Server

from schema.agents import PATH
from schema.cli.errors import ServerUnreachableError
from schema.tool_waiting import LONGEST_SECONDS
from schema.version import product_version
from services.errors import UnauthenticatedError

CONNECT_SECONDS: Final = 10
PROBE: Final = {"query": "{ server { version } }"}

RequestContext = ServerRequestContext[object]


@asynccontextmanager
async def bridge(url: str, token: str | None) -> AsyncIterator[Server[object]]:
    """Connect, and give what speaks for the other server. ServerUnreachableError, UnauthenticatedError."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    timeout = httpx2.Timeout(CONNECT_SECONDS, read=LONGEST_SECONDS + CONNECT_SECONDS)
    async with httpx2.AsyncClient(headers=headers, timeout=timeout) as http:
        await _look(http, url)
        async with Client(streamable_http_client(f"{url.rstrip('/')}{PATH}", http_client=http)) as remote:
            yield _speaking(_Remote(remote), remote.instructions)


async def _look(http: httpx2.AsyncClient, url: str) -> None:
    """Ask something small, since what MCP's client raises for a wrong address or token is a group of causes.

    The answer's status says enough; its body, which a server that is none may send without end, is not read.
    """
    try:
        async with http.stream("POST", f"{url.rstrip('/')}/graphql", json=PROBE) as answer:
            status = answer.status_code
    except (httpx2.TransportError, httpx2.InvalidURL) as error:
        raise ServerUnreachableError(url) from error
    if status == HTTPStatus.UNAUTHORIZED:
        raise UnauthenticatedError("The server wants a token, or does not know this one.")
    if status != HTTPStatus.OK:
        raise ServerUnreachableError(url)


@dataclass(frozen=True, slots=True)
class _Remote:
    """Asks the other server what was asked here; a call that is cancelled here is cancelled there."""

    client: Client

    async def tools(self, context: RequestContext, params: wire.PaginatedRequestParams | None) -> wire.ListToolsResult:
        del context
        return await self.client.list_tools(cursor=params.cursor if params else None)

    async def call(self, context: RequestContext, params: wire.CallToolRequestParams) -> wire.CallToolResult:
        return await self.client.call_tool(
            params.name, params.arguments, progress_callback=context.session.report_progress
        )

    async def resources(
        self, context: RequestContext, params: wire.PaginatedRequestParams | None
    ) -> wire.ListResourcesResult:
        del context
        return await self.client.list_resources(cursor=params.cursor if params else None)

    async def templates(
        self, context: RequestContext, params: wire.PaginatedRequestParams | None
    ) -> wire.ListResourceTemplatesResult:
        del context
        return await self.client.list_resource_templates(cursor=params.cursor if params else None)

    async def read(self, context: RequestContext, params: wire.ReadResourceRequestParams) -> wire.ReadResourceResult:
        del context
        return await self.client.read_resource(params.uri)

    async def prompts(
        self, context: RequestContext, params: wire.PaginatedRequestParams | None
    ) -> wire.ListPromptsResult:
        del context
        return await self.client.list_prompts(cursor=params.cursor if params else None)

    async def prompt(self, context: RequestContext, params: wire.GetPromptRequestParams) -> wire.GetPromptResult:
        del context
        return await self.client.get_prompt(params.name, params.arguments)


def _speaking(remote: _Remote, instructions: str | None) -> Server[object]:
    return Server(
        "graticule",
        version=product_version(),
        instructions=instructions,
        on_list_tools=remote.tools,
        on_call_tool=remote.call,
        on_list_resources=remote.resources,
        on_list_resource_templates=remote.templates,
        on_read_resource=remote.read,
        on_list_prompts=remote.prompts,
        on_get_prompt=remote.prompt,
    )
