"""Waiting instead of sleeping: progress while it lasts, and nothing left running however it ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, suppress
from pathlib import Path

import pytest
from mcp.client import Client

from tests.support.agents import LEGACY, MODERN, answer, over_http
from tests.support.figures import until
from tests.support.gitserver import GitServer, make_repository
from tests.support.running import local_settings
from tests.support.server import running_server

pytestmark = pytest.mark.anyio


async def followed(server: str) -> None:
    await until(server, subscribers=1, sockets_open=1)


async def left(server: str) -> None:
    await until(server, subscribers=0, groups=0, sockets_open=0)


async def test_a_wait_tells_the_progress_that_the_dashboard_sees(server_url: str, forge: GitServer) -> None:
    files = {f"m{number}.py": f"def f{number}():\n    return {number}\n" for number in range(200)}
    make_repository(forge.root / "ada/waited.git", {**files})
    told: list[tuple[float, float | None, str | None]] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        told.append((progress, total, message))

    async with over_http(server_url) as client:
        asked = {"repo_path": forge.url("ada/waited.git"), "timeout_seconds": 50}
        result = await client.call_tool("wait_for_repo", asked, progress_callback=hear)
    steps = [progress for progress, _, _ in told]
    assert result.structured_content["reached"] is True
    assert steps == sorted(set(steps)) != []
    assert {total for _, total, _ in told} == {12.0}
    assert all(message for _, _, message in told)


async def test_a_wait_ends_with_the_failure_of_the_work(server_url: str, forge: GitServer) -> None:
    async with over_http(server_url) as client:
        asked = {"repo_path": forge.url("ada/not-there.git"), "timeout_seconds": 50}
        result = await client.call_tool("wait_for_repo", asked)
        again = await client.call_tool("wait_for_repo", asked)
    assert result.is_error
    assert again.structured_content == result.structured_content
    told = result.structured_content
    assert (told["status"], told["code"], told["reached"], told["timed_out"]) == (
        "failed",
        "NOT_FOUND_OR_PRIVATE",
        False,
        False,
    )


async def test_a_wait_for_the_clone_does_not_wait_for_the_map(server_url: str, forge: GitServer) -> None:
    make_repository(forge.root / "ada/cloned-first.git", {"a.py": "a = 1\n"})
    async with over_http(server_url) as client:
        told = await answer(client, "wait_for_repo", repo_path=forge.url("ada/cloned-first.git"), until="cloned")
    assert (told["status"], told["reached"]) == ("cloned", True)


async def test_when_the_time_is_over_it_says_how_far_it_is(server_url: str, slow: str) -> None:
    async with over_http(server_url) as client:
        result = await client.call_tool("wait_for_repo", {"repo_path": slow, "timeout_seconds": 0.2})
    told = result.structured_content
    assert (result.is_error, told["timed_out"], told["reached"]) == (False, True, False)
    assert told["status"] in {"queued", "cloning"}
    assert "call wait_for_repo again" in told["message"]
    await left(server_url)


async def test_a_call_that_the_client_cancels_leaves_nothing_behind(server_url: str, slow: str) -> None:
    async with over_http(server_url) as client, waiting(client, slow, server_url):
        pass
    await left(server_url)


@pytest.mark.parametrize("mode", [MODERN, LEGACY])
async def test_a_client_that_goes_in_the_middle_leaves_nothing_behind(server_url: str, slow: str, mode: str) -> None:
    async def wait() -> None:
        async with over_http(server_url, mode=mode) as client:
            await client.call_tool("wait_for_repo", {"repo_path": slow, "timeout_seconds": 60})

    task = asyncio.create_task(wait())
    await followed(server_url)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await left(server_url)


async def test_a_call_that_is_made_twice_at_once_is_answered_twice_from_one_job(
    server_url: str, forge: GitServer
) -> None:
    make_repository(forge.root / "ada/two-askers.git", {"a.py": "def twice():\n    return 2\n"})
    url = forge.url("ada/two-askers.git")
    async with over_http(server_url) as client:
        clones = await asyncio.gather(*(answer(client, "clone_repo", url=url) for _ in range(2)))
        waits = await asyncio.gather(*(answer(client, "wait_for_repo", repo_path=url) for _ in range(2)))
        maps = await asyncio.gather(*(answer(client, "get_source_repo_map", repo_path=url) for _ in range(2)))
    assert [told["reached"] for told in waits] == [True, True]
    assert maps[0] == maps[1]
    assert "def twice" in maps[0]["repo_map"]
    assert clones[0]["job_id"] == clones[1]["job_id"]


async def test_a_server_that_stops_answers_who_waits(tmp_path: Path, slow: str) -> None:
    with ExitStack() as stack:
        settings = local_settings(tmp_path / "data", allow_protocols="https,http")
        url = await asyncio.to_thread(stack.enter_context, running_server(settings))
        async with over_http(url) as client:
            await client.list_tools()  # which it would ask for after the answer, to check it
            call = asyncio.create_task(answer(client, "wait_for_repo", repo_path=slow, timeout_seconds=60))
            await followed(url)
            await asyncio.to_thread(stack.close)
            told = await call
    assert (told["timed_out"], told["reached"]) == (True, False)


@asynccontextmanager
async def waiting(client: Client, url: str, server: str) -> AsyncIterator[None]:
    """Have a wait under way for the length of the block, and cancel it then."""
    call = asyncio.create_task(client.call_tool("wait_for_repo", {"repo_path": url, "timeout_seconds": 60}))
    await followed(server)
    yield
    call.cancel()
    with suppress(asyncio.CancelledError):
        await call
