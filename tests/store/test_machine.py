"""Any order of requests, workers, crashes and cancels against a model of a few lines, with a fake clock."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from services.errors import ErrorCode, Failure
from services.models import CloneState, JobChange, JobState, MapState, Phase, Progress, SnapshotKey, SnapshotRecord
from tests.support.postgres import Postgres
from tests.support.stores import COMMIT, FakeClock, Store, open_store

FAILURES = {
    True: Failure(ErrorCode.NETWORK, "reset", retryable=True),
    False: Failure(ErrorCode.REF_NOT_FOUND, "gone", retryable=False),
}
REFS = st.sampled_from([None, "v1"])
PICK = st.integers(0, 7)


@dataclass
class Expected:
    """What the model knows of one job."""

    ref: str | None
    state: JobState = JobState.QUEUED
    attempt: int = 0
    cancel: bool = False
    lost: int = 0
    failures: int = 0
    silent: float = 0.0


class Jobs(RuleBasedStateMachine):
    """Every job is in the state of the model, and what a zombie writes changes nothing."""

    runner: ClassVar[asyncio.Runner]
    store: ClassVar[Store]

    def __init__(self) -> None:
        super().__init__()
        self.name = f"h/{uuid4().hex}"
        self.model: dict[str, Expected] = {}
        self.revision = 0

    def pick(self, number: int) -> tuple[str, Expected]:
        ids = sorted(self.model)
        job_id = ids[number % len(ids)]
        return job_id, self.model[job_id]

    def check(self, change: JobChange | None, *, allowed: bool) -> None:
        assert (change is not None) is allowed

    def back(self, job: Expected) -> None:
        job.state = JobState.CANCELLED if job.cancel else JobState.QUEUED

    @rule(ref=REFS)
    def ask(self, ref: str | None) -> None:
        accepted = self.runner.run(self.store.ask(self.name, ref=ref))
        live = [i for i, job in self.model.items() if not job.state.terminal and not job.cancel and job.ref == ref]
        done = any(job.state is JobState.SUCCEEDED and job.ref == ref for job in self.model.values())
        assert accepted.already_running is bool(live)
        if live:
            assert [accepted.job.id] == live
        elif done:
            assert self.model[accepted.job.id].state is JobState.SUCCEEDED
        else:
            assert accepted.job.id not in self.model
            self.model[accepted.job.id] = Expected(ref)

    @precondition(lambda self: self.model)
    @rule(number=PICK)
    def take(self, number: int) -> None:
        job_id, job = self.pick(number)
        allowed = job.state is JobState.QUEUED
        self.check(self.runner.run(self.store.jobs.take(job_id, owner="w")), allowed=allowed)
        if allowed:
            job.state, job.attempt, job.silent = JobState.RUNNING, job.attempt + 1, 0

    @precondition(lambda self: self.model)
    @rule(number=PICK, zombie=st.booleans(), phase=st.sampled_from([Phase.RECEIVING, Phase.PARSING]))
    def progress(self, number: int, *, zombie: bool, phase: Phase) -> None:
        job_id, job = self.pick(number)
        attempt = job.attempt - zombie
        change = self.runner.run(self.store.jobs.progress(job_id, attempt=attempt, progress=Progress(phase)))
        allowed = job.state is JobState.RUNNING and not zombie
        self.check(change, allowed=allowed)
        if change is not None and change.job.heartbeat_at == self.store.clock():
            job.silent = 0

    @precondition(lambda self: self.model)
    @rule(number=PICK, zombie=st.booleans(), end=st.sampled_from(["succeed", "transient", "permanent", "release"]))
    def end(self, number: int, *, zombie: bool, end: str) -> None:
        job_id, job = self.pick(number)
        allowed = job.state is JobState.RUNNING and not zombie
        self.check(self.runner.run(self.write_end(job_id, job.attempt - zombie, end)), allowed=allowed)
        if allowed:
            self.expect_end(job, end)

    async def write_end(self, job_id: str, attempt: int, end: str) -> JobChange | None:
        if end == "succeed":
            job = await self.store.jobs.get(job_id)
            assert job is not None
            made = SnapshotRecord(SnapshotKey(job.repository_id, COMMIT, "e1"), job.ref, self.store.clock(), 1)
            return await self.store.jobs.succeed(job_id, attempt=attempt, commit=COMMIT, ref=job.ref, snapshot=made)
        if end == "release":
            return await self.store.jobs.release(job_id, attempt=attempt)
        return await self.store.jobs.fail(job_id, attempt=attempt, error=FAILURES[end == "transient"])

    def expect_end(self, job: Expected, end: str) -> None:
        if end == "succeed":
            job.state = JobState.SUCCEEDED
        elif end == "release":
            self.back(job)
        elif end == "transient" and job.failures < 2:
            job.failures += 1
            self.back(job)
        else:
            job.state = JobState.CANCELLED if job.cancel else JobState.FAILED

    @precondition(lambda self: self.model)
    @rule(number=PICK)
    def cancel(self, number: int) -> None:
        job_id, job = self.pick(number)
        allowed = not job.state.terminal and not job.cancel
        self.check(self.runner.run(self.store.jobs.cancel(job_id)), allowed=allowed)
        if allowed:
            job.cancel = True
            if job.state is JobState.QUEUED:
                job.state = JobState.CANCELLED

    @rule(seconds=st.sampled_from([1, 12, 25]))
    def wait(self, seconds: int) -> None:
        self.runner.run(self.store.jobs.reclaim())
        while seconds > 0:
            step = min(seconds, 12)
            seconds -= step
            self.store.clock.tick(step)
            self.runner.run(self.store.jobs.reclaim())
            for job in self.model.values():
                job.silent += step
                if job.state is JobState.RUNNING and job.silent >= 20:
                    self.lose(job)

    def lose(self, job: Expected) -> None:
        job.lost += 1
        if job.lost < 3 or job.cancel:
            self.back(job)
        else:
            job.state = JobState.FAILED

    @invariant()
    def every_row_is_as_the_model_says(self) -> None:
        page = self.runner.run(self.store.jobs.page(limit=100))
        rows = {job.id: (job.state, job.attempt) for job in page.items if job.id in self.model}
        assert rows == {job_id: (job.state, job.attempt) for job_id, job in self.model.items()}

    @invariant()
    def the_repository_says_what_its_jobs_do(self) -> None:
        found = self.runner.run(self.store.repositories.by_name(self.name))
        if found is None:
            return
        assert found.revision >= self.revision
        self.revision = found.revision
        if any(job.state is JobState.SUCCEEDED for job in self.model.values()):
            assert found.clone.state in {CloneState.READY, CloneState.UPDATING, CloneState.CLONING}
            assert found.map.state in {MapState.READY, MapState.BUILDING}
        if all(job.state.terminal for job in self.model.values()):
            assert found.clone.state in {CloneState.READY, CloneState.FAILED, CloneState.CANCELLED}
            assert found.map.state in {MapState.READY, MapState.FAILED, MapState.CANCELLED}


@pytest.mark.parametrize(("kind", "examples"), [("sqlite", 25), ("postgres", 5)])
def test_any_order_of_events_keeps_every_job_in_the_state_of_the_model(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str, examples: int
) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/rows.sqlite3"
    if kind == "postgres":
        postgres: Postgres = request.getfixturevalue("postgres")
        url = postgres.emptied()
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        Jobs.runner = runner
        Jobs.store = runner.run(stack.enter_async_context(open_store(url, FakeClock())))
        quick = settings(
            max_examples=examples,
            stateful_step_count=25,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        try:
            run_state_machine_as_test(Jobs, settings=quick)
        finally:
            runner.run(stack.aclose())
