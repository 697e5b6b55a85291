"""What does not end in a map: cancelled, refused, not there; each is said, and can be tried again."""

import re

import pytest
from playwright.async_api import expect

from tests.support.asker import FILES
from tests.support.axe import grave_findings
from tests.support.browser import THEMES, Theme, Visits
from tests.support.gitserver import GitServer, make_repository
from tests.support.screens import map_it, outline, url_field
from tests.support.site import Site

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("theme", THEMES)
async def test_a_job_is_cancelled_while_it_waits_for_the_remote(
    site: Site, visit: Visits, forge: GitServer, theme: Theme
) -> None:
    make_repository(forge.root / f"never/{theme}.git", FILES)
    forge.knobs.silent_after_bytes = 0
    page = await visit(f"{site.url}/", theme=theme)
    await map_it(page, forge.url(f"never/{theme}.git"))
    await page.get_by_role("button", name="Cancel").click()
    await expect(page.get_by_text(re.compile("cancelled")).first).to_be_visible()
    await expect(page.get_by_role("button", name="Cancel")).to_have_count(0)
    await expect(page.get_by_text("There is no map of")).to_be_visible()
    assert await grave_findings(page) == []


@pytest.mark.parametrize("theme", THEMES)
async def test_an_address_that_may_not_be_cloned_is_refused_with_the_reason(
    site: Site, visit: Visits, theme: Theme
) -> None:
    page = await visit(f"{site.url}/", theme=theme)
    await url_field(page).fill("https://localhost.invalid:1/../..")
    await page.get_by_role("button", name="Map it").click()
    await expect(page.get_by_text(re.compile("^[A-Z_]+$")).first).to_be_visible()
    await expect(url_field(page)).to_have_attribute("aria-invalid", "true")
    await expect(url_field(page)).to_be_focused()
    assert await grave_findings(page) == []


@pytest.mark.parametrize("theme", THEMES)
async def test_a_repository_that_is_not_there_says_so_and_is_mapped_once_it_is(
    site: Site, visit: Visits, forge: GitServer, theme: Theme
) -> None:
    make_repository(forge.root / f"later/{theme}.git", FILES)
    for path in (f"later/{theme}.git", f"later/{theme}"):
        forge.answer(path, 404)
    page = await visit(f"{site.url}/", theme=theme)
    await map_it(page, forge.url(f"later/{theme}.git"))
    await expect(page.get_by_text("NOT_FOUND").first).to_be_visible()
    assert await grave_findings(page) == []
    forge.knobs.answers.clear()
    await page.get_by_role("button", name="Retry").click()
    await expect(outline(page)).to_contain_text("class Shape")
