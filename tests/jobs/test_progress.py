"""How counters reach the row and the hub: few writes, recent hints, nothing for a zombie."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from services.bus import Bus
from services.hub import LiveHub
from services.jobs.progress import ProgressReporter
from services.mailbox import Slot
from services.models import JobChange, JobKind, Phase, Progress
from services.store.database import Database
from services.store.jobs import JobStore
from services.store.repositories import RepositoryStore
from services.store.requests import WorkRequest
from tests.support.running import now

pytestmark = pytest.mark.anyio


@dataclass(frozen=True, slots=True)
class Bench:
    """A job that was taken, its rows and its hub."""

    jobs: JobStore
    hub: LiveHub
    taken: JobChange

    def reporter(self) -> ProgressReporter:
        return ProgressReporter(self.taken, jobs=self.jobs, hub=self.hub)

    async def written(self) -> JobChange:
        job = await self.jobs.get(self.taken.job.id)
        assert job is not None
        return JobChange(job, self.taken.repository)


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'rows.sqlite3'}")
    jobs = JobStore(database, now, lease_seconds=20.0, tries=6)
    hub = LiveHub(Bus(), revisions=RepositoryStore(database, now))
    await hub.start()
    accepted = await jobs.request(
        WorkRequest(
            remote_url="https://example.com/a/b",
            remote_name="example.com/a/b",
            host="example.com",
            kind=JobKind.CLONE,
            ref=None,
        )
    )
    taken = await jobs.take(accepted.job.id, owner="me")
    assert taken is not None
    yield Bench(jobs, hub, taken)
    await hub.close()
    await database.close()


async def test_every_phase_is_written_with_its_last_counters(bench: Bench) -> None:
    reporter = bench.reporter()
    for current in range(1000):
        reporter.report(Progress(Phase.RECEIVING, current, 999))
    for current in range(10):
        reporter.report(Progress(Phase.PARSING, current, 9))
    reporter.close()
    await reporter.run()
    job = (await bench.written()).job
    assert [(record.phase, record.current, record.total) for record in job.phases[1:]] == [
        (Phase.RECEIVING, 999, 999),
        (Phase.PARSING, 9, 9),
    ]
    assert job.revision - bench.taken.job.revision == 2


async def test_counters_that_were_only_hinted_are_written_when_their_phase_ends(bench: Bench) -> None:
    reporter = bench.reporter()
    running = asyncio.create_task(reporter.run())
    for progress in (Progress(Phase.INDEXING, 1, 9), Progress(Phase.INDEXING, 9, 9), Progress(Phase.LISTING)):
        reporter.report(progress)
        await asyncio.sleep(0.25)
    reporter.close()
    await running
    phases = (await bench.written()).job.phases
    assert [(record.phase, record.current) for record in phases[1:]] == [(Phase.INDEXING, 9), (Phase.LISTING, None)]


async def test_between_writes_hints_carry_the_counters_at_most_ten_a_second(bench: Bench) -> None:
    reporter = bench.reporter()
    began = time.monotonic()
    running = asyncio.create_task(reporter.run())
    seen: list[Slot] = []
    with bench.hub.attach(repository_ids={bench.taken.repository.id}) as mailbox:
        for current in range(70):
            reporter.report(Progress(Phase.RECEIVING, current, 100))
            seen += await mailbox.take(timeout_seconds=0.01)
        seen += await mailbox.take(timeout_seconds=0.2)
    reporter.close()
    await running
    hints = [slot.hint for slot in seen if slot.hint.progress is not None]
    seconds = time.monotonic() - began  # 1 s, and more on a busy machine
    assert 1 <= len(hints) <= 10 * seconds + 1
    assert [hint.progress_seq for hint in hints] == sorted({hint.progress_seq for hint in hints})
    assert {hint.epoch for hint in hints} == {1}
    job = (await bench.written()).job
    assert job.revision - bench.taken.job.revision <= seconds + 2


async def test_a_phase_never_comes_back(bench: Bench) -> None:
    reporter = bench.reporter()
    for phase in (Phase.RECEIVING, Phase.COUNTING, Phase.INDEXING):
        reporter.report(Progress(phase))
    reporter.close()
    await reporter.run()
    phases = [record.phase for record in (await bench.written()).job.phases]
    assert phases == [Phase.QUEUED, Phase.RECEIVING, Phase.INDEXING]


async def test_an_attempt_that_was_taken_over_stops_reporting(bench: Bench) -> None:
    reporter = bench.reporter()
    await bench.jobs.release(bench.taken.job.id, attempt=1)
    before = (await bench.written()).job.revision
    reporter.report(Progress(Phase.RECEIVING, 1, 2))
    async with asyncio.timeout(20):
        await reporter.run()
    assert (await bench.written()).job.revision == before


async def test_a_note_gives_the_row_a_new_revision_though_nothing_was_counted(bench: Bench) -> None:
    reporter = bench.reporter()
    reporter.report(Progress(Phase.PARSING, 1, 9))
    running = asyncio.create_task(reporter.run())
    revisions = []
    with bench.hub.attach(repository_ids={bench.taken.repository.id}) as mailbox:
        for _ in range(3):
            (slot,) = await mailbox.take(timeout_seconds=20)
            revisions.append(slot.hint.repository_revision)
            reporter.note()
    reporter.close()
    await running
    first = bench.taken.repository.revision
    assert revisions == [first + 1, first + 2, first + 3]
    progress = (await bench.written()).job.progress
    assert progress == Progress(Phase.PARSING, 1, 9)
