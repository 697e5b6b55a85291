"""Pictures of every page in every state, in both themes and two widths: `scripts/screenshots`.

They go to `dist/screenshots/`, which is not committed. `--readme` draws the two in `docs/images/` anew.
"""

import argparse
import asyncio
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
from playwright.async_api import Browser, Page, WebSocketRoute, async_playwright, expect

from tests.support.asker import FILES, Asker
from tests.support.browser import THEMES, WAIT_MS, Theme, launched
from tests.support.chromium import found
from tests.support.gitserver import GitServer, make_repository
from tests.support.running import local_settings
from tests.support.screens import connection, outline, url_field
from tests.support.server import running_server

ROOT: Final = Path(__file__).parents[2]
TAKEN: Final = ROOT / "dist" / "screenshots"
README: Final = ROOT / "docs" / "images"
SIZES: Final = {"phone": (320, 640), "desk": (1280, 800)}
GOING_AWAY: Final = 1001
MOST_BYTES: Final = 250_000
SOURCES: Final = ("services", "schema")
"""What is mapped for the pictures: this product, so that they show a real map."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A server with something in every state."""

    url: str
    empty_url: str
    mapped: str
    busy: str
    failed: str


@dataclass(frozen=True, slots=True)
class Shot:
    """A page in a state, and how to tell that it is there."""

    name: str
    url: Callable[[Stage], str]
    ready: Callable[[Page], Awaitable[None]]
    cut: bool = False
    """Take it with the server gone."""


class Line:
    """The way of a page's websockets, which can be cut."""

    def __init__(self) -> None:
        self._is_cut = False
        self._sockets: list[WebSocketRoute] = []

    async def answer(self, socket: WebSocketRoute) -> None:
        """Let a socket through, unless the line is cut."""
        if self._is_cut:
            await socket.close(code=GOING_AWAY)
        else:
            socket.connect_to_server()
            self._sockets.append(socket)

    async def cut(self) -> None:
        """End every socket, and let no other through."""
        self._is_cut = True
        for socket in self._sockets:
            await socket.close(code=GOING_AWAY)


async def _live(page: Page) -> None:
    await expect(connection(page)).to_have_text("live")
    await expect(page.get_by_text("Listening…")).to_have_count(0)


async def _mapped(page: Page) -> None:
    await expect(outline(page)).to_contain_text("class")


async def _drawn(page: Page) -> None:
    await expect(page.get_by_role("link", name=re.compile("^(Open|Look into) "))).to_be_attached()


async def _read(page: Page) -> None:
    await expect(page.get_by_role("region", name="Source")).to_contain_text("import")


async def _listed(page: Page) -> None:
    await expect(page.get_by_role("table").first).to_be_visible()


async def _refused(page: Page) -> None:
    await url_field(page).fill("ftp://example.org/owner/name")
    await page.keyboard.press("Enter")
    await expect(url_field(page)).to_have_attribute("aria-invalid", "true")


async def _editor(page: Page) -> None:
    await expect(page.get_by_role("region", name="Operation Editor")).to_contain_text("mutation", timeout=60_000)


SHOTS: Final = (
    Shot("home", lambda stage: f"{stage.url}/", _live),
    Shot("home-empty", lambda stage: f"{stage.empty_url}/", _live),
    Shot("home-refused", lambda stage: f"{stage.url}/", _refused),
    Shot("home-offline", lambda stage: f"{stage.url}/", _live, cut=True),
    Shot("repository", lambda stage: f"{stage.url}/r/{stage.mapped}", _mapped),
    Shot("treemap", lambda stage: f"{stage.url}/r/{stage.mapped}/treemap", _drawn),
    Shot("treemap-table", lambda stage: f"{stage.url}/r/{stage.mapped}/treemap?view=table", _listed),
    Shot("symbols", lambda stage: f"{stage.url}/r/{stage.mapped}/symbols?q=clone", _live),
    Shot("file", lambda stage: f"{stage.url}/r/{stage.mapped}/file/services/hub.py", _read),
    Shot("jobs", lambda stage: f"{stage.url}/r/{stage.mapped}/jobs", _listed),
    Shot("repository-busy", lambda stage: f"{stage.url}/r/{stage.busy}", _live),
    Shot("repository-failed", lambda stage: f"{stage.url}/r/{stage.failed}", _live),
    Shot("repository-unknown", lambda stage: f"{stage.url}/r/bm90aGluZw", _live),
    Shot("graphiql", lambda stage: f"{stage.url}/graphiql", _editor),
)
CHOSEN: Final = {"map.png": ("repository", "light"), "treemap.png": ("treemap", "dark")}
"""The pictures of the README."""


@asynccontextmanager
async def staged() -> AsyncIterator[Stage]:
    """Serve one product with a map, a clone that never ends and one that failed, and one with nothing."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        forge, slow = (stack.enter_context(GitServer.start(folder / name)) for name in ("forge", "slow"))
        sources = {
            str(path.relative_to(ROOT)): path.read_bytes() for top in SOURCES for path in (ROOT / top).rglob("*.py")
        }
        make_repository(forge.root / "graticule/graticule.git", sources)
        make_repository(slow.root / "ada/slow.git", FILES)
        slow.knobs.silent_after_bytes = 0
        settings = local_settings(folder / "data", allow_protocols="https,http")
        url, empty_url = (
            stack.enter_context(running_server(one))
            for one in (settings, local_settings(folder / "nothing", allow_protocols="https,http"))
        )
        ask = Asker(stack.enter_context(httpx.Client(base_url=url, timeout=30)))
        mapped = await asyncio.to_thread(ask.map, forge.url("graticule/graticule.git"))
        failed = ask.clone(forge.url("ada/missing.git"))
        await asyncio.to_thread(ask.ended, failed["job"]["id"])
        busy = ask.clone(slow.url("ada/slow.git"))
        yield Stage(url, empty_url, mapped, busy["repository"]["id"], failed["repository"]["id"])


async def take(browser: Browser, stage: Stage, shot: Shot, theme: Theme, size: tuple[int, int]) -> bytes:
    """Take one picture."""
    width, height = size
    context = await browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=theme, reduced_motion="reduce"
    )
    context.set_default_timeout(WAIT_MS)
    page, line = await context.new_page(), Line()
    if shot.cut:
        await page.route_web_socket(re.compile("/graphql"), line.answer)
    await page.goto(shot.url(stage))
    await shot.ready(page)
    if shot.cut:
        await line.cut()
        await expect(connection(page)).to_have_text(re.compile("reconnecting|offline"))
    picture = await page.screenshot()
    await context.close()
    return picture


async def run(*, readme: bool) -> None:
    """Take all pictures, or those of the README."""
    expect.set_options(timeout=WAIT_MS)
    async with async_playwright() as playwright, staged() as stage:
        browser = await launched(playwright, found())
        for shot in SHOTS:
            for theme in THEMES:
                for name, size in SIZES.items():
                    wanted = [file for file, what in CHOSEN.items() if what == (shot.name, theme) and name == "desk"]
                    if readme and not wanted:
                        continue
                    picture = await take(browser, stage, shot, theme, size)
                    path = README / wanted[0] if readme else TAKEN / f"{shot.name}-{theme}-{name}.png"
                    _keep(path, picture)
        await browser.close()


def _keep(path: Path, picture: bytes) -> None:
    if path.is_relative_to(README) and len(picture) > MOST_BYTES:
        sys.exit(f"screenshots: {path} would be {len(picture):,} bytes, more than {MOST_BYTES:,}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(picture)
    print(f"{path.relative_to(ROOT)}: {len(picture):,} bytes")  # noqa: T201


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readme", action="store_true", help="draw the pictures of the README anew, and no others")
    asyncio.run(run(readme=parser.parse_args().readme))
