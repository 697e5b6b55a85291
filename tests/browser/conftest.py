"""A browser, a server with one mapped repository, and a forge of each test's own.

A browser takes 1.3 s to start, its driver included, a server with its map 2 s: the tests of a module share the one, all
tests the other.
"""

import re
import shutil
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, async_playwright, expect

from tests.support.asker import FILES, Asker
from tests.support.browser import KEPT, WAIT_MS, Visits, launched
from tests.support.chromium import Chromium, NoBrowserError, found
from tests.support.gitserver import GitServer, commit_files, make_repository
from tests.support.running import local_settings
from tests.support.server import running_server
from tests.support.site import Site

HERE = Path(__file__).parent
FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Keep one event loop for a module: its browser lives there."""
    return "asyncio"


@pytest.fixture(scope="session")
def chromium() -> Chromium:
    """Give the browser's program; a machine without one fails the test and is told what to do."""
    try:
        return found()
    except NoBrowserError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="module")
async def browser(chromium: Chromium) -> AsyncIterator[Browser]:
    expect.set_options(timeout=WAIT_MS)
    async with async_playwright() as playwright:
        browser = await launched(playwright, chromium)
        yield browser
        await browser.close()


@pytest.fixture
async def visit(browser: Browser, request: pytest.FixtureRequest) -> AsyncIterator[Visits]:
    """Give what opens pages, which fails the test at its end when one asked another host or had an error.

    A first visit: `page = await visit(f"{site.url}/", theme="dark", width=320)`.
    """
    folder = left_by(request.node)
    shutil.rmtree(folder, ignore_errors=True)
    visits = Visits(browser, folder)
    yield visits
    await visits.close(failed=request.node.stash.get(FAILED, False))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give a server that knows one repository, mapped, with a branch `dev` besides `main`; tests add others."""
    root = tmp_path_factory.mktemp("forge")
    make_repository(root / "ada/shapes.git", FILES)
    commit_files(root / "ada/shapes.git", {"shapes/extra.py": "def only_on_dev():\n    return 2\n"}, branch="dev")
    settings = local_settings(tmp_path_factory.mktemp("data"), allow_protocols="https,http")
    with (
        GitServer.start(root) as forge,
        running_server(settings) as url,
        httpx.Client(base_url=url, timeout=30) as web,
    ):
        ask = Asker(web)
        yield Site(url, ask, ask.map(forge.url("ada/shapes.git")))


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[GitServer]:
    """Give a git server whose knobs may be turned: nobody else clones from it."""
    with GitServer.start(tmp_path / "forge") as server:
        yield server


def left_by(item: pytest.Item) -> Path:
    return KEPT / re.sub(r"[^\w.-]+", "-", item.nodeid.removeprefix("tests/browser/"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the tests of pages two minutes: the first of a worker starts a browser and a server, and maps."""
    for item in items:
        if HERE in item.path.parents and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(120))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Say where the last picture and the trace of a failure will be."""
    report = yield
    if call.when == "call" and report.failed:
        item.stash[FAILED] = True
        report.sections.append(("What the browser showed", f"{left_by(item)}"))
    return report
