"""The two transports against clients that keep no rules, and the doors before them."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from socket import create_connection

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


def test_an_answer_is_json_and_never_guessed_at(web: httpx.Client) -> None:
    answer = post(web)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_newer_media_type_is_given_to_who_accepts_it(web: httpx.Client) -> None:
    answer = post(web, **NEGOTIATED)
    assert answer.headers["content-type"] == "application/graphql-response+json"
    assert answer.status_code == 200


def test_a_document_that_never_ran_is_a_bad_request_in_the_newer_media_type(web: httpx.Client) -> None:
    wrong = {"query": "{ nothing }"}
    assert post(web, wrong, **NEGOTIATED).status_code == 400
    assert "data" not in post(web, wrong, **NEGOTIATED).json()
    assert post(web, wrong).status_code == 200


def test_a_subscription_over_http_is_told_so(web: httpx.Client) -> None:
    answer = post(web, {"query": "subscription { repositoriesChanged { kind } }"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"] == "subscriptions are not allowed when using POST"


def test_one_of_several_operations_runs_only_by_its_name(web: httpx.Client) -> None:
    two = {"query": "query A { server { version } } query B { __typename }"}
    assert "operationName" in post(web, two).json()["errors"][0]["message"]
    assert post(web, {**two, "operationName": "B"}).json()["data"] == {"__typename": "Query"}


def test_a_client_that_goes_in_the_middle_of_its_body_is_no_defect(
    server_url: str, web: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    host, port = server_url.removeprefix("http://").split(":")
    with create_connection((host, int(port))) as opened:
        opened.sendall(b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n")
        opened.sendall(b"Content-Length: 100\r\n\r\n{")
        web.get("/healthz")
    for _ in range(3):
        web.get("/healthz")
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


@pytest.mark.parametrize("path", ["/graphql", "/graphql?query=%7Bserver%7Bversion%7D%7D"])
def test_nothing_runs_by_get(web: httpx.Client, path: str) -> None:
    answer = web.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data", "application/x-www-form-urlencoded", ""])
def test_a_form_of_another_page_is_refused(web: httpx.Client, kind: str) -> None:
    answer = web.post("/graphql", content=json.dumps(QUERY), headers={"Content-Type": kind})
    assert answer.status_code == 415


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "1",
        '"x"',
        '[{"query":"{server{version}}"}]',
        '{"query":1}',
        "{}",
        '{"query":"{a}","variables":[]}',
    ],
)
def test_a_body_that_is_no_request_is_told_so(web: httpx.Client, body: str) -> None:
    answer = web.post("/graphql", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"]


def test_a_body_beyond_the_limit_is_not_read(web: httpx.Client) -> None:
    assert post(web, {"query": "#" * 300_000}).status_code == 413


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
