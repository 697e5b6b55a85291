"""What axe-core finds wrong with a page for those who do not see it, or use no mouse."""

from functools import cache
from typing import Any, Final

from playwright.async_api import Page

from tests.support.packages import unpacked

VERSION: Final = "4.14.1"
SHA512: Final = (
    "1477dafa598d8d065f273d6af302aa203c02e83131707b7fa648cd41bd3d6b73"
    "4f8c22a0dab86ee6a6f64b8afbe804b214d36db85a2826965edfb3a0b9d546b5"
)
RUN: Final = """async () => {
  const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });
  return violations.map(({ id, impact, help, nodes }) => (
    { id, impact, help, at: nodes.map(({ target }) => target.join(' ')) }
  ));
}"""
GRAVE: Final = {"serious", "critical"}


async def grave_findings(page: Page) -> list[str]:
    """Give the serious and critical findings, a line each: the rule, what it asks for, and where. Takes 0.3 s."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(_source())  # by the debugger's way: no policy of the page forbids it
    found: list[dict[str, Any]] = await page.evaluate(RUN)
    return [f"{one['id']}: {one['help']}, at {', '.join(one['at'])}" for one in found if one["impact"] in GRAVE]


@cache
def _source() -> str:
    return (unpacked("axe-core", VERSION, SHA512) / "package" / "axe.min.js").read_text()
