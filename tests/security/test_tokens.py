"""Who may come in: tokens over HTTP, websockets and MCP, and what happens to those that are taken back."""

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from schema.types.node import NodeKind, node_id
from services.access.tokens import mint, read
from services.errors import InvalidArgumentError
from services.settings import Settings
from services.viewers import Grants, Scope
from tests.support.canary import files
from tests.support.doors import agent, ask, bearer, data, make_token, revoke_token
from tests.support.running import local_settings
from tests.support.server import running_server
from tests.support.wireclient import TRANSPORT, greeted, wire

pytestmark = pytest.mark.anyio

WHO = "{ viewer { name scopes grants } }"
FLEET = "subscription { repositoriesChanged { kind } }"
UNKNOWN = node_id(NodeKind.REPOSITORY, "0" * 32)
REMOVE = (
    f'mutation {{ removeRepository(input: {{repositoryId: "{UNKNOWN}"}}) {{ errors {{ ... on Error {{ code }} }} }} }}'
)
CLONE = 'mutation { cloneRepository(input: {url: "a/b"}) { job { id } errors { ... on Error { code hint } } } }'


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return local_settings(tmp_path_factory.mktemp("door"))


@pytest.fixture(scope="module")
def reader(settings: Settings) -> str:
    return make_token(settings, "reader")


@pytest.fixture(scope="module")
def url(settings: Settings, reader: str) -> Iterator[str]:
    del reader  # there is one before the server starts, so that it wants one from the beginning
    with running_server(settings) as running:
        yield running


def test_without_tokens_whoever_reaches_loopback_is_the_person_whose_machine_it_is(tmp_path: Path) -> None:
    with running_server(local_settings(tmp_path)) as running:
        viewer = data(running, WHO)["viewer"]
    assert viewer == {"name": "local", "scopes": ["READ", "CLONE", "ADMIN"], "grants": ["*"]}


@pytest.mark.parametrize(
    "opening",
    [{"host": "0.0.0.0"}, {"host": "::"}, {"host": "192.0.2.1"}, {"public_hosts": "maps.example.com"}],  # noqa: S104
    ids=str,
)
def test_a_server_that_others_can_reach_does_not_start_without_a_token(tmp_path: Path, opening: dict[str, str]) -> None:
    with (
        pytest.raises(InvalidArgumentError, match="there is no token") as caught,
        running_server(local_settings(tmp_path, **opening)),
    ):
        pass
    assert "graticule token create" in str(caught.value.hint)


def test_a_token_that_holds_no_more_does_not_open_a_server_to_others(tmp_path: Path) -> None:
    settings = local_settings(tmp_path, public_hosts="maps.example.com")
    make_token(settings, lives_seconds=-1)
    with pytest.raises(InvalidArgumentError, match="there is no token"), running_server(settings):
        pass


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Basic Z3JhOmdyYQ==",
        "Bearer gra_0000000000000000_" + "A" * 43,
        "Bearer ../../etc/passwd",
        "Bearer " + "x" * 4000,
    ],
)
@pytest.mark.parametrize("path", ["/graphql", "/mcp"])
def test_nothing_is_answered_to_nobody(url: str, header: str | None, path: str) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = httpx.post(f"{url}{path}", json={"query": WHO}, headers=headers, timeout=30)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    (error,) = answer.json()["errors"]
    assert (error["extensions"]["code"], bool(error["extensions"]["hint"])) == ("UNAUTHENTICATED", True)


def test_two_authorizations_are_none(url: str, reader: str) -> None:
    headers = [("Authorization", f"Bearer {reader}"), ("Authorization", f"Bearer {reader}")]
    assert httpx.post(f"{url}/graphql", json={"query": WHO}, headers=headers, timeout=30).status_code == 401


def test_another_secret_under_a_known_id_is_refused(url: str, reader: str) -> None:
    forged = reader[:-1] + ("A" if reader[-1] != "A" else "B")
    assert ask(url, WHO, token=forged).status_code == 401


def test_a_token_says_who_asks(url: str, reader: str) -> None:
    assert data(url, WHO, token=reader)["viewer"] == {"name": "reader", "scopes": ["READ"], "grants": []}


def test_who_did_not_ask_for_a_job_cannot_cancel_it(settings: Settings, url: str) -> None:
    ada, ben = (make_token(settings, name, scope=Scope.CLONE) for name in ("ada", "ben"))
    admin = make_token(settings, "admin", scope=Scope.ADMIN)
    start = CLONE.replace('"a/b"', '"https://127.0.0.1:1/a/b"')
    job = data(url, start, token=ada)["cloneRepository"]["job"]["id"]
    wanted = f'cancelJob(input: {{jobId: "{job}"}})'
    cancel = f"mutation {{ {wanted} {{ job {{ id }} errors {{ ... on Error {{ code }} }} }} }}"
    assert data(url, cancel, token=ben)["cancelJob"] == {"job": None, "errors": [{"code": "FORBIDDEN"}]}
    assert data(url, cancel, token=ada)["cancelJob"]["errors"] == []
    assert data(url, cancel, token=admin)["cancelJob"]["errors"] == []


@pytest.mark.parametrize("path", ["/", "/graphiql", "/healthz"])
def test_the_pages_themselves_need_none(url: str, path: str) -> None:
    assert httpx.get(f"{url}{path}", timeout=30).status_code == 200


def test_a_scope_allows_what_it_is_for_and_no_more(settings: Settings, url: str, reader: str) -> None:
    cloner = make_token(settings, "cloner", scope=Scope.CLONE)
    admin = make_token(settings, "admin", scope=Scope.ADMIN)
    outcomes = {
        (name, what): data(url, document, token=token)
        for name, token in (("reader", reader), ("cloner", cloner), ("admin", admin))
        for what, document in (("clone", CLONE), ("remove", REMOVE))
    }
    codes = {key: [error["code"] for error in next(iter(got.values()))["errors"]] for key, got in outcomes.items()}
    assert codes == {
        ("reader", "clone"): ["FORBIDDEN"],
        ("reader", "remove"): ["FORBIDDEN"],
        ("cloner", "clone"): ["HOST_NOT_ALLOWED"],  # it got as far as the policy
        ("cloner", "remove"): ["FORBIDDEN"],
        ("admin", "clone"): ["HOST_NOT_ALLOWED"],
        ("admin", "remove"): ["NOT_FOUND"],
    }


@pytest.mark.parametrize("form", ["token", "Authorization", "header"])
async def test_a_socket_takes_its_token_from_the_first_message_or_the_header(url: str, reader: str, form: str) -> None:
    payload = {"token": {"token": reader}, "Authorization": {"Authorization": f"Bearer {reader}"}}.get(form)
    headers = bearer(reader) if form == "header" else {}
    async with wire(url, TRANSPORT, additional_headers=headers) as opened:
        await opened.say("connection_init", payload=payload)
        assert (await opened.hear())["type"] == "connection_ack"
        await opened.follow(WHO)
        assert (await opened.hear())["payload"]["data"]["viewer"]["name"] == "reader"


@pytest.mark.parametrize("payload", [None, {}, {"token": "x"}, {"token": None}, {"token": ["a"]}, {"Authorization": 7}])
async def test_a_socket_without_a_token_is_closed_before_it_can_ask(url: str, payload: object) -> None:
    async with wire(url, TRANSPORT) as opened:
        await opened.say("connection_init", payload=payload)
        with suppress(ConnectionClosed):  # it may be over already
            await opened.follow(FLEET)
        assert await opened.rest() == []
        assert (await opened.closed())[0] == 4403


async def test_a_subscription_before_the_first_message_is_answered_4401(url: str) -> None:
    async with wire(url, TRANSPORT) as opened:
        await opened.follow(FLEET)
        assert await opened.rest() == []
        assert (await opened.closed())[0] == 4401


async def test_an_agent_has_the_rights_of_its_token(url: str, reader: str) -> None:
    async with agent(url, token=reader) as client:
        cloned = await client.call_tool("clone_repo", {"url": "a/b"})
    assert cloned.structured_content is not None
    assert cloned.structured_content["status"] == "error"
    assert "scope" in cloned.structured_content["message"]


async def test_a_new_token_works_at_once_and_a_revoked_one_ends_within_seconds(settings: Settings, url: str) -> None:
    token = await asyncio.to_thread(make_token, settings, "short")
    async with greeted(url, token=token) as silent, greeted(url, token=token) as subscribed:
        await subscribed.follow(FLEET)
        await revoke_token(settings, token)
        assert [(await opened.closed())[0] for opened in (silent, subscribed)] == [4403, 4403]
    answer = await asyncio.to_thread(ask, url, WHO, token=token)
    assert answer.status_code == 401
    assert "revoked" in answer.json()["errors"][0]["message"]


async def test_a_token_that_expires_takes_its_sockets_with_it(settings: Settings, url: str) -> None:
    token = await asyncio.to_thread(make_token, settings, "brief", lives_seconds=2)
    async with greeted(url, token=token) as opened:
        assert await opened.closed() == (4403, "This token has expired.")


def test_revoking_the_last_token_does_not_open_the_door(tmp_path: Path) -> None:
    settings = local_settings(tmp_path)
    token = make_token(settings)
    asyncio.run(revoke_token(settings, token))
    with running_server(settings) as running:
        assert ask(running, WHO).status_code == 401


def test_a_first_token_shuts_those_out_who_have_none(tmp_path: Path) -> None:
    settings = local_settings(tmp_path)
    with running_server(settings) as running:
        assert ask(running, WHO).status_code == 200
        make_token(settings)
        deadline = time.monotonic() + 20
        while ask(running, WHO).status_code == 200 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert ask(running, WHO).status_code == 401


def test_strangers_may_be_let_in_as_far_as_the_operator_says(tmp_path: Path) -> None:
    settings = local_settings(tmp_path, anonymous_scope="read")
    make_token(settings)
    with running_server(settings) as running:
        assert data(running, WHO)["viewer"] == {"name": "anonymous", "scopes": ["READ"], "grants": []}
        assert data(running, CLONE)["cloneRepository"]["errors"][0]["code"] == "FORBIDDEN"


def test_nothing_at_rest_can_be_used_as_a_token(settings: Settings, url: str, reader: str) -> None:
    assert ask(url, WHO, token=reader).status_code == 200
    secret = reader.split("_", 2)[2]
    kept = b"".join(content for _, content in files(settings.data_dir))
    assert secret.encode() not in kept
    with sqlite3.connect(settings.data_dir / "graticule.sqlite3") as database:
        (digest,) = database.execute("SELECT digest FROM tokens WHERE name = 'reader'").fetchone()
    shown = read(reader)
    assert shown is not None
    assert (shown.digest, len(digest)) == (digest, 64)


def test_no_two_tokens_are_alike_and_none_shows_its_secret() -> None:
    made = [mint("n", scope=Scope.READ, grants=Grants(), now=datetime.now(UTC)) for _ in range(100)]
    assert len({text for text, _ in made}) == len({token.id for _, token in made}) == 100
    assert all(text.split("_", 2)[2] not in repr(token) + repr(read(text)) for text, token in made)
