"""A live map over a real socket: an outline while the map is made, the map, the next one, and its end."""

from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.asker import Asker
from tests.support.gitserver import GitServer, commit_files, make_repository
from tests.support.patience import until
from tests.support.running import local_settings
from tests.support.server import running_server
from tests.support.wireclient import Wire, greeted

pytestmark = pytest.mark.anyio

FILES = 1000
METHODS = 6
CLONE = """mutation C($url: String!) { cloneRepository(input: {url: $url}) { repository { id } job { id } } }"""
REFRESH = "mutation R($id: ID!) { refreshRepository(input: {repositoryId: $id}) { errors { ... on Error { code } } } }"
REMOVE = "mutation R($id: ID!) { removeRepository(input: {repositoryId: $id}) { errors { ... on Error { code } } } }"
FOLLOW = """subscription M($id: ID!, $after: Int, $rate: Float, $tokens: Int, $focus: FocusInput, $paths: [String!],
    $languages: [String!], $order: OutlineOrder, $lines: Boolean) {
  repoMapChanged(repositoryId: $id, afterRevision: $after, maxRateHz: $rate, tokens: $tokens, focus: $focus,
      paths: $paths, languages: $languages, orderBy: $order, lineNumbers: $lines) {
    kind revision gap complete error { code message } snapshot { commit }
    coverage { filesListed filesParsed filesSkipped symbols references }
    repoMap { text tokens etag files { path symbols { symbol { id name } } } }
} }"""
MAP = "query M($id: ID!) { repository(id: $id) { snapshot { commit repoMap { text etag } } } }"


def module(number: int) -> str:
    """Write a file whose parse takes some milliseconds."""
    methods = "".join(
        f"    def method_{number}_{at}(self, other: int) -> int:\n"
        f"        return sum(value * other for value in range({at})) + helper_{number}(other)\n\n"
        for at in range(METHODS)
    )
    return f"def helper_{number}(value):\n    return value\n\n\nclass Part{number}:\n{methods}"


@pytest.fixture(scope="module")
def forge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitServer]:
    root = tmp_path_factory.mktemp("forge")
    make_repository(root / "ada/large.git", {f"parts/p{at:03}.py": module(at) for at in range(FILES)})
    with GitServer.start(root) as server:
        yield server


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def server_url(data_dir: Path) -> Iterator[str]:
    with running_server(local_settings(data_dir, allow_protocols="https,http")) as url:
        yield url


@pytest.fixture(scope="module")
def ask(server_url: str) -> Iterator[Asker]:
    with httpx.Client(base_url=server_url, timeout=30) as client:
        yield Asker(client)


@pytest.fixture
async def opened(server_url: str) -> AsyncIterator[Wire]:
    async with greeted(server_url) as socket:
        yield socket


async def until_complete(socket: Wire, **variables: object) -> list[dict[str, Any]]:
    """Follow a map until it is complete, and stop to."""
    seen = []
    async with aclosing(socket.events(FOLLOW, rate=30, **variables)) as events:
        async for event in events:
            seen.append(event)
            if event["complete"]:
                break
    return seen


async def test_an_outline_is_there_before_the_map_and_the_map_is_what_the_query_gives(
    opened: Wire, ask: Asker, forge: GitServer, data_dir: Path
) -> None:
    repository_id = ask(CLONE, url=forge.url("ada/large.git"))["cloneRepository"]["repository"]["id"]
    seen = await until_complete(opened, id=repository_id)
    drafts = [event for event in seen if event["repoMap"] and not event["complete"]]
    first, last = drafts[0], seen[-1]
    assert (first["coverage"]["filesListed"], first["coverage"]["references"]) == (FILES, 0)
    assert first["coverage"]["filesParsed"] < FILES
    assert first["coverage"]["symbols"] > 0
    assert [event["snapshot"] for event in drafts] == [None] * len(drafts)
    assert last["coverage"]["filesParsed"] == FILES
    snapshot = ask(MAP, id=repository_id)["repository"]["snapshot"]
    assert (last["snapshot"]["commit"], last["repoMap"]["text"]) == (snapshot["commit"], snapshot["repoMap"]["text"])
    assert all(new["revision"] > old["revision"] for old, new in pairwise(seen))
    await until(lambda: list((data_dir / "artifacts" / "drafts").iterdir()) == [])


async def test_a_map_that_is_there_is_one_event_and_the_next_commit_another(
    opened: Wire, ask: Asker, forge: GitServer
) -> None:
    make_repository(forge.root / "ada/moving.git", {"a.py": "def first(): ...\n"})
    repository_id = ask.map(forge.url("ada/moving.git"))
    async with aclosing(opened.events(FOLLOW, id=repository_id, rate=30)) as events:
        before = await anext(events)
        assert (before["kind"], before["gap"], before["complete"]) == ("SNAPSHOT", False, True)
        assert await opened.is_silent()
        commit = commit_files(forge.root / "ada/moving.git", {"a.py": "def second(): ...\n"})
        ask(REFRESH, id=repository_id)
        after = await anext(events)
    assert (after["kind"], after["complete"], after["snapshot"]["commit"]) == ("CHANGE", True, commit)
    assert "def second" in after["repoMap"]["text"]


async def test_a_focus_and_a_budget_are_those_of_the_query(opened: Wire, ask: Asker, forge: GitServer) -> None:
    files: dict[str, bytes | str] = {f"m{at}.py": f"def step_{at}(): ...\n" for at in range(40)}
    make_repository(forge.root / "ada/focus.git", files)
    repository_id = ask.map(forge.url("ada/focus.git"))
    (event,) = await until_complete(opened, id=repository_id, tokens=30, focus={"text": "why does step_33 fail"})
    assert event["repoMap"]["text"].startswith("m33.py\n")
    assert event["repoMap"]["tokens"] <= 30


async def test_what_may_be_shown_and_how_is_that_of_the_query(opened: Wire, ask: Asker, forge: GitServer) -> None:
    files: dict[str, bytes | str] = {
        "web/z.py": "def much_used(): ...\n",
        "web/a.py": "from web.z import much_used\n\n\ndef user():\n    much_used()\n",
        "web/b.js": "function in_javascript() {}\n",
        "other/c.py": "def elsewhere(): ...\n",
    }
    make_repository(forge.root / "ada/narrow.git", files)
    repository_id = ask.map(forge.url("ada/narrow.git"))
    narrow = {"paths": ["web"], "languages": ["python"], "order": "PATH", "lines": False}
    (event,) = await until_complete(opened, id=repository_id, **narrow)
    assert event["repoMap"]["text"] == "web/a.py\n  def user()\n\nweb/z.py\n  def much_used()\n"


async def test_the_failure_of_the_job_is_an_event(opened: Wire, ask: Asker, forge: GitServer) -> None:
    repository_id = ask(CLONE, url=forge.url("ada/nobody.git"))["cloneRepository"]["repository"]["id"]
    async with aclosing(opened.events(FOLLOW, id=repository_id, rate=30)) as events:
        async for event in events:
            if event["error"]:
                break
    assert event["error"]["code"] == "NOT_FOUND_OR_PRIVATE"
    assert (event["repoMap"], event["complete"]) == (None, False)


async def test_a_removed_repository_is_told_and_ends_the_stream(opened: Wire, ask: Asker, forge: GitServer) -> None:
    make_repository(forge.root / "ada/leaving.git", {"a.py": "def last(): ...\n"})
    repository_id = ask.map(forge.url("ada/leaving.git"))
    async with aclosing(opened.events(FOLLOW, id=repository_id, rate=30)) as events:
        await anext(events)
        ask(REMOVE, id=repository_id)
        rest = [event async for event in events]
    assert [event["kind"] for event in rest] == ["DELETED"]
    assert "def last" in rest[0]["repoMap"]["text"]


async def test_whoever_comes_back_is_told_what_is_newer_alone(opened: Wire, ask: Asker, forge: GitServer) -> None:
    make_repository(forge.root / "ada/back.git", {"a.py": "def here(): ...\n"})
    repository_id = ask.map(forge.url("ada/back.git"))
    (event,) = await until_complete(opened, id=repository_id)
    await opened.follow(FOLLOW, id=repository_id, after=event["revision"], rate=30)
    assert await opened.is_silent()
    (again,) = await until_complete(opened, id=repository_id, after=event["revision"] + 1000)
    assert (again["kind"], again["gap"]) == ("RESYNC", True)
