"""A server that wants a token: the page asks for it, and keeps it for this tab alone."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import expect

from services.viewers import Scope
from tests.support.axe import grave_findings
from tests.support.browser import THEMES, Theme, Visits
from tests.support.doors import make_token
from tests.support.running import local_settings
from tests.support.screens import connection, url_field
from tests.support.server import running_server

pytestmark = pytest.mark.anyio

REFUSED = r"status of 401|status of 403|WebSocket connection to .* failed"
KEPT = "() => [Object.entries(sessionStorage), Object.entries(localStorage), document.cookie]"


@pytest.fixture
def door(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Give a server that is closed, and a token that opens it."""
    settings = local_settings(tmp_path / "data", allow_protocols="https,http")
    with running_server(settings) as url:
        yield url, make_token(settings, "ada", scope=Scope.CLONE)


@pytest.mark.parametrize("theme", THEMES)
async def test_a_token_opens_the_page_and_stays_in_its_tab(visit: Visits, door: tuple[str, str], theme: Theme) -> None:
    url, token = door
    page = await visit(f"{url}/", theme=theme, expected=[REFUSED])
    await expect(page.get_by_role("heading", name="A token is needed")).to_be_visible()
    assert await grave_findings(page) == []
    await page.get_by_label("Token", exact=True).fill("wrong")
    await page.get_by_role("button", name="Use token").click()
    await expect(page.get_by_label("Token", exact=True)).to_have_attribute("aria-invalid", "true")
    await page.get_by_label("Token", exact=True).fill(token)
    await page.get_by_role("button", name="Use token").click()
    await expect(connection(page)).to_have_text("live")
    await expect(url_field(page)).to_be_visible()
    session, local, cookie = await page.evaluate(KEPT)
    assert [value for _, value in session] == [token]
    assert (local, cookie) == ([], "")
    other = await page.context.new_page()
    await other.goto(f"{url}/")
    await expect(other.get_by_role("heading", name="A token is needed")).to_be_visible()


async def test_the_token_goes_with_the_first_message_of_the_socket_and_in_no_address(
    visit: Visits, door: tuple[str, str]
) -> None:
    url, token = door
    page = await visit.blank(f"{url}/", expected=[REFUSED])
    sockets: list[str] = []
    said: list[str] = []
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: sockets.append(socket.url))
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: said.append(str(frame))))
    await page.goto(url)
    await page.get_by_label("Token", exact=True).fill(token)
    await page.get_by_role("button", name="Use token").click()
    await expect(connection(page)).to_have_text("live")
    assert any(token in frame for frame in said)
    assert not any(token in address for address in [*asked, *sockets])
    assert {urlsplit(address).netloc for address in [*asked, *sockets]} == {urlsplit(url).netloc}
