"""Two refs compared: what is shown, what is sent as a URL, and a ref that has no map yet."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.support.axe import grave_findings
from tests.support.browser import THEMES, Theme, Visits, spills
from tests.support.gitserver import GitServer, commit_files, make_repository
from tests.support.site import Site

pytestmark = pytest.mark.anyio

BEFORE = {
    "motor.py": "def start(speed):\n    return speed\n\n\ndef gone():\n    return 1\n",
    "user.py": "from motor import start\n\n\ndef drive():\n    return start(3)\n",
}
AFTER = {
    **BEFORE,
    "motor.py": "def start(speed, gear=1):\n    return speed * gear\n",
    "new.py": "def fresh():\n    return 2\n",
}


def make(site: Site, forge: GitServer, name: str) -> str:
    """Map a repository whose branch `next` is ahead of `main`, which alone is mapped."""
    make_repository(forge.root / f"{name}.git", BEFORE)
    commit_files(forge.root / f"{name}.git", AFTER, branch="next")
    return site.ask.map(forge.url(f"{name}.git"))


async def map_next(page: Page) -> None:
    await expect(page.get_by_text("There is no map of next yet.")).to_be_visible()
    await page.get_by_role("button", name="Map it").click()
    await expect(page.get_by_role("heading", name="Callers that nobody touched")).to_be_visible()


@pytest.mark.parametrize("theme", THEMES)
async def test_a_ref_without_a_map_is_mapped_from_the_page_and_compared(
    site: Site, visit: Visits, forge: GitServer, theme: Theme
) -> None:
    repository = make(site, forge, f"ada/{theme}")
    page = await visit(f"{site.url}/r/{repository}/diff", theme=theme, width=320)
    await expect(page.get_by_text("There is one map of this repository")).to_be_visible()
    await page.get_by_role("combobox", name="Head").fill("next")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile("head=next&base=main"))
    await map_next(page)
    risk = page.get_by_role("region", name="Callers that nobody touched")
    await expect(risk.locator("ins")).to_have_text([", gear=1"])
    await expect(risk.get_by_role("link", name="user.py:5")).to_be_visible()
    await expect(page.get_by_role("region", name="Added")).to_contain_text("fresh")
    assert not await spills(page)
    assert await grave_findings(page) == []


async def test_swapped_refs_are_another_page_that_back_leaves(site: Site, visit: Visits, forge: GitServer) -> None:
    repository = make(site, forge, "ada/swap")
    page = await visit(f"{site.url}/r/{repository}/diff?base=main&head=next")
    await map_next(page)
    await page.get_by_role("button", name="Swap").click()
    await expect(page).to_have_url(re.compile("base=next&head=main"))
    await expect(page.get_by_role("region", name="Removed")).to_contain_text("fresh")
    await page.go_back()
    await expect(page.get_by_role("region", name="Added")).to_contain_text("fresh")
    await page.get_by_role("link", name="Jobs", exact=True).click()
    await page.get_by_role("link", name="Diff", exact=True).click()
    await expect(page).to_have_url(re.compile(r"/diff\?base="))
    await page.go_back()
    await expect(page.get_by_role("heading", name="Jobs")).to_be_visible()
    assert page.url.endswith("/jobs")
