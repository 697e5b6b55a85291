"""The first page: what it understands, how its list is searched, and what may be done with a repository in it."""

import re

import pytest
from playwright.async_api import expect

from tests.support.asker import FILES
from tests.support.axe import grave_findings
from tests.support.browser import THEMES, Theme, Visits, spills
from tests.support.gitserver import GitServer, make_repository
from tests.support.screens import outline, url_field
from tests.support.site import Site

pytestmark = pytest.mark.anyio


async def test_the_field_says_what_it_understood(site: Site, visit: Visits) -> None:
    page = await visit(f"{site.url}/")
    await url_field(page).fill("https://github.com/ada/shapes/tree/v1.0/src")
    await expect(page.locator("#url-reading")).to_have_text(re.compile(r"https://github\.com/ada/shapes, at v1\.0"))
    await url_field(page).fill("https://github.com/ada/shapes/issues/1")
    await expect(page.locator("#url-reading")).to_have_text(re.compile("not a repository"))
    await url_field(page).fill("shapes")
    await expect(page.locator("#url-reading")).to_have_text(re.compile("owner/name"))


async def test_a_filter_is_a_link_that_can_be_sent(site: Site, visit: Visits) -> None:
    page = await visit(f"{site.url}/?q=no-such-name")
    await expect(page.get_by_text("is like that")).to_be_visible()
    await page.get_by_role("textbox", name="Filter by name").fill("ADA shapes")
    await expect(page.get_by_role("link", name="ada/shapes")).to_be_visible()
    await expect(page).to_have_url(f"{site.url}/?q=ADA+shapes")
    await page.get_by_role("button", name=re.compile("^Mapped")).click()
    await expect(page).to_have_url(f"{site.url}/?q=ADA+shapes&state=ready")
    await page.go_back()
    await expect(page.get_by_role("button", name=re.compile("^All"))).to_have_attribute("aria-pressed", "true")


async def test_the_list_is_walked_by_keys(site: Site, visit: Visits) -> None:
    page = await visit(f"{site.url}/")
    await expect(page.get_by_role("link", name="ada/shapes")).to_be_visible()
    await page.keyboard.press("/")
    await page.keyboard.type("ada/shapes")
    await page.keyboard.press("Escape")
    await expect(page).to_have_url(f"{site.url}/")
    await page.keyboard.press("/")
    await page.keyboard.type("ada/shapes")
    await expect(page.get_by_role("listitem")).to_have_count(1)
    await page.get_by_role("heading", name="Repositories").click()
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await expect(outline(page)).to_contain_text("class Shape")


@pytest.mark.parametrize("theme", THEMES)
async def test_a_removal_is_asked_for_twice(site: Site, visit: Visits, forge: GitServer, theme: Theme) -> None:
    make_repository(forge.root / f"gone/{theme}.git", FILES)
    site.ask.map(forge.url(f"gone/{theme}.git"))
    page = await visit(f"{site.url}/?q=gone/{theme}", theme=theme, width=320)
    await page.get_by_role("button", name=re.compile("^Actions for")).click()
    await page.get_by_role("button", name="Remove…").click()
    await expect(page.get_by_role("dialog")).to_contain_text("The repository itself is not touched")
    assert await grave_findings(page) == []
    await page.get_by_role("button", name="Keep it").click()
    await expect(page.get_by_role("button", name=re.compile("^Actions for"))).to_be_focused()
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Remove…").click()
    await page.get_by_role("button", name="Remove", exact=True).click()
    await expect(page.get_by_role("link", name=f"gone/{theme}")).to_have_count(0)


@pytest.mark.parametrize("width", [320, 1280])
async def test_a_failure_says_what_to_do_and_is_tried_again(
    site: Site, visit: Visits, forge: GitServer, width: int
) -> None:
    url = forge.url(f"late/w{width}.git")
    site.ask.clone(url)
    page = await visit(f"{site.url}/?q=late/w{width}", width=width)
    await expect(page.get_by_text("NOT_FOUND_OR_PRIVATE")).to_be_visible()
    assert not await spills(page)
    make_repository(forge.root / f"late/w{width}.git", FILES)
    await page.get_by_role("button", name=re.compile("^Actions for")).click()
    await page.get_by_role("button", name="Retry").click()
    await expect(page.get_by_text("mapped", exact=True)).to_be_visible()
