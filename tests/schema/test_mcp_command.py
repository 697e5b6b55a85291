"""`graticule mcp` as a process: only the protocol on stdout, one line for what is wrong, and an end in time."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from mcp.client import Client

from schema.cli.agents import embedded
from schema.cli.bridge import bridge
from schema.cli.errors import ExitCode
from services.errors import UnauthenticatedError
from services.store.datadir import lock_data_dir
from tests.support.agents import answer
from tests.support.commands import heeding_signals
from tests.support.doors import make_token
from tests.support.gitserver import GitServer, make_repository
from tests.support.ports import kept_port, number_of
from tests.support.running import local_settings
from tests.support.serve_command import OPEN_TO_LOOPBACK

HELLO: Final[Sequence[dict[str, Any]]] = (
    {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
    },
    {"jsonrpc": "2.0", "method": "notifications/initialized"},
    {
        "jsonrpc": "2.0",
        "id": 2,
        "method": "tools/call",
        "params": {"name": "get_clone_status", "arguments": {"repo_path": "http://127.0.0.1/ada/nobody"}},
    },
)


def started(folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        heeding_signals(sys.executable, "-m", "schema", "mcp", "--data-dir", str(folder), *arguments),
        env={**os.environ, **OPEN_TO_LOOPBACK, "GRATICULE_LOG_LEVEL": "DEBUG"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def greeted(process: "subprocess.Popen[str]") -> list[dict[str, Any]]:
    """Say hello and ask something; gives the two answers."""
    assert process.stdin is not None
    assert process.stdout is not None
    for message in HELLO:
        process.stdin.write(json.dumps(message) + "\n")
    process.stdin.flush()
    return [json.loads(process.stdout.readline()) for _ in range(2)]


def test_stdout_has_the_protocol_alone_and_the_end_of_stdin_ends_it(tmp_path: Path) -> None:
    with started(tmp_path / "data") as process:
        first, second = greeted(process)
        rest, log = process.communicate(timeout=50)
    assert (first["result"]["serverInfo"]["name"], second["result"]["structuredContent"]["status"]) == (
        "graticule",
        "not_started",
    )
    assert (rest, process.returncode) == ("", 0)
    assert "Traceback" not in log


def test_a_signal_ends_it(tmp_path: Path) -> None:
    with started(tmp_path / "data") as process:
        greeted(process)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=50) == ExitCode.INTERRUPTED


def test_a_server_that_does_not_answer_is_said_in_a_line(tmp_path: Path) -> None:
    with kept_port() as keeper, started(tmp_path, "--server", f"http://127.0.0.1:{number_of(keeper)}") as process:
        out, log = process.communicate(timeout=50)
    assert (out, process.returncode) == ("", ExitCode.UNREACHABLE)
    assert "No Graticule server answers" in log
    assert "Traceback" not in log


@pytest.mark.anyio
async def test_a_folder_that_another_process_has_is_said_and_done_without(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with lock_data_dir(tmp_path / "data"):
        async with embedded(local_settings(tmp_path / "data"), None) as server, Client(server) as client:
            told = await answer(client, "get_clone_status", repo_path="http://127.0.0.1/ada/nobody")
    assert told["status"] == "not_started"
    assert "is in use by process" in capsys.readouterr().err


@pytest.mark.anyio
async def test_tokens_of_the_folder_are_asked_for(tmp_path: Path) -> None:
    settings = local_settings(tmp_path / "data")
    token = await asyncio.to_thread(make_token, settings)
    with pytest.raises(UnauthenticatedError):
        async with embedded(settings, None):
            pass
    async with embedded(settings, token) as server, Client(server) as client:
        told = await answer(client, "list_cached_repository_branches", repo_path="http://127.0.0.1/ada/nobody")
    assert told["code"] == "NOT_FOUND"


@pytest.mark.anyio
async def test_a_bridge_passes_on_what_a_server_answers(server_url: str, forge: GitServer) -> None:
    make_repository(forge.root / "ada/bridged.git", {"a.py": "def bridged():\n    return 1\n"})
    url = forge.url("ada/bridged.git")
    told: list[str | None] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        del progress, total
        told.append(message)

    async with bridge(server_url, None) as server, Client(server) as client:
        assert len((await client.list_tools()).tools) > 10
        await client.call_tool("wait_for_repo", {"repo_path": url}, progress_callback=hear)
        read = await answer(client, "get_source_repo_map", repo_path=url)
        (uri,) = [one.uri for one in (await client.list_resources()).resources if one.uri.endswith("bridged/map")]
        assert (await client.read_resource(uri)).contents
        assert (await client.list_resource_templates()).resource_templates
        prompts = (await client.list_prompts()).prompts
        given = {"repo_path": "a/b", "task": "t"}
        assert (await client.get_prompt("find_where_to_change", given)).messages
    assert "def bridged" in read["repo_map"]
    assert told
    assert prompts
