"""Following over graphql-transport-ws: mutation, subscription, map, by a client that is not ours."""

from contextlib import aclosing
from typing import Any

import pytest
from gql import gql
from gql.client import AsyncClientSession
from gql.transport.exceptions import TransportQueryError

from services.models import Phase
from tests.support.asker import CLONE, Asker
from tests.support.gitserver import GitServer, make_repository
from tests.support.subscriber import follow, session

pytestmark = pytest.mark.anyio

JOB = """subscription J($id: ID!) { jobProgress(id: $id, maxRateHz: 30) { kind revision gap occurredAt
  job { state queuePosition progress { phase current total fraction } phases { phase } error { code } } } }"""
REPOSITORY = """subscription R($id: ID!, $follow: Boolean, $after: Int) {
  repositoryChanged(id: $id, follow: $follow, afterRevision: $after, maxRateHz: 30) { kind revision gap
  repository { name clone { state progress { phase } } map { state progress { phase current total } } } } }"""
READY = """subscription { repositoriesChanged(filter: {states: [READY], nameContains: "leaving"}, maxRateHz: 30) {
  kind repository { clone { state } } } }"""
LIVE_MAP = """subscription M($id: ID!, $ref: String, $tokens: Int, $focus: FocusInput, $rate: Float) {
  repoMapChanged(repositoryId: $id, ref: $ref, tokens: $tokens, focus: $focus, maxRateHz: $rate) {
  kind complete snapshot { ref } repoMap { text } } }"""
REFRESH = "mutation R($id: ID!) { refreshRepository(input: {repositoryId: $id}) { errors { ... on Error { code } } } }"
FLEET = "subscription { repositoriesChanged { kind repository { id clone { state } } } }"


async def first(opened: AsyncClientSession, document: str, **variables: object) -> dict[str, Any]:
    """Give the first event, and unsubscribe."""
    async with aclosing(follow(opened, document, **variables)) as events:
        event: dict[str, Any] = await anext(events)
        return event


async def clone(opened: AsyncClientSession, url: str) -> dict[str, Any]:
    request = gql(CLONE)
    request.variable_values = {"url": url}
    payload: dict[str, Any] = (await opened.execute(request))["cloneRepository"]
    return payload


async def test_a_clone_is_asked_for_followed_and_read_on_one_socket(server_url: str, forge: GitServer) -> None:
    make_repository(forge.root / "ada/live.git", {f"m{i}.py": f"def f{i}():\n    return {i}\n" for i in range(200)})
    async with session(server_url) as opened:
        payload = await clone(opened, forge.url("ada/live.git"))
        events = [event async for event in follow(opened, JOB, id=payload["job"]["id"])]
        request = gql("query M($id: ID!) { repository(id: $id) { snapshot { repoMap { text } } } }")
        request.variable_values = {"id": payload["repository"]["id"]}
        read = await opened.execute(request)
    assert [event["job"]["state"] for event in events].count("SUCCEEDED") == 1
    assert events[-1]["job"]["state"] == "SUCCEEDED"
    assert "def f0" in read["repository"]["snapshot"]["repoMap"]["text"]


async def test_revisions_grow_and_phases_come_in_order(server_url: str, forge: GitServer) -> None:
    make_repository(forge.root / "ada/order.git", {f"m{i}.py": f"def g{i}():\n    return {i}\n" for i in range(200)})
    async with session(server_url) as opened:
        payload = await clone(opened, forge.url("ada/order.git"))
        events = [event async for event in follow(opened, JOB, id=payload["job"]["id"])]
    revisions = [event["revision"] for event in events]
    phases = [Phase(record["phase"]).order for record in events[-1]["job"]["phases"]]
    assert revisions == sorted(revisions)
    assert phases == sorted(set(phases))
    assert events[0]["kind"] == "SNAPSHOT"


async def test_following_an_ended_job_gives_its_end_and_completes(server_url: str, ask: Asker, shapes: str) -> None:
    jobs = ask("query R($id: ID!) { repository(id: $id) { jobs { nodes { id } } } }", id=shapes)
    async with session(server_url) as opened:
        job_id = jobs["repository"]["jobs"]["nodes"][-1]["id"]
        events = [event async for event in follow(opened, JOB, id=job_id)]
    assert [event["job"]["state"] for event in events] == ["SUCCEEDED"]


async def test_the_map_of_another_ref_is_followed_by_its_name(
    server_url: str, ask: Asker, shapes: str, forge: GitServer
) -> None:
    ask.map(forge.url("ada/shapes.git"), ref="dev")
    async with session(server_url) as opened:
        dev = await first(opened, LIVE_MAP, id=shapes, ref="dev")
        default = await first(opened, LIVE_MAP, id=shapes)
    assert (dev["complete"], dev["snapshot"]["ref"]) == (True, "dev")
    assert "only_on_dev" in dev["repoMap"]["text"]
    assert "only_on_dev" not in default["repoMap"]["text"]


async def test_resubscribing_shows_the_state_now(server_url: str, shapes: str) -> None:
    async with session(server_url) as opened:
        for _ in range(2):
            event = await first(opened, REPOSITORY, id=shapes)
            assert event["kind"] == "SNAPSHOT"
            assert event["repository"]["map"] == {"state": "READY", "progress": None}


async def test_a_subscription_without_follow_ends_when_nothing_is_live(server_url: str, shapes: str) -> None:
    async with session(server_url) as opened:
        events = [event async for event in follow(opened, REPOSITORY, id=shapes, follow=False)]
    assert len(events) == 1


@pytest.mark.usefixtures("shapes")
async def test_the_fleet_begins_with_every_repository_and_goes_on(server_url: str, forge: GitServer) -> None:
    make_repository(forge.root / "ada/fleet.git", {"a.py": "x = 1\n"})
    async with session(server_url) as opened, aclosing(follow(opened, FLEET)) as events:
        assert (await anext(events))["kind"] == "SNAPSHOT"
        payload = await clone(opened, forge.url("ada/fleet.git"))
        async for event in events:
            if event["repository"]["id"] == payload["repository"]["id"] and event["kind"] != "SNAPSHOT":
                assert event["kind"] == "CHANGE"
                break


@pytest.mark.parametrize("after", [10**6, 2**31 - 1])
async def test_a_revision_that_was_never_reached_is_answered_with_the_state_now(
    server_url: str, shapes: str, after: int
) -> None:
    async with session(server_url) as opened:
        event = await first(opened, REPOSITORY, id=shapes, after=after)
    assert (event["kind"], event["gap"]) == ("RESYNC", True)
    assert event["repository"]["clone"]["state"] == "READY"
    assert 0 < event["revision"] < after


async def test_what_stops_to_match_is_shown_once_more_and_again_when_it_matches(
    server_url: str, ask: Asker, forge: GitServer
) -> None:
    make_repository(forge.root / "ada/leaving.git", {"a.py": "x = 1\n"})
    repository_id = ask.map(forge.url("ada/leaving.git"))
    async with session(server_url) as opened, aclosing(follow(opened, READY)) as events:
        states = [(await anext(events))["repository"]["clone"]["state"]]
        forge.knobs.delay_seconds = 0.5  # longer than the rate lets an event wait for the next
        try:
            ask(REFRESH, id=repository_id)
            async for event in events:
                states.append(event["repository"]["clone"]["state"])
                if states[-2:] == ["UPDATING", "READY"]:
                    break
        finally:
            forge.knobs.delay_seconds = 0.0
    assert states.count("UPDATING") == 1
    assert set(states) == {"READY", "UPDATING"}


@pytest.mark.parametrize(
    ("document", "variables", "code"),
    [
        (JOB, {"id": "Sm9iOm5vcGU"}, "NOT_FOUND"),
        (REPOSITORY, {"id": "UmVwb3NpdG9yeTpub3Bl"}, "NOT_FOUND"),
        (FLEET.replace("Changed {", "Changed(maxRateHz: 0) {"), {}, "INVALID_ARGUMENT"),
        (REPOSITORY, {"id": "UmVwb3NpdG9yeTpub3Bl", "after": -1}, "INVALID_ARGUMENT"),
        (LIVE_MAP, {"id": "UmVwb3NpdG9yeTpub3Bl"}, "NOT_FOUND"),
        (LIVE_MAP, {"id": "Sm9iOm5vcGU"}, "NOT_FOUND"),
        (LIVE_MAP, {"id": "UmVwb3NpdG9yeTpub3Bl", "ref": "--upload-pack"}, "INVALID_REF"),
        (LIVE_MAP, {"id": "UmVwb3NpdG9yeTpub3Bl", "tokens": 0}, "INVALID_ARGUMENT"),
        (LIVE_MAP, {"id": "UmVwb3NpdG9yeTpub3Bl", "tokens": 200_001}, "INVALID_ARGUMENT"),
        (LIVE_MAP, {"id": "UmVwb3NpdG9yeTpub3Bl", "rate": 0.0}, "INVALID_ARGUMENT"),
        (LIVE_MAP, {"id": "UmVwb3NpdG9yeTpub3Bl", "focus": {"text": "x" * 10_001}}, "INVALID_ARGUMENT"),
    ],
)
async def test_following_what_cannot_be_followed_says_why(
    server_url: str, document: str, variables: dict[str, object], code: str
) -> None:
    async with session(server_url) as opened:
        with pytest.raises(TransportQueryError) as caught:
            await first(opened, document, **variables)
    assert caught.value.errors is not None
    assert caught.value.errors[0]["extensions"]["code"] == code
