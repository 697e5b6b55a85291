"""Two thousand subscribers on a bus that loses, doubles and reorders: nobody stuck, late or told twice."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

import pytest

from services.bus import Bus
from services.events import EventKind, JobEvent, RepositoryEvent
from services.models import CloneState, JobState, Progress
from tests.live.conftest import Live, OpenLive

pytestmark = pytest.mark.anyio

SUBSCRIBERS = 10_000
REPOSITORIES = 50
ENDED = {CloneState.READY, CloneState.FAILED, CloneState.CANCELLED}


class FaultyBus(Bus):
    """Loses a fifth of the hints, sends a fifth twice, and holds a fifth back behind later ones."""

    def __init__(self, rng: random.Random) -> None:
        super().__init__()
        self._rng = rng
        self._held: list[str] = []

    async def publish(self, text: str) -> None:
        fate = self._rng.random()
        if fate < 0.2:
            return
        if fate < 0.4:
            self._held.append(text)
            return
        await super().publish(text)
        if fate < 0.6:
            await super().publish(text)
        if self._held and self._rng.random() < 0.5:
            await super().publish(self._held.pop(self._rng.randrange(len(self._held))))


@dataclass
class Verdict:
    """What went wrong for one subscriber, and how often it was told of an end."""

    faults: Counter[str] = field(default_factory=Counter)
    events: int = 0
    terminals: int = 0
    revision: int = -1
    counters: tuple[int, int, int] = (0, 0, 0)

    def see(self, event: JobEvent | RepositoryEvent, progress: Progress | None, attempt: int) -> None:
        """Compare an event with the one before."""
        self.events += 1
        self.faults["out of order"] += event.revision < self.revision
        counters = (attempt, progress.phase.order, progress.current or 0) if progress else (attempt, 0, 0)
        if event.revision == self.revision:
            self.faults["told twice"] += counters == self.counters
            self.faults["counters went back"] += counters < self.counters
        self.revision, self.counters = event.revision, counters


async def write(live: Live, rng: random.Random, repository_id: str) -> None:
    """Run one job to its end, with a second attempt, rows that move and counters in between."""
    job_id = (await live.tell(live.rows.add_job(repository_id))).job.id
    for _ in range(2):
        change = await live.tell(live.rows.take(job_id))
        sequence = 0
        for current in range(0, 400, 100):
            for more in range(3):
                sequence += 1
                await live.count(change, current + 10 * more, sequence)
                await asyncio.sleep(rng.random() * 0.12)
            change = await live.tell(live.rows.count(job_id, current + 50))
        if change.job.attempt == 1:
            await live.tell(live.rows.put_back(job_id))
    await live.tell(live.rows.end(job_id, rng.choice([JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED])))


async def subscribe_to_job(live: Live, rng: random.Random, number: int) -> Verdict:
    verdict = Verdict()
    await asyncio.sleep(rng.random() * 1.2)
    job_id = f"j{number % REPOSITORIES}"
    async for event in live.job(job_id, max_rate_hz=rng.choice([5, 20, 1000])):
        verdict.see(event, event.job.progress, event.job.attempt)
        verdict.terminals += event.job.state.terminal
    verdict.faults["end not told once"] += verdict.terminals != 1
    verdict.faults["not the last state"] += verdict.revision != live.rows.stored_jobs[job_id].revision
    return verdict


async def subscribe_to_repository(live: Live, rng: random.Random, number: int) -> Verdict:
    verdict = Verdict()
    await asyncio.sleep(rng.random() * 1.2)
    repository_id = f"r{number % REPOSITORIES}"
    follow = rng.random() < 0.5
    events = live.repository(repository_id, max_rate_hz=rng.choice([5, 20, 1000]), follow=follow)
    await watch(events, verdict, until={repository_id} if follow else set())
    verdict.faults["end not told once"] += verdict.terminals != 1
    verdict.faults["not the last state"] += verdict.revision != live.rows.stored_repositories[repository_id].revision
    return verdict


async def subscribe_to_fleet(live: Live, _rng: random.Random, _number: int) -> Verdict:
    verdict = Verdict()
    everything = set(live.rows.stored_repositories)
    await watch(live.fleet(max_rate_hz=20), verdict, until=everything)
    verdict.faults["end not told once"] += verdict.terminals != len(everything)
    return verdict


async def watch(events: AsyncGenerator[RepositoryEvent], verdict: Verdict, *, until: set[str]) -> None:
    """Read until the repositories of `until` have ended, or to the end when there are none."""
    parts: dict[str, Verdict] = {}
    open_ends = set(until)
    async for event in events:
        part = parts.setdefault(event.repository.id, Verdict())
        part.see(event, event.progress, 0 if event.kind is EventKind.SNAPSHOT else part.counters[0])
        ended = event.repository.clone.state in ENDED
        part.terminals += ended
        open_ends -= {event.repository.id} if ended else set()
        if until and not open_ends:
            break
    await events.aclose()
    for part in parts.values():
        verdict.faults += part.faults
        verdict.events += part.events
        verdict.terminals += part.terminals
        verdict.revision = part.revision


@pytest.mark.timeout(120)
async def test_nobody_is_stuck_or_told_twice_on_a_bus_that_loses_doubles_and_reorders(open_live: OpenLive) -> None:
    rng = random.Random(20240101)  # noqa: S311  a fixed seed: the same faults in every run
    async with open_live(bus=FaultyBus(rng), resync_seconds=0.5, reread_seconds=0.4) as live, asyncio.timeout(100):
        repositories = [live.rows.add_repository(f"host/owner/{number}").id for number in range(REPOSITORIES)]
        kinds = [subscribe_to_job, subscribe_to_repository]
        async with asyncio.TaskGroup() as group:
            writers = [group.create_task(write(live, rng, repository_id)) for repository_id in repositories]
            await asyncio.sleep(0)
            fleets = [group.create_task(subscribe_to_fleet(live, rng, number)) for number in range(10)]
            ones = [
                group.create_task(kinds[number % 2](live, rng, number // 2))
                for number in range(SUBSCRIBERS - len(fleets))
            ]
        verdicts = [task.result() for task in (*ones, *fleets)]
        assert len(verdicts) == SUBSCRIBERS
        assert sum((verdict.faults for verdict in verdicts), Counter()) == Counter()
        # That enough was told for the rest to mean something: a busy machine merges more, and tells less.
        assert sum(verdict.events for verdict in verdicts) > 4 * SUBSCRIBERS
        assert all(writer.done() for writer in writers)
        assert live.hub.attached == 0
