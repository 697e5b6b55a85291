"""Two people with different rights on one server: each sees a fleet of their own, on every transport.

`acme/*` needs credentials of this server, so it is private; one token was given it, the other was not.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp.shared.exceptions import MCPError
from mcp_types import TextContent

from schema.types.node import snapshot_id
from services.errors import InvalidArgumentError
from services.models import SnapshotKey
from services.prefixes import covers
from services.settings import Settings
from services.viewers import Grants, Scope
from tests.support.doors import agent, ask, bearer, data, make_token
from tests.support.gitserver import GitServer
from tests.support.running import local_settings
from tests.support.server import running_server
from tests.support.wireclient import Wire, greeted

pytestmark = pytest.mark.anyio

ROBOT = {"username": "robot", "password": "p4ssw0rd"}
CLONE = """mutation Clone($url: String!) { cloneRepository(input: {url: $url}) {
  repository { id name private } job { id state } errors { __typename ... on Error { code message hint } }
} }"""
REFRESH = """mutation Refresh($id: ID!) { refreshRepository(input: {repositoryId: $id}) {
  job { id } errors { ... on Error { code } } } }"""
BUILD = """mutation Build($id: ID!) { buildRepoMap(input: {repositoryId: $id}) {
  job { id } errors { ... on Error { code } } } }"""
CANCEL = "mutation Cancel($id: ID!) { cancelJob(input: {jobId: $id}) { job { id } errors { ... on Error { code } } } }"
RETRY = "mutation Retry($id: ID!) { retryJob(input: {jobId: $id}) { job { id } errors { ... on Error { code } } } }"
REMOVE = """mutation Remove($id: ID!) { removeRepository(input: {repositoryId: $id}) {
  job { id } errors { ... on Error { code } } } }"""
JOB = "query Job($id: ID!) { job(id: $id) { id state repository { name } } }"
FLEET = "{ repositories { totalCount edges { node { name } } } jobs { totalCount edges { node { id } } } }"
NODE = "query Node($id: ID!) { node(id: $id) { __typename } }"
EVERYTHING = """query Everything($url: String!) { repository(url: $url) {
  id jobs { edges { node { id } } } snapshot { id symbols(first: 1) { edges { node { id } } } }
} }"""
REFS = "query Refs($url: String!) { remoteRefs(url: $url) { __typename ... on Error { code } } }"


AGENT_CALLS: dict[str, dict[str, object]] = {
    "get_source_repo_map": {},
    "get_clone_status": {},
    "wait_for_repo": {"timeout_seconds": 0},
    "get_repo_structure": {},
    "get_repo_critical_files": {},
    "get_repo_documentation": {},
    "get_repo_file_content": {"path": "shapes/geometry.py"},
    "search_symbols": {"query": "Circle"},
    "get_symbol": {"symbol": "Circle"},
    "get_map_diff": {"base": "main"},
    "list_cached_repository_branches": {},
    "list_remote_branches": {},
    "refresh_repo": {},
}


@dataclass(frozen=True, slots=True)
class Town:
    """A server, its forge, and the tokens of who was given the private repositories and who was not."""

    url: str
    forge: GitServer
    settings: Settings
    insider: str
    outsider: str
    ids: dict[str, str]
    """The global ids of the private repository, its job, snapshot and a symbol."""

    @property
    def secret(self) -> str:
        return self.forge.url("acme/secret")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, stocked_forge: GitServer) -> Iterator[Town]:
    prefix = f"127.0.0.1:{stocked_forge.port}/acme"
    credentials = json.dumps({stocked_forge.url("acme"): ROBOT})
    settings = local_settings(tmp_path_factory.mktemp("town"), credentials=credentials)
    insider = make_token(settings, "insider", scope=Scope.ADMIN, grants=(prefix,))
    outsider = make_token(settings, "outsider", scope=Scope.ADMIN, grants=("127.0.0.1/acme", "github.com"))
    with running_server(settings) as url:
        for path in ("acme/secret", "open/shapes"):
            job = data(url, CLONE, token=insider, url=stocked_forge.url(path))["cloneRepository"]["job"]
            assert _wait(url, job["id"], insider) == "SUCCEEDED"
        known = data(url, EVERYTHING, token=insider, url=stocked_forge.url("acme/secret"))["repository"]
        ids = {
            "repository": known["id"],
            "job": known["jobs"]["edges"][0]["node"]["id"],
            "snapshot": known["snapshot"]["id"],
            "symbol": known["snapshot"]["symbols"]["edges"][0]["node"]["id"],
        }
        yield Town(url, stocked_forge, settings, insider, outsider, ids)


def names(found: dict[str, Any]) -> list[str]:
    return sorted(edge["node"]["name"].split("/", 1)[1] for edge in found["edges"])


def test_the_fleet_and_its_counts_differ(town: Town) -> None:
    inside = data(town.url, FLEET, token=town.insider)
    outside = data(town.url, FLEET, token=town.outsider)
    assert (names(inside["repositories"]), inside["repositories"]["totalCount"]) == (["acme/secret", "open/shapes"], 2)
    assert (names(outside["repositories"]), outside["repositories"]["totalCount"]) == (["open/shapes"], 1)
    assert (inside["jobs"]["totalCount"], outside["jobs"]["totalCount"]) == (2, 1)
    assert town.ids["job"] not in json.dumps(outside)


def test_a_tag_says_nothing_to_who_may_not_see_what_it_stands_for(town: Town) -> None:
    document = "query Node($id: ID!) { node(id: $id) { ... on Snapshot { coverage { symbols } } } }"
    params = {"query": document, "variables": json.dumps({"id": town.ids["snapshot"]})}

    def get(token: str, **headers: str) -> httpx.Response:
        needed = {"Content-Type": "application/json", **bearer(token)}
        return httpx.get(f"{town.url}/graphql", params=params, headers=needed | headers, timeout=30)

    tag = {"If-None-Match": get(town.insider).headers["etag"]}
    assert get(town.insider, **tag).status_code == 304
    refused = get(town.outsider, **tag)
    assert (refused.status_code, refused.json()["data"]) == (200, {"node": None})


def test_a_comparison_tells_nobody_of_a_map_that_is_hidden(town: Town) -> None:
    document = (
        "query D($url: String!, $base: String!) { repository(url: $url) { snapshot { diff(base: $base) { text } } } }"
    )
    shapes = town.forge.url("open/shapes")
    bases = (town.ids["snapshot"], str(snapshot_id(SnapshotKey("nobody", "a" * 40, "1"))))
    answers = [
        ask(town.url, document, token=town.outsider, url=shapes, base=base).json()["errors"][0] for base in bases
    ]
    assert answers[0] == answers[1]
    assert answers[0]["extensions"]["code"] == "NOT_FOUND"
    hidden = ask(town.url, document, token=town.outsider, url=town.secret, base=town.ids["snapshot"]).json()
    assert hidden["data"] == {"repository": None}


@pytest.mark.parametrize("kind", ["repository", "job", "snapshot", "symbol"])
def test_what_is_hidden_is_not_there_whatever_id_one_has(town: Town, kind: str) -> None:
    assert data(town.url, NODE, token=town.insider, id=town.ids[kind])["node"] is not None
    assert data(town.url, NODE, token=town.outsider, id=town.ids[kind])["node"] is None


def test_what_is_hidden_is_not_found_by_its_url_or_its_job(town: Town) -> None:
    assert data(town.url, EVERYTHING, token=town.outsider, url=town.secret)["repository"] is None
    assert data(town.url, JOB, token=town.outsider, id=town.ids["job"])["job"] is None


@pytest.mark.parametrize(
    ("document", "kind"),
    [(REFRESH, "repository"), (BUILD, "repository"), (REMOVE, "repository"), (CANCEL, "job"), (RETRY, "job")],
)
def test_nothing_can_be_done_to_what_is_hidden(town: Town, document: str, kind: str) -> None:
    (payload,) = data(town.url, document, token=town.outsider, id=town.ids[kind]).values()
    assert (payload["job"], [error["code"] for error in payload["errors"]]) == (None, ["NOT_FOUND"])


@pytest.mark.parametrize("path", ["acme/secret", "ACME/secret", "acme/secret.git", "acme/none"])
def test_nobody_makes_the_server_use_credentials_for_what_they_were_not_given(town: Town, path: str) -> None:
    asked = len(town.forge.knobs.requests)
    payload = data(town.url, CLONE, token=town.outsider, url=town.forge.url(path))["cloneRepository"]
    (error,) = payload["errors"]
    assert (payload["repository"], payload["job"]) == (None, None)
    assert (error["__typename"], error["code"], "--grant" in error["hint"]) == ("NotAllowedError", "FORBIDDEN", True)
    refs = data(town.url, REFS, token=town.outsider, url=town.forge.url(path))["remoteRefs"]
    assert refs == {"__typename": "NotAllowedError", "code": "FORBIDDEN"}
    assert len(town.forge.knobs.requests) == asked


@asynccontextmanager
async def subscribed(town: Town, token: str, document: str, **variables: object) -> AsyncIterator[Wire]:
    async with greeted(town.url, token=token) as opened:
        await opened.follow(document, **variables)
        yield opened


async def heard(opened: Wire, *changed: str) -> str:
    """Give all that a socket says until it has told a change of each of these."""
    said, missing = "", set(changed)
    async with asyncio.timeout(30):
        while missing:
            text = json.dumps(await opened.hear())
            said += text
            missing -= {name for name in missing if "CHANGE" in text and name in text}
    return said


async def test_the_fleet_subscription_shows_each_their_own_also_while_work_goes_on(town: Town) -> None:
    document = "subscription { repositoriesChanged { kind repository { name clone { state } } } }"
    async with (
        subscribed(town, town.insider, document) as inside,
        subscribed(town, town.outsider, document) as outside,
    ):
        for url in (town.secret, town.forge.url("open/shapes")):
            asked = await asyncio.to_thread(data, town.url, REFRESH, token=town.insider, id=_id(town, url))
            await asyncio.to_thread(_wait, town.url, asked["refreshRepository"]["job"]["id"], town.insider)
        await heard(inside, "acme/secret", "open/shapes")
        said = await heard(outside, "open/shapes")
    assert "acme" not in said


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        ("subscription Follow($id: ID!) { repositoryChanged(id: $id) { repository { name } } }", "repository"),
        ("subscription Follow($id: ID!) { jobProgress(id: $id) { job { id state } } }", "job"),
    ],
)
async def test_what_is_hidden_cannot_be_followed(town: Town, document: str, kind: str) -> None:
    async with subscribed(town, town.outsider, document, id=town.ids[kind]) as opened:
        answer = await opened.hear()
    (error,) = answer["payload"] if answer["type"] == "error" else answer["payload"]["errors"]
    assert error["extensions"]["code"] == "NOT_FOUND"
    async with subscribed(town, town.insider, document, id=town.ids[kind]) as opened:
        assert "errors" not in (await opened.hear())["payload"]


async def test_an_agent_sees_what_its_token_was_given(town: Town) -> None:
    said: dict[str, str] = {}
    for name, token in (("insider", town.insider), ("outsider", town.outsider)):
        async with agent(town.url, token=token) as client:
            for tool, arguments in AGENT_CALLS.items():
                result = await client.call_tool(tool, {"repo_path": town.secret, **arguments})
                assert isinstance(result.content[0], TextContent)
                said[f"{name} {tool}"] = result.content[0].text + json.dumps(result.structured_content)
            said[f"{name} resources"] = str((await client.list_resources()).resources)
            uri = f"graticule://127.0.0.1:{town.forge.port}/acme/secret/map"
            with pytest.raises(MCPError, match="NOT_FOUND") if token == town.outsider else nullcontext():
                await client.read_resource(uri)
    hidden = ("Circle", "shapes/geometry.py", "acme/secret/map", *town.ids.values())
    assert [
        words for tool, words in said.items() if tool.startswith("outsider ") and any(h in words for h in hidden)
    ] == []
    assert "acme/secret/map" in said["insider resources"]
    assert "Circle" in said["insider get_source_repo_map"]
    assert "Circle" not in said["outsider get_source_repo_map"]
    assert "private" in said["outsider get_source_repo_map"]
    assert '"status": "not_started"' in said["outsider get_clone_status"]


def test_what_was_private_stays_so_when_the_credentials_go(tmp_path: Path, stocked_forge: GitServer) -> None:
    credentials = json.dumps(
        {f"http://127.0.0.1:{stocked_forge.port}/acme": {"username": "robot", "password": "p4ssw0rd"}}
    )
    settings = local_settings(tmp_path)
    insider = make_token(settings, scope=Scope.CLONE, grants=("*",))
    outsider = make_token(settings, scope=Scope.CLONE)
    with running_server(settings.model_copy(update=_secret(credentials))) as url:
        made = data(url, CLONE, token=insider, url=stocked_forge.url("acme/other"))["cloneRepository"]["repository"]
        assert made["private"] is True
    with running_server(settings) as url:
        assert data(url, FLEET, token=outsider)["repositories"]["totalCount"] == 0
        (error,) = data(url, CLONE, token=outsider, url=stocked_forge.url("acme/other"))["cloneRepository"]["errors"]
        assert error["code"] == "FORBIDDEN"


def test_what_policy_takes_no_more_can_still_be_removed(tmp_path: Path, stocked_forge: GitServer) -> None:
    settings = local_settings(tmp_path)
    with running_server(settings) as url:
        made = data(url, CLONE, url=stocked_forge.url("open/shapes"))["cloneRepository"]
        _wait(url, made["job"]["id"])
    with running_server(settings.model_copy(update={"allow_protocols": "https"})) as url:
        refused = data(url, REFRESH, id=made["repository"]["id"])["refreshRepository"]
        removed = data(url, REMOVE, id=made["repository"]["id"])["removeRepository"]
        assert [error["code"] for error in refused["errors"]] == ["PROTOCOL_NOT_ALLOWED"]
        assert removed["errors"] == []
        assert _wait(url, removed["job"]["id"]) == "SUCCEEDED"
        assert data(url, FLEET)["repositories"]["totalCount"] == 0


def test_what_credentials_come_to_cover_becomes_private_with_its_jobs(tmp_path: Path, stocked_forge: GitServer) -> None:
    credentials = json.dumps(
        {f"http://127.0.0.1:{stocked_forge.port}/acme": {"username": "robot", "password": "p4ssw0rd"}}
    )
    settings = local_settings(tmp_path)
    outsider = make_token(settings, scope=Scope.CLONE)
    with running_server(settings) as url:
        job = data(url, CLONE, token=outsider, url=stocked_forge.url("acme/other"))["cloneRepository"]["job"]
    with running_server(settings.model_copy(update=_secret(credentials))) as url:
        fleet = data(url, FLEET, token=outsider)
        assert (fleet["repositories"]["totalCount"], fleet["jobs"]["totalCount"]) == (0, 0)
        assert data(url, JOB, token=outsider, id=job["id"])["job"] is None
        assert ask(url, FLEET, token=outsider).status_code == 200


@pytest.mark.parametrize(
    ("prefix", "name", "covered"),
    [
        ("github.com", "github.com/acme/secret", True),
        ("github.com/acme", "github.com/acme/secret", True),
        ("github.com/acme/secret", "github.com/acme/secret", True),
        ("github.com/acme", "github.com/Acme/Secret", True),
        ("github.com/acme", "github.com/acme-evil/secret", False),
        ("github.com/acme/sec", "github.com/acme/secret", False),
        ("github.com", "github.com.evil.example/a/b", False),
        ("git.example.com", "git.example.com:8443/a/b", False),
        ("git.example.com:8443", "git.example.com:8443/a/b", True),
        ("acme", "github.com/acme/secret", False),
    ],
)
def test_a_grant_covers_whole_parts_of_a_name(prefix: str, name: str, *, covered: bool) -> None:
    assert covers(prefix, name) is covered
    assert Grants.of([prefix]).cover(name) is covered


@pytest.mark.parametrize("text", ["", "a b", "github.com/*", "*.example.com", "https://github.com", "/acme", "a\nb"])
def test_a_grant_that_names_nothing_is_refused(text: str) -> None:
    with pytest.raises(InvalidArgumentError):
        Grants.of([text])


def _wait(server: str, job_id: str, token: str | None = None) -> str:
    """Wait for the end of a job, and give its state."""
    while (state := data(server, JOB, token=token, id=job_id)["job"]["state"]) in {"QUEUED", "RUNNING"}:
        time.sleep(0.05)
    return str(state)


def _id(town: Town, url: str) -> str:
    found: str = data(town.url, EVERYTHING, token=town.insider, url=url)["repository"]["id"]
    return found


def _secret(credentials: str) -> dict[str, Any]:
    return {"credentials": Settings(credentials=credentials).credentials}
