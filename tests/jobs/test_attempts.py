"""Attempts that do not go well: retries, zombies, shutdown, and errors nobody foresaw."""

import asyncio
import errno
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from services.errors import AcquireError, ErrorCode
from services.graticule import Graticule
from services.jobs.attempt import failure_of
from services.models import Job, JobState, Phase
from services.settings import Settings
from services.store.database import Database
from services.store.jobs import JobStore
from tests.support.gitrepo import make_repository
from tests.support.gitserver import GitServer
from tests.support.postgres import Postgres
from tests.support.running import ended, local_settings, now, until

pytestmark = pytest.mark.anyio
on_both = pytest.mark.parametrize("slow", ["sqlite", "postgres"], indirect=True)


@dataclass(frozen=True, slots=True)
class Slow:
    """A server with one repository of 2 MB that nothing compresses."""

    server: GitServer
    url: str
    data_dir: Path
    database_url: str | None

    @property
    def settings(self) -> Settings:
        return local_settings(self.data_dir, job_lease_seconds=1.0, database_url=self.database_url)

    @asynccontextmanager
    async def served(self) -> AsyncIterator[Graticule]:
        async with Graticule.start(self.settings) as graticule:
            yield graticule

    @asynccontextmanager
    async def rows(self) -> AsyncIterator[JobStore]:
        """Open the rows as another server would see them."""
        database = await Database.open(self.settings.effective_database_url)
        yield JobStore(database, now, lease_seconds=1.0, tries=6)
        await database.close()


@pytest.fixture(params=["sqlite"])
def slow(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Slow]:
    database_url = None
    if request.param == "postgres":
        postgres: Postgres = request.getfixturevalue("postgres")
        database_url = postgres.emptied()
    with GitServer.start(tmp_path / "served") as server:
        make_repository(
            server.root / "acme/slow.git", {"noise.bin": os.urandom(2_000_000), "code.py": "def f(): ...\n"}
        )
        server.knobs.bytes_per_second = 50_000
        yield Slow(server, server.url("acme/slow.git"), tmp_path / "data", database_url)


@on_both
async def test_stopping_the_server_puts_running_jobs_back_and_the_next_start_ends_them(slow: Slow) -> None:
    async with slow.served() as graticule:
        accepted = await graticule.repositories.clone(slow.url)
        await until(graticule.repositories, accepted.job.id, phase=Phase.RECEIVING)
        stopped_at = time.monotonic()
    assert time.monotonic() - stopped_at < 10
    assert list((slow.data_dir / "staging").iterdir()) == []
    async with slow.rows() as jobs:
        job = await jobs.get(accepted.job.id)
        assert job is not None
        assert (job.state, job.owner) == (JobState.QUEUED, None)
    slow.server.knobs.bytes_per_second = None
    async with slow.served() as graticule:
        assert (await ended(graticule.repositories, accepted.job.id)).state is JobState.SUCCEEDED


@on_both
async def test_an_attempt_that_was_taken_over_stops_and_writes_nothing(slow: Slow) -> None:
    async with slow.served() as graticule:
        accepted = await graticule.repositories.clone(slow.url)
        await until(graticule.repositories, accepted.job.id, phase=Phase.RECEIVING)
        async with slow.rows() as jobs:
            await jobs.release(accepted.job.id, attempt=1)
            slow.server.knobs.bytes_per_second = None
            job = await ended(graticule.repositories, accepted.job.id)
        assert (job.state, job.attempt) == (JobState.SUCCEEDED, 2)


async def test_a_transient_error_is_tried_again(slow: Slow) -> None:
    slow.server.knobs.bytes_per_second = None
    slow.server.answer("acme/slow.git", 503)
    async with slow.served() as graticule:
        accepted = await graticule.repositories.clone(slow.url)
        waiting = await _with_error(graticule, accepted.job.id)
        assert waiting.error is not None
        assert (waiting.state, waiting.error.code) == (JobState.QUEUED, ErrorCode.NETWORK)
        assert waiting.not_before is not None
        slow.server.knobs.answers.clear()
        job = await ended(graticule.repositories, accepted.job.id)
    assert (job.state, job.attempt, job.error) == (JobState.SUCCEEDED, 2, None)


async def test_a_clone_asked_for_while_the_cancelled_one_ends_is_done(slow: Slow) -> None:
    async with slow.served() as graticule:
        first = await graticule.repositories.clone(slow.url)
        await until(graticule.repositories, first.job.id, phase=Phase.RECEIVING)
        slow.server.knobs.bytes_per_second = None
        await graticule.repositories.cancel(first.job.id)
        second = await graticule.repositories.clone(slow.url)
        job = await ended(graticule.repositories, second.job.id)
        assert job.state is JobState.SUCCEEDED
        assert second.job.id != first.job.id


@on_both
async def test_a_clone_asked_for_during_a_removal_follows_it(slow: Slow) -> None:
    slow.server.knobs.bytes_per_second = None
    async with slow.served() as graticule:
        service = graticule.repositories
        first = await ended(service, (await service.clone(slow.url)).job.id)
        removal = await service.remove(first.repository_id)
        again = await service.clone(slow.url)
        assert (await ended(service, removal.job.id)).state is JobState.SUCCEEDED
        assert (await ended(service, again.job.id)).state is JobState.SUCCEEDED
        assert await service.snapshot(again.repository.id) is not None


async def _with_error(graticule: Graticule, job_id: str) -> Job:
    async with asyncio.timeout(10):
        async for event in graticule.repositories.follow(await graticule.repositories.job_topic(job_id)):
            if event.job.error is not None:
                return event.job
    raise AssertionError("the job ended without an error")


def test_an_unexpected_error_says_nothing_of_the_inside() -> None:
    failure = failure_of(KeyError("/secret/path"))
    assert failure.code is ErrorCode.INTERNAL
    assert "secret" not in failure.message


def test_a_full_disk_is_its_own_failure_and_may_be_tried_again() -> None:
    failure = failure_of(OSError(28, "No space left on device"))
    assert (failure.code, failure.retryable) == (ErrorCode.DISK_FULL, True)


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.ENOMEM, errno.EROFS, errno.EACCES])
def test_a_machine_that_has_too_little_for_now_is_no_defect(number: int) -> None:
    failure = failure_of(OSError(number, "as the system says"))
    assert failure.code in {ErrorCode.WORKER_LOST, ErrorCode.DISK_FULL}
    assert failure.retryable


def test_an_expected_error_keeps_its_code_and_its_advice() -> None:
    failure = failure_of(AcquireError(ErrorCode.STALLED, "Nothing moved."))
    assert (failure.code, failure.message, failure.retryable) == (ErrorCode.STALLED, "Nothing moved.", True)
    assert failure.hint
