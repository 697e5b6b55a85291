"""Every tool as an agent calls it, over each transport, on a real source tree."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final

import anyio
import httpx
import pytest
import starlette
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from mcp.client import Client
from mcp.shared.exceptions import MCPError
from mcp_types import Tool

from schema.contract import contract
from schema.documents import load
from schema.tool_forms import form_of
from schema.tool_shapes import Payload
from tests.support.agents import LEGACY, MODERN, answer, over_http, over_stdio, said
from tests.support.asker import Asker
from tests.support.gitserver import GitServer, commit_files, make_repository
from tests.support.running import local_settings
from tests.support.server import running_server

pytestmark = pytest.mark.anyio

CALLS: Final[Mapping[str, Mapping[str, object]]] = {
    "wait_for_repo": {"timeout_seconds": 50},
    "clone_repo": {},
    "get_clone_status": {},
    "get_source_repo_map": {"max_tokens": 500, "focus": "routing"},
    "get_repo_structure": {"path": "starlette", "depth": 1},
    "get_repo_critical_files": {"limit": 3},
    "get_repo_documentation": {"categories": ["README"]},
    "get_repo_file_content": {"path": "starlette/routing.py", "first_line": 1, "last_line": 3},
    "search_symbols": {"query": "Router", "first": 2, "kinds": ["CLASS"]},
    "get_symbol": {"symbol": "starlette/routing.py:Router", "first": 3, "max_lines": 5},
    "get_map_diff": {"base": "next", "max_tokens": 300},
    "list_cached_repository_branches": {},
    "list_remote_branches": {},
    "refresh_repo": {},
}
"""What each tool is called with, beside the repository; the wait comes first, and starts the clone."""

IN_TEXT: Final[Mapping[str, str]] = {
    "get_source_repo_map": "starlette/routing.py",
    "get_repo_structure": "starlette/middleware\tyes",
    "get_repo_critical_files": "Router.app\t",
    "get_repo_documentation": "README.md\tREADME\tStarlette",
    "get_repo_file_content": "from __future__ import annotations",
    "search_symbols": "CLASS\tRouter\tclass Router",
    "get_symbol": "class Router",
    "get_map_diff": "only_on_next",
    "list_cached_repository_branches": "default_branch: main",
    "list_remote_branches": "next\t",
}


def own_fields(tool: Tool) -> set[str]:
    """Give the fields that a document of a tool asks for, as its answer names them."""
    (document,) = (one for one in load(contract().types) if one.name == tool.name)
    return set() if form_of(document).typed else set(Payload.of(document, contract().types).properties)


@pytest.fixture(name="source", scope="module")
def starlette_repository(forge: GitServer) -> str:
    """Give the URL of a repository with a real source tree, of which a branch has a file more."""
    root = Path(starlette.__file__).parent
    files: dict[str, bytes | str] = {
        f"starlette/{path.relative_to(root)}": path.read_bytes() for path in sorted(root.rglob("*.py"))
    }
    make_repository(forge.root / "ada/starlette.git", {**files, "README.md": "# Starlette\n"})
    commit_files(forge.root / "ada/starlette.git", {"more.py": "def only_on_next():\n    return 1\n"}, branch="next")
    return forge.url("ada/starlette.git")


async def call_every_tool(client: Client, source: str) -> None:
    """Call every tool that is offered, and hold each answer to the schema that came with the tool."""
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert set(tools) == set(CALLS)
    await client.call_tool("wait_for_repo", {"repo_path": source, "branch": "next", "timeout_seconds": 50})
    for name, arguments in CALLS.items():
        where = "url" if name == "clone_repo" else "repo_path"
        result = await client.call_tool(name, {where: source, **arguments})
        content, text, schema = result.structured_content, said(result), tools[name].output_schema
        assert not result.is_error, text
        assert schema is not None
        Draft202012Validator(schema).validate(content)
        assert own_fields(tools[name]) <= set(content), name
        assert content["message"] in text
        assert IN_TEXT.get(name, "") in text


@pytest.mark.parametrize("mode", [MODERN, LEGACY])
async def test_every_tool_keeps_to_its_schema_over_http(server_url: str, source: str, mode: str) -> None:
    async with over_http(server_url, mode=mode) as client:
        await call_every_tool(client, source)


async def test_every_tool_keeps_to_its_schema_over_stdio_and_cancels(tmp_path: Path, source: str, slow: str) -> None:
    async with over_stdio(tmp_path / "data", GRATICULE_SOCKETS_PER_CLIENT="1") as client:
        await call_every_tool(client, source)
        await cancel_a_wait(client, slow)


async def cancel_a_wait(client: Client, slow: str) -> None:
    """Cancel a wait, and see that the one seat that there is was given back."""
    started = anyio.Event()

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        del progress, total, message
        started.set()

    call = asyncio.create_task(client.call_tool("wait_for_repo", {"repo_path": slow}, progress_callback=hear))
    await started.wait()
    refused = await answer(client, "wait_for_repo", repo_path=slow, timeout_seconds=0.1)
    call.cancel()
    with suppress(asyncio.CancelledError):
        await call
    told = await answer(client, "wait_for_repo", repo_path=slow, timeout_seconds=0.1)
    assert refused["code"] == "RATE_LIMITED"
    assert told["timed_out"] is True


@pytest.fixture(name="client")
async def connected(server_url: str, source: str) -> AsyncIterator[Client]:
    async with over_http(server_url) as client:
        await client.call_tool("wait_for_repo", {"repo_path": source})
        yield client


async def test_every_reading_tool_starts_the_clone_of_what_is_unknown(server_url: str, forge: GitServer) -> None:
    reading = [document for document in load(contract().types) if document.reads]
    assert len(reading) > 7
    async with over_http(server_url) as client:
        for document in reading:
            make_repository(forge.root / f"ada/new-{document.name}.git", {"a.py": "a = 1\n"})
            url = forge.url(f"ada/new-{document.name}.git")
            told = await answer(client, document.name, repo_path=url, **CALLS[document.name])
            assert (told["status"], "wait_for_repo" in told["message"]) == ("clone_started", True)


async def test_a_ref_without_a_map_is_mapped_for_a_comparison(server_url: str, forge: GitServer) -> None:
    make_repository(forge.root / "ada/two-refs.git", {"a.py": "def on_main():\n    return 1\n"})
    commit_files(forge.root / "ada/two-refs.git", {"b.py": "def on_old():\n    return 1\n"}, branch="old")
    url = forge.url("ada/two-refs.git")
    async with over_http(server_url) as client:
        await client.call_tool("wait_for_repo", {"repo_path": url})
        first = await answer(client, "get_map_diff", repo_path=url, base="old")
        await client.call_tool("wait_for_repo", {"repo_path": url, "branch": "old"})
        read = await answer(client, "get_map_diff", repo_path=url, base="old")
        nowhere = await answer(client, "get_map_diff", repo_path=url, base="nowhere")
        failed = await answer(client, "wait_for_repo", repo_path=url, branch="nowhere")
    assert (first["status"], "wait_for_repo with branch old" in first["message"]) == ("clone_started", True)
    assert (read["status"], read["totals"]["removed"]) == ("complete", 1)
    assert (nowhere["status"], failed["code"]) == ("clone_started", "REF_NOT_FOUND")
    assert "list_remote_branches" in failed["error"]


@pytest.mark.parametrize(
    ("tool", "arguments", "code", "words"),
    [
        ("get_repo_file_content", {"path": "no.py"}, "NOT_FOUND", "get_repo_structure"),
        ("get_repo_structure", {"path": "no/folder"}, "NOT_FOUND", "folder"),
        ("get_repo_structure", {"depth": 9, "most": 3}, "QUERY_TOO_COSTLY", "Ask for less"),
        ("get_symbol", {"symbol": "zzqqzz"}, "NOT_FOUND", "search_symbols"),
        ("search_symbols", {}, "INVALID_ARGUMENT", "missing query"),
        ("search_symbols", {"query": "a", "shell": "x"}, "INVALID_ARGUMENT", "unknown shell"),
        ("get_source_repo_map", {"max_tokens": 0}, "INVALID_ARGUMENT", "tokens"),
        ("get_source_repo_map", {"max_tokens": "many"}, "INVALID_ARGUMENT", "max_tokens"),
        ("wait_for_repo", {"timeout_seconds": 5000}, "INVALID_ARGUMENT", "300"),
        ("wait_for_repo", {"until": "tea"}, "INVALID_ARGUMENT", "mapped"),
    ],
)
async def test_an_error_has_a_code_and_says_what_to_do(
    client: Client, source: str, tool: str, arguments: dict[str, Any], code: str, words: str
) -> None:
    result = await client.call_tool(tool, {"repo_path": source, **arguments})
    assert result.is_error
    assert said(result).startswith(f"{code}: ")
    assert (result.structured_content["status"], result.structured_content["code"]) == ("error", code)
    assert words in said(result)


async def test_a_search_that_finds_nothing_says_what_else_to_try(client: Client, source: str) -> None:
    result = await client.call_tool("search_symbols", {"repo_path": source, "query": "zzqqzz"})
    assert (result.is_error, result.structured_content["symbols"]) == (False, [])
    assert said(result).endswith("Try a part of it, or get_source_repo_map with a focus.")


async def test_a_page_leads_to_the_next(client: Client, source: str) -> None:
    asked = {"repo_path": source, "query": "e", "first": 2}
    first = await client.call_tool("search_symbols", asked)
    cursor = first.structured_content["symbols_next"]
    second = await answer(client, "search_symbols", **asked, after=cursor)
    assert f"More: after={cursor!r}." in said(first)
    assert len(second["symbols"]) == 2
    assert second["symbols"] != first.structured_content["symbols"]


async def test_a_definition_comes_with_who_calls_it_and_why_that_is_known(client: Client, source: str) -> None:
    found = await answer(client, "get_symbol", repo_path=source, symbol="get_route_path")
    assert (found["file"], found["kind"]) == ("starlette/_utils.py", "FUNCTION")
    assert found["source"].startswith("def get_route_path(")
    caller = next(one for one in found["callers"] if one["path"] == "starlette/routing.py")
    assert (caller["strategy"], caller["confidence"]) == ("IMPORTED", 0.95)


async def test_a_tool_answers_with_the_path_that_names_the_repository_to_the_next(client: Client, source: str) -> None:
    first = await answer(client, "get_clone_status", repo_path=source)
    second = await answer(client, "get_repo_structure", repo_path=first["path"])
    assert (second["status"], second["path"]) == ("complete", first["path"])


async def test_what_does_not_fit_is_said_and_can_be_had(server_url: str, forge: GitServer) -> None:
    lines = [f"line_{number} = {number}" for number in range(6000)]
    make_repository(forge.root / "ada/long.git", {"long.py": "\n".join(lines) + "\n"})
    url = forge.url("ada/long.git")
    async with over_http(server_url) as client:
        await client.call_tool("wait_for_repo", {"repo_path": url})
        result = await client.call_tool("get_repo_file_content", {"repo_path": url, "path": "long.py"})
        first = result.structured_content["content"].splitlines()
        rest = await answer(client, "get_repo_file_content", repo_path=url, path="long.py", first_line=len(first) + 1)
    assert 50_000 < len(said(result)) < 61_000
    assert f"content: the first {len(first)} of 6000 lines are here. Ask for the rest with first_line." in said(result)
    assert first + rest["content"].splitlines() == lines


async def test_maps_are_resources_by_the_name_of_their_repository(client: Client, source: str) -> None:
    await client.call_tool("wait_for_repo", {"repo_path": source, "branch": "next", "timeout_seconds": 50})
    listed = (await client.list_resources()).resources
    (uri,) = (one.uri for one in listed if one.uri.endswith("/ada/starlette/map"))
    (content,) = (await client.read_resource(f"{uri}?tokens=100&ref=next")).contents
    (template,) = (await client.list_resource_templates()).resource_templates
    assert "only_on_next" in getattr(content, "text")  # noqa: B009  # a blob has none
    assert "budget 100" in getattr(content, "text")  # noqa: B009
    assert template.uri_template == "graticule://{+repository}/map{?ref,tokens}"


async def test_a_map_is_found_among_many_whose_names_begin_with_its_own(tmp_path: Path, forge: GitServer) -> None:
    settings = local_settings(tmp_path)
    make_repository(forge.root / "ada/app.git", {"app.py": "def the_one(): ...\n"})
    with running_server(settings) as url, httpx.Client(base_url=url, timeout=30) as web:
        Asker(web).map(forge.url("ada/app.git"))
        with closing(sqlite3.connect(tmp_path / "graticule.sqlite3")) as rows, rows:
            columns = [about[1] for about in rows.execute("PRAGMA table_info(repositories)")]
            (known,) = rows.execute("SELECT * FROM repositories")
            row = dict(zip(columns, known, strict=True))
            for number in range(60):
                other = {**row, "id": f"{number:032}", "name": f"{row['name']}-{number}"}
                marks = ", ".join("?" * len(columns))
                rows.execute(f"INSERT INTO repositories VALUES ({marks})", [other[name] for name in columns])  # noqa: S608
            rows.execute("UPDATE repositories SET updated_at = created_at WHERE id = ?", [row["id"]])
        async with over_http(url) as client:
            uri = f"graticule://{forge.url('ada/app').partition('://')[2]}/map"
            (content,) = (await client.read_resource(uri)).contents
    assert "the_one" in getattr(content, "text")  # noqa: B009  # a blob has none


@pytest.mark.parametrize("uri", ["graticule://no.such/a/b/map", "graticule://a/map?tokens=x", "file:///etc/passwd"])
async def test_what_is_no_map_cannot_be_read_as_one(client: Client, uri: str) -> None:
    with pytest.raises(MCPError, match=r"NOT_FOUND|INVALID_ARGUMENT"):
        await client.read_resource(uri)


async def test_prompts_are_filled_with_what_is_given_and_nothing_of_it_is_run(client: Client) -> None:
    prompts = {prompt.name: prompt for prompt in (await client.list_prompts()).prompts}
    assert set(prompts) == {"understand_repository", "review_change", "find_where_to_change"}
    asked = {"repo_path": "a/b", "task": "{repo_path.__class__}"}
    message = (await client.get_prompt("find_where_to_change", asked)).messages[0].content
    assert "this has to be changed: {repo_path.__class__}" in getattr(message, "text")  # noqa: B009
    with pytest.raises(MCPError, match="missing"):
        await client.get_prompt("review_change", {"repo_path": "a/b"})
    tools = {tool.name for tool in (await client.list_tools()).tools}
    filled = {"repo_path": "a/b", "task": "t", "base": "main"}
    for name, prompt in prompts.items():
        given = {one.name: filled[one.name] for one in prompt.arguments or () if one.name in filled}
        text = getattr((await client.get_prompt(name, given)).messages[0].content, "text")  # noqa: B009
        assert any(tool in text for tool in tools)
