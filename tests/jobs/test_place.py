"""Clones under a quota, with real git, real folders and a real server that evicts."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import delete

from services.acquire.folders import Folders
from services.acquire.git import folder_bytes
from services.errors import AcquireError, ErrorCode, NotAllowedError, NotFoundError
from services.graticule import Graticule
from services.models import CloneState, Job, JobState, MapState, Repository, RepositoryChanges
from services.repositories import RepositoryService
from services.store.database import Database
from services.store.tables import clones
from services.viewers import Scope, Viewer
from tests.support.gitrepo import commit_files, make_repository
from tests.support.gitserver import GitServer
from tests.support.running import ended, local_settings

pytestmark = pytest.mark.anyio

NOISE = 300_000
"""Bytes of each repository that nothing compresses; its clone takes some 324,000."""
SEEN_LATE = 4 * 50_000
"""Bytes that four clones may write between two looks, which are half a second apart."""
PIN = RepositoryChanges(pinned=True)


@dataclass(frozen=True, slots=True)
class Shop:
    """A forge of repositories, and a data folder for a server with a small quota."""

    server: GitServer
    data_dir: Path

    def publish(self, name: str) -> str:
        make_repository(
            self.server.root / f"acme/{name}.git", {"noise.bin": os.urandom(NOISE), "code.py": f"def {name}(): ...\n"}
        )
        return self.server.url(f"acme/{name}.git")

    @asynccontextmanager
    async def served(self, clones_bytes: int = 1_400_000) -> AsyncIterator[Graticule]:
        settings = local_settings(self.data_dir, clones_bytes=clones_bytes, disk_free_bytes=0, job_tries=2)
        async with Graticule.start(settings) as graticule:
            yield graticule

    async def cloned(self, service: RepositoryService, name: str) -> Repository:
        job = await self.ended(service, self.publish(name))
        assert job.state is JobState.SUCCEEDED, job.error
        return await known(service, job.repository_id)

    async def ended(self, service: RepositoryService, url: str) -> Job:
        return await ended(service, (await service.clone(url)).job.id)

    def folder(self, repository: Repository) -> Path:
        return Folders(self.data_dir).repository(repository.name)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with GitServer.start(tmp_path / "served") as server:
        yield Shop(server, tmp_path / "data")


async def known(service: RepositoryService, repository_id: str) -> Repository:
    found = await service.repository(repository_id)
    assert found is not None
    return found


async def state(service: RepositoryService, repository: Repository) -> CloneState:
    return (await known(service, repository.id)).clone.state


async def reads(service: RepositoryService, repository: Repository) -> bytes:
    opened = await service.snapshot(repository.id)
    assert opened is not None
    return await service.source(opened, "code.py")


async def until_evicted(service: RepositoryService, *repositories: Repository) -> None:
    async with asyncio.timeout(20):
        for repository in repositories:
            while await state(service, repository) is not CloneState.EVICTED:  # noqa: ASYNC110  evicted after the job
                await asyncio.sleep(0.02)


async def test_above_the_high_watermark_the_least_used_clone_goes_and_its_map_stays(shop: Shop) -> None:
    async with shop.served() as graticule:
        service = graticule.repositories
        first, second, third = [await shop.cloned(service, name) for name in ("one", "two", "three")]
        assert await reads(service, first) == b"def one(): ...\n"
        await shop.cloned(service, "four")
        await until_evicted(service, first)
        assert [await state(service, one) for one in (second, third)] == [CloneState.READY, CloneState.READY]
        assert not shop.folder(first).exists()
        assert (await known(service, first.id)).map.state is MapState.READY
        assert await service.snapshot(first.id) is not None
        with pytest.raises(NotFoundError, match="clone of this repository is gone"):
            await reads(service, first)
        assert b'graticule_evictions_total{what="clone"} 1.0' in graticule.backbone.metrics.exposition()


async def test_what_was_evicted_is_cloned_again_by_a_refresh(shop: Shop) -> None:
    async with shop.served() as graticule:
        service = graticule.repositories
        first = await shop.cloned(service, "one")
        for name in ("two", "three", "four"):
            await shop.cloned(service, name)
        await until_evicted(service, first)
        asked = await service.refresh(first.id)
        assert (await ended(service, asked.job.id)).state is JobState.SUCCEEDED
        assert await reads(service, first) == b"def one(): ...\n"


async def test_a_subscriber_is_told_of_an_eviction(shop: Shop) -> None:
    async with shop.served() as graticule:
        service = graticule.repositories
        first = await shop.cloned(service, "one")
        events = service.follow(service.repository_topic(first.id))
        for name in ("two", "three", "four"):
            await shop.cloned(service, name)
        async with asyncio.timeout(20):
            async for event in events:
                if event.repository.clone.state is CloneState.EVICTED:
                    break


async def test_what_is_pinned_stays_and_a_clone_without_room_is_refused_at_once(shop: Shop) -> None:
    async with shop.served(1_310_000) as graticule:
        service = graticule.repositories
        pinned: list[Repository] = []
        for name in ("one", "two", "three", "four"):
            asked = await service.clone(shop.publish(name))
            pinned.append(await service.upkeep.update(asked.repository.id, PIN))
            await ended(service, asked.job.id)
        job = await shop.ended(service, shop.publish("five"))
        assert job.error is not None
        assert (job.error.code, job.error.retryable, job.attempt) == (ErrorCode.QUOTA_EXCEEDED, False, 1)
        assert "GRATICULE_CLONES_BYTES gives 1310000 bytes" in job.error.message
        assert {await state(service, one) for one in pinned} == {CloneState.READY}
        assert list((shop.data_dir / "staging").iterdir()) == []


async def test_whoever_may_not_remove_repositories_may_not_pin_them(shop: Shop) -> None:
    async with shop.served() as graticule:
        repository = await shop.cloned(graticule.repositories, "one")
        reader = graticule.repositories.seen_by(Viewer("ada", Scope.CLONE))
        with pytest.raises(NotAllowedError):
            await reader.upkeep.update(repository.id, PIN)
        assert not (await known(reader, repository.id)).pinned


async def test_clones_side_by_side_never_take_more_than_the_quota(shop: Shop) -> None:
    shop.server.knobs.bytes_per_second = 100_000
    async with shop.served() as graticule:
        service = graticule.repositories
        jobs = [(await service.clone(shop.publish(f"r{number}"))).job for number in range(8)]
        most = 0
        waiting = asyncio.gather(*(ended(service, job.id) for job in jobs))
        while not waiting.done():
            sizes = [folder_bytes(shop.data_dir / part) for part in ("repos", "staging", "trash")]
            most = max(most, sum(sizes))
            await asyncio.sleep(0.05)
        done = await waiting
        assert most <= 1_400_000 + SEEN_LATE
        assert {job.error.code for job in done if job.error} <= {ErrorCode.QUOTA_EXCEEDED}
        assert sum(job.state is JobState.SUCCEEDED for job in done) >= 4


async def test_a_clone_that_outgrows_what_can_be_made_free_is_ended(shop: Shop) -> None:
    make_repository(shop.server.root / "acme/huge.git", {"noise.bin": os.urandom(3_000_000)})
    shop.server.knobs.bytes_per_second = 700_000
    async with shop.served() as graticule:
        service = graticule.repositories
        job = await shop.ended(service, shop.server.url("acme/huge.git"))
        assert job.error is not None
        assert (job.error.code, job.error.retryable) == (ErrorCode.QUOTA_EXCEEDED, False)
        assert list((shop.data_dir / "staging").iterdir()) == []
        assert b"graticule_clones_refused_total 1.0" in graticule.backbone.metrics.exposition()


async def test_what_was_deleted_by_hand_is_evicted_at_the_next_start(shop: Shop) -> None:
    async with shop.served() as graticule:
        repository = await shop.cloned(graticule.repositories, "one")
    shutil.rmtree(shop.data_dir / "repos")
    async with shop.served() as graticule:
        assert await state(graticule.repositories, repository) is CloneState.EVICTED
        assert await graticule.repositories.snapshot(repository.id) is not None


async def test_a_clone_without_a_row_is_taken_up_and_one_of_nobody_is_deleted(shop: Shop) -> None:
    async with shop.served() as graticule:
        repository = await shop.cloned(graticule.repositories, "one")
    nobodys = Folders(shop.data_dir).repository("nobody/knows/it")
    shutil.copytree(shop.folder(repository), nobodys)
    database = await Database.open(f"sqlite+aiosqlite:///{shop.data_dir / 'graticule.sqlite3'}")
    async with database.begin() as connection:
        await connection.execute(delete(clones))
    await database.close()
    async with shop.served() as graticule:
        assert await state(graticule.repositories, repository) is CloneState.READY
        assert (await graticule.repositories.storage.kept()).clone_bytes == folder_bytes(shop.folder(repository))
    assert not nobodys.exists()


async def test_a_data_folder_that_is_moved_keeps_its_name_and_a_copy_gets_another(shop: Shop, tmp_path: Path) -> None:
    moved, copied = Shop(shop.server, tmp_path / "moved"), Shop(shop.server, tmp_path / "copied")
    async with shop.served():
        name = (shop.data_dir / "place").read_text().split()[0]
    shop.data_dir.rename(moved.data_dir)
    async with moved.served() as graticule:
        assert (await graticule.repositories.storage.kept()).places == 1
    shutil.copytree(moved.data_dir, copied.data_dir)
    async with copied.served():
        pass
    names = [(place.data_dir / "place").read_text().split()[0] for place in (moved, copied)]
    assert names[0] == name
    assert names[1] != name


async def test_a_server_starts_on_garbage_and_works(shop: Shop) -> None:
    shop.data_dir.mkdir()
    for name in ("repos", "staging", "trash"):
        (shop.data_dir / name).write_text("garbage")
    for name in ("place", "reserve", "tags.sqlite3"):
        (shop.data_dir / name / "inside").mkdir(parents=True)
    (shop.data_dir / "artifacts").mkdir()
    (shop.data_dir / "artifacts/drafts").write_text("garbage")
    async with shop.served() as graticule:
        repository = await shop.cloned(graticule.repositories, "one")
        assert await reads(graticule.repositories, repository) == b"def one(): ...\n"


def break_pack(folder: Path) -> None:
    """Cut the middle out of a clone's packs: their lists still name every object."""
    for pack in (folder / "objects/pack").glob("*.pack"):
        content = pack.read_bytes()
        pack.chmod(0o600)
        pack.write_bytes(content[:12] + bytes(len(content) - 12))


async def test_a_damaged_clone_is_told_when_it_is_read_and_a_refresh_makes_it_again(shop: Shop) -> None:
    async with shop.served() as graticule:
        service = graticule.repositories
        repository = await shop.cloned(service, "one")
        break_pack(shop.folder(repository))
        with pytest.raises(AcquireError) as failed:
            await reads(service, repository)
        assert failed.value.code is ErrorCode.CORRUPT_OBJECTS
        assert await state(service, repository) is CloneState.EVICTED
        asked = await service.refresh(repository.id)
        assert (await ended(service, asked.job.id)).state is JobState.SUCCEEDED
        assert await reads(service, repository) == b"def one(): ...\n"


async def test_a_map_that_meets_a_damaged_clone_is_made_of_a_new_one(shop: Shop) -> None:
    async with shop.served() as graticule:
        service = graticule.repositories
        repository = await shop.cloned(service, "one")
        break_pack(shop.folder(repository))
        commit_files(shop.server.root / "acme/one.git", {"more.py": "def more(): ...\n"})
        job = await ended(service, (await service.refresh(repository.id)).job.id)
        assert (job.state, job.attempt) == (JobState.SUCCEEDED, 1), job.error
        opened = await service.snapshot(repository.id)
        assert opened is not None
        assert await service.source(opened, "more.py") == b"def more(): ...\n"
        assert await service.source(opened, "code.py") == b"def one(): ...\n"
