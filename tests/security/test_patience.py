"""What a client costs that never gets to the end of what it says."""

import asyncio
import os
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psutil
import pytest

from schema.patience import PatientProtocol
from services.access.admission import Places
from services.errors import RateLimitedError
from tests.support.running import local_settings
from tests.support.serve_command import ServeCommand
from tests.support.server import running_server
from tests.support.wireclient import TRANSPORT, greeted, wire

pytestmark = pytest.mark.anyio

HEAD = b"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    patience = pytest.MonkeyPatch()
    patience.setattr(PatientProtocol, "request_seconds", 1.0)
    with running_server(local_settings(tmp_path_factory.mktemp("data"))) as running:
        yield running
    patience.undo()


@pytest.mark.parametrize(
    "said", [b"", b"POST /gra", HEAD, HEAD + b"Content-Length: 50\r\n\r\n{"], ids=["nothing", "line", "head", "body"]
)
def test_a_request_that_does_not_come_to_its_end_is_cut(url: str, said: bytes) -> None:
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=10) as opened:
        opened.sendall(said)
        begun = time.monotonic()
        with suppress(ConnectionResetError):
            assert opened.recv(100) == b""
        assert time.monotonic() - begun >= 0.9


def test_a_connection_that_is_used_again_is_not_cut(url: str) -> None:
    with httpx.Client(base_url=url) as web:
        for _ in range(4):
            answer = web.post("/graphql", json={"query": "{ server { version } }"})
            assert answer.status_code == 200
            time.sleep(0.5)


async def test_a_socket_outlives_the_deadline_of_its_handshake(url: str) -> None:
    async with greeted(url) as opened:
        await asyncio.sleep(1.5)
        assert await opened.is_alive()


async def test_half_a_message_is_not_kept_in_memory(url: str) -> None:
    process = psutil.Process(os.getpid())
    before = process.memory_info().rss
    frame = b"\x01\xff" + (15 * 1024 * 1024).to_bytes(8, "big") + b"\0" * 4
    opened = []
    for _ in range(4):
        async with wire(url, TRANSPORT) as made:
            made.opened.transport.write(frame + b"x" * (2 * 1024 * 1024))
            opened.append(made)
            await asyncio.sleep(0.2)
    assert process.memory_info().rss - before < 16 * 1024 * 1024
    assert [made.opened.close_code for made in opened] == [1009] * 4


async def test_one_client_never_has_all_places() -> None:
    places = Places(in_all=3, per_client=2)
    async with places.take("a"), places.take("a"):
        with pytest.raises(RateLimitedError):
            async with places.take("a"):
                pass
        async with places.take("b"):
            with pytest.raises(RateLimitedError):
                async with places.take("c"):
                    pass
        async with places.take("c"):
            pass


def _modes(folder: Path) -> Iterator[tuple[str, int]]:
    """Give what others may do with what is in a folder, in which somebody is at work."""
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            yield path.name, path.stat().st_mode & 0o077


def test_what_a_server_writes_is_its_users_alone(tmp_path: Path) -> None:
    folder = tmp_path / "there"
    folder.mkdir(mode=0o755)
    with ServeCommand(folder) as serving:
        limits = Path(f"/proc/{serving.pid}/limits").read_text()
        modes = dict(_modes(folder))
    assert modes
    assert {name: mode for name, mode in modes.items() if mode} == {}
    assert any(line.split()[:6] == ["Max", "core", "file", "size", "0", "0"] for line in limits.splitlines())
