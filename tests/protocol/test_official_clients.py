"""The clients that others use drive the product: a clone, its progress to the end, the map.

Two of them lose their server in the middle, with SIGKILL, and come back by themselves.
"""

from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
from gql import Client, gql
from gql.transport.httpx import HTTPXAsyncTransport

from tests.support.asker import CLONE, FILES
from tests.support.documents import FOLLOW_JOB, MAP
from tests.support.gitserver import GitServer, make_repository
from tests.support.node import install_clients, node_client
from tests.support.ports import kept_port, number_of
from tests.support.serve_command import ServeCommand
from tests.support.subscriber import follow, session

CLIENTS = ("ws.mjs", "sse.mjs")
SIGNATURE = "total_area(shapes)"


@pytest.fixture(autouse=True, scope="module")
def _installed() -> None:
    install_clients()


def of(steps: list[dict[str, Any]], step: str) -> list[dict[str, Any]]:
    return [one for one in steps if one["step"] == step]


def is_before_work(step: dict[str, Any]) -> bool:
    return step.get("state") != "RUNNING"


def assert_a_journey(steps: list[dict[str, Any]]) -> None:
    """Check that it ended once, with the map, and that revisions only grew."""
    events = of(steps, "event")
    revisions = [event["revision"] for event in events]
    assert revisions == sorted(revisions)
    assert [event["state"] for event in events].count("SUCCEEDED") == 1
    assert events[-1]["state"] == "SUCCEEDED"
    assert [one["step"] for one in steps if one["step"] != "connected"][-2:] == ["complete", "map"]
    assert SIGNATURE in steps[-1]["text"]


@pytest.mark.parametrize("script", CLIENTS)
def test_a_node_client_clones_follows_and_reads_the_map(server_url: str, forge: GitServer, script: str) -> None:
    make_repository(forge.root / f"node/{script}.git", FILES)
    with node_client(script, f"{server_url}/graphql", forge.url(f"node/{script}.git")) as steps:
        assert_a_journey(list(steps))


@pytest.mark.timeout(150)  # two servers: 17 s alone, more than twice that on a busy machine
def test_node_clients_come_back_to_a_server_that_was_killed(tmp_path: Path) -> None:
    make_repository(tmp_path / "forge/ws.git", FILES)
    make_repository(tmp_path / "forge/sse.git", FILES)
    short = {"GRATICULE_JOB_LEASE_SECONDS": "3"}  # what was running is taken over after it
    with (
        kept_port() as keeper,
        GitServer.start(tmp_path / "forge") as forge,
        ServeCommand(tmp_path / "data", port=number_of(keeper), environment=short) as server,
        node_client("ws.mjs", f"{server.url}/graphql", forge.url("ws.git")) as ws,
        node_client("sse.mjs", f"{server.url}/graphql", forge.url("sse.git")) as sse,
    ):
        forge.knobs.silent_after_bytes = 0
        journeys = {steps: list(takewhile(is_before_work, steps)) for steps in (ws, sse)}
        server.kill()
        forge.knobs.silent_after_bytes = None
        with ServeCommand(tmp_path / "data", port=number_of(keeper), environment=short):
            for steps, seen in journeys.items():
                seen.extend(steps)
    for seen in journeys.values():
        assert_a_journey(seen)
        assert any(one["again"] for one in of(seen, "connected"))


@pytest.mark.anyio
async def test_the_python_client_clones_follows_and_reads_the_map(server_url: str, forge: GitServer) -> None:
    make_repository(forge.root / "python/gql.git", FILES)
    async with (
        Client(transport=HTTPXAsyncTransport(f"{server_url}/graphql")) as web,
        session(server_url) as socket,
    ):
        clone, read = gql(CLONE), gql(MAP)
        clone.variable_values = {"url": forge.url("python/gql.git")}
        payload = (await web.execute(clone))["cloneRepository"]
        events = [event async for event in follow(socket, FOLLOW_JOB, id=payload["job"]["id"])]
        read.variable_values = {"id": payload["repository"]["id"]}
        text = (await web.execute(read))["repository"]["snapshot"]["repoMap"]["text"]
    assert events[-1]["job"]["state"] == "SUCCEEDED"
    assert SIGNATURE in text
