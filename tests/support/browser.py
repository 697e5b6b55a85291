"""Pages in a real browser: they may talk to one server alone, and what they complain of fails the test.

A page that is opened here has a context of its own: no cookie, storage or cache of another test's.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, Self, TypedDict, Unpack
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, WebError, WebSocket

from tests.support.chromium import Chromium

Theme = Literal["light", "dark"]
THEMES: Final[Sequence[Theme]] = ("light", "dark")
LOOKS: Final[Sequence[tuple[Theme, int]]] = (("light", 320), ("dark", 320), ("dark", 768), ("light", 2560))
"""Themes and widths in which every page is looked at; what else is tested is 1,280 wide."""
KEPT: Final = Path(__file__).parents[2] / "dist" / "browser"
"""Where failures leave their screenshots and traces: open a trace with `.venv/bin/playwright show-trace`."""
WAIT_MS: Final = 20_000
ARGUMENTS: Final = ("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",)
"""No name leads anywhere, whatever part of the browser asks."""


async def launched(playwright: Playwright, chromium: Chromium) -> Browser:
    """Start the browser, in about 0.4 s; it reaches loopback and nothing else."""
    return await playwright.chromium.launch(
        executable_path=chromium.path, env=chromium.variables(), args=list(ARGUMENTS), timeout=WAIT_MS
    )


@dataclass  # without slots: Playwright writes on whoever listens
class Watch:
    """What the pages of a context did that none of ours does."""

    home: str
    """The server's own host and port."""
    expected: Iterable[str] = ()
    """Patterns of what the console may say in this test."""
    outside: list[str] = field(default_factory=list)
    """Requests to other hosts; none of them got there."""
    errors: list[str] = field(default_factory=list)
    """Errors on the console, exceptions and broken policies."""

    def follow(self, context: BrowserContext) -> Self:
        """Listen to everything that the context's pages do from now on."""
        context.on("request", self._requested)
        context.on("console", self._said)
        context.on("weberror", self._threw)
        context.on("page", lambda page: page.on("websocket", self._connected))
        return self

    def complaints(self) -> list[str]:
        """Give everything that fails a test."""
        return [f"asked another host: {url}" for url in self.outside] + self.errors

    def _requested(self, request: Request) -> None:
        self._asked(request.url)

    def _connected(self, socket: WebSocket) -> None:
        self._asked(socket.url)

    def _asked(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"data", "blob", "about"} and parts.netloc != self.home:
            self.outside.append(url)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._complain(message.text)

    def _threw(self, error: WebError) -> None:
        self._complain(f"uncaught: {error.error}")

    def _complain(self, text: str) -> None:
        if not any(re.search(pattern, text) for pattern in self.expected):
            self.errors.append(text)


class Look(TypedDict, total=False):
    """How a page is opened: light and 1,280 wide, unless it says otherwise."""

    theme: Theme
    width: int
    expected: Iterable[str]
    """Patterns of errors that the console may show here."""


@dataclass(slots=True)
class Visits:
    """Opens pages for one test, and looks at its end whether they kept to what they may do."""

    browser: Browser
    folder: Path
    """Where a failure leaves what the pages showed last."""
    _opened: list[tuple[BrowserContext, Watch]] = field(default_factory=list)

    async def __call__(self, url: str, **look: Unpack[Look]) -> Page:
        """Open a URL as a first visit."""
        page = await self.blank(url, **look)
        await page.goto(url)
        return page

    async def blank(self, url: str, **look: Unpack[Look]) -> Page:
        """Give a page that may go to this URL's server and has not yet."""
        context = await self.browser.new_context(
            color_scheme=look.get("theme", "light"),
            viewport={"width": look.get("width", 1280), "height": 800},
            reduced_motion="reduce",
            permissions=["clipboard-read", "clipboard-write"],
        )
        context.set_default_timeout(WAIT_MS)
        self._opened.append((context, Watch(urlsplit(url).netloc, look.get("expected", ())).follow(context)))
        await context.tracing.start(screenshots=True, snapshots=True)
        return await context.new_page()

    async def close(self, *, failed: bool) -> None:
        """End all pages; AssertionError when one of them asked another host or had an error."""
        complaints = [complaint for _, watch in self._opened for complaint in watch.complaints()]
        for number, (context, _) in enumerate(self._opened, 1):
            if failed or complaints:
                await self._keep(context, number)
            await context.close()
        if complaints:
            raise AssertionError("\n".join([*complaints, f"screenshot and trace: {self.folder}"]))

    async def _keep(self, context: BrowserContext, number: int) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for page in context.pages:
            await page.screenshot(path=self.folder / f"{number}.png")
        await context.tracing.stop(path=self.folder / f"{number}.zip")


async def spills(page: Page) -> bool:
    """Tell whether the page as a whole has to be scrolled sideways."""
    wide: bool = await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return wide
