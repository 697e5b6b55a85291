"""A repository's own address behind the server's: it opens the map or offers it, and starts nothing by itself."""

import pytest
from playwright.async_api import expect

from tests.support.asker import FILES
from tests.support.axe import grave_findings
from tests.support.browser import THEMES, Theme, Visits, spills
from tests.support.gitserver import GitServer, make_repository
from tests.support.screens import outline
from tests.support.site import Site

pytestmark = pytest.mark.anyio

KNOWN = "query($url: String!) { repository(url: $url) { id } }"


async def test_a_known_repository_is_opened_at_the_ref(site: Site, visit: Visits) -> None:
    url = site.ask("query($id: ID!) { repository(id: $id) { url } }", id=site.shapes)["repository"]["url"]
    page = await visit(f"{site.url}/{url}@main")
    await expect(page).to_have_url(f"{site.url}/r/{site.shapes}?ref=main")
    await expect(outline(page)).to_contain_text("class Shape")


@pytest.mark.parametrize("theme", THEMES)
async def test_an_unknown_one_is_offered_and_mapped_by_a_press(
    site: Site, visit: Visits, forge: GitServer, theme: Theme
) -> None:
    make_repository(forge.root / f"ada/{theme}.git", FILES)
    url = forge.url(f"ada/{theme}.git")
    page = await visit(f"{site.url}/{url}", theme=theme, width=320)
    await expect(page.get_by_text("This server has not mapped it yet.")).to_be_visible()
    assert site.ask(KNOWN, url=url)["repository"] is None
    assert not await spills(page)
    assert await grave_findings(page) == []
    await page.get_by_role("button", name="Map it").click()
    await expect(outline(page)).to_contain_text("class Shape")


async def test_an_address_of_no_repository_says_why(site: Site, visit: Visits, forge: GitServer) -> None:
    page = await visit(f"{site.url}/{forge.url('ada/shapes/-/issues/1')}")
    await expect(page.get_by_text("INVALID_URL")).to_be_visible()
    await expect(page.get_by_role("button", name="Map it")).to_have_count(0)
