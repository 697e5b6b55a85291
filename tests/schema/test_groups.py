"""Execute once, send to all, and never across what somebody may see."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, aclosing
from pathlib import Path
from typing import Any

import pytest

from schema.asked import Asked
from schema.contract import contract
from schema.groups import AT_ONCE
from schema.limits import Limits
from schema.plans import Planner
from schema.prepared import LONGEST_KEPT
from services.settings import Settings
from services.viewers import Scope
from tests.support.doors import data, make_token, revoke_token
from tests.support.figures import figures, until
from tests.support.gitserver import GitServer, make_repository
from tests.support.running import local_settings
from tests.support.server import running_server
from tests.support.wireclient import Wire, greeted

pytestmark = pytest.mark.anyio

CLONE = "mutation C($url: String!) { cloneRepository(input: {url: $url}) { job { id } repository { id } } }"
JOB = """subscription J($id: ID!, $after: Int, $rate: Float) {
  jobProgress(id: $id, afterRevision: $after, maxRateHz: $rate) {
    kind revision gap job { state phases { phase } } } }"""
FLEET = "subscription { repositoriesChanged(maxRateHz: 30) { kind repository { name } } }"
FOLLOWERS = 40


async def clone(opened: Wire, url: str) -> tuple[str, str]:
    """Ask for a clone; gives the ids of its job and its repository."""
    async with aclosing(opened.events(CLONE, url=url)) as answers:
        payload = await anext(answers)
        assert [answer async for answer in answers] == []
    return payload["job"]["id"], payload["repository"]["id"]


def files(count: int) -> dict[str, bytes | str]:
    return {f"m{number}.py": f"def f{number}():\n    return {number}\n" for number in range(count)}


async def test_one_execution_serves_all_who_follow_the_same(server_url: str, forge: GitServer) -> None:
    make_repository(forge.root / "ada/crowd.git", files(300))
    before = figures(server_url)
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(greeted(server_url)) for _ in range(FOLLOWERS)]
        job_id, _ = await clone(clients[0], forge.url("ada/crowd.git"))

        async def follow(opened: Wire, number: int) -> list[dict[str, Any]]:
            rate = 30 if number % 2 else None
            return [event async for event in opened.events(JOB, id=job_id, rate=rate)]

        seen = await asyncio.gather(*[follow(opened, number) for number, opened in enumerate(clients)])
    after = figures(server_url)
    for events in seen:
        revisions = [event["revision"] for event in events]
        assert revisions == sorted(revisions)
        assert [event["job"]["state"] for event in events].count("SUCCEEDED") == 1
        assert events[-1]["job"]["state"] == "SUCCEEDED"
    deliveries = after["graticule_deliveries_total"] - before["graticule_deliveries_total"]
    executions = after["graticule_executions_total"] - before["graticule_executions_total"]
    assert deliveries == sum(map(len, seen))
    assert executions <= 3 * max(map(len, seen)), "a snapshot, and each change with and without a gap"
    await until(server_url, groups=0, subscribers=0, mailboxes_attached=0)


async def test_how_somebody_wants_to_be_told_makes_no_group_of_its_own(server_url: str, shapes: str) -> None:
    document = """subscription R($id: ID!, $after: Int, $rate: Float, $follow: Boolean) {
      repositoryChanged(id: $id, afterRevision: $after, maxRateHz: $rate, follow: $follow) { revision } }"""
    written = "subscription R($id: ID!) { repositoryChanged(id: $id, maxRateHz: 7) { revision } }"
    async with greeted(server_url) as opened:
        for variables in ({}, {"after": 0}, {"rate": 3}, {"after": 1, "follow": True}, {"after": None}):
            await opened.follow(document, id=shapes, **variables)
        await opened.follow(written, id=shapes)
        await until(server_url, groups=1, subscribers=6, mailboxes_attached=1)
        await opened.follow("subscription R($id: ID!) { repositoryChanged(id: $id) { kind } }", id=shapes)
        await until(server_url, groups=2, subscribers=7, mailboxes_attached=1)
    await until(server_url, groups=0, subscribers=0, mailboxes_attached=0)


async def test_equal_budgets_and_focuses_share_a_live_map(server_url: str, shapes: str) -> None:
    document = """subscription M($id: ID!, $after: Int, $rate: Float, $tokens: Int, $focus: FocusInput) {
      repoMapChanged(repositoryId: $id, afterRevision: $after, maxRateHz: $rate, tokens: $tokens, focus: $focus) {
      complete repoMap { text } } }"""
    async with greeted(server_url) as opened:
        for variables in ({}, {"after": 0}, {"rate": 3}):
            await opened.follow(document, id=shapes, tokens=500, focus={"text": "area"}, **variables)
        await until(server_url, groups=1, subscribers=3, mailboxes_attached=1)
        await opened.follow(document, id=shapes, tokens=501, focus={"text": "area"})
        await until(server_url, groups=2, subscribers=4, mailboxes_attached=2)
    await until(server_url, groups=0, subscribers=0, mailboxes_attached=0)


async def test_a_fleet_of_more_than_one_batch_is_shown_whole(tmp_path: Path, forge: GitServer) -> None:
    with running_server(local_settings(tmp_path)) as url:
        async with greeted(url) as asking:
            jobs = [(await clone(asking, forge.url(f"nobody/r{number}.git")))[0] for number in range(2 * AT_ONCE + 1)]
            for job_id in jobs:  # to their ends: nothing that moves later may bring the rest
                assert [event async for event in asking.events(JOB, id=job_id)]
        async with greeted(url) as opened:
            await opened.follow("subscription { repositoriesChanged { kind repository { name } } }")
            seen: set[str] = set()
            while len(seen) < 2 * AT_ONCE + 1:
                event = (await opened.hear())["payload"]["data"]["repositoriesChanged"]
                seen.add(event["repository"]["name"])


async def test_one_that_completes_leaves_the_others_of_its_group_alone(server_url: str, shapes: str) -> None:
    async with greeted(server_url) as staying, greeted(server_url) as leaving:
        for opened in (staying, leaving):
            await opened.follow(FLEET)
            assert (await opened.hear())["payload"]["data"]["repositoriesChanged"]["kind"] == "SNAPSHOT"
        await until(server_url, groups=1, subscribers=2)
        await leaving.say("complete", id="1")
        await until(server_url, groups=1, subscribers=1)
        await leaving.say("ping")
        while (message := await leaving.hear())["type"] != "pong":
            assert message["type"] == "next"  # what was on its way
        await staying.opened.close()
    await until(server_url, groups=0, subscribers=0)
    assert shapes


@pytest.mark.parametrize(
    "document",
    [
        "subscription { ...All } fragment All on Subscription { repositoriesChanged { kind } }",
        "subscription A { repositoriesChanged { kind } } query B { __typename }",
    ],
)
async def test_what_cannot_be_shared_is_executed_the_ordinary_way(server_url: str, shapes: str, document: str) -> None:
    assert shapes
    async with greeted(server_url) as opened:
        payload = {"query": document, "operationName": "A" if " A " in document else None}
        await opened.say("subscribe", id="1", payload=payload)
        message = await opened.hear()
        assert message["payload"]["data"] == {"repositoriesChanged": {"kind": "SNAPSHOT"}}
        assert figures(server_url)["graticule_groups"] == 0
    await until(server_url, mailboxes_attached=0)


async def test_an_error_in_a_shared_execution_reaches_each_follower(server_url: str, shapes: str) -> None:
    document = """subscription R($id: ID!) { repositoryChanged(id: $id) { repository {
      snapshots(first: -1) { totalCount } } } }"""
    async with greeted(server_url) as one, greeted(server_url) as two:
        for opened in (one, two):
            await opened.follow(document, id=shapes)
            payload = (await opened.hear())["payload"]
            assert payload["errors"][0]["extensions"]["code"] == "INVALID_ARGUMENT"
            assert payload["errors"][0]["path"] == ["repositoryChanged", "repository", "snapshots"]


async def test_a_name_that_is_not_the_documents_own_is_told(server_url: str) -> None:
    async with greeted(server_url) as opened:
        await opened.say(
            "subscribe",
            id="1",
            payload={"query": "subscription A { repositoriesChanged { kind } }", "operationName": "B"},
        )
        message = await opened.hear()
        assert (message["type"], message["id"]) == ("error", "1")


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Settings, dict[str, str]]]:
    """Give a server with a private and an open repository, and tokens of different rights."""
    folder = tmp_path_factory.mktemp("guarded")
    for name in ("acme/secret", "open/shapes"):
        make_repository(folder / "forge" / f"{name}.git", {"a.py": "x = 1\n"})
    with GitServer.start(folder / "forge") as forge:
        host = forge.url("acme/secret").removeprefix("http://").split("/")[0]
        settings = local_settings(
            folder / "data", credentials=f'{{"http://{host}/acme": {{"username": "u", "password": "p"}}}}'
        )
        tokens = {
            "admin": make_token(settings, "admin", scope=Scope.ADMIN, grants=("*",)),
            "granted": make_token(settings, "granted", grants=(f"{host}/acme",)),
            "other": make_token(settings, "other"),
        }
        with running_server(settings) as url:
            for name in ("acme/secret", "open/shapes"):
                answer = data(url, CLONE, token=tokens["admin"], url=forge.url(f"{name}.git"))
                _wait(url, tokens["admin"], answer["cloneRepository"]["job"]["id"])
            yield url, settings, tokens


def _wait(url: str, token: str, job_id: str) -> None:
    asked = "query J($id: ID!) { job(id: $id) { finishedAt } }"
    while data(url, asked, token=token, id=job_id)["job"]["finishedAt"] is None:
        time.sleep(0.05)


async def names(opened: Wire, count: int) -> set[str]:
    """Give the names of the first so many events of the fleet, without their host."""
    await opened.follow(FLEET)
    events = [(await opened.hear())["payload"]["data"]["repositoriesChanged"] for _ in range(count)]
    return {event["repository"]["name"].split("/", 1)[1] for event in events}


async def test_nothing_is_shared_between_tokens_of_different_rights(
    guarded: tuple[str, Settings, dict[str, str]],
) -> None:
    url, _, tokens = guarded
    async with AsyncExitStack() as stack:
        granted, again, other = [
            await stack.enter_async_context(greeted(url, token=tokens[name]))
            for name in ("granted", "granted", "other")
        ]
        assert await names(granted, 2) == {"acme/secret", "open/shapes"}
        assert await names(again, 2) == {"acme/secret", "open/shapes"}
        assert await names(other, 1) == {"open/shapes"}
        await until(url, token=tokens["admin"], groups=2, subscribers=3)
        refresh = "mutation R($id: ID!) { refreshRepository(input: {repositoryId: $id}) { job { id } } }"
        for node in data(url, "{ repositories { nodes { id } } }", token=tokens["admin"])["repositories"]["nodes"]:
            data(url, refresh, token=tokens["admin"], id=node["id"])
        seen: set[str] = set()
        while seen != {"acme/secret", "open/shapes"}:
            seen.add(await next_name(granted))
        assert await next_name(other) == "open/shapes"
        await other.say("ping")
        while (message := await other.hear())["type"] != "pong":
            assert message["payload"]["data"]["repositoriesChanged"]["repository"]["name"].endswith("/open/shapes")


async def next_name(opened: Wire) -> str:
    message = await opened.hear()
    name: str = message["payload"]["data"]["repositoriesChanged"]["repository"]["name"]
    return name.split("/", 1)[1]


async def test_a_revoked_token_ends_its_group_and_no_other(guarded: tuple[str, Settings, dict[str, str]]) -> None:
    url, settings, tokens = guarded
    token = await asyncio.to_thread(make_token, settings, "passing")
    async with greeted(url, token=token) as passing, greeted(url, token=tokens["other"]) as other:
        await names(passing, 1)
        await names(other, 1)
        await revoke_token(settings, token)
        async with asyncio.timeout(20):
            await passing.opened.wait_closed()
        assert passing.opened.close_code == 4403
        await until(url, token=tokens["admin"], groups=1, subscribers=1)


def test_what_is_too_large_to_be_remembered_has_no_plan() -> None:
    planner = Planner(contract().types, Limits())
    document = "subscription R($filter: RepositoryFilter) { repositoriesChanged(filter: $filter) { kind } }"
    short, long = ({"filter": {"nameContains": "x" * size}} for size in (100, LONGEST_KEPT))
    assert planner.plan(Asked(document, short)) is not None
    assert planner.plan(Asked(document, long)) is None
