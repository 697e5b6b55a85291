"""GraphiQL from our own host: it loads, answers, and streams."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.support.asker import FILES
from tests.support.axe import grave_findings
from tests.support.browser import THEMES, Theme, Visits
from tests.support.gitserver import GitServer, make_repository
from tests.support.site import Site

pytestmark = pytest.mark.anyio

THEIRS = {"color-contrast", "nested-interactive"}
"""What GraphiQL 5.4 brings: pale colours of its editor, and a button in each tab."""
FLEET = "{ repositories { totalCount nodes { name } } }"
FOLLOW = 'subscription { repositoryChanged(id: "ID") { kind repository { clone { state } } } }'


async def ask(page: Page, document: str) -> None:
    """Put a document in place of the one that is shown, and run it."""
    editor = page.get_by_role("region", name="Operation Editor")
    await expect(editor).to_contain_text("mutation", timeout=60_000)  # Monaco is 3 MB of script
    await editor.click(position={"x": 200, "y": 200})
    await page.keyboard.press("ControlOrMeta+a")
    await page.evaluate("text => navigator.clipboard.writeText(text)", document)
    await page.keyboard.press("ControlOrMeta+v")  # what is typed gets its brackets closed by the editor
    await page.get_by_role("button", name=re.compile("^Execute query")).click()


@pytest.mark.parametrize("theme", THEMES)
async def test_a_query_is_answered(site: Site, visit: Visits, theme: Theme) -> None:
    page = await visit(f"{site.url}/graphiql", theme=theme)
    await ask(page, FLEET)
    await expect(page.get_by_role("region", name="Result Window")).to_contain_text("ada/shapes")
    found = await grave_findings(page)
    assert [finding for finding in found if finding.split(":")[0] not in THEIRS] == [], "\n".join(found)


async def test_a_subscription_streams(site: Site, visit: Visits, forge: GitServer) -> None:
    make_repository(forge.root / "ada/streamed.git", FILES)
    forge.knobs.silent_after_bytes = 0
    repository = site.ask.clone(forge.url("ada/streamed.git"))["repository"]["id"]
    page = await visit(f"{site.url}/graphiql")
    await ask(page, FOLLOW.replace("ID", repository))
    answer = page.get_by_role("region", name="Result Window")
    await expect(answer).to_contain_text("CLONING")
    forge.knobs.silent_after_bytes = None
    await expect(answer).to_contain_text("READY")
