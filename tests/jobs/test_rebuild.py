"""After an upgrade of the engine: old maps are made anew in the background, once each, without the remote."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from services import workplace as composition
from services.errors import ErrorCode, GraticuleError
from services.graticule import Graticule
from services.mapping.languages import engine_version
from services.models import Job, JobKind, JobState
from services.repositories import RepositoryService
from services.settings import Settings
from services.store.database import Database
from tests.support.gitrepo import make_repository
from tests.support.gitserver import GitServer
from tests.support.running import ended, local_settings

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(120)]  # servers start in 2 s, and in 20 s on a busy machine

OLD = "0123456789ab"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitServer]:
    with GitServer.start(tmp_path / "served") as server:
        yield server


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return local_settings(tmp_path / "data")


async def map_by_an_old_engine(settings: Settings, *urls: str) -> list[Job]:
    """Make maps, and let them be what another engine has left, in a layout that nobody knows any more."""
    async with Graticule.start(settings) as graticule:
        service = graticule.repositories
        jobs = [await ended(service, (await service.clone(url)).job.id) for url in urls]
    database = await Database.open(settings.effective_database_url)
    async with database.begin() as connection:
        for table in ("snapshots", "snapshot_refs"):
            await connection.execute(text(f"UPDATE {table} SET engine_version = '{OLD}'"))  # noqa: S608
    await database.close()
    for file in (settings.data_dir / "artifacts").glob(f"*/*-{engine_version()}.map"):
        file.unlink()
        file.with_name(file.name.replace(engine_version(), OLD)).write_bytes(b"GRATMAP\0 of long ago")
    return jobs


async def rebuilds(service: RepositoryService, repository_id: str, *, at_least: int) -> list[Job]:
    """Wait until so many jobs for maps have ended, and give all of them."""
    async with asyncio.timeout(20):
        while True:
            found = [job for job in (await service.jobs(limit=100)).items if job.kind is JobKind.MAP]
            if sum(job.repository_id == repository_id and job.state.terminal for job in found) >= at_least:
                return found
            await asyncio.sleep(0.05)


async def test_an_old_map_is_told_to_be_old_and_made_anew_of_the_same_commit_when_the_remote_is_gone(
    server: GitServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_repository(server.root / "acme/shop.git", {"code.py": "def f(): ...\n"})
    (made,) = await map_by_an_old_engine(settings, server.url("acme/shop.git"))
    shutil.rmtree(server.root / "acme/shop.git")
    monkeypatch.setattr(composition, "REBUILD_SECONDS", 3.0)
    async with Graticule.start(settings) as graticule:
        service = graticule.repositories
        with pytest.raises(GraticuleError) as told:  # the first look is seconds away
            await service.snapshot(made.repository_id)
        assert (told.value.code, told.value.retryable) == (ErrorCode.MAP_OUTDATED, True)
        (job,) = await rebuilds(service, made.repository_id, at_least=1)
        assert (job.state, job.commit) == (JobState.SUCCEEDED, made.commit)
        opened = await service.snapshot(made.repository_id)
        assert opened is not None
        assert opened.record.key.engine_version == engine_version()
        repository = await service.repository(made.repository_id)
    assert repository is not None
    assert (repository.remote_head, repository.served_commit) == (made.commit, made.commit)


async def test_what_cannot_be_made_anew_is_tried_once_and_the_others_are_made(
    server: GitServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composition, "REBUILD_SECONDS", 0.05)
    for name in ("shop", "gone"):
        make_repository(server.root / f"acme/{name}.git", {"code.py": "def f(): ...\n"})
    urls = [server.url(f"acme/{name}.git") for name in ("shop", "gone")]
    shop, gone = await map_by_an_old_engine(settings, *urls)
    shutil.rmtree(server.root / "acme/gone.git")
    shutil.rmtree(settings.data_dir / "repos")
    async with Graticule.start(settings) as graticule:
        await rebuilds(graticule.repositories, gone.repository_id, at_least=1)
        await rebuilds(graticule.repositories, shop.repository_id, at_least=1)
    async with Graticule.start(settings) as graticule:
        await asyncio.sleep(0.5)
        found = await rebuilds(graticule.repositories, gone.repository_id, at_least=1)
    states = {job.repository_id: job.state for job in found}
    assert len(found) == 2
    assert states == {gone.repository_id: JobState.FAILED, shop.repository_id: JobState.SUCCEEDED}
