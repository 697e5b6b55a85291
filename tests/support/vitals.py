"""How fast a page is for a person: what it works until it stands, what moves, and what was sent for it.

Work is counted in the time that the page's thread had, which other programs on a busy machine do not lengthen: with
twelve others for two processors, eight loads took 103 to 182 ms of it, and 450 to 924 ms until the first paint.
"""

from dataclasses import dataclass
from typing import Any, Final

from playwright.async_api import CDPSession, Page

SLOWER: Final = 4
"""How many times slower than here the processor is on which a page has to be early."""
WATCH: Final = """
window.vitals = { fcp: 0, lcp: 0, cls: 0 };
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    if (entry.name === 'first-contentful-paint') window.vitals.fcp = entry.startTime;
  }
}).observe({ type: 'paint', buffered: true });
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.vitals.lcp = entry.startTime;
}).observe({ type: 'largest-contentful-paint', buffered: true });
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.vitals.cls += entry.value;
}).observe({ type: 'layout-shift', buffered: true });
"""
BLOCKING: Final = """
performance.getEntriesByType('resource').filter((one) => one.renderBlockingStatus === 'blocking').map((one) => one.name)
"""


@dataclass(frozen=True, slots=True)
class Vitals:
    """What was seen of one load."""

    work_ms: float
    """Of the page's thread so far, on a processor that is `SLOWER` times slower."""
    first_paint_ms: float
    """Since the page was asked for, here and now; 0 where nothing is painted yet. So is the next."""
    largest_paint_ms: float
    shift: float
    """Sum of all layout shifts (CLS)."""

    def __str__(self) -> str:
        paints = f"FCP {self.first_paint_ms:.0f} ms, LCP {self.largest_paint_ms:.0f} ms"
        return f"work {self.work_ms:.0f} ms, {paints}, CLS {self.shift:.3f}"


class Stopwatch:
    """Measures each document that a page loads from now on."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._session: CDPSession | None = None
        self._sent: dict[str, int] = {}
        self._urls: dict[str, str] = {}

    async def start(self) -> None:
        """Listen."""
        self._session = session = await self.page.context.new_cdp_session(self.page)
        session.on("Network.responseReceived", self._answered)
        session.on("Network.dataReceived", self._received)
        await session.send("Network.enable")
        await session.send("Performance.enable", {"timeDomain": "threadTicks"})
        await self.page.add_init_script(WATCH)

    async def vitals(self) -> Vitals:
        """Give what was seen so far."""
        assert self._session is not None, "it was not started"
        figures = (await self._session.send("Performance.getMetrics"))["metrics"]
        (work,) = [figure["value"] for figure in figures if figure["name"] == "TaskDuration"]
        seen = await self.page.evaluate("window.vitals")
        return Vitals(1000 * SLOWER * work, seen["fcp"], seen["lcp"], seen["cls"])

    async def blocking(self) -> list[str]:
        """Give the URLs without which nothing was painted, but for the page's own."""
        urls: list[str] = await self.page.evaluate(BLOCKING)
        return urls

    def sent_bytes(self) -> dict[str, int]:
        """Give each URL with the bytes of its answers' bodies, as they were sent."""
        return {self._urls[key]: count for key, count in self._sent.items() if key in self._urls}

    def _answered(self, event: dict[str, Any]) -> None:
        self._urls[event["requestId"]] = event["response"]["url"]

    def _received(self, event: dict[str, Any]) -> None:
        key = event["requestId"]
        self._sent[key] = self._sent.get(key, 0) + int(event["encodedDataLength"])
