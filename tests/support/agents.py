"""Agents as they really come: the official client, over HTTP in both generations of the protocol, and over stdio."""

import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp_types import CallToolResult, TextContent

from tests.support.serve_command import OPEN_TO_LOOPBACK

LEGACY: Final = "legacy"
MODERN: Final = "auto"


@asynccontextmanager
async def over_http(url: str, *, mode: str = MODERN) -> AsyncIterator[Client]:
    """Connect to a server; `mode` is the generation of the protocol."""
    async with Client(f"{url}/mcp", mode=mode) as client:
        yield client


@asynccontextmanager
async def over_stdio(folder: Path, *arguments: str, **environment: str) -> AsyncIterator[Client]:
    """Start `graticule mcp` on a data folder, as a client does that starts its servers itself."""
    async with Client(stdio_client(command(folder, *arguments, **environment))) as client:
        yield client


def command(folder: Path, *arguments: str, **environment: str) -> StdioServerParameters:
    """Give how `graticule mcp` is started."""
    return StdioServerParameters(
        command=sys.executable,
        args=["-m", "schema", "mcp", "--data-dir", str(folder), *arguments],
        env={**os.environ, **OPEN_TO_LOOPBACK, **environment},
    )


def said(result: CallToolResult) -> str:
    """Give an answer's text."""
    assert isinstance(result.content[0], TextContent)
    return result.content[0].text


async def answer(client: Client, tool: str, **arguments: object) -> Mapping[str, Any]:
    """Give an answer's data."""
    content: Mapping[str, Any] = (await client.call_tool(tool, dict(arguments))).structured_content
    return content
