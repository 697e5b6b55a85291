"""Servers with tokens: made as an operator makes them, and asked over each transport as a client asks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import httpx2
from mcp.client import Client as McpClient
from mcp.client.streamable_http import streamable_http_client

from services.access.tokens import mint
from services.settings import Settings
from services.store.database import Database
from services.store.tokens import TokenStore
from services.viewers import Grants, Scope

FLEET = "{ repositories { totalCount nodes { name private } } }"


def make_token(
    settings: Settings,
    name: str = "somebody",
    *,
    scope: Scope = Scope.READ,
    grants: tuple[str, ...] = (),
    lives_seconds: float | None = None,
) -> str:
    """Make a token in a server's database, from outside of that server."""
    now = datetime.now(UTC)
    expires_at = None if lives_seconds is None else now + timedelta(seconds=lives_seconds)
    text, token = mint(name, scope=scope, grants=Grants.of(grants), now=now, expires_at=expires_at)

    async def add() -> None:
        database = await Database.open(settings.effective_database_url)
        await TokenStore(database).add(token)
        await database.close()

    asyncio.run(add())
    return text


async def revoke_token(settings: Settings, text: str) -> None:
    """Revoke a token from outside of the server that knows it."""
    database = await Database.open(settings.effective_database_url)
    await TokenStore(database).revoke(text.split("_")[1], now=datetime.now(UTC))
    await database.close()


def bearer(token: str | None) -> dict[str, str]:
    """Give the header that shows a token."""
    return {} if token is None else {"Authorization": f"Bearer {token}"}


def ask(server: str, document: str, *, token: str | None = None, **variables: object) -> httpx.Response:
    """Ask over HTTP."""
    return httpx.post(
        f"{server}/graphql", json={"query": document, "variables": variables}, headers=bearer(token), timeout=30
    )


def data(server: str, document: str, *, token: str | None = None, **variables: object) -> dict[str, Any]:
    """Ask over HTTP, and give the data of an answer without errors."""
    answer = ask(server, document, token=token, **variables).json()
    assert "errors" not in answer, answer
    found: dict[str, Any] = answer["data"]
    return found


@asynccontextmanager
async def agent(url: str, *, token: str | None) -> AsyncIterator[McpClient]:
    """Connect as an agent does."""
    async with (
        httpx2.AsyncClient(headers=bearer(token), timeout=30) as http,
        McpClient(streamable_http_client(f"{url}/mcp", http_client=http)) as client,
    ):
        yield client
