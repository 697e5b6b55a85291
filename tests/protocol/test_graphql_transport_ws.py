"""The websocket protocol from the outside: each test is a sentence of graphql-ws's PROTOCOL.md.

Nothing here knows how the server is made. Where the text leaves a choice, either is right.
"""

import json
from collections.abc import Iterator
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed

from tests.support.documents import SILENT
from tests.support.doors import make_token
from tests.support.running import local_settings
from tests.support.server import running_server
from tests.support.wireclient import TRANSPORT, greeted, wire

pytestmark = pytest.mark.anyio

QUERY = "{ server { version } }"
LONGEST_REASON = 123
MOST_BYTES = 64 * 1024


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Give a server that wants a token, and one."""
    settings = local_settings(tmp_path_factory.mktemp("guarded"))
    token = make_token(settings)
    with running_server(settings) as url:
        yield url, token


# The subprotocol


async def test_the_subprotocol_is_taken_when_it_is_offered(server_url: str) -> None:
    async with wire(server_url, TRANSPORT) as opened:
        assert opened.opened.subprotocol == TRANSPORT


@pytest.mark.parametrize(
    "offered",
    [[TRANSPORT, "graphql-ws"], ["graphql-ws", TRANSPORT], ["soap", "mqtt", TRANSPORT]],
    ids=["first", "after the legacy one", "last"],
)
async def test_of_several_subprotocols_it_is_the_one(server_url: str, offered: list[str]) -> None:
    async with wire(server_url, *offered) as opened:
        assert opened.opened.subprotocol == TRANSPORT


@pytest.mark.parametrize(
    "offered",
    [[], ["graphql-ws"], ["subscriptions-transport-ws"], ["GraphQL-Transport-WS"], ["graphql-transport-ws2"]],
    ids=["none", "legacy", "name of the legacy library", "other case", "longer"],
)
async def test_without_the_subprotocol_a_socket_is_closed(server_url: str, offered: list[str]) -> None:
    async with wire(server_url, *offered) as opened:
        code, reason = await opened.closed()
    assert (code, bool(reason)) == (4406, True)


async def test_messages_are_not_compressed(server_url: str) -> None:
    async with wire(server_url, TRANSPORT, compression="deflate") as opened:
        assert opened.opened.protocol.extensions == []


# The connection


@pytest.mark.parametrize("init", ["{}", '{"payload":null}', '{"payload":{}}', '{"payload":{"any":[1,{"thing":null}]}}'])
async def test_a_connection_is_acknowledged(server_url: str, init: str) -> None:
    async with wire(server_url, TRANSPORT) as opened:
        await opened.say("connection_init", **json.loads(init))
        assert await opened.hear() == {"type": "connection_ack"}


@pytest.mark.parametrize("payload", [[], ["x"], "x", "", 1, 0, True, False])
async def test_the_payload_of_an_init_is_an_object(server_url: str, payload: object) -> None:
    async with wire(server_url, TRANSPORT) as opened:
        await opened.say("connection_init", payload=payload)
        assert (await opened.closed())[0] == 4400


async def test_nothing_is_said_before_the_init(server_url: str) -> None:
    async with wire(server_url, TRANSPORT) as opened:
        assert await opened.is_silent()
        await opened.say("connection_init")
        assert (await opened.hear())["type"] == "connection_ack"


async def test_who_does_not_say_init_is_closed_after_the_wait(server_url: str) -> None:
    async with wire(server_url, TRANSPORT) as opened:
        assert await opened.closed() == (4408, "Connection initialisation timeout")


async def test_a_second_init_closes_the_socket(server_url: str) -> None:
    async with greeted(server_url) as opened:
        await opened.say("connection_init")
        assert await opened.closed() == (4429, "Too many initialisation requests")


async def test_two_inits_at_once_close_the_socket(server_url: str) -> None:
    async with wire(server_url, TRANSPORT) as opened:
        await opened.say("connection_init")
        await opened.say("connection_init")
        assert (await opened.closed())[0] == 4429


async def test_a_second_init_closes_it_whatever_runs(server_url: str) -> None:
    async with greeted(server_url) as opened:
        await opened.subscribe("1", SILENT)
        await opened.say("connection_init", payload={"token": "x"})
        assert (await opened.closed())[0] == 4429


async def test_nothing_runs_before_the_init(server_url: str) -> None:
    async with wire(server_url, TRANSPORT) as opened:
        await opened.subscribe("1", QUERY)
        assert await opened.closed() == (4401, "Unauthorized")


async def test_nothing_runs_before_the_acknowledgement(server_url: str) -> None:
    async with wire(server_url, TRANSPORT) as opened:
        await opened.say("connection_init")
        await opened.subscribe("1", QUERY)
        assert (await opened.hear())["type"] == "connection_ack"
        assert (await opened.hear())["type"] == "next"


async def test_whoever_subscribes_first_gets_no_acknowledgement(server_url: str) -> None:
    async with wire(server_url, TRANSPORT) as opened:
        await opened.subscribe("1", QUERY)
        await opened.say("connection_init")
        assert (await opened.closed())[0] == 4401
        assert await opened.rest() == []


async def test_a_ping_is_answered_before_the_init(server_url: str) -> None:
    async with wire(server_url, TRANSPORT) as opened:
        assert await opened.is_alive()
        await opened.say("connection_init")
        assert (await opened.hear())["type"] == "connection_ack"


@pytest.mark.parametrize("message", [{"type": "pong"}, {"type": "complete", "id": "unknown"}])
async def test_what_needs_no_answer_is_passed_over_before_the_init(server_url: str, message: dict[str, str]) -> None:
    async with wire(server_url, TRANSPORT) as opened:
        await opened.raw(json.dumps(message))
        await opened.say("connection_init")
        assert (await opened.hear())["type"] == "connection_ack"


async def test_an_invalid_message_closes_the_socket_before_the_init_too(server_url: str) -> None:
    async with wire(server_url, TRANSPORT) as opened:
        await opened.raw("{}")
        assert (await opened.closed())[0] == 4400


# Who may connect


@pytest.mark.parametrize("payload", [None, {}, {"token": ""}, {"token": "graticule_aaaa_bbbb"}, {"token": 1}])
async def test_who_may_not_connect_is_closed_as_forbidden(guarded: tuple[str, str], payload: object) -> None:
    async with wire(guarded[0], TRANSPORT) as opened:
        await opened.say("connection_init", payload=payload)
        code, reason = await opened.closed()
    assert (code, reason[:9]) == (4403, "Forbidden")


@pytest.mark.parametrize(("key", "text"), [("token", "{}"), ("Authorization", "Bearer {}")])
async def test_who_may_connect_is_acknowledged(guarded: tuple[str, str], key: str, text: str) -> None:
    url, token = guarded
    async with wire(url, TRANSPORT) as opened:
        await opened.say("connection_init", payload={key: text.format(token)})
        assert await opened.hear() == {"type": "connection_ack"}
        await opened.subscribe("1", "{ viewer { name } }")
        assert (await opened.hear())["payload"]["data"]["viewer"]["name"] == "somebody"


async def test_a_second_init_with_a_token_does_not_let_anybody_in(guarded: tuple[str, str]) -> None:
    url, token = guarded
    async with wire(url, TRANSPORT) as opened:
        await opened.say("connection_init")
        await opened.say("connection_init", payload={"token": token})
        assert (await opened.closed())[0] == 4403
        assert await opened.rest() == []


# Invalid messages

ASK = {"type": "subscribe", "id": "1", "payload": {"query": QUERY}}
INVALID: dict[str, object] = {
    "an array": [],
    "a number": 1,
    "null": None,
    "true": True,
    "a text": "ping",
    "an array of messages": [{"type": "ping"}],
    "no type": {},
    "type is null": {"type": None},
    "type is a number": {"type": 1},
    "type is empty": {"type": ""},
    "unknown type": {"type": "hello"},
    "type in capitals": {"type": "PING"},
    "start of the legacy protocol": {"type": "start", "id": "1", "payload": {"query": QUERY}},
    "stop of the legacy protocol": {"type": "stop", "id": "1"},
    "terminate of the legacy protocol": {"type": "connection_terminate"},
    "ack is the server's": {"type": "connection_ack"},
    "next is the server's": {"type": "next", "id": "1", "payload": {"data": None}},
    "error is the server's": {"type": "error", "id": "1", "payload": [{"message": "x"}]},
    "ping with an array": {"type": "ping", "payload": []},
    "ping with a text": {"type": "ping", "payload": "x"},
    "pong with a number": {"type": "pong", "payload": 1},
    "subscribe without id": {"type": "subscribe", "payload": {"query": QUERY}},
    "id is empty": ASK | {"id": ""},
    "id is null": ASK | {"id": None},
    "id is a number": ASK | {"id": 1},
    "id is an object": ASK | {"id": {}},
    "subscribe without payload": {"type": "subscribe", "id": "1"},
    "payload is null": ASK | {"payload": None},
    "payload is a text": ASK | {"payload": QUERY},
    "payload is an array": ASK | {"payload": [{"query": QUERY}]},
    "no query": ASK | {"payload": {}},
    "query is null": ASK | {"payload": {"query": None}},
    "query is a number": ASK | {"payload": {"query": 1}},
    "query is an object": ASK | {"payload": {"query": {}}},
    "variables are an array": ASK | {"payload": {"query": QUERY, "variables": []}},
    "variables are a text": ASK | {"payload": {"query": QUERY, "variables": "{}"}},
    "operation name is a number": ASK | {"payload": {"query": QUERY, "operationName": 1}},
    "operation name is an object": ASK | {"payload": {"query": QUERY, "operationName": {}}},
    "extensions are an array": ASK | {"payload": {"query": QUERY, "extensions": []}},
    "extensions are a text": ASK | {"payload": {"query": QUERY, "extensions": "x"}},
    "complete without id": {"type": "complete"},
    "complete with a number": {"type": "complete", "id": 1},
    "complete with null": {"type": "complete", "id": None},
    "a very long type": {"type": "x" * 400},
    "a long type of many bytes a letter": {"type": "\u00e9\u4e16\U0001f30d" * 100},
}


@pytest.mark.parametrize("message", INVALID.values(), ids=INVALID)
async def test_an_invalid_message_closes_the_socket_and_says_why(server_url: str, message: object) -> None:
    async with greeted(server_url) as opened:
        await opened.raw(json.dumps(message, ensure_ascii=False))
        code, reason = await opened.closed()
    assert code == 4400
    assert 0 < len(reason.encode()) <= LONGEST_REASON


@pytest.mark.parametrize("text", ["", " ", "hello", "{", '{"type":"ping"', '{"type":"ping"}{"type":"ping"}', "NaN"])
async def test_what_is_no_json_closes_the_socket(server_url: str, text: str) -> None:
    async with greeted(server_url) as opened:
        await opened.raw(text)
        code, reason = await opened.closed()
    assert (code, bool(reason)) == (4400, True)


async def test_text_that_is_no_utf8_closes_the_socket_and_is_no_defect(
    server_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with greeted(server_url) as opened:
        await opened.opened.send(b'{"type":"ping\xff"}', text=True)
        assert (await opened.closed())[0] == 1007
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_message_that_never_ends_closes_the_socket_though_it_is_empty(server_url: str) -> None:
    async with greeted(server_url) as opened:
        with suppress(ConnectionClosed):
            await opened.raw(["{"] + [""] * (MOST_BYTES - 1))
        assert (await opened.closed())[0] == 1009


@pytest.mark.parametrize("payload", ["9" * 30, "[" * 300 + "]" * 300, "[" * 900 + "]" * 900])
async def test_a_ping_that_cannot_be_answered_closes_the_socket_and_says_why(server_url: str, payload: str) -> None:
    async with greeted(server_url) as opened:
        await opened.raw(f'{{"type":"ping","payload":{{"a":{payload}}}}}')
        code, reason = await opened.closed()
    assert (code, bool(reason)) == (4400, True)


@pytest.mark.parametrize("data", [b"", b"\0", b'{"type":"ping"}'], ids=["empty", "a byte", "a message"])
async def test_a_binary_frame_closes_the_socket(server_url: str, data: bytes) -> None:
    async with greeted(server_url) as opened:
        await opened.raw(data)
        code, reason = await opened.closed()
    assert (code, bool(reason)) == (4400, True)


async def test_an_invalid_message_ends_what_runs(server_url: str) -> None:
    async with greeted(server_url) as opened:
        await opened.subscribe("1", SILENT)
        await opened.raw("[]")
        assert (await opened.closed())[0] == 4400
        assert await opened.rest() == []


async def test_keys_that_are_not_known_are_passed_over(server_url: str) -> None:
    async with greeted(server_url) as opened:
        await opened.raw('{"type":"ping","payload":{"a":1},"id":7,"extra":[]}')
        assert await opened.hear() == {"type": "pong", "payload": {"a": 1}}
        await opened.raw(json.dumps(ASK | {"extra": 1, "payload": {"query": QUERY, "doc_id": 7}}))
        assert [message["type"] for message in await opened.heard("1")] == ["next", "complete"]


# The size of a message


async def test_a_message_of_64_kib_is_read(server_url: str) -> None:
    async with greeted(server_url) as opened:
        frame = json.dumps({"type": "ping", "payload": {"x": ""}})
        text = "y" * (64 * 1024 - len(frame))
        await opened.say("ping", payload={"x": text})
        assert (await opened.hear())["payload"] == {"x": text}


@pytest.mark.parametrize("letter", ["y", "\u4e16"], ids=["letters", "three bytes a letter"])
async def test_a_longer_message_closes_the_socket(server_url: str, letter: str) -> None:
    async with greeted(server_url) as opened:
        text = letter * (66_000 // len(letter.encode()))
        await opened.raw(json.dumps({"type": "ping", "payload": {"x": text}}, ensure_ascii=False))
        assert (await opened.closed())[0] == 1009


async def test_a_message_may_come_in_several_frames(server_url: str) -> None:
    async with greeted(server_url) as opened:
        await opened.raw(['{"type":', '"ping",', '"payload":{"a":1}}'])
        assert await opened.hear() == {"type": "pong", "payload": {"a": 1}}


# Pings


@pytest.mark.parametrize("payload", [{}, {"at": 7}, {"deep": [{"a": None}], "text": "\u4e16"}])
async def test_a_ping_comes_back_with_its_payload(server_url: str, payload: dict[str, object]) -> None:
    async with greeted(server_url) as opened:
        await opened.say("ping", payload=payload)
        assert await opened.hear() == {"type": "pong", "payload": payload}


async def test_a_ping_without_a_payload_comes_back_without_one(server_url: str) -> None:
    async with greeted(server_url) as opened:
        await opened.say("ping")
        assert await opened.hear() == {"type": "pong"}
        await opened.say("ping", payload=None)
        assert (await opened.hear()).get("payload") is None


@pytest.mark.parametrize("pong", [{}, {"payload": None}, {"payload": {"at": 7}}])
async def test_a_pong_that_nobody_asked_for_is_passed_over(server_url: str, pong: dict[str, object]) -> None:
    async with greeted(server_url) as opened:
        await opened.say("pong", **pong)
        assert await opened.is_alive()


async def test_every_ping_is_answered_in_order(server_url: str) -> None:
    async with greeted(server_url) as opened:
        for number in range(20):
            await opened.say("ping", payload={"number": number})
        assert [(await opened.hear())["payload"]["number"] for _ in range(20)] == list(range(20))


async def test_a_ping_is_answered_while_operations_run(server_url: str) -> None:
    async with greeted(server_url) as opened:
        await opened.subscribe("1", SILENT)
        assert await opened.is_alive()
