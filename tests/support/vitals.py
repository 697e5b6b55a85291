"""How fast a page is for a person: what is painted when, what moves, and what was sent for it."""

from dataclasses import dataclass
from typing import Any, Final

from playwright.async_api import Page

THROTTLE: Final = 4
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


@dataclass(frozen=True, slots=True)
class Vitals:
    """Times in ms since the page was asked for, on a processor that is `THROTTLE` times slower."""

    first_paint_ms: float
    largest_paint_ms: float
    shift: float
    """Sum of all layout shifts (CLS)."""

    def __str__(self) -> str:
        return f"FCP {self.first_paint_ms:.0f} ms, LCP {self.largest_paint_ms:.0f} ms, CLS {self.shift:.3f}"


class Stopwatch:
    """Measures each document that a page loads from now on."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._sent: dict[str, int] = {}
        self._urls: dict[str, str] = {}

    async def start(self) -> None:
        """Slow the page's processor down, and listen."""
        session = await self.page.context.new_cdp_session(self.page)
        session.on("Network.responseReceived", self._answered)
        session.on("Network.dataReceived", self._received)
        await session.send("Network.enable")
        await session.send("Emulation.setCPUThrottlingRate", {"rate": THROTTLE})
        await self.page.add_init_script(WATCH)

    async def vitals(self) -> Vitals:
        """Give what was seen so far."""
        seen = await self.page.evaluate("window.vitals")
        return Vitals(seen["fcp"], seen["lcp"], seen["cls"])

    def sent_bytes(self) -> dict[str, int]:
        """Give each URL with the bytes of its answers' bodies, as they were sent."""
        return {self._urls[key]: count for key, count in self._sent.items() if key in self._urls}

    def _answered(self, event: dict[str, Any]) -> None:
        self._urls[event["requestId"]] = event["response"]["url"]

    def _received(self, event: dict[str, Any]) -> None:
        key = event["requestId"]
        self._sent[key] = self._sent.get(key, 0) + int(event["encodedDataLength"])
