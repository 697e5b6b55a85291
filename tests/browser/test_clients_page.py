"""The page of docs/clients.md in a browser: served from an origin of its own, with urql, exactly as it is printed."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, expect

from tests.support.asker import FILES, Asker
from tests.support.gitserver import GitServer, make_repository
from tests.support.node import CLIENTS, install_clients
from tests.support.printed import programs
from tests.support.running import local_settings
from tests.support.server import running_server

pytestmark = pytest.mark.anyio


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def pages(folder: Path) -> Iterator[str]:
    """Serve a folder, as any web server does; gives its origin."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


async def test_a_page_with_urql_shows_repositories_as_they_change(
    browser: Browser, forge: GitServer, tmp_path: Path
) -> None:
    install_clients()
    make_repository(forge.root / "ada/shapes.git", FILES)
    (tmp_path / "page").mkdir()
    (tmp_path / "page/page.html").write_text(programs()["page.html"])
    (tmp_path / "page/node_modules").symlink_to(CLIENTS / "node_modules")
    with (
        pages(tmp_path / "page") as origin,
        running_server(local_settings(tmp_path / "data", allow_protocols="https,http", cors_origins=origin)) as server,
        httpx.Client(base_url=server, timeout=30) as web,
    ):
        page = await browser.new_page()
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda said: problems.append(said.text))
        await page.goto(f"{origin}/page.html?server={server}")
        await expect(page).to_have_title("Repositories of Graticule 0.1.0")
        Asker(web).clone(forge.url("ada/shapes.git"))
        await expect(page.locator("#fleet li")).to_have_text([f"{forge.url('ada/shapes')[7:]}: READY"])
        await page.close()
    assert problems == []
