"""A page as it first comes: in time, in its place, for everybody, and without asking anybody else."""

import math
import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.async_api import expect

from tests.support.axe import grave_findings
from tests.support.browser import LOOKS, Theme, Visits, spills
from tests.support.site import Site
from tests.support.vitals import Stopwatch, Vitals

pytestmark = pytest.mark.anyio

FIRST_LOAD_BYTES = 35_000
LAZY_BYTES = 70_000
WORK_MS = 1_250
"""Until what was asked for can be read, on a processor four times slower; seen were 750 to 890."""
TRIES = 3
LARGEST_SHIFT = 0.05
PATHS = {"fleet": "/", "repository": "/r/{shapes}", "nothing": "/r/bm90aGluZw"}


@pytest.mark.parametrize(("theme", "width"), LOOKS)
@pytest.mark.parametrize("name", PATHS)
async def test_a_page_fits_its_width_and_everybody(
    site: Site, visit: Visits, name: str, theme: Theme, width: int
) -> None:
    page = await visit(site.url + PATHS[name].format(shapes=site.shapes), theme=theme, width=width)
    await expect(page.get_by_role("status", name="Connection")).to_have_text("live")
    await expect(page.get_by_text("Listening…")).to_have_count(0)
    await expect(page.get_by_text("Reading the map…")).to_have_count(0)
    assert not await spills(page)
    assert await grave_findings(page) == []


@pytest.mark.parametrize("name", ["fleet", "repository"])
async def test_a_first_load_is_small_early_and_still(
    site: Site, visit: Visits, name: str, record_property: Callable[[str, object], None]
) -> None:
    early = Vitals(math.inf, math.inf, math.inf, 0)
    for _ in range(TRIES):
        watch = Stopwatch(await visit.blank(site.url))
        await watch.start()
        await watch.page.goto(site.url + PATHS[name].format(shapes=site.shapes))
        await expect(watch.page.get_by_text(re.compile("ada/shapes|class Shape")).first).to_be_visible()
        seen, sent = await watch.vitals(), watch.sent_bytes()
        early = min(early, seen, key=lambda vitals: vitals.work_ms)
        first = sum(count for url, count in sent.items() if urlsplit(url).path in entry(site))
        assert seen.shift <= LARGEST_SHIFT
        assert first <= FIRST_LOAD_BYTES
        assert {url: count for url, count in sent.items() if count > LAZY_BYTES} == {}
        assert {urlsplit(url).path for url in await watch.blocking()} <= entry(site)
        if early.work_ms <= WORK_MS:
            break
    record_property("measured", f"{name}: {early}, first load {first:,} of {sum(sent.values()):,} bytes")
    assert early.work_ms <= WORK_MS


def entry(site: Site) -> set[str]:
    """Give the paths of the dashboard's document and of what it names."""
    return {"/", *re.findall(r'(?:src|href)="(/assets/[^"]+)"', site.ask.web.get("/").text)}
