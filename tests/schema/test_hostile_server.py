"""Commands that ask a server which is none, or not of this version: a line that says so, and no more than that."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from schema.cli.asking import How, clone, watch
from schema.cli.bridge import bridge
from schema.cli.client import connect
from schema.cli.errors import NotUnderstoodError
from services.errors import ErrorCode, GraticuleError

pytestmark = pytest.mark.anyio

SUBPROTOCOL = Subprotocol("graphql-transport-ws")


@asynccontextmanager
async def answering(payload: object) -> AsyncIterator[str]:
    """Serve a websocket that answers every document alike, and give its address."""

    async def answer(socket: ServerConnection) -> None:
        async for message in socket:
            asked: dict[str, Any] = json.loads(message)
            if asked["type"] == "connection_init":
                await socket.send(json.dumps({"type": "connection_ack"}))
            elif asked["type"] == "subscribe":
                await socket.send(json.dumps({"id": asked["id"], "type": "next", "payload": payload}))
                await socket.send(json.dumps({"id": asked["id"], "type": "complete"}))

    async with serve(answer, "127.0.0.1", 0, subprotocols=[SUBPROTOCOL]) as serving:
        (listening,) = serving.sockets
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


async def listed(how: How) -> None:
    async with connect(how.server) as client:
        await client.repositories(name=None, order="NAME")


@pytest.mark.parametrize(
    "payload",
    [
        {"data": None},
        {"data": {}},
        {"data": []},
        {"data": {"repositories": 5, "repository": 5, "accepted": "yes"}},
        {"errors": [{}]},
        {"errors": 5},
        5,
    ],
)
@pytest.mark.parametrize(
    "ask", [listed, lambda how: clone("github.com/a/b", ref=None, how=how), lambda how: watch("a/b", how=how)]
)
async def test_an_answer_that_is_none_is_said_in_a_line(payload: object, ask: Callable[[How], Awaitable[None]]) -> None:
    async with answering(payload) as url:
        with pytest.raises(NotUnderstoodError):
            await ask(How(url))


async def test_a_code_of_a_newer_server_keeps_its_words() -> None:
    newer = {"message": "The moon is full.", "extensions": {"code": "FULL_MOON", "hint": "Wait."}}
    async with answering({"errors": [newer]}) as url:
        with pytest.raises(GraticuleError, match=r"The moon is full\.") as refused:
            await listed(How(url))
    assert (refused.value.code, refused.value.hint) == (ErrorCode.INTERNAL, "Wait.")


@asynccontextmanager
async def talking_without_end(sent: list[int]) -> AsyncIterator[str]:
    """Serve an answer that has no end, and give its address."""

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 418 No\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")
            sent[0] += 65536
            await writer.drain()

    async with await asyncio.start_server(talk, "127.0.0.1", 0) as serving:
        yield f"http://127.0.0.1:{serving.sockets[0].getsockname()[1]}"


async def test_an_answer_without_end_is_not_read_by_the_bridge() -> None:
    sent = [0]
    async with talking_without_end(sent) as url, asyncio.timeout(30):
        with pytest.raises(GraticuleError, match="answers at"):
            async with bridge(url, None):
                pass
    assert sent[0] < 64 * 1024 * 1024
