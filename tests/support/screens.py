"""What a person does and sees on the pages, in the words that a page has for them.

Elements are found by role and name: what cannot be found so, somebody who does not see the page cannot find either.
"""

from typing import Final

from playwright.async_api import Locator, Page, expect

MOST_TABS: Final = 40


def url_field(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Git repository")


def connection(page: Page) -> Locator:
    return page.get_by_role("status", name="Connection")


def outline(page: Page) -> Locator:
    return page.get_by_role("region", name="Outline")


async def tab_to(wanted: Locator) -> None:
    """Press Tab until an element has the focus and shows it; AssertionError when that takes more than 40 times."""
    await expect(wanted).to_be_visible()
    for _ in range(MOST_TABS):
        await wanted.page.keyboard.press("Tab")
        if await wanted.evaluate("element => element === document.activeElement"):
            assert await wanted.evaluate("element => getComputedStyle(element).outlineStyle") != "none"
            return
    raise AssertionError(f"{MOST_TABS} times Tab do not lead to {wanted}")


async def map_it(page: Page, url: str) -> None:
    """Name a repository on the first page, which leads to the page that it gets."""
    await url_field(page).fill(url)
    await page.get_by_role("button", name="Map it").click()
    await expect(page.get_by_role("heading", name=name_of(url))).to_be_visible()


def name_of(url: str) -> str:
    """Give `owner/name`."""
    return "/".join(url.removesuffix(".git").rsplit("/", 2)[-2:])
