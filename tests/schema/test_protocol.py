"""The two transports against clients that keep no rules, and the doors before them."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin, Subprotocol

QUERY = {"query": "{ server { version } }"}
NEGOTIATED = {"Accept": "application/graphql-response+json"}
WRONG = ["{", "{ nothing }", "query A { server { version } } query B { server { id } }"]
TRANSPORT = Subprotocol("graphql-transport-ws")


def post(web: httpx.Client, body: object = None, **headers: str) -> httpx.Response:
    return web.post("/graphql", json=QUERY if body is None else body, headers=headers)


def test_a_page_of_another_origin_is_refused(web: httpx.Client) -> None:
    assert post(web, Origin="https://evil.example").status_code == 403
    assert post(web, Origin="null").status_code == 403
    assert post(web, Origin=str(web.base_url)).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example:80", "10.0.0.1"])
def test_a_name_that_was_pointed_here_is_refused(web: httpx.Client, host: str) -> None:
    assert post(web, Host=host).status_code == 400


def test_health_is_answered(web: httpx.Client) -> None:
    assert web.get("/healthz").text == "ok\n"


@asynccontextmanager
async def socket(url: str, *, protocol: str = TRANSPORT, greet: bool = True) -> AsyncIterator[ClientConnection]:
    address = f"ws{url.removeprefix('http')}/graphql"
    async with connect(address, subprotocols=[Subprotocol(protocol)], proxy=None) as opened:
        if greet:
            await opened.send('{"type":"connection_init"}')
            assert json.loads(await opened.recv()) == {"type": "connection_ack"}
        yield opened


async def closed_with(opened: ClientConnection) -> int:
    await opened.wait_closed()
    assert opened.close_code is not None
    return opened.close_code


@pytest.mark.anyio
@pytest.mark.parametrize(
    "message",
    [
        "[]",
        "1",
        "null",
        "{}",
        "no json",
        '{"type":1}',
        '{"type":"start","id":"1"}',
        '{"type":"subscribe"}',
        '{"type":"subscribe","id":1,"payload":{"query":"{a}"}}',
        '{"type":"subscribe","id":"1","payload":{}}',
        '{"type":"subscribe","id":"1","payload":{"query":"{a}","variables":[]}}',
        '{"type":"complete"}',
        '{"type":"ping","payload":[]}',
        '{"type":"' + "x" * 400 + '"}',
    ],
)
async def test_a_malformed_message_closes_the_socket_and_says_why(server_url: str, message: str) -> None:
    async with socket(server_url) as opened:
        await opened.send(message)
        assert await closed_with(opened) == 4400
        assert opened.close_reason


@pytest.mark.anyio
async def test_a_mistake_in_one_document_leaves_the_socket_open(server_url: str) -> None:
    async with socket(server_url) as opened:
        for number, query in enumerate(
            ["{", "{ nothing }", "query A { server { version } } query B { server { id } }"]
        ):
            await opened.send(json.dumps({"type": "subscribe", "id": str(number), "payload": {"query": query}}))
            answer = json.loads(await opened.recv())
            assert (answer["type"], answer["id"]) == ("error", str(number))
        await opened.send(json.dumps({"type": "subscribe", "id": "x", "payload": QUERY}))
        assert json.loads(await opened.recv())["payload"]["data"]["server"]


@pytest.mark.anyio
async def test_a_name_of_no_operation_is_the_clients_mistake(server_url: str) -> None:
    async with socket(server_url) as opened:
        payload = {"query": "query A { server { version } }", "operationName": "B"}
        await opened.send(json.dumps({"type": "subscribe", "id": "1", "payload": payload}))
        assert json.loads(await opened.recv())["payload"] == [{"message": 'Unknown operation named "B".'}]


@pytest.mark.anyio
async def test_a_ping_comes_back_with_its_payload(server_url: str) -> None:
    async with socket(server_url) as opened:
        await opened.send('{"type":"ping","payload":{"at":7}}')
        assert json.loads(await opened.recv()) == {"type": "pong", "payload": {"at": 7}}


@pytest.mark.anyio
async def test_an_empty_greeting_is_a_greeting(server_url: str) -> None:
    async with socket(server_url, greet=False) as opened:
        await opened.send('{"type":"connection_init","payload":null}')
        assert json.loads(await opened.recv())["type"] == "connection_ack"


@pytest.mark.anyio
async def test_a_long_message_is_not_read(server_url: str) -> None:
    async with socket(server_url) as opened:
        await opened.send(json.dumps({"type": "ping", "payload": {"x": "y" * 70_000}}))
        assert await closed_with(opened) == 1009


@pytest.mark.anyio
async def test_nobody_subscribes_without_a_greeting(server_url: str) -> None:
    async with socket(server_url, greet=False) as opened:
        await opened.send(json.dumps({"type": "subscribe", "id": "1", "payload": QUERY}))
        assert await closed_with(opened) == 4401


@pytest.mark.anyio
async def test_the_legacy_protocol_is_not_spoken(server_url: str) -> None:
    async with socket(server_url, protocol="graphql-ws", greet=False) as opened:
        assert await closed_with(opened) == 4406


@pytest.mark.anyio
async def test_a_socket_of_another_origin_is_refused(server_url: str) -> None:
    address = f"ws{server_url.removeprefix('http')}/graphql"
    with pytest.raises(InvalidStatus) as caught:
        async with connect(address, subprotocols=[TRANSPORT], origin=Origin("https://evil.example"), proxy=None):
            pass
    assert caught.value.response.status_code == 403
