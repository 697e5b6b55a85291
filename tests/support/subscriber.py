"""Follow a server over graphql-transport-ws with a client that is not ours."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

from gql import Client, gql
from gql.client import AsyncClientSession
from gql.transport.websockets import WebsocketsTransport


@asynccontextmanager
async def session(url: str) -> AsyncIterator[AsyncClientSession]:
    transport = WebsocketsTransport(
        f"ws{url.removeprefix('http')}/graphql", subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL]
    )
    async with Client(transport=transport) as opened:
        yield opened


async def follow(opened: AsyncClientSession, document: str, **variables: object) -> AsyncGenerator[Any, None]:
    request = gql(document)
    request.variable_values = variables
    async with aclosing(opened.subscribe(request)) as answers:
        async for data in answers:
            (event,) = data.values()
            yield event
