"""The Symbols tab and the File tab: found, opened, read and sent to somebody, by keyboard and by link."""

import pytest
from playwright.async_api import Locator, Page, expect

from tests.support.axe import grave_findings
from tests.support.browser import LOOKS, Theme, Visits, spills
from tests.support.gitserver import GitServer, make_repository
from tests.support.site import Site

pytestmark = pytest.mark.anyio

HOSTILE = "def f():\n    return '<img src=x onerror=alert(1)>'  # \u202e\x07\n\x0cdef after():\n    return 'second'\n"


@pytest.mark.parametrize(("theme", "width"), LOOKS)
async def test_both_tabs_fit_and_are_for_everybody(site: Site, visit: Visits, theme: Theme, width: int) -> None:
    page = await visit(f"{site.url}/r/{site.shapes}/symbols?q=area", theme=theme, width=width)
    await found(page).first.click()
    await expect(page.get_by_role("heading", name="Callers")).to_be_visible()
    assert not await spills(page)
    assert await grave_findings(page) == []
    await page.goto(f"{site.url}/r/{site.shapes}/file/shapes/geometry.py#L2")
    await expect(page.get_by_role("region", name="Source")).to_be_visible()
    assert not await spills(page)
    assert await grave_findings(page) == []


async def test_a_symbol_is_found_and_opened_and_left_by_keys(site: Site, visit: Visits) -> None:
    page = await visit(f"{site.url}/r/{site.shapes}/symbols")
    await expect(found(page).first).to_be_visible()
    await page.keyboard.press("/")
    await page.keyboard.type("square")
    await expect(found(page)).to_have_count(1)
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    callers = page.get_by_role("region", name="Callers")
    await expect(callers.get_by_role("link", name="cube")).to_be_visible()
    await expect(callers).to_contain_text("defined in the same file")
    assert "q=square" in page.url
    assert "symbol=" in page.url
    await page.keyboard.press("Escape")
    await expect(callers).to_have_count(0)
    await page.go_back()
    await expect(callers).to_be_visible()


async def test_lines_are_named_in_the_url_and_definitions_lead_to_their_symbols(site: Site, visit: Visits) -> None:
    page = await visit(f"{site.url}/r/{site.shapes}/file/shapes/numbers.py#L2")
    field = page.get_by_label("Line", exact=True)
    await expect(field).to_have_value("2")
    await page.get_by_label("Line 5").click(modifiers=["Shift"])
    await expect(field).to_have_value("2-5")
    assert page.url.endswith("#L2-L5")
    await page.locator("body").press("[")
    await expect(field).to_have_value("1")
    await page.get_by_label("function cube").first.click()
    await expect(page.get_by_role("heading", name="cube")).to_be_visible()


async def test_a_file_is_found_by_a_few_letters(site: Site, visit: Visits) -> None:
    page = await visit(f"{site.url}/r/{site.shapes}/file")
    await expect(page.get_by_role("link", name="shapes/")).to_be_visible()
    await page.keyboard.press("t")
    await page.keyboard.type("geomtry")
    await expect(page.get_by_role("listbox").get_by_role("option")).to_have_count(1)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("region", name="Source")).to_contain_text("class Shape")


async def test_what_cannot_be_shown_says_so(site: Site, visit: Visits) -> None:
    page = await visit(f"{site.url}/r/{site.shapes}/file/logo.png")
    await expect(page.get_by_text("This file is binary")).to_be_visible()
    await page.goto(f"{site.url}/r/{site.shapes}/file/shapes/circle.py")
    await expect(page.get_by_text("has nothing at this path")).to_be_visible()
    await page.goto(f"{site.url}/r/{site.shapes}/file/shapes")
    await expect(page.get_by_role("link", name="numbers.py")).to_be_visible()


async def test_text_of_others_stays_text_and_shows_what_is_hidden(site: Site, visit: Visits, forge: GitServer) -> None:
    make_repository(forge.root / "eve/odd.git", {"odd.py": HOSTILE})
    page = await visit(f"{site.url}/r/{site.ask.map(forge.url('eve/odd.git'))}/file/odd.py")
    source = page.get_by_role("region", name="Source")
    await expect(source).to_contain_text("<img src=x onerror=alert(1)>")
    await expect(source.get_by_text("U+202E")).to_be_visible()
    await expect(source.get_by_text("BEL")).to_be_visible()
    await expect(source.locator("img")).to_have_count(0)


def found(page: Page) -> Locator:
    """Give what the search shows; the kinds to choose from are options as well."""
    return page.get_by_role("listbox", name="Symbols").get_by_role("option")
