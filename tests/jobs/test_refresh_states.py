"""What becomes of a readable repository when a refresh finds something else: it stays readable, and says what it is."""

import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from schema.types.repository import Freshness
from services.errors import ErrorCode, Failure
from services.graticule import Graticule
from services.models import CloneState, Job, JobState, MapState, Repository
from services.repositories import RepositoryService
from services.subscriber import Delivery
from tests.support.gitrepo import commit_files, make_repository, run_git
from tests.support.gitserver import GitServer
from tests.support.running import ended, local_settings

pytestmark = pytest.mark.anyio
OLD = {"old.py": "def old():\n    return 1\n"}
NEW: dict[str, bytes | str] = {"new.py": "def new():\n    return 2\n"}


@dataclass
class Place:
    """A repository that was cloned and mapped, and its remote, with which something happens."""

    remote: Path
    server: GitServer
    service: RepositoryService
    repository: Repository

    @property
    def path(self) -> str:
        return str(self.remote.relative_to(self.server.root))

    def answers(self, status: int) -> None:
        """Let it answer this from now on, under both of its spellings."""
        for path in (self.path, self.path.removesuffix(".git")):
            self.server.answer(path, status)

    async def refresh(self) -> Job:
        """Refresh it and give the job at its end."""
        job = await ended(self.service, (await self.service.refresh(self.repository.id)).job.id)
        await self.look()
        return job

    async def look(self) -> None:
        """Read the repository as it is now."""
        found = await self.service.repository(self.repository.id)
        assert found is not None
        self.repository = found

    async def paths(self, *, ref: str | None = None) -> list[str]:
        """Give the files of the newest map of a ref."""
        opened = await self.service.snapshot(self.repository.id, ref=ref)
        assert opened is not None
        return [file.path for file in opened.map.files().items]

    def says(self) -> tuple[CloneState, Failure | None, MapState, Failure | None]:
        clone, its_map = self.repository.clone, self.repository.map
        return clone.state, clone.error, its_map.state, its_map.error


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[GitServer, Graticule]]:
    with GitServer.start(tmp_path_factory.mktemp("served")) as server:
        async with Graticule.start(local_settings(tmp_path_factory.mktemp("data"))) as graticule:
            yield server, graticule


@pytest.fixture
async def place(running: tuple[GitServer, Graticule], request: pytest.FixtureRequest) -> AsyncIterator[Place]:
    server, graticule = running
    remote = server.root / f"acme/{re.sub(r'[^a-z0-9]', '-', request.node.name)[-50:]}.git"
    make_repository(remote, OLD)
    service = graticule.repositories
    accepted = await service.clone(server.url(str(remote.relative_to(server.root))))
    assert (await ended(service, accepted.job.id)).state is JobState.SUCCEEDED
    yield Place(remote, server, service, accepted.repository)
    server.knobs.answers.clear()


def replace_remote(remote: Path, *options: str) -> str:
    """Make another repository at the place of a remote, with other objects, and give its commit."""
    shutil.rmtree(remote)
    run_git("init", "--quiet", "--bare", "--template=", "--initial-branch=main", *options, str(remote))
    return commit_files(remote, NEW)


READY = (CloneState.READY, None, MapState.READY, None)


async def test_after_a_force_push_the_new_head_is_served(place: Place) -> None:
    run_git("-C", str(place.remote), "update-ref", "-d", "refs/heads/main")
    commit = commit_files(place.remote, NEW)
    job = await place.refresh()
    assert (job.state, job.commit, place.repository.served_commit) == (JobState.SUCCEEDED, commit, commit)
    assert place.says() == READY
    assert await place.paths() == ["new.py"]


async def test_a_renamed_default_branch_is_followed_and_told(place: Place) -> None:
    commit = commit_files(place.remote, NEW, branch="trunk")
    run_git("-C", str(place.remote), "symbolic-ref", "HEAD", "refs/heads/trunk")
    run_git("-C", str(place.remote), "update-ref", "-d", "refs/heads/main")
    await place.refresh()
    assert (place.repository.default_branch, place.repository.served_commit) == ("trunk", commit)
    assert place.says() == READY
    assert await place.paths() == await place.paths(ref="trunk") == ["new.py"]


async def test_a_deleted_branch_is_an_error_of_the_map_alone(place: Place) -> None:
    commit_files(place.remote, NEW, branch="side")
    asked = await place.service.build_map(place.repository.id, ref="side")
    assert (await ended(place.service, asked.job.id)).state is JobState.SUCCEEDED
    run_git("-C", str(place.remote), "update-ref", "-d", "refs/heads/side")
    asked = await place.service.build_map(place.repository.id, ref="side")
    job = await ended(place.service, asked.job.id)
    await place.look()
    clone, clone_error, its_map, map_error = place.says()
    assert (clone, clone_error, its_map) == (CloneState.READY, None, MapState.READY)
    assert map_error == job.error
    assert job.error is not None
    assert (job.error.code, job.error.retryable) == (ErrorCode.REF_NOT_FOUND, False)
    assert await place.paths() == ["old.py"]
    assert await place.paths(ref="side") == ["new.py"]
    await place.refresh()
    assert place.says() == READY


async def test_a_default_branch_that_is_gone_is_an_error_of_the_map_alone(place: Place) -> None:
    commit_files(place.remote, NEW, branch="other")
    run_git("-C", str(place.remote), "update-ref", "-d", "refs/heads/main")
    job = await place.refresh()
    assert job.error is not None
    assert job.error.code is ErrorCode.REF_NOT_FOUND
    assert place.says() == (CloneState.READY, None, MapState.READY, job.error)
    assert await place.paths() == ["old.py"]


@pytest.mark.parametrize(
    ("status", "code"), [(401, ErrorCode.AUTH_REQUIRED), (404, ErrorCode.NOT_FOUND_OR_PRIVATE)], ids=["401", "404"]
)
async def test_what_became_private_or_was_deleted_stays_as_it_was(place: Place, status: int, code: ErrorCode) -> None:
    before = place.repository
    await place.look()
    fresh = Freshness.of(place.repository)
    place.answers(status)
    job = await place.refresh()
    assert job.error is not None
    assert (job.state, job.error.code) == (JobState.FAILED, code)
    assert place.says() == (CloneState.READY, job.error, MapState.READY, None)
    assert Freshness.of(place.repository) == fresh
    assert place.repository.revision > before.revision
    assert await place.paths() == ["old.py"]


async def test_what_became_empty_stays_as_it_was(place: Place) -> None:
    run_git("-C", str(place.remote), "update-ref", "-d", "refs/heads/main")
    job = await place.refresh()
    assert job.error is not None
    assert job.error.code is ErrorCode.EMPTY_REPOSITORY
    assert place.says() == (CloneState.READY, job.error, MapState.READY, None)
    assert await place.paths() == ["old.py"]


async def test_what_cannot_be_reached_is_tried_again_and_stays_readable_meanwhile(place: Place) -> None:
    place.answers(503)
    asked = await place.service.refresh(place.repository.id)
    topic = await place.service.job_topic(asked.job.id)
    async for event in place.service.follow(topic, Delivery(max_rate_hz=100)):
        if event.job.error is not None:
            break
    await place.look()
    clone, error, its_map, map_error = place.says()
    assert (clone, its_map, map_error) == (CloneState.READY, MapState.READY, None)
    assert error is not None
    assert (error.code, error.retryable, event.job.state) == (ErrorCode.NETWORK, True, JobState.QUEUED)
    assert event.job.not_before is not None
    place.server.knobs.answers.clear()
    await place.service.retry(asked.job.id)
    assert (await ended(place.service, asked.job.id)).state is JobState.SUCCEEDED
    await place.look()
    assert place.says() == READY


async def test_a_history_that_was_written_anew_is_served_as_it_is(place: Place) -> None:
    commit = replace_remote(place.remote)
    await place.refresh()
    assert place.repository.served_commit == commit
    assert place.says() == READY
    assert await place.paths() == ["new.py"]


async def test_a_remote_of_another_object_format_is_cloned_anew(place: Place) -> None:
    commit = replace_remote(place.remote, "--object-format=sha256")
    job = await place.refresh()
    assert (job.error, place.repository.served_commit) == (None, commit)
    assert place.says() == READY
    opened = await place.service.snapshot(place.repository.id)
    assert opened is not None
    assert await place.service.source(opened, "new.py") == str(NEW["new.py"]).encode()


async def test_the_map_of_a_commit_of_another_format_takes_no_clone_away(place: Place) -> None:
    asked = await place.service.build_map(place.repository.id, ref="f" * 64)
    job = await ended(place.service, asked.job.id)
    assert job.state is JobState.FAILED
    opened = await place.service.snapshot(place.repository.id)
    assert opened is not None
    assert await place.service.source(opened, "old.py") == str(OLD["old.py"]).encode()
