"""The first five minutes of each kind of user, as the pages in `docs/` have them, word by word."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, expect

from tests.support.asker import FILES, Asker
from tests.support.blocks import Block, blocks
from tests.support.curl import curl
from tests.support.gitserver import GitServer, make_repository
from tests.support.running import local_settings
from tests.support.server import running_server

pytestmark = pytest.mark.anyio

DOCS = Path(__file__).parents[2] / "docs"
FLASK = "https://github.com/pallets/flask"
SESSIONS = """\
def open_session(request):
    return request.cookies


def handle(request):
    return open_session(request)
"""


class Page(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@contextmanager
def static(folder: Path) -> Iterator[str]:
    """Serve a folder as `python3 -m http.server` does."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Page, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def data(answer: httpx.Response) -> dict[str, Any]:
    body = answer.json()
    assert "errors" not in body, body
    found: dict[str, Any] = body["data"]
    return found


async def test_five_minutes_as_a_client(forge: GitServer, tmp_path: Path) -> None:
    make_repository(forge.root / "pallets/flask.git", {**FILES, "sessions.py": SESSIONS})
    settings = local_settings(tmp_path / "data", allow_protocols="https,http")
    clone, follow, read, callers = blocks(DOCS / "start-graphql.md")

    def sent(block: Block, **words: str) -> httpx.Response:
        text = block.text.replace(FLASK, forge.url("pallets/flask.git"))
        for old, new in words.items():
            text = text.replace(old, new)
        return curl(text, url)

    with running_server(settings) as url:
        job = data(sent(clone))["cloneRepository"]["job"]["id"]
        events = [line for line in sent(follow, JOB_ID=job).text.splitlines() if line.startswith("data: {")]
        outline = data(sent(read))["repository"]["snapshot"]["repoMap"]
        [found, *_] = data(sent(callers))["repository"]["snapshot"]["symbols"]["nodes"]
    assert json.loads(events[-1].removeprefix("data: "))["data"]["jobProgress"]["job"]["state"] == "SUCCEEDED"
    assert "open_session" in outline["text"]
    assert [use["from"]["qualifiedName"] for use in found["callers"]["nodes"]] == ["handle"]


async def test_five_minutes_with_a_dashboard(forge: GitServer, browser: Browser, tmp_path: Path) -> None:
    make_repository(forge.root / "ada/shapes.git", FILES)
    [page] = [block for block in blocks(DOCS / "start-dashboard.md") if block.language == "html"]
    with static(tmp_path) as home:
        settings = local_settings(tmp_path / "data", allow_protocols="https,http", cors_origins=home)
        with running_server(settings) as url, httpx.Client(base_url=url, timeout=30) as web:
            (tmp_path / "index.html").write_text(page.text.replace("127.0.0.1:8765", url.removeprefix("http://")))
            opened = await browser.new_page()
            await opened.goto(home)
            Asker(web).map(forge.url("ada/shapes.git"))
            await expect(opened.get_by_role("row")).to_contain_text("ada/shapes")
            await expect(opened.get_by_role("row")).to_contain_text("READY")
            await expect(opened.locator("#state")).to_have_text("live")
