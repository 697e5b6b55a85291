"""Clients that stop reading or vanish, and a server that stops: they cost little, and nobody else anything."""

import asyncio
import gc
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import psutil
import pytest

from schema.wire import BUFFERED_BYTES
from schema.wire import Wire as ServersWire
from tests.support.figures import figures, until
from tests.support.gitserver import GitServer, make_repository
from tests.support.running import local_settings
from tests.support.serve_command import ServeCommand
from tests.support.server import running_server
from tests.support.wireclient import Wire, greeted, narrow_socket

pytestmark = pytest.mark.anyio

FLEET = """subscription { repositoriesChanged(maxRateHz: 30) { kind revision occurredAt repository { id name url
  createdAt updatedAt lastAccessedAt clone { state startedAt completedAt } map { state startedAt completedAt } } } }"""
LARGE = "{ __schema { types { name description fields { name description args { name description } } } } }"
STALL_SECONDS = 2.0
CLIENTS = 1000
WAVE = 200
MOST_GROWTH = 1.1
"""What a thousand left behind would be 1.13; half of this is what the allocator's own pools do on a busy machine."""
WARM_WAVES = 4
POOLED = 5
"""Connections that the store opens when it needs them, and keeps."""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("slow")
    settings = local_settings(folder / "data", socket_stall_seconds=STALL_SECONDS)
    with running_server(settings) as running:
        yield running


def buffered_bytes() -> int:
    """Give how much waits for the slowest client of this process's servers."""
    wires = [thing for thing in gc.get_objects() if type(thing) is ServersWire]
    return max(wire.transport.get_write_buffer_size() for wire in wires)


async def stall(opened: Wire) -> None:
    """Ask for more than the system's own buffers take, and read nothing of it."""
    opened.opened.transport.pause_reading()
    for _ in range(8):
        await opened.follow(LARGE)


async def test_a_client_that_reads_nothing_is_cut_and_the_others_are_not(url: str) -> None:
    before = figures(url)["graticule_slow_sockets_closed_total"]
    async with (
        greeted(url, max_queue=1, sock=narrow_socket(url)) as slow,
        greeted(url) as other,
    ):
        await slow.follow(FLEET)
        await stall(slow)
        began = time.monotonic()
        waits = []
        while figures(url)["graticule_slow_sockets_closed_total"] == before:
            assert time.monotonic() - began < 20 * STALL_SECONDS
            asked = time.monotonic()
            await other.say("ping")
            assert (await other.hear())["type"] == "pong"
            waits.append(time.monotonic() - asked)
            await asyncio.sleep(0.02)
        assert (
            sorted(waits)[len(waits) // 2] < 1
        )  # the machine may have more to do than this; the server waits for nobody
        await until(url, sockets_open=1)
        slow.opened.transport.abort()


async def test_what_waits_for_a_client_that_reads_nothing_is_bounded(tmp_path: Path) -> None:
    with GitServer.start(tmp_path / "forge") as forge, running_server(local_settings(tmp_path / "data")) as url:
        forge.root.mkdir(exist_ok=True)
        for number in range(4):
            make_repository(forge.root / f"a/n{number}.git", {"a.py": "x = 1\n"})
        async with greeted(url, max_queue=1, sock=narrow_socket(url)) as slow, greeted(url) as other:
            slow.opened.transport.pause_reading()
            for _ in range(50):
                await slow.follow(FLEET)
            await until(url, subscribers=50)
            clone = "mutation C($url: String!) { cloneRepository(input: {url: $url}) { job { id } } }"
            refresh = "mutation R($id: ID!) { refreshRepository(input: {repositoryId: $id}) { job { id } } }"
            for number in range(4):
                async for _ in other.events(clone, url=forge.url(f"a/n{number}.git")):
                    pass
            most = 0
            (answer,) = [event async for event in other.events("{ repositories { nodes { id } } }")]
            for _ in range(8):
                for node in answer["nodes"]:
                    async for _answer in other.events(refresh, id=node["id"]):
                        most = max(most, buffered_bytes())
            assert most <= 2 * BUFFERED_BYTES
            slow.opened.transport.abort()


@pytest.mark.parametrize("kind", ["refused operations", "ping messages", "ping frames"])
async def test_who_does_not_read_cannot_have_answers_wait_without_bound(tmp_path: Path, kind: str) -> None:
    with running_server(local_settings(tmp_path / "data")) as url:
        async with greeted(url, max_queue=1, sock=narrow_socket(url)) as slow:
            await slow.say("subscribe", id="twice", payload={"query": FLEET})
            await stall(slow)
            sending = asyncio.create_task(_flood(slow, kind))
            await asyncio.wait({sending}, timeout=2)
            assert buffered_bytes() <= 8 * BUFFERED_BYTES, "the answer that began to wait is a large one"
            slow.opened.transport.abort()
            await asyncio.gather(sending, return_exceptions=True)


async def _flood(opened: Wire, kind: str) -> None:
    """Ask for answers of 4 kB, 100 MB in all, unless the server stops to take the questions."""
    for number in range(25_000):
        if kind == "refused operations":
            await opened.say("subscribe", id=f"{number} " + "x" * 4000, payload={"query": "{"})
        elif kind == "ping messages":
            await opened.say("ping", payload={"x": "x" * 4000})
        else:
            await opened.opened.ping(f"{number} ".ljust(125))
        if number % 100 == 0:
            await asyncio.sleep(0)


async def test_a_thousand_clients_that_vanish_leave_nothing_behind(tmp_path: Path) -> None:
    with ServeCommand(tmp_path / "data") as server:
        process = psutil.Process(server.pid)
        for _ in range(WARM_WAVES):
            await vanish(server.url)  # they fill caches, pools and the room between two collections of garbage
        files, memory = process.num_fds(), process.memory_info().rss
        for _ in range(CLIENTS // WAVE):
            await vanish(server.url)
        async with asyncio.timeout(20):
            while process.num_fds() > files + POOLED:  # noqa: ASYNC110  # the last ones are closed a moment later
                await asyncio.sleep(0.1)
        assert process.memory_info().rss <= memory * MOST_GROWTH


async def vanish(url: str) -> None:
    """Let a wave of clients come, subscribe and go without a word."""
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(greeted(url)) for _ in range(WAVE)]
        for opened in clients:
            await opened.follow(FLEET)
        await until(url, subscribers=WAVE, sockets_open=WAVE)
        for opened in clients:
            opened.opened.transport.abort()
    await until(url, subscribers=0, groups=0, sockets_open=0, mailboxes_attached=0)


async def test_a_server_that_stops_closes_every_socket_with_1012_and_soon(tmp_path: Path) -> None:
    with ServeCommand(tmp_path / "data") as server:
        async with AsyncExitStack() as stack:
            readers = [await stack.enter_async_context(greeted(server.url)) for _ in range(20)]
            slow = await stack.enter_async_context(greeted(server.url, max_queue=1, sock=narrow_socket(server.url)))
            for opened in readers:
                await opened.follow(FLEET)
            await stall(slow)
            await until(server.url, subscribers=20)
            began = time.monotonic()
            stopping = asyncio.create_task(asyncio.to_thread(server.stop))
            await asyncio.gather(*[opened.opened.wait_closed() for opened in readers])
            assert {opened.opened.close_code for opened in readers} == {1012}
            slow.opened.transport.abort()
            await stopping
            assert time.monotonic() - began < 20
