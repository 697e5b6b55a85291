"""A disk that is full at one stage of a job alone, and an eviction while a job is in the middle of one."""

import asyncio
import errno
import functools
import importlib
import inspect
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from services.acquire import objects
from services.errors import ErrorCode, GraticuleError
from services.graticule import Graticule
from services.jobs import pipeline
from services.models import CloneState, Job, JobState, MapState
from services.repositories import RepositoryService
from services.store import tagcache
from tests.support.gitserver import GitServer, make_repository
from tests.support.residue import processes_of
from tests.support.running import ended, local_settings

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(120)]  # 4 s each alone, a minute on a busy machine

STAGES = {
    "clone": "services.acquire.clones:Clones._clone",
    "rename": "services.acquire.folders:Folders.publish",
    "list": "services.jobs.pipeline:list_tree",
    "artifact": "services.store.artifacts:ArtifactStore.put",
}
"""Where the disk is full, by the name of the stage: as `module:Class.method` or `module:function`."""
FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
WRITING = "services.store.jobs:JobStore.succeed"


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[GitServer]:
    with GitServer.start(tmp_path / "forge") as server:
        for name in ("first", "second"):
            files: dict[str, bytes | str] = {"noise.bin": os.urandom(300_000), "code.py": f"def {name}(): ...\n"}
            make_repository(server.root / f"acme/{name}.git", files)
        yield server


class Disk:
    """What the system says of the disk: with no room from the fault on, until no clone is left."""

    def __init__(self, repos: Path) -> None:
        self.full = False
        self._repos = repos
        self._usage = shutil.disk_usage

    def usage(self, folder: Path) -> Any:  # noqa: ANN401  what shutil.disk_usage gives has no public type
        found = self._usage(folder)
        return found._replace(free=0) if self.full and list(self._repos.glob("*/*")) else found


def fails_once(monkeypatch: pytest.MonkeyPatch, function: str, error: Exception, disk: Disk | None = None) -> None:
    """Let the next call of a function fail, and none after it."""
    module, _, path = function.partition(":")
    owner: Any = importlib.import_module(module)
    *holders, name = path.split(".")
    for holder in holders:
        owner = getattr(owner, holder)
    original: Callable[..., Any] = getattr(owner, name)
    left = [error]

    def fault() -> None:
        if left:
            if disk is not None:
                disk.full = True
            raise left.pop()

    @functools.wraps(original)
    async def awaited(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401  whatever the function takes
        fault()
        return await original(*arguments, **named)

    @functools.wraps(original)
    def called(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401  as above
        fault()
        return original(*arguments, **named)

    monkeypatch.setattr(owner, name, awaited if inspect.iscoroutinefunction(original) else called)


@asynccontextmanager
async def served(folder: Path, **overrides: object) -> AsyncIterator[RepositoryService]:
    settings = local_settings(folder, disk_free_bytes=0, **overrides)
    async with Graticule.start(settings) as graticule:
        yield graticule.repositories


async def cloned(service: RepositoryService, url: str) -> Job:
    return await ended(service, (await service.clone(url)).job.id)


async def states(service: RepositoryService, job: Job) -> tuple[CloneState, MapState]:
    found = await service.repository(job.repository_id)
    assert found is not None
    return found.clone.state, found.map.state


def residue(folder: Path) -> list[Path]:
    return [left for name in ("staging", "trash", "artifacts/drafts") for left in (folder / name).glob("*")]


@pytest.mark.parametrize("stage", STAGES)
async def test_a_disk_that_is_full_at_a_stage_is_told_and_the_job_is_tried_again_when_a_clone_made_room(
    forge: GitServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    folder = tmp_path / "data"
    disk = Disk(folder / "repos")
    monkeypatch.setattr(shutil, "disk_usage", disk.usage)
    async with served(folder) as service:
        idle = await cloned(service, forge.url("acme/first.git"))
        fails_once(monkeypatch, STAGES[stage], FULL, disk)
        job = await cloned(service, forge.url("acme/second.git"))
        codes = [one.error.code if one.error else None for one in job.attempts]
        assert (job.state, codes) == (JobState.SUCCEEDED, [ErrorCode.DISK_FULL, None])
        assert await states(service, job) == (CloneState.READY, MapState.READY)
        assert await states(service, idle) == (CloneState.EVICTED, MapState.READY)
    assert (residue(folder), processes_of(folder)) == ([], [])
    assert len(list((folder / "artifacts").rglob("*.map"))) == 2


async def test_a_tag_cache_without_room_fails_no_job(
    forge: GitServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tagcache, "PUT", "INSERT INTO nowhere VALUES (?, ?, ?)")
    async with served(tmp_path / "data") as service:
        job = await cloned(service, forge.url("acme/first.git"))
        assert (job.state, job.attempt) == (JobState.SUCCEEDED, 1)
    assert residue(tmp_path / "data") == []


async def test_an_end_that_finds_no_room_in_the_database_is_written_later_and_nothing_is_done_twice(
    forge: GitServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails_once(monkeypatch, WRITING, GraticuleError(ErrorCode.DISK_FULL, "The disk is full."))
    async with served(tmp_path / "data") as service:
        job = await cloned(service, forge.url("acme/first.git"))
        assert (job.state, job.attempt, len(job.attempts)) == (JobState.SUCCEEDED, 1, 1)
    assert residue(tmp_path / "data") == []


async def test_a_clone_is_not_evicted_in_the_middle_of_a_build_and_goes_after_it(
    forge: GitServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    building, may_go_on = asyncio.Event(), asyncio.Event()
    original = objects.list_tree

    async def held(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401  whatever the function takes
        building.set()
        await may_go_on.wait()
        return await original(*arguments, **named)

    monkeypatch.setattr(pipeline, "list_tree", held)
    async with served(tmp_path / "data", clones_bytes=500_000) as service:
        first = (await service.clone(forge.url("acme/first.git"))).job
        await building.wait()
        second = (await service.clone(forge.url("acme/second.git"))).job
        async with asyncio.timeout(60):
            while (seen := (await service.jobs_by_id([second.id]))[second.id]).error is None:  # noqa: ASYNC110  # no event has its error
                await asyncio.sleep(0.05)
        assert (seen.error.code, (await states(service, first))[0]) == (ErrorCode.QUOTA_EXCEEDED, CloneState.READY)
        may_go_on.set()
        done = [await ended(service, job.id) for job in (first, second)]
        assert [(job.state, len(job.attempts) > 1) for job in done] == [
            (JobState.SUCCEEDED, False),
            (JobState.SUCCEEDED, True),
        ]
        assert [await states(service, job) for job in done] == [
            (CloneState.EVICTED, MapState.READY),
            (CloneState.READY, MapState.READY),
        ]
        assert await service.snapshot(first.repository_id) is not None
    assert residue(tmp_path / "data") == []
