"""The application as a whole: it starts once on a folder, says why it cannot, and goes when it is told."""

import json
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from services.errors import GraticuleError
from tests.support.running import local_settings
from tests.support.server import running_server

FLEET = json.dumps(
    {"type": "subscribe", "id": "1", "payload": {"query": "subscription { repositoriesChanged { kind } }"}}
)


def test_a_second_server_on_one_folder_says_why_it_does_not_start(tmp_path: Path) -> None:
    settings = local_settings(tmp_path)
    with running_server(settings) as url:
        with pytest.raises(GraticuleError) as caught, running_server(settings):
            pass
        assert caught.value.hint
        assert httpx.get(f"{url}/healthz", timeout=30).status_code == 200


@pytest.mark.anyio
async def test_a_server_that_stops_lets_its_subscribers_go(tmp_path: Path) -> None:
    with running_server(local_settings(tmp_path)) as url:
        opened = await connect(
            f"ws{url.removeprefix('http')}/graphql", subprotocols=[Subprotocol("graphql-transport-ws")], proxy=None
        )
        await opened.send('{"type":"connection_init"}')
        await opened.recv()
        await opened.send(FLEET)
    with pytest.raises(ConnectionClosed):
        await opened.recv()
