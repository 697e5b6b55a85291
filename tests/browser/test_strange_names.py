"""Names that would turn around what is seen, or would not be seen: every tab shows what they are made of."""

import pytest
from playwright.async_api import Page, expect

from tests.support.browser import Visits
from tests.support.gitserver import GitServer, commit_files, make_repository
from tests.support.site import Site

pytestmark = pytest.mark.anyio

TURNED, COLOURED = "src/\u202egpj.py", "src/\x1b[31mred.py"
USER = "def user():\n    return red()\n"
BEFORE = {TURNED: "def turned():\n    return 1\n", COLOURED: "def red():\n    return 1\n\n\n" + USER}
AFTER = {TURNED: "def turned(a):\n    return a\n", COLOURED: "def red(a=1):\n    return a\n\n\n" + USER}
BARE = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (walker.nextNode()) if (/[\\u202e\\x1b]/.test(walker.currentNode.data)) found.push(walker.currentNode.data);
  return found;
}"""
"""Gives the texts of a page that hold such a character."""


async def shows(page: Page, url: str) -> None:
    """Look at a tab: it names both characters, and has neither."""
    await page.goto(url)
    main = page.get_by_role("main")
    await expect(main).to_contain_text("U+202E")
    await expect(main).to_contain_text("ESC")
    assert await page.evaluate(BARE) == []


async def test_every_tab_names_the_characters_that_hide_in_a_path(site: Site, visit: Visits, forge: GitServer) -> None:
    make_repository(forge.root / "ada/strange.git", BEFORE)
    commit_files(forge.root / "ada/strange.git", AFTER, branch="next")
    url = forge.url("ada/strange.git")
    repository = f"{site.url}/r/{site.ask.map(url)}"
    site.ask.map(url, "next")
    page = await visit(repository)
    for tab in ("", "/treemap?view=table", "/symbols", "/file/src", "/diff?base=main&head=next"):
        await shows(page, f"{repository}{tab}")


async def test_a_ref_that_no_ref_can_be_is_said_and_nothing_is_waited_for(site: Site, visit: Visits) -> None:
    page = await visit(f"{site.url}/r/{site.shapes}?ref=%00")
    main = page.get_by_role("main")
    await expect(main).to_contain_text("INVALID_REF")
    await expect(main).not_to_contain_text("Reading the map")
