"""A cancel ends an attempt wherever it is, within 3 s, and leaves no process and no folder of it."""

import os
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from services.graticule import Graticule
from services.models import Job, JobState, Phase
from services.repositories import RepositoryService
from tests.support.gitrepo import make_repository
from tests.support.gitserver import GitServer
from tests.support.residue import processes_of
from tests.support.running import ended, local_settings, until

pytestmark = pytest.mark.anyio
SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class World:
    """A server of repositories, and the services that clone from it."""

    server: GitServer
    graticule: Graticule

    @property
    def service(self) -> RepositoryService:
        return self.graticule.repositories

    @property
    def data_dir(self) -> Path:
        return self.graticule.settings.data_dir

    async def cancel(self, job: Job) -> Job:
        """Cancel a job, and give it as it ended, in time."""
        asked_at = time.monotonic()
        await self.service.cancel(job.id)
        after = await ended(self.service, job.id)
        assert time.monotonic() - asked_at < SECONDS
        return after


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    with GitServer.start(tmp_path_factory.mktemp("served")) as server:
        noise: dict[str, bytes | str] = {"noise.bin": os.urandom(1_000_000)}
        make_repository(server.root / "acme/slow.git", noise)
        body = "".join(f"def f{i}(a, b):\n    return f{i - 1}(b, a) + len([a, b])\n\n\n" for i in range(200))
        code = {f"m{number}.py": f"# {number}\n{body}" for number in range(150)}
        make_repository(server.root / "acme/long.git", code)
        async with Graticule.start(local_settings(tmp_path_factory.mktemp("data"))) as graticule:
            yield World(server, graticule)


async def test_an_attempt_that_waits_for_another_on_its_repository_ends_and_the_other_goes_on(world: World) -> None:
    world.server.knobs.bytes_per_second = 20_000
    first = await world.service.clone(world.server.url("acme/slow"))
    await until(world.service, first.job.id, phase=Phase.RECEIVING)
    second = await world.service.clone(world.server.url("acme/slow"), ref="side")
    await until(world.service, second.job.id, phase=Phase.RESOLVING)
    assert (await world.cancel(second.job)).state is JobState.CANCELLED
    still = await world.service.job(first.job.id)
    assert still is not None
    assert still.state is JobState.RUNNING
    assert (await world.cancel(first.job)).state is JobState.CANCELLED
    assert processes_of(world.data_dir) == []
    assert list((world.data_dir / "staging").iterdir()) == []
    world.server.knobs.bytes_per_second = None


@pytest.mark.parametrize("phase", [Phase.PARSING, Phase.LINKING])
async def test_an_attempt_that_makes_a_map_ends(world: World, phase: Phase) -> None:
    accepted = await world.service.clone(world.server.url("acme/long"))
    await until(world.service, accepted.job.id, phase=phase)
    assert (await world.cancel(accepted.job)).state is JobState.CANCELLED
    assert processes_of(world.data_dir) == []


async def test_a_retry_of_what_is_being_cancelled_is_a_new_job_that_follows_it(world: World) -> None:
    world.server.knobs.bytes_per_second = 20_000
    first = await world.service.clone(world.server.url("acme/slow"))
    await until(world.service, first.job.id, phase=Phase.RECEIVING)
    await world.service.cancel(first.job.id)
    again = await world.service.retry(first.job.id)
    world.server.knobs.bytes_per_second = None
    assert (again.job.id == first.job.id, again.already_running) == (False, False)
    assert (await ended(world.service, first.job.id)).state is JobState.CANCELLED
    assert (await ended(world.service, again.job.id)).state is JobState.SUCCEEDED
