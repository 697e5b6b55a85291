"""A server that goes away and comes back: the page says so, comes back by itself, and shows what is true."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.support.asker import FILES
from tests.support.axe import grave_findings
from tests.support.browser import Visits
from tests.support.gitserver import GitServer, make_repository
from tests.support.ports import kept_port, number_of
from tests.support.screens import connection, outline
from tests.support.serve_command import ServeCommand

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(150)]  # three starts of a server

REFUSED = r"WebSocket connection to .* failed|ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE"
"""What a browser says of a server that is not there, whatever the page does."""
BACK_SECONDS = 3
SHORT = {"GRATICULE_JOB_LEASE_SECONDS": "3"}


@pytest.fixture
def port() -> Iterator[int]:
    """Keep a port for a server that is started twice."""
    with kept_port() as keeper:
        yield number_of(keeper)


async def test_a_page_comes_back_with_its_server_and_shows_what_happened_since(
    visit: Visits, forge: GitServer, port: int, tmp_path: Path
) -> None:
    make_repository(forge.root / "ada/shapes.git", FILES)
    forge.knobs.silent_after_bytes = 0
    with ServeCommand(tmp_path / "data", port=port, environment=SHORT) as server:
        repository = server.ask().clone(forge.url("ada/shapes.git"))["repository"]["id"]
        page = await visit(f"{server.url}/r/{repository}", expected=[REFUSED])
        await page.evaluate("window.still = true")
        await expect(page.get_by_role("button", name="Cancel")).to_be_visible()
        await expect(connection(page)).to_have_text("live")
        server.kill()
        await expect(connection(page)).to_have_text("reconnecting")
        assert await grave_findings(page) == []
        forge.knobs.silent_after_bytes = None
    with ServeCommand(tmp_path / "data", port=port, environment=SHORT):
        answered = time.monotonic()
        await expect(connection(page)).to_have_text("live")
        back = time.monotonic() - answered
        await expect(outline(page)).to_contain_text("class Shape")
        assert await page.evaluate("window.still === true")
        assert back <= BACK_SECONDS
