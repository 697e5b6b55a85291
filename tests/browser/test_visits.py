"""What the tests of pages stand on: a page that asks others, or has an error, does fail its test."""

import pytest
from playwright.async_api import Browser

from tests.support.axe import grave_findings
from tests.support.browser import Visits, spills
from tests.support.site import Site

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("script", "complaint"),
    [
        ("fetch('http://elsewhere.invalid/').catch(() => 0)", "elsewhere.invalid"),
        ("new WebSocket('ws://127.0.0.1:9/')", "ws://127.0.0.1:9/"),
        ("console.error('something is wrong')", "something is wrong"),
        ("setTimeout(() => { throw new Error('nobody caught this') })", "nobody caught this"),
    ],
    ids=["request", "socket", "console", "exception"],
)
async def test_what_no_page_may_do_is_noticed(
    site: Site, browser: Browser, tmp_path_factory: pytest.TempPathFactory, script: str, complaint: str
) -> None:
    visits = Visits(browser, tmp_path_factory.mktemp("kept"))
    page = await visits(f"{site.url}/")
    await page.evaluate(f"() => {{ {script} }}")
    await page.wait_for_timeout(300)
    with pytest.raises(AssertionError, match=complaint):
        await visits.close(failed=False)
    assert sorted(path.name for path in visits.folder.iterdir()) == ["1.png", "1.zip"]


async def test_a_finding_and_a_page_that_is_too_wide_are_seen(site: Site, visit: Visits) -> None:
    page = await visit(f"{site.url}/", width=320)
    await page.evaluate("document.body.innerHTML = '<img><div id=wide>wide</div>'")
    await page.evaluate("document.getElementById('wide').style.width = '2000px'")
    assert any(finding.startswith("image-alt") for finding in await grave_findings(page))
    assert await spills(page)
