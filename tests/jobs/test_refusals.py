"""A database that cannot be written for a while: no end is lost, and the log says it once."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection

from services.bus import Bus
from services.errors import ErrorCode, GraticuleError
from services.hub import LiveHub
from services.jobs.attempt import Attempt
from services.jobs.kinds import Kinds
from services.jobs.observer import Watched
from services.jobs.pipeline import Report
from services.jobs.reconcile import repeat
from services.mapping.drafting import Sketch
from services.metrics import Metrics
from services.models import JobChange, JobState
from services.store.artifacts import ArtifactStore
from services.store.database import Database
from tests.support.stores import FakeClock, Store, store_on

pytestmark = pytest.mark.anyio


WORDY = GraticuleError(ErrorCode.CORRUPT_OBJECTS, "x" * 100_000)
"""More words than a database without room can keep."""


class Failing(Kinds):
    """Work that fails."""

    def __init__(self, error: Exception) -> None:
        self.began = asyncio.Event()
        self._error = error

    async def run(self, change: JobChange, *, report: Report, sketch: Sketch) -> None:
        del change, report, sketch
        self.began.set()
        raise self._error


@dataclass(frozen=True, slots=True)
class Bench:
    """Rows, and who hears of them."""

    store: Store
    hub: LiveHub
    artifacts: ArtifactStore

    def attempt(self, taken: JobChange, kinds: Kinds) -> Attempt:
        return Attempt(
            taken,
            kinds=kinds,
            jobs=self.store.jobs,
            hub=self.hub,
            artifacts=self.artifacts,
            lease_seconds=20,
            stop=asyncio.Event(),
        )


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'rows.sqlite3'}")
    store = store_on(database, FakeClock())
    hub = LiveHub(Bus(), revisions=store.repositories)
    await hub.start()
    yield Bench(store, hub, ArtifactStore(tmp_path / "maps"))
    await hub.close()
    await database.close()


@contextmanager
def no_room(database: Database) -> Iterator[None]:
    """Let the database not grow by a page, for as long as the block lasts."""

    def limit(connection: DBAPIConnection, *_: object) -> None:
        connection.cursor().execute(f"PRAGMA max_page_count = {1 if limited else 1_000_000_000}")

    limited = True
    event.listen(database.engine.sync_engine, "checkout", limit)
    yield
    limited = False


async def test_an_end_that_cannot_be_written_is_written_when_it_can(
    bench: Bench, capfd: pytest.CaptureFixture[str]
) -> None:
    taken = await bench.store.take((await bench.store.ask()).job.id)
    kinds = Failing(WORDY)
    with no_room(bench.store.database):
        attempt = asyncio.create_task(bench.attempt(taken, kinds).run(Watched(Metrics(), taken.job)))
        await kinds.began.wait()
        await asyncio.sleep(2.5)
        assert not attempt.done()
    change = await attempt
    assert change is not None
    assert change.job.state is JobState.FAILED
    assert "".join(capfd.readouterr()).count("cannot be written yet") == 1


async def test_an_unforeseen_error_fails_the_job_without_telling_the_inside(
    bench: Bench, capfd: pytest.CaptureFixture[str]
) -> None:
    taken = await bench.store.take((await bench.store.ask()).job.id)
    change = await bench.attempt(taken, Failing(KeyError("/srv/secret"))).run(Watched(Metrics(), taken.job))
    assert change is not None
    assert change.job.error is not None
    assert (change.job.state, change.job.error.code) == (JobState.FAILED, ErrorCode.INTERNAL)
    assert "secret" not in change.job.error.message
    assert "Traceback" in "".join(capfd.readouterr())


async def beats(outcomes: list[Exception | None]) -> None:
    """Let a duty have these outcomes, one after the other."""
    left = iter(outcomes)
    done = asyncio.Event()

    async def act() -> None:
        error = next(left, done)
        if error is done:
            done.set()
        elif isinstance(error, Exception):
            raise error

    duty = asyncio.create_task(repeat(act, seconds=0.001, name="deliver"))
    async with asyncio.timeout(20):
        await done.wait()
    duty.cancel()
    await asyncio.wait({duty})


async def test_a_duty_that_fails_again_and_again_says_so_once(capfd: pytest.CaptureFixture[str]) -> None:
    full = GraticuleError(ErrorCode.DISK_FULL, "The disk is full.")
    await beats([full, full, None, None, OSError("odd"), OSError("odd"), None])
    text = "".join(capfd.readouterr())
    assert re.findall(r"a recurring duty (\w+)", text) == ["failed", "works", "failed", "works"]
    assert text.count("Traceback") == 1
