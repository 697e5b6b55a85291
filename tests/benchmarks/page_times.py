"""How soon the pages follow a hand: the budget's slider, a long file, and a long fleet, in a real browser.

    python -m tests.benchmarks.page_times REPOSITORY [--steps 40] [--seed 1]

REPOSITORY is the path of a git repository. One server in this process, one headless browser, on loopback. A step of
the slider is from its `input` event to the frame after the one that shows the new answer; `budget` is where the
steps end. Scrolling is 120 turns of the wheel, each when the frame before is drawn: a frame of 17 ms is a smooth one.
Prints milliseconds, with this program's load in them: the browser draws without a graphics card.
"""

import argparse
import asyncio
import math
import random
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import httpx
from playwright.async_api import Page, async_playwright

from schema.types.node import NodeKind, row_id
from services.store.database import Database
from tests.support.asker import Asker
from tests.support.browser import WAIT_MS, launched
from tests.support.chromium import found
from tests.support.fleet import multiply
from tests.support.gitserver import GitServer, make_repository
from tests.support.running import local_settings
from tests.support.server import running_server

BANDS: Final = ((256, 2_000), (2_000, 8_000), (8_000, 16_000), (16_000, 32_768))
ROWS: Final = 500
LINES: Final = 20_000
APART: Final = 5
"""Steps of the slider that surely mean another budget: budgets have two significant digits."""
SLIDE: Final = """async (step) => {
  const slider = document.getElementById('tokens');
  const frame = () => new Promise(requestAnimationFrame);
  const budget = () => document.querySelector('.measure').textContent.split('/')[1];
  const before = budget();
  const began = performance.now();
  slider.value = String(step);
  slider.dispatchEvent(new Event('input', { bubbles: true }));
  while (budget() === before) await frame();
  await frame();
  return performance.now() - began;
}"""
SCROLL: Final = """async (selector) => {
  const taken = [];
  const frame = () => new Promise(requestAnimationFrame);
  let before = await frame();
  for (let turn = 0; turn < 120; turn += 1) {
    document.querySelector(selector).scrollBy(0, 400);
    const now = await frame();
    taken.push(now - before);
    before = now;
  }
  return taken;
}"""


def row(what: str, taken: Sequence[float]) -> None:
    """Print one row: median, 95th percentile, worst."""
    ordered = sorted(taken)
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    print(f"{what:<44} {statistics.median(ordered):8.1f} {p95:8.1f} {ordered[-1]:8.1f}   n={len(ordered)}", flush=True)


async def slide(page: Page, url: str, *, steps: int, seed: int) -> None:
    """Move the slider to places within each band of budgets, and print how long an answer takes."""
    await page.goto(url)
    await page.wait_for_selector(".measure")
    most = int(await page.locator("#tokens").get_attribute("max") or 0)
    draw = random.Random(seed)  # noqa: S311  # which budgets are asked for is no secret
    for low, high in BANDS:
        octaves = math.log2(BANDS[-1][1] / BANDS[0][0])
        ends = [math.ceil(most * math.log2(tokens / BANDS[0][0]) / octaves) for tokens in (low, high)]
        taken, at = [], -1
        for _ in range(steps):
            at = draw.choice([step for step in range(*ends) if abs(step - at) > APART])
            taken.append(await page.evaluate(SLIDE, at))
            await page.wait_for_timeout(300)
        row(f"slider, {low:,} to {high:,} tokens", taken)


async def scroll(page: Page, url: str, selector: str, what: str) -> None:
    """Turn the wheel over what scrolls, and print how long each frame takes."""
    await page.goto(url)
    await page.wait_for_selector(selector)
    await page.wait_for_timeout(2_000)
    row(what, await page.evaluate(SCROLL, selector))


async def fill(database_url: str, repository_id: str) -> None:
    """Give the fleet its rows."""
    database = await Database.open(database_url)
    try:
        await multiply(database, repository_id, copies=ROWS, jobs_each=1)
    finally:
        await database.close()


async def measure(repository: Path, scratch: Path, *, steps: int, seed: int) -> None:
    """Serve, map, and print everything."""
    settings = local_settings(scratch / "data", parser_processes=2)
    text = "".join(f"def f{n}():\n    return {n}\n" for n in range(LINES // 2))
    make_repository(scratch / "forge/ada/long.git", {"long.py": text})
    with (
        GitServer.start(scratch / "forge") as forge,
        running_server(settings) as url,
        httpx.Client(base_url=url, timeout=60) as web,
    ):
        ask = Asker(web)
        long = ask.map(forge.url("ada/long.git"))
        mapped = ask.map(str(repository))
        print(f"{'milliseconds':<44} {'median':>8} {'95 %':>8} {'worst':>8}")
        async with async_playwright() as playwright:
            browser = await launched(playwright, found())
            page = await browser.new_page(viewport={"width": 1280, "height": 800})
            page.set_default_timeout(WAIT_MS)
            await slide(page, f"{url}/r/{mapped}", steps=steps, seed=seed)
            await scroll(page, f"{url}/r/{long}/file/long.py", ".code", f"a frame, a file of {LINES:,} lines")
            await fill(settings.effective_database_url, row_id(long, NodeKind.REPOSITORY))
            await scroll(page, f"{url}/", "html", f"a frame, a fleet of {ROWS} rows")
            await browser.close()


def main() -> None:
    """Measure what the arguments name."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repository", type=Path)
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        asyncio.run(measure(given.repository.resolve(), Path(scratch), steps=given.steps, seed=given.seed))


if __name__ == "__main__":
    main()
