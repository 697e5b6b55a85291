"""A page asks the store as often as one of its items would: in one statement for each thing that is asked."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from schema.context import Context
from schema.contract import contract
from services.graticule import Graticule
from services.store.database import Database
from services.viewers import LOCAL
from tests.support.asker import FILES
from tests.support.fleet import multiply
from tests.support.gitrepo import make_repository
from tests.support.running import ended, local_settings

pytestmark = pytest.mark.anyio

REPOSITORIES = """query ($n: Int) { repositories(first: $n) { nodes {
  name clone { job { id } progress { phase } } map { job { id } } newestJob { id } other: newestJob(ref: "side") { id }
  snapshot { commit repository { id } } snapshots(first: 2) { totalCount nodes { commit repository { name } } }
  jobs(first: 3) { totalCount nodes { id queuePosition repository { id } } } } } }"""
JOBS = """query ($n: Int) { jobs(first: $n) { nodes { id queuePosition phases { phase } repository {
  name newestJob { id } snapshot { commit } clone { job { id } } } } } }"""
COPIES = 100


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def fleet(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Graticule]:
    folder: Path = tmp_path_factory.mktemp("fleet")
    make_repository(folder / "one.git", FILES)
    settings = local_settings(folder / "data")
    async with Graticule.start(settings) as graticule:
        service = graticule.repositories
        job = await ended(service, (await service.clone(str(folder / "one.git"))).job.id)
        database = await Database.open(settings.effective_database_url)
        await multiply(database, job.repository_id, copies=COPIES, jobs_each=4)
        await database.close()
        yield graticule


@contextmanager
def counted() -> Iterator[list[str]]:
    """Note every SELECT of this process."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def answer(fleet: Graticule, document: str, first: int) -> dict[str, Any]:
    context = Context(fleet, started_at=datetime.now(UTC), viewer=LOCAL)
    result = await contract().execute(document, variable_values={"n": first}, context_value=context)
    assert not result.errors
    assert result.data is not None
    return result.data


@pytest.mark.parametrize("document", [REPOSITORIES, JOBS], ids=["repositories", "jobs"])
async def test_a_page_of_100_takes_hardly_more_statements_than_a_page_of_3(fleet: Graticule, document: str) -> None:
    await answer(fleet, document, 100)  # what was used is noted once a minute
    with counted() as few:
        await answer(fleet, document, 3)
    with counted() as many:
        await answer(fleet, document, 100)
    assert len(many) <= 2 * len(few)  # one more where an answer is put together in more turns of the loop


async def test_each_repository_of_a_page_gets_what_is_its_own(fleet: Graticule) -> None:
    page = (await answer(fleet, REPOSITORIES, 100))["repositories"]["nodes"]
    assert len(page) == COPIES
    for repository in page:
        jobs = repository["jobs"]
        owners = {job["repository"]["id"] for job in jobs["nodes"]}
        assert owners == {repository["snapshot"]["repository"]["id"]}
        assert {one["repository"]["name"] for one in repository["snapshots"]["nodes"]} == {repository["name"]}
        assert repository["newestJob"]["id"] == jobs["nodes"][0]["id"]
        assert repository["other"] is None


async def test_a_mistake_about_one_ref_is_no_mistake_about_another(fleet: Graticule) -> None:
    document = """{ repositories(first: 2) { nodes { good: newestJob { id } bad: newestJob(ref: "-x") { id } } } }"""
    context = Context(fleet, started_at=datetime.now(UTC), viewer=LOCAL)
    result = await contract().execute(document, context_value=context)
    assert result.data is not None
    nodes = result.data["repositories"]["nodes"]
    assert all(node["good"] and node["bad"] is None for node in nodes)
    assert [error.path[-1] for error in result.errors or () if error.path] == ["bad", "bad"]
