"""A page whose server is out of reach for a while: what it could not ask is asked when it can be, without a reload."""

import pytest
from playwright.async_api import Locator, Page, Request, expect

from tests.support.axe import grave_findings
from tests.support.browser import Visits
from tests.support.gitserver import GitServer, make_repository
from tests.support.line import Line
from tests.support.screens import connection, outline
from tests.support.site import Site

pytestmark = pytest.mark.anyio

GONE = r"ERR_CONNECTION_REFUSED|status of 502"
"""What a browser says of a server that does not answer, whatever the page does."""
SILENT = "The server does not answer."
REMOVE = "mutation($id: ID!) { removeRepository(input: {repositoryId: $id}) { errors { __typename } } }"


async def cuttable(visit: Visits, url: str, *, proxied: bool = False) -> tuple[Page, Line]:
    """Open a page whose way to the server can be cut."""
    page = await visit.blank(url, expected=[GONE])
    line = await Line(proxied=proxied).of(page)
    await page.goto(url)
    await expect(connection(page)).to_have_text("live")
    await page.evaluate("window.still = true")
    return page, line


async def test_a_question_that_could_not_be_asked_is_answered_when_the_server_is_back(
    site: Site, visit: Visits
) -> None:
    page, line = await cuttable(visit, f"{site.url}/r/{site.shapes}?tokens=256")
    await expect(outline(page)).to_contain_text("class Shape")
    await line.cut()
    await expect(connection(page)).to_have_text("reconnecting")
    await ask_for(page, 300)
    await expect(page.get_by_role("alert")).to_contain_text(SILENT)
    await expect(answer_to(page, 300)).to_have_count(0)
    line.mend()
    await expect(answer_to(page, 300)).to_be_visible()
    await expect(page.get_by_role("alert")).to_have_count(0)
    assert await page.evaluate("window.still === true")


async def test_a_search_that_only_a_proxy_answered_is_answered_when_the_server_is_back(
    site: Site, visit: Visits
) -> None:
    page, line = await cuttable(visit, f"{site.url}/r/{site.shapes}/symbols", proxied=True)
    found = page.get_by_role("listbox", name="Symbols").get_by_role("option")
    await expect(found.first).to_be_visible()
    await line.cut()
    await expect(connection(page)).to_have_text("reconnecting")
    await page.get_by_role("combobox", name="Search the symbols").fill("cube")
    await expect(page.get_by_role("alert")).to_contain_text(SILENT)
    line.mend()
    await expect(found).to_have_count(1)
    await expect(page.get_by_role("alert")).to_have_count(0)
    assert await page.evaluate("window.still === true")


async def test_a_question_is_asked_again_where_the_socket_is_back_first(site: Site, visit: Visits) -> None:
    page, line = await cuttable(visit, f"{site.url}/r/{site.shapes}?tokens=256")
    await expect(outline(page)).to_contain_text("class Shape")
    await line.cut()
    await ask_for(page, 300)
    await expect(page.get_by_role("alert")).to_contain_text(SILENT)
    await expect(connection(page)).to_have_text("reconnecting")
    async with page.expect_event("requestfailed", asks_for_a_map):
        line.mend_sockets()
    await expect(connection(page)).to_have_text("live")
    await expect(page.get_by_role("alert")).to_contain_text(SILENT)
    line.mend()
    await expect(answer_to(page, 300)).to_be_visible()
    await expect(page.get_by_role("alert")).to_have_count(0)


async def test_a_repository_that_was_removed_while_nobody_listened_does_not_stand_as_if_it_were_there(
    site: Site, visit: Visits, forge: GitServer
) -> None:
    make_repository(forge.root / "ada/gone.git", {"gone.py": "def gone(): ...\n"})
    repository = site.ask.map(forge.url("ada/gone.git"))
    page, line = await cuttable(visit, f"{site.url}/r/{repository}")
    await expect(outline(page)).to_contain_text("def gone")
    await line.cut_sockets()
    await expect(connection(page)).to_have_text("reconnecting")
    assert site.ask(REMOVE, id=repository)["removeRepository"]["errors"] == []
    line.mend()
    await expect(page.get_by_text("This repository was removed.")).to_be_visible()
    await expect(connection(page)).to_have_text("live")
    await expect(outline(page)).to_have_count(0)
    await expect(page.get_by_role("button", name="Refresh")).to_have_count(0)
    assert await grave_findings(page) == []


async def ask_for(page: Page, tokens: int) -> None:
    field = page.get_by_label("Tokens, exactly")
    await field.fill(str(tokens))
    await field.press("Enter")


def answer_to(page: Page, tokens: int) -> Locator:
    return page.get_by_text(f"/ {tokens} tokens")


def asks_for_a_map(request: Request) -> bool:
    return "query RepoMap(" in (request.post_data or "")
