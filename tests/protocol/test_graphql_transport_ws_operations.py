"""Operations over graphql-transport-ws, from the outside: results, mistakes, ids, ends.

Nothing here knows how the server is made. Where the text leaves a choice, either is right.
"""

import pytest

from tests.support.asker import CLONE
from tests.support.documents import COSTLY, FLEET, FOLLOW_JOB, SILENT
from tests.support.gitserver import GitServer, make_repository
from tests.support.running import local_settings
from tests.support.server import running_server
from tests.support.wireclient import Wire, greeted, placed

pytestmark = pytest.mark.anyio

QUERY = "{ server { version } }"
LONGEST_REASON = 123
OPERATIONS = 50


# Operations


async def test_a_query_has_one_result_and_is_complete(server_url: str) -> None:
    async with greeted(server_url) as opened:
        await opened.subscribe("a", "{ __typename }")
        assert await opened.hear() == {
            "id": "a",
            "type": "next",
            "payload": {"data": {"__typename": "Query"}, "extensions": {"cost": {"requested": 1, "limit": 10000}}},
        }
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
        await opened.subscribe("job", FOLLOW_JOB, variables={"id": job["id"]})
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
    await other.subscribe("job", FOLLOW_JOB, variables={"id": job["id"]})
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
            async with placed(url) as opened:
                await opened.subscribe("1", SILENT)
                await opened.subscribe("2", QUERY)
                if abrupt:
                    opened.opened.transport.abort()
        async with placed(url) as opened:
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
