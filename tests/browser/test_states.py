"""States that last until somebody does something, and a map while it is made: each says what it is and what to do."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import msgspec
import pytest
from playwright.async_api import Locator, Page, expect
from sqlalchemy import text

from schema.types.node import NodeKind, row_id
from services.mapping.columns import decode, encode
from services.mapping.languages import engine_version
from services.mapping.layout import SnapshotMeta
from services.settings import Settings
from services.store.database import Database
from tests.support.asker import FILES, Asker
from tests.support.axe import grave_findings
from tests.support.browser import Visits
from tests.support.fleet import multiply
from tests.support.gitserver import GitServer, commit_files, make_repository
from tests.support.running import local_settings
from tests.support.screens import map_it, outline
from tests.support.server import running_server
from tests.support.site import Site

pytestmark = pytest.mark.anyio

MOST_FILES = 20
MANY = 1_000
"""Files: more than the 200 from which on a build makes drafts, and seconds of parsing."""
NOISE = 320_000
"""Bytes that nothing compresses: four clones of them are above nine tenths of the quota."""
QUOTA = 1_400_000
OLD = "0123456789ab"
REFRESH = "mutation R($id: ID!) { refreshRepository(input: {repositoryId: $id}) { job { id } } }"


@dataclass(frozen=True, slots=True)
class Strict:
    """A server with little room: few files in a commit, few bytes of clones."""

    url: str
    ask: Asker
    settings: Settings


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Strict]:
    settings = local_settings(
        tmp_path_factory.mktemp("strict"), tree_entries=MOST_FILES, clones_bytes=QUOTA, disk_free_bytes=0
    )
    with running_server(settings) as url, httpx.Client(base_url=url, timeout=30) as web:
        yield Strict(url, Asker(web), settings)


def source(page: Page) -> Locator:
    return page.get_by_role("region", name="Source")


async def become_old(settings: Settings, commit: str) -> None:
    """Let the map of a commit be what another engine made."""
    database = await Database.open(settings.effective_database_url)
    async with database.begin() as connection:
        await connection.execute(
            text("UPDATE snapshots SET engine_version = :old WHERE commit_id = :commit"), {"old": OLD, "commit": commit}
        )
    await database.close()
    (file,) = (settings.data_dir / "artifacts").glob(f"*/{commit}-{engine_version()}.map")
    meta, artifact = decode(file.read_bytes(), SnapshotMeta)
    old = encode(msgspec.structs.replace(meta, engine_version=OLD), artifact.columns)
    file.with_name(file.name.replace(engine_version(), OLD)).write_bytes(old)
    file.unlink()


async def test_a_first_map_that_fails_says_why_and_is_made_by_a_retry_once_it_can_be(
    strict: Strict, visit: Visits, forge: GitServer
) -> None:
    extra = {f"extra/e{number}.py": f"def extra_{number}(): ...\n" for number in range(MOST_FILES)}
    make_repository(forge.root / "ada/wide.git", FILES | extra)
    page = await visit(f"{strict.url}/")
    await map_it(page, forge.url("ada/wide.git"))
    await expect(page.get_by_text("There is no map of")).to_be_visible()
    await expect(page.get_by_text("TREE_TOO_LARGE")).to_have_count(1)
    await expect(page.get_by_text("GRATICULE_TREE_ENTRIES")).to_have_count(1)
    assert await grave_findings(page) == []
    commit_files(forge.root / "ada/wide.git", {}, remove=extra)
    await page.get_by_role("button", name="Retry").click()
    await expect(outline(page)).to_contain_text("class Shape")
    await expect(page.get_by_text("TREE_TOO_LARGE")).to_have_count(0)


async def test_a_map_whose_bytes_are_gone_hides_no_other_row(strict: Strict, visit: Visits, forge: GitServer) -> None:
    make_repository(forge.root / "ada/whole.git", FILES | {"whole.py": "def whole(): ...\n"})
    repository = strict.ask.map(forge.url("ada/whole.git"))
    database = await Database.open(strict.settings.effective_database_url)
    await multiply(database, row_id(repository, NodeKind.REPOSITORY), copies=1, jobs_each=1)
    await database.close()
    page = await visit(f"{strict.url}/")
    await expect(page.get_by_role("link", name=re.compile("whole$"))).to_be_visible()
    await expect(page.get_by_role("link", name=re.compile("whole-0$"))).to_be_visible()
    await expect(page.get_by_role("alert")).to_have_count(0)


async def test_a_repository_without_a_commit_says_so_and_is_mapped_after_the_first(
    site: Site, visit: Visits, forge: GitServer
) -> None:
    make_repository(forge.root / "ada/empty.git", {})
    page = await visit(f"{site.url}/")
    await map_it(page, forge.url("ada/empty.git"))
    await expect(page.get_by_text("There is no map of")).to_be_visible()
    await expect(page.get_by_text("EMPTY_REPOSITORY")).to_have_count(1)
    await expect(page.get_by_text("Push a first commit")).to_have_count(1)
    assert await grave_findings(page) == []
    commit_files(forge.root / "ada/empty.git", FILES)
    await page.get_by_role("button", name="Retry").click()
    await expect(outline(page)).to_contain_text("class Shape")


async def test_a_map_fills_in_while_it_is_made_and_answers_the_question_of_the_page(
    site: Site, visit: Visits, forge: GitServer
) -> None:
    folders = ("asked", "other")
    files = {f"{folders[at % 2]}/p{at:04}.py": module(at) for at in range(MANY)}
    make_repository(forge.root / "ada/many.git", files)
    forge.knobs.silent_after_bytes = 0
    repository = site.ask.clone(forge.url("ada/many.git"))["repository"]["id"]
    page = await visit(f"{site.url}/r/{repository}?paths=asked&order=path")
    await expect(page.get_by_text("The map fills in here")).to_be_visible()
    forge.knobs.silent_after_bytes = None
    draft = page.get_by_text("A draft:")
    await expect(draft).to_be_visible()
    await expect(outline(page)).to_contain_text("class Part")
    await expect(outline(page)).to_contain_text("asked/")
    await expect(outline(page)).not_to_contain_text("other/")
    await expect(draft).to_have_count(0)
    await expect(outline(page)).to_contain_text("asked/")
    await expect(outline(page)).not_to_contain_text("other/")
    await expect(outline(page).get_by_role("link", name="asked/").first).to_be_visible()


async def test_maps_by_two_versions_of_the_program_are_compared_with_a_warning(
    strict: Strict, visit: Visits, forge: GitServer
) -> None:
    first = make_repository(forge.root / "ada/two.git", FILES)
    repository = strict.ask.map(forge.url("ada/two.git"))
    commit_files(forge.root / "ada/two.git", {"late.py": "def came_later(): ...\n"})
    job = strict.ask(REFRESH, id=repository)["refreshRepository"]["job"]["id"]
    assert strict.ask.ended(job)["state"] == "SUCCEEDED"
    await become_old(strict.settings, first)
    page = await visit(f"{strict.url}/r/{repository}/diff?base={first}")
    await expect(page.get_by_text("Two versions of the program made these maps")).to_contain_text(OLD)
    await expect(page.get_by_role("region", name="Added")).to_contain_text("came_later")
    assert await grave_findings(page) == []


async def test_a_file_that_is_too_large_to_parse_and_to_show_says_both(
    site: Site, visit: Visits, forge: GitServer
) -> None:
    make_repository(forge.root / "ada/large.git", FILES | {"large.py": "value = 1\n" * 110_000})
    repository = site.ask.map(forge.url("ada/large.git"))
    page = await visit(f"{site.url}/r/{repository}/file/large.py")
    await expect(page.get_by_text("It is larger than this server parses")).to_be_visible()
    await expect(page.get_by_text("Clone the repository to read it")).to_be_visible()
    await expect(source(page)).to_have_count(0)
    assert await grave_findings(page) == []


async def test_a_file_of_an_evicted_clone_says_what_to_do_and_is_there_after_it(
    strict: Strict, visit: Visits, forge: GitServer
) -> None:
    ids = []
    for name in ("one", "two", "three", "four"):
        make_repository(
            forge.root / f"ada/{name}.git", {"noise.bin": os.urandom(NOISE), "code.py": f"def {name}(): ...\n"}
        )
        ids.append(strict.ask.map(forge.url(f"ada/{name}.git")))
    page = await visit(f"{strict.url}/r/{ids[0]}")
    await expect(page.get_by_text("evicted", exact=True)).to_be_visible()
    await expect(outline(page)).to_contain_text("def one")
    await page.goto(f"{strict.url}/r/{ids[0]}/file/code.py")
    await expect(page.get_by_text("The clone was deleted to make room")).to_be_visible()
    assert await grave_findings(page) == []
    await page.get_by_role("button", name="Refresh").click()
    await expect(source(page)).to_contain_text("def one")


def module(number: int) -> str:
    """Write a file whose parse takes some milliseconds."""
    methods = "".join(
        f"    def method_{number}_{at}(self, other: int) -> int:\n"
        f"        return sum(value * other for value in range({at}))\n\n"
        for at in range(6)
    )
    return f"class Part{number}:\n{methods}"
