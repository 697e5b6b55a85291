"""The websocket protocol from the outside: each test is a sentence of graphql-ws's PROTOCOL.md.

Nothing here knows how the server is made. Where the text leaves a choice, either is right.
"""

import asyncio
import json
from collections.abc import Iterator

import pytest

from tests.support.asker import CLONE
from tests.support.doors import make_token
from tests.support.gitserver import GitServer, make_repository
from tests.support.running import local_settings
from tests.support.server import running_server
from tests.support.wire import TRANSPORT, Wire, greeted, wire

pytestmark = pytest.mark.anyio

QUERY = "{ server { version } }"
SILENT = 'subscription { repositoriesChanged(filter: {nameContains: "no such name"}) { kind } }'
FLEET = "subscription { repositoriesChanged(maxRateHz: 30) { kind repository { name } } }"
JOB = "subscription Job($id: ID!) { jobProgress(id: $id, maxRateHz: 30) { revision job { state } } }"
COSTLY = "{ repositories(first: 500) { nodes { jobs(first: 500) { nodes { id } } } } }"
LONGEST_REASON = 123
OPERATIONS = 50


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
    async with greeted(url, **{key: text.format(token)}) as opened:
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


# Operations


async def test_a_query_has_one_result_and_is_complete(server_url: str) -> None:
    async with greeted(server_url) as opened:
        await opened.subscribe("a", "{ __typename }")
        assert await opened.hear() == {"id": "a", "type": "next", "payload": {"data": {"__typename": "Query"}}}
        assert await opened.hear() == {"id": "a", "type": "complete"}


async def test_a_mutation_has_one_result_and_is_complete(server_url: str) -> None:
    async with greeted(server_url) as opened:
        await opened.subscribe("a", CLONE, variables={"url": "no URL at all"})
        result, end = await opened.heard("a")
        assert result["payload"]["data"]["cloneRepository"]["errors"]
        assert end == {"id": "a", "type": "complete"}


async def test_a_subscription_has_results_and_is_complete_at_its_end(server_url: str, forge: GitServer) -> None:
    make_repository(forge.root / "ws/finite.git", {"a.py": "def a(): ...\n"})
    async with greeted(server_url) as opened:
        await opened.subscribe("clone", CLONE, variables={"url": forge.url("ws/finite.git")})
        job = (await opened.heard("clone"))[0]["payload"]["data"]["cloneRepository"]["job"]
        await opened.subscribe("job", JOB, variables={"id": job["id"]})
        *events, end = await opened.heard("job")
    assert {event["type"] for event in events} == {"next"}
    assert events[-1]["payload"]["data"]["jobProgress"]["job"]["state"] == "SUCCEEDED"
    assert end == {"id": "job", "type": "complete"}


@pytest.mark.parametrize("rest", [{}, {"variables": None, "operationName": None, "extensions": None}])
async def test_what_is_optional_may_be_null(server_url: str, rest: dict[str, object]) -> None:
    async with greeted(server_url) as opened:
        await opened.subscribe("1", QUERY, **rest)
        assert [message["type"] for message in await opened.heard("1")] == ["next", "complete"]


async def test_variables_name_and_extensions_are_taken(server_url: str) -> None:
    query = "query A { __typename } query B($name: String!) { __type(name: $name) { name } }"
    async with greeted(server_url) as opened:
        await opened.subscribe(
            "1", query, operationName="B", variables={"name": "Job"}, extensions={"any": {"thing": 1}}
        )
        assert (await opened.hear())["payload"]["data"] == {"__type": {"name": "Job"}}


@pytest.mark.parametrize("operation_id", ["0", " ", "a b", "\u4e16\U0001f30d", "x" * 500, "__proto__"])
async def test_an_id_is_any_text(server_url: str, operation_id: str) -> None:
    async with greeted(server_url) as opened:
        await opened.subscribe(operation_id, QUERY)
        assert [message["id"] for message in (await opened.hear(), await opened.hear())] == [operation_id] * 2


MISTAKES: dict[str, dict[str, object]] = {
    "syntax": {"query": "{"},
    "empty document": {"query": ""},
    "no operation": {"query": "fragment F on Query { __typename }"},
    "unknown field": {"query": "{ nothing }"},
    "unknown subscription": {"query": "subscription { nothing }"},
    "unknown operation name": {"query": "query A { __typename }", "operationName": "B"},
    "several operations": {"query": "query A { __typename } query B { __typename }"},
    "too costly": {"query": COSTLY},
    "too long": {"query": "{" + " __typename" * 3000 + "}"},
}


@pytest.mark.parametrize("payload", MISTAKES.values(), ids=MISTAKES)
async def test_a_mistake_in_a_document_is_the_error_of_its_operation_alone(
    server_url: str, payload: dict[str, object]
) -> None:
    async with greeted(server_url) as opened:
        await opened.subscribe("other", SILENT)
        await opened.say("subscribe", id="1", payload=payload)
        error = await opened.hear()
        assert (error["type"], error["id"]) == ("error", "1")
        assert error["payload"]
        assert all(one["message"] for one in error["payload"])
        assert await opened.is_alive()
        await opened.subscribe("1", QUERY)
        assert [message["type"] for message in await opened.heard("1")] == ["next", "complete"]
        await opened.subscribe("other", QUERY)  # which shows that the other one still runs
        assert (await opened.closed())[0] == 4409


async def test_a_document_that_costs_too_much_says_so(server_url: str) -> None:
    async with greeted(server_url) as opened:
        await opened.subscribe("1", COSTLY)
        (error,) = (await opened.hear())["payload"]
        assert error["extensions"]["code"] == "QUERY_TOO_COSTLY"


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("query Q($id: ID!) { job(id: $id) { id } }", {}),
        ("query Q($id: ID!) { job(id: $id) { id } }", {"id": []}),
        ('subscription { jobProgress(id: "nonsense") { revision } }', {}),
        ("subscription { repositoriesChanged(maxRateHz: 1000) { revision } }", {}),
    ],
    ids=["variable missing", "variable of another type", "nothing to follow", "argument out of range"],
)
async def test_what_cannot_be_executed_ends_with_its_errors(
    server_url: str, query: str, variables: dict[str, object]
) -> None:
    async with greeted(server_url) as opened:
        await opened.subscribe("1", query, variables=variables)
        messages = await opened.heard("1")
        payload = messages[0]["payload"]
        assert [message["type"] for message in messages] in (["error"], ["next", "complete"])
        assert payload if messages[0]["type"] == "error" else payload["errors"]
        assert await opened.is_alive()


async def test_an_error_of_a_field_is_part_of_the_result(server_url: str) -> None:
    async with greeted(server_url) as opened:
        await opened.subscribe("1", "{ repository { id } __typename }")
        result, end = await opened.heard("1")
    assert result["payload"]["data"] == {"repository": None, "__typename": "Query"}
    assert result["payload"]["errors"][0]["path"] == ["repository"]
    assert end["type"] == "complete"


# Several operations


async def test_operations_are_told_apart_by_their_ids(server_url: str) -> None:
    async with greeted(server_url) as opened:
        await opened.subscribe("still", SILENT)
        ids = [str(number) for number in range(20)]
        for one in ids:
            await opened.subscribe(
                one, "query Q($name: String!) { __type(name: $name) { name } }", variables={"name": one}
            )
        messages = [await opened.hear() for _ in range(2 * len(ids))]
        for one in ids:
            assert [message["type"] for message in messages if message["id"] == one] == ["next", "complete"]
        assert await opened.is_alive()


async def test_a_slow_operation_does_not_hold_up_the_others(server_url: str, forge: GitServer) -> None:
    make_repository(forge.root / "ws/slow.git", {"a.py": "def a(): ...\n"})
    forge.knobs.delay_seconds = 2
    try:
        async with greeted(server_url) as opened:
            slow = "query R($url: String!) { remoteRefs(url: $url) { __typename } }"
            await opened.subscribe("slow", slow, variables={"url": forge.url("ws/slow.git")})
            await opened.subscribe("quick", QUERY)
            assert [(await opened.hear())["id"] for _ in range(2)] == ["quick"] * 2
            assert [message["type"] for message in await opened.heard("slow")] == ["next", "complete"]
    finally:
        forge.knobs.delay_seconds = 0


@pytest.mark.parametrize("query", [SILENT, QUERY])
async def test_an_id_that_is_in_use_closes_the_socket(server_url: str, query: str) -> None:
    async with greeted(server_url) as opened:
        await opened.subscribe("abc", SILENT)
        await opened.subscribe("abc", query)
        assert await opened.closed() == (4409, "Subscriber for abc already exists")


async def test_the_reason_for_a_long_id_fits_into_a_close_frame(server_url: str) -> None:
    async with greeted(server_url) as opened:
        for _ in range(2):
            await opened.subscribe("\u4e16" * 300, SILENT)
        code, reason = await opened.closed()
    assert code == 4409
    assert 0 < len(reason.encode()) <= LONGEST_REASON


@pytest.mark.parametrize("query", [QUERY, "{ nothing }", SILENT], ids=["complete", "error", "completed by the client"])
async def test_an_id_may_be_used_again_after_its_end(server_url: str, query: str) -> None:
    async with greeted(server_url) as opened:
        for _ in range(3):
            await opened.subscribe("1", query)
            if query == SILENT:
                await opened.say("complete", id="1")
            else:
                await opened.heard("1")
        await opened.subscribe("1", QUERY)
        assert [message["type"] for message in await opened.heard("1")] == ["next", "complete"]


async def test_one_operation_too_many_is_an_error_of_its_own(server_url: str) -> None:
    async with greeted(server_url) as opened:
        for number in range(OPERATIONS + 1):
            await opened.subscribe(str(number), SILENT)
        error = await opened.hear()
        assert (error["type"], error["id"]) == ("error", str(OPERATIONS))
        assert error["payload"][0]["extensions"]["code"] == "RATE_LIMITED"
        assert await opened.is_alive()
        await opened.say("complete", id="0")
        await opened.subscribe("new", QUERY)
        assert [message["type"] for message in await opened.heard("new")] == ["next", "complete"]


# Complete


async def change_the_fleet(other: Wire, forge: GitServer, name: str) -> None:
    """Let a repository be cloned and mapped, which every follower of the fleet is told."""
    make_repository(forge.root / f"ws/{name}.git", {"a.py": "def a(): ...\n"})
    await other.subscribe("clone", CLONE, variables={"url": forge.url(f"ws/{name}.git")})
    job = (await other.heard("clone"))[0]["payload"]["data"]["cloneRepository"]["job"]
    await other.subscribe("job", JOB, variables={"id": job["id"]})
    await other.heard("job")


async def test_nothing_comes_after_the_clients_complete(server_url: str, forge: GitServer) -> None:
    async with greeted(server_url) as opened, greeted(server_url) as other:
        await opened.subscribe("1", FLEET)
        await change_the_fleet(other, forge, "before")
        assert (await opened.hear())["type"] == "next"
        await opened.say("complete", id="1")
        await opened.say("ping", payload={"after": "complete"})
        while (await opened.hear()) != {"type": "pong", "payload": {"after": "complete"}}:
            pass  # what was on its way
        await change_the_fleet(other, forge, "after")
        assert await opened.is_silent()
        assert await opened.is_alive()


async def test_the_end_that_the_client_asked_for_is_not_confirmed(server_url: str) -> None:
    async with greeted(server_url) as opened:
        await opened.subscribe("1", SILENT)
        await opened.say("complete", id="1")
        assert await opened.is_silent()


@pytest.mark.parametrize("operation_id", ["unknown", "ended"])
async def test_a_complete_for_what_does_not_run_is_passed_over(server_url: str, operation_id: str) -> None:
    async with greeted(server_url) as opened:
        await opened.subscribe("ended", QUERY)
        await opened.heard("ended")
        await opened.say("complete", id=operation_id)
        assert await opened.is_alive()


async def test_a_complete_may_cross_the_end(server_url: str) -> None:
    async with greeted(server_url) as opened:
        for number in range(20):
            await opened.subscribe(str(number), QUERY)
            await opened.say("complete", id=str(number))
        await opened.say("ping", payload={"last": True})
        heard: list[str] = []
        while (message := await opened.hear())["type"] != "pong":
            heard.append(f"{message['id']} {message['type']}")
        assert len(heard) == len(set(heard))
        assert await opened.is_silent()
        assert await opened.is_alive()


async def test_a_complete_right_after_the_question_leaves_its_id_free(server_url: str) -> None:
    async with greeted(server_url) as opened:
        await opened.subscribe("1", SILENT)
        await opened.say("complete", id="1")
        await opened.subscribe("1", QUERY)
        assert [message["type"] for message in await opened.heard("1")] == ["next", "complete"]


# The end of a socket


async def test_a_client_closes_normally(server_url: str) -> None:
    async with greeted(server_url) as opened:
        await opened.subscribe("1", SILENT)
        await opened.opened.close(1000)
        assert (await opened.closed())[0] == 1000


@pytest.mark.parametrize("abrupt", [False, True])
async def test_a_client_that_goes_leaves_nothing_behind(
    tmp_path_factory: pytest.TempPathFactory, *, abrupt: bool
) -> None:
    settings = local_settings(tmp_path_factory.mktemp("few"), sockets=1)
    with running_server(settings) as url:
        for _ in range(5):
            async with greeted(url) as opened:
                await opened.subscribe("1", SILENT)
                await opened.subscribe("2", QUERY)
                if abrupt:
                    opened.opened.transport.abort()
            await asyncio.sleep(0.1)
        async with greeted(url) as opened:
            assert await opened.is_alive()


@pytest.mark.parametrize(
    "message", ['{"type":"connection_init"}', "[]", '{"type":"subscribe","id":"1","payload":{"query":"{a}"}}']
)
async def test_every_close_says_why_in_few_bytes(server_url: str, message: str) -> None:
    async with greeted(server_url) as opened:
        await opened.subscribe("1", SILENT)
        await opened.raw(message)
        code, reason = await opened.closed()
    assert code in {4400, 4409, 4429}
    assert 0 < len(reason.encode()) <= LONGEST_REASON
