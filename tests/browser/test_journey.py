"""From an address to a map, before somebody's eyes and by keyboard alone."""

import re

import pytest
from playwright.async_api import expect

from tests.support.asker import FILES
from tests.support.axe import grave_findings
from tests.support.browser import THEMES, Theme, Visits, spills
from tests.support.gitserver import GitServer, make_repository
from tests.support.screens import map_it, outline, tab_to, url_field
from tests.support.site import Site

pytestmark = pytest.mark.anyio

MAP = "query($id: ID!) { repository(id: $id) { snapshot { repoMap(tokens: 2000) { text } } } }"
LARGE = {**FILES, "data/noise.bin": bytes(range(256)) * 64}
STILL = "window.still = true"
NEVER_LOADED_ANEW = "window.still === true"


@pytest.mark.parametrize("theme", THEMES)
async def test_phases_are_shown_live_until_the_map_is_there_without_a_reload(
    site: Site, visit: Visits, forge: GitServer, theme: Theme
) -> None:
    make_repository(forge.root / f"slow/{theme}.git", LARGE)
    forge.knobs.silent_after_bytes = 200
    page = await visit(f"{site.url}/", theme=theme, width=320)
    await page.evaluate(STILL)
    await map_it(page, forge.url(f"slow/{theme}.git"))
    await expect(page.get_by_role("progressbar").first).to_be_visible()
    await expect(page.locator("[aria-current=step]")).to_have_count(1)
    await expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    assert not await spills(page)
    assert await grave_findings(page) == []
    forge.knobs.silent_after_bytes = None
    await expect(outline(page)).to_contain_text("class Shape")
    assert await page.evaluate(NEVER_LOADED_ANEW)
    assert await grave_findings(page) == []


async def test_what_is_copied_is_the_map_that_the_api_gives(site: Site, visit: Visits) -> None:
    page = await visit(f"{site.url}/r/{site.shapes}")
    await expect(outline(page)).to_contain_text("class Shape")
    await page.get_by_role("button", name=re.compile("^Copy")).first.click()
    await expect(page.get_by_text("Copied", exact=True)).to_be_attached()
    text = site.ask(MAP, id=site.shapes)["repository"]["snapshot"]["repoMap"]["text"]
    assert await page.evaluate("navigator.clipboard.readText()") == text


async def test_a_map_is_made_and_opened_by_keyboard_alone(site: Site, visit: Visits, forge: GitServer) -> None:
    make_repository(forge.root / "ada/keys.git", FILES)
    page = await visit(f"{site.url}/")
    await tab_to(url_field(page))
    await page.keyboard.type(forge.url("ada/keys.git"))
    await page.keyboard.press("Enter")
    await expect(outline(page)).to_contain_text("class Shape")
    await tab_to(outline(page).get_by_role("link").first)
