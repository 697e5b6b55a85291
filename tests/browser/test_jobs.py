"""The jobs of a repository, and how it is kept."""

import re

import pytest
from playwright.async_api import expect

from tests.support.asker import FILES
from tests.support.axe import grave_findings
from tests.support.browser import THEMES, Theme, Visits, spills
from tests.support.gitserver import GitServer, make_repository
from tests.support.site import Site

pytestmark = pytest.mark.anyio

KEPT = "query($id: ID!) { repository(id: $id) { pinned refreshMinutes } }"
JOBS = "query($id: ID!) { repository(id: $id) { jobs { nodes { id } } } }"


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [320, 1280])
async def test_a_job_says_where_its_time_went(site: Site, visit: Visits, theme: Theme, width: int) -> None:
    page = await visit(f"{site.url}/r/{site.shapes}/jobs", theme=theme, width=width)
    await expect(page.get_by_role("row").filter(has_text="Parsing files")).to_contain_text(re.compile(r"\d s"))
    await expect(page.get_by_role("link", name="Jobs", exact=True)).to_be_in_viewport(ratio=1)
    assert not await spills(page)
    assert await grave_findings(page) == []


async def test_a_failed_job_shows_its_attempts_and_is_tried_again(site: Site, visit: Visits, forge: GitServer) -> None:
    repository = site.ask.clone(forge.url("late/jobs.git"))["repository"]["id"]
    page = await visit(f"{site.url}/r/{repository}/jobs")
    await expect(page.get_by_text("NOT_FOUND_OR_PRIVATE").first).to_be_visible()
    make_repository(forge.root / "late/jobs.git", FILES)
    await page.get_by_role("button", name="Retry").click()
    await expect(page.locator("summary").first).to_contain_text("succeeded")
    await expect(page.get_by_role("listitem")).to_have_count(2)


async def test_a_job_has_a_link_of_its_own(site: Site, visit: Visits, forge: GitServer) -> None:
    make_repository(forge.root / "ada/twice.git", FILES)
    repository = site.ask.map(forge.url("ada/twice.git"))
    site.ask("mutation($id: ID!) { refreshRepository(input: {repositoryId: $id}) { job { id } } }", id=repository)
    oldest = site.ask(JOBS, id=repository)["repository"]["jobs"]["nodes"][-1]["id"]
    page = await visit(f"{site.url}/r/{repository}/jobs?job={oldest}")
    await expect(page.locator("details[open] summary")).to_contain_text("Clone and map")


async def test_how_a_repository_is_kept_is_changed_from_its_page(site: Site, visit: Visits, forge: GitServer) -> None:
    make_repository(forge.root / "ada/kept.git", FILES)
    repository = site.ask.map(forge.url("ada/kept.git"))
    page = await visit(f"{site.url}/r/{repository}")
    await page.get_by_role("button", name="Pin").click()
    await expect(page.get_by_role("button", name="Pinned")).to_have_attribute("aria-pressed", "true")
    await page.get_by_role("combobox", name="Refresh by itself").select_option("Every hour")
    await expect(page.get_by_text("Next refresh")).to_be_visible()
    assert site.ask(KEPT, id=repository)["repository"] == {"pinned": True, "refreshMinutes": 60}
