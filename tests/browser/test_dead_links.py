"""Links that name what is not here, or no longer: each page says what, in one line, and offers what there is."""

import pytest
from playwright.async_api import expect

from tests.support.browser import Visits
from tests.support.site import Site

pytestmark = pytest.mark.anyio


async def test_a_kind_and_a_symbol_that_are_not_there_are_named_and_all_others_offered(
    site: Site, visit: Visits
) -> None:
    page = await visit(f"{site.url}/r/{site.shapes}/symbols?kind=klass&symbol=gone")
    await expect(page.get_by_text("No kind is called klass")).to_be_visible()
    await expect(page.get_by_text("There is no such symbol here")).to_be_visible()
    await page.get_by_role("button", name="every kind").click()
    await expect(page.get_by_text("No kind is called")).to_have_count(0)
    await page.get_by_role("button", name="Back to the list").click()
    await expect(page.get_by_text("There is no such symbol here")).to_have_count(0)
    assert page.url.endswith("/symbols")


async def test_a_line_and_a_job_that_are_not_there_are_named_and_the_nearest_offered(site: Site, visit: Visits) -> None:
    page = await visit(f"{site.url}/r/{site.shapes}/file/shapes/numbers.py#L99999")
    await expect(page.get_by_text("There is no line 99,999 here")).to_be_visible()
    await page.get_by_role("link", name="line 6", exact=True).click()
    await expect(page.get_by_text("There is no line")).to_have_count(0)
    await expect(page.get_by_label("Line", exact=True)).to_have_value("6")
    await page.goto(f"{site.url}/r/{site.shapes}/jobs?job=gone")
    await expect(page.get_by_text("This repository has no job gone")).to_be_visible()
    await expect(page.locator("details[open] summary")).to_contain_text("Clone and map")
