"""The Map tab: a question in the URL, its answer as links, and the same answer wherever it is pasted."""

import asyncio
import json
import re
from typing import Any

import pytest
from mcp.client import Client
from mcp_types import TextContent
from playwright.async_api import Page, expect

from tests.support.asker import FILES
from tests.support.axe import grave_findings
from tests.support.browser import THEMES, Theme, Visits, spills
from tests.support.gitserver import GitServer, commit_files, make_repository
from tests.support.screens import outline
from tests.support.site import Site

pytestmark = pytest.mark.anyio

HARD = """it's "square" in $HOME, \\n or `id` é"""
MAP = """query($id: ID!, $focus: FocusInput, $paths: [String!], $languages: [String!]) {
  repository(id: $id) { snapshot {
    repoMap(tokens: 300, focus: $focus, paths: $paths, languages: $languages, orderBy: PATH, lineNumbers: false) {
      text
    }
  } } }"""
HARD_QUERY = "tokens=300&paths=shapes%2Cweb&languages=python&order=path&lines=off"
REFRESH = "mutation($id: ID!) { refreshRepository(input: {repositoryId: $id}) { job { id } } }"


async def pasted(page: Page, form: str) -> str:
    """Give the text of one form of the question."""
    await page.get_by_role("button", name=form, exact=True).click()
    return await page.get_by_role("region", name=f"{form} text").inner_text()


async def hard_question(site: Site, visit: Visits) -> tuple[Page, str]:
    """Open a page with a question that is hard to quote; gives the text that the API answers to it as well."""
    page = await visit(f"{site.url}/r/{site.shapes}?{HARD_QUERY}")
    await page.get_by_label("Focus", exact=True).fill(HARD)
    await page.get_by_role("button", name="GraphQL, curl, MCP").click()
    given = {"focus": {"text": HARD}, "paths": ["shapes", "web"], "languages": ["python"]}
    text: str = site.ask(MAP, id=site.shapes, **given)["repository"]["snapshot"]["repoMap"]["text"]
    assert "square" in text
    return page, text


def text_of(answer: dict[str, Any]) -> str:
    text: str = answer["data"]["repository"]["snapshot"]["repoMap"]["text"]
    return text


async def test_a_question_is_in_the_url_and_back_leads_to_the_one_before(site: Site, visit: Visits) -> None:
    page = await visit(f"{site.url}/r/{site.shapes}?languages=javascript")
    await expect(outline(page)).to_contain_text("draw")
    await expect(outline(page)).not_to_contain_text("Shape")
    await page.get_by_role("button", name="python").click()
    await expect(outline(page)).to_contain_text("class Shape")
    assert page.url.endswith("?languages=javascript%2Cpython")
    await page.go_back()
    await expect(outline(page)).not_to_contain_text("Shape")
    await expect(page.get_by_role("button", name="python")).to_have_attribute("aria-pressed", "false")


async def test_a_slid_budget_is_kept_by_a_reload_and_leaves_no_step_to_go_back_to(site: Site, visit: Visits) -> None:
    page = await visit(f"{site.url}/r/{site.shapes}")
    await expect(outline(page)).to_contain_text("class Shape")
    entries = await page.evaluate("history.length")
    await page.get_by_role("slider", name="Budget in tokens").focus()
    for _ in range(8):
        await page.keyboard.press("PageDown")
    await expect(page).to_have_url(re.compile("tokens="))
    shown = await page.get_by_label("Tokens, exactly").input_value()
    assert await page.evaluate("history.length") == entries
    await page.reload()
    await expect(page.get_by_label("Tokens, exactly")).to_have_value(shown)
    await expect(page.get_by_text(f"/ {int(shown):,} tokens")).to_be_visible()


async def test_a_symbol_leads_to_its_line_and_to_its_uses_and_says_why_it_is_shown(site: Site, visit: Visits) -> None:
    page = await visit(f"{site.url}/r/{site.shapes}?focus=square")
    line = outline(page).get_by_role("link", name="def square(number)")
    await expect(line).to_have_attribute("href", f"/r/{site.shapes}/file/shapes/numbers.py#L1")
    await expect(outline(page).get_by_role("link", name="square: its uses")).to_have_attribute(
        "href", re.compile(rf"^/r/{site.shapes}/symbols\?symbol=")
    )
    await expect(line.locator("mark")).to_have_text("square")
    await page.get_by_role("button", name="Focus on shapes/numbers.py").focus()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("tooltip")).to_contain_text("of the rank")
    assert await grave_findings(page) == []
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("tooltip")).to_have_count(0)


async def test_the_shell_line_runs_as_it_is_pasted(site: Site, visit: Visits) -> None:
    page, text = await hard_question(site, visit)
    process = await asyncio.create_subprocess_shell(await pasted(page, "curl"), stdout=asyncio.subprocess.PIPE)
    answer, _ = await process.communicate()
    assert text_of(json.loads(answer)) == text


async def test_the_graphql_document_asks_the_same(site: Site, visit: Visits) -> None:
    page, text = await hard_question(site, visit)
    assert text_of(site.ask.post(await pasted(page, "GraphQL"))) == text


async def test_the_tool_call_gives_an_agent_the_same(site: Site, visit: Visits) -> None:
    page, text = await hard_question(site, visit)
    call = json.loads(await pasted(page, "MCP"))
    server = json.loads(await pasted(page, "MCP server"))["mcpServers"]["graticule"]
    async with Client(server["url"]) as client:
        result = await client.call_tool(call["name"], call["arguments"])
    assert isinstance(result.content[0], TextContent)
    assert text.strip() in result.content[0].text


async def test_the_key_c_copies_and_a_download_is_the_same_text(site: Site, visit: Visits) -> None:
    page = await visit(f"{site.url}/r/{site.shapes}?{HARD_QUERY}")
    await expect(outline(page)).to_contain_text("square")
    given = {"focus": None, "paths": ["shapes", "web"], "languages": ["python"]}
    text: str = site.ask(MAP, id=site.shapes, **given)["repository"]["snapshot"]["repoMap"]["text"]
    await page.keyboard.press("c")
    await expect(page.get_by_text("Copied", exact=True)).to_be_attached()
    assert await page.evaluate("navigator.clipboard.readText()") == text
    async with page.expect_download() as download:
        await page.get_by_role("button", name="txt").click()
    assert (await (await download.value).path()).read_text() == text


async def test_a_ref_without_a_map_is_found_and_mapped_from_the_page(
    site: Site, visit: Visits, forge: GitServer
) -> None:
    make_repository(forge.root / "ada/refs.git", FILES)
    commit_files(forge.root / "ada/refs.git", {"extra.py": "def only_on_side():\n    return 2\n"}, branch="side/way")
    repository = site.ask.map(forge.url("ada/refs.git"))
    page = await visit(f"{site.url}/r/{repository}")
    await page.get_by_role("button", name="Ref: main").click()
    await page.get_by_role("textbox", name="Branch, tag or commit").fill("SIDE")
    await page.get_by_role("link", name="side/way").click()
    await expect(page.get_by_text("There is no map of side/way yet.")).to_be_visible()
    assert page.url.endswith("?ref=side%2Fway")
    await page.get_by_role("button", name="Map it").click()
    await expect(outline(page)).to_contain_text("only_on_side")
    tab = page.get_by_role("link", name="Map", exact=True)
    await expect(tab).to_have_attribute("href", f"/r/{repository}?ref=side%2Fway")


async def test_a_refresh_that_finds_a_commit_renews_the_map_and_says_so(
    site: Site, visit: Visits, forge: GitServer
) -> None:
    make_repository(forge.root / "ada/moves.git", FILES)
    repository = site.ask.map(forge.url("ada/moves.git"))
    page = await visit(f"{site.url}/r/{repository}")
    await expect(outline(page)).to_contain_text("class Shape")
    commit_files(forge.root / "ada/moves.git", {"late.py": "def came_later():\n    return 3\n"}, branch="main")
    site.ask(REFRESH, id=repository)
    await expect(outline(page)).to_contain_text("came_later")
    await expect(page.get_by_text("Renewed: this is now the map of")).to_be_visible()


@pytest.mark.parametrize("theme", THEMES)
async def test_everybody_can_read_the_tab_however_narrow(site: Site, visit: Visits, theme: Theme) -> None:
    page = await visit(f"{site.url}/r/{site.shapes}", theme=theme, width=320)
    await expect(outline(page)).to_contain_text("class Shape")
    await page.get_by_role("button", name="GraphQL, curl, MCP").click()
    await page.get_by_text("not read, and why").click()
    await expect(page.get_by_text("logo.png")).to_be_visible()
    assert not await spills(page)
    assert await grave_findings(page) == []
