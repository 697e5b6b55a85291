"""A repository as a picture: entered and left by keyboard, sent as a URL, and the same as a table."""

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.support.axe import grave_findings
from tests.support.browser import LOOKS, Theme, Visits, spills
from tests.support.screens import tab_to
from tests.support.site import Site

pytestmark = pytest.mark.anyio

TREEMAP = "query($id: ID!) { repository(id: $id) { snapshot { treemap { paths lines } } } }"
COLOURS = """canvas => {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size;
}"""


def link(page: Page) -> Locator:
    """Give what stands over the cell that is pointed at."""
    return page.get_by_role("link", name=re.compile("^(Open|Look into) "))


@pytest.mark.parametrize(("theme", "width"), LOOKS)
@pytest.mark.parametrize("view", ["picture", "table"])
async def test_a_treemap_fits_its_width_and_everybody(
    site: Site, visit: Visits, view: str, theme: Theme, width: int
) -> None:
    page = await visit(f"{site.url}/r/{site.shapes}/treemap?view={view}", theme=theme, width=width)
    await expect(link(page) if view == "picture" else page.get_by_role("table")).to_be_attached()
    assert not await spills(page)
    assert await grave_findings(page) == []


async def test_the_picture_has_the_colours_of_several_ranks(site: Site, visit: Visits) -> None:
    page = await visit(f"{site.url}/r/{site.shapes}/treemap")
    await expect(link(page)).to_be_attached()
    assert await page.locator("canvas").evaluate(COLOURS) > 10


async def test_a_folder_is_entered_and_left_by_keyboard_and_its_url_can_be_sent(site: Site, visit: Visits) -> None:
    page = await visit(f"{site.url}/r/{site.shapes}/treemap")
    await tab_to(link(page))
    await expect(link(page)).to_have_accessible_name("Look into shapes")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile(r"\?folder=shapes$"))
    await expect(link(page)).to_have_accessible_name(re.compile("Open shapes/"))
    before = await link(page).get_attribute("href") or ""
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("ArrowDown")
    await expect(link(page)).not_to_have_attribute("href", before)
    again = await visit(page.url)
    await expect(again.get_by_role("navigation", name="Folder")).to_contain_text("shapes")
    await page.keyboard.press("Backspace")
    await expect(link(page)).to_have_accessible_name("Look into shapes")
    await page.go_back()
    await expect(page).to_have_url(re.compile(r"\?folder=shapes$"))


async def test_what_is_pointed_at_stays_so_when_the_picture_is_laid_out_anew(site: Site, visit: Visits) -> None:
    page = await visit(f"{site.url}/r/{site.shapes}/treemap?folder=shapes")
    await tab_to(link(page))
    first = await link(page).get_attribute("href") or ""
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("ArrowDown")
    await expect(link(page)).not_to_have_attribute("href", first)
    there = await link(page).get_attribute("href") or ""
    place = await link(page).get_attribute("style") or ""
    await page.set_viewport_size({"width": 1000, "height": 800})
    await expect(link(page)).not_to_have_attribute("style", place)
    await expect(link(page)).to_have_attribute("href", there)


async def test_the_table_has_every_file_of_the_picture_and_is_sorted_by_its_heads(site: Site, visit: Visits) -> None:
    columns = site.ask(TREEMAP, id=site.shapes)["repository"]["snapshot"]["treemap"]
    page = await visit(f"{site.url}/r/{site.shapes}/treemap?folder=shapes&view=table")
    names = page.get_by_role("rowheader")
    inside = [path.removeprefix("shapes/") for path in columns["paths"] if path.startswith("shapes/")]
    await expect(names).to_have_count(len(inside))
    assert sorted(await names.all_inner_texts()) == sorted(inside)
    await page.get_by_role("button", name="Path").click()
    await expect(page.get_by_role("columnheader", name="Path")).to_have_attribute("aria-sort", "ascending")
    assert await names.all_inner_texts() == sorted(inside)


async def test_a_folder_that_is_not_there_leads_back(site: Site, visit: Visits) -> None:
    page = await visit(f"{site.url}/r/{site.shapes}/treemap?folder=nowhere")
    await page.get_by_role("link", name="The whole repository").click()
    await expect(link(page)).to_have_accessible_name("Look into shapes")
