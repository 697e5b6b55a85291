"""A server that is told to end answers what it has begun, lets streams go, and takes nothing new."""

import asyncio
import signal
import time
from pathlib import Path

import httpx
import pytest

from tests.support.asker import FILES
from tests.support.documents import FLEET
from tests.support.gitserver import GitServer, make_repository
from tests.support.serve_command import ServeCommand

pytestmark = pytest.mark.anyio
REFS = "query R($url: String!) { remoteRefs(url: $url) { ... on RemoteRefs { defaultBranch } } }"


async def test_what_is_under_way_is_answered_and_streams_end_so_that_clients_come_back(tmp_path: Path) -> None:
    make_repository(tmp_path / "forge/ada/shapes.git", FILES)
    with GitServer.start(tmp_path / "forge") as forge, ServeCommand(tmp_path / "data") as server:
        async with httpx.AsyncClient(base_url=server.url, timeout=60) as web:
            stream_of = web.stream("POST", "/graphql", json={"query": FLEET}, headers={"Accept": "text/event-stream"})
            async with stream_of as stream:
                lines = stream.aiter_lines()
                assert await anext(lines) == ":"
                forge.knobs.delay_seconds = 1.5
                asked = {"query": REFS, "variables": {"url": forge.url("ada/shapes.git")}}
                refs = asyncio.create_task(web.post("/graphql", json=asked))
                while not forge.knobs.requests:  # noqa: ASYNC110  # the forge tells nobody
                    await asyncio.sleep(0.01)
                began = time.monotonic()
                stopping = asyncio.create_task(asyncio.to_thread(server.stop))
                rest = [line async for line in lines]
                answer = await refs
            assert answer.json()["data"] == {"remoteRefs": {"defaultBranch": "main"}}
            assert "event: complete" not in rest  # what graphql-sse takes for the end; without it, it connects anew
            with pytest.raises(httpx.TransportError):
                await web.get("/readyz")
            assert await stopping == -signal.SIGTERM
            assert time.monotonic() - began < 20
