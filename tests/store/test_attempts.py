"""One attempt at a job: fenced by its number, from the queue to one of three ends."""

import pytest

from services.errors import ErrorCode, Failure
from services.models import CloneState, JobState, MapState, Phase, Progress
from tests.support.stores import COMMIT, Store

pytestmark = pytest.mark.anyio
NETWORK = Failure(ErrorCode.NETWORK, "connection reset", retryable=True)
NO_REF = Failure(ErrorCode.REF_NOT_FOUND, "no such ref", retryable=False)
GONE = Failure(ErrorCode.NOT_FOUND_OR_PRIVATE, "not there", retryable=False)


async def test_a_worker_takes_a_waiting_job_once(store: Store) -> None:
    job = (await store.ask()).job
    taken = await store.take(job.id)
    assert (taken.job.state, taken.job.attempt, taken.job.owner) == (JobState.RUNNING, 1, "worker")
    assert await store.jobs.take(job.id, owner="other") is None


async def test_every_write_raises_both_revisions_by_one(store: Store) -> None:
    accepted = await store.ask()
    revisions = [(accepted.job.revision, accepted.repository.revision)]
    change = await store.take(accepted.job.id)
    revisions.append((change.job.revision, change.repository.revision))
    for phase in (Phase.RESOLVING, Phase.RECEIVING, Phase.PARSING):
        change = await store.report(change, phase)
        revisions.append((change.job.revision, change.repository.revision))
    done = await store.finish(change)
    revisions.append((done.job.revision, done.repository.revision))
    assert revisions == [(number, number) for number in range(1, 7)]


async def test_what_a_write_returns_is_what_is_read_afterwards(store: Store) -> None:
    change = await store.mapped()
    assert await store.jobs.get(change.job.id) == change.job
    assert await store.repositories.get(change.repository.id) == change.repository


async def test_phases_follow_each_other_with_their_times_and_last_counters(store: Store) -> None:
    job = (await store.ask()).job
    store.clock.tick(5)
    taken = await store.take(job.id)
    for progress in (Progress(Phase.RECEIVING, 1, 9), Progress(Phase.RECEIVING, 9, 9), Progress(Phase.PARSING, 0, 3)):
        store.clock.tick()
        await store.jobs.progress(job.id, attempt=taken.job.attempt, progress=progress)
    read = await store.jobs.get(job.id)
    assert read is not None
    assert [(phase.phase, phase.current, phase.total) for phase in read.phases] == [
        (Phase.QUEUED, None, None),
        (Phase.RECEIVING, 9, 9),
        (Phase.PARSING, 0, 3),
    ]
    ends = [phase.finished_at for phase in read.phases]
    assert ends == [read.phases[0].started_at.replace(second=5), read.phases[2].started_at, None]


async def test_a_phase_that_is_over_never_comes_back(store: Store) -> None:
    change = await store.report(await store.take((await store.ask()).job.id), Phase.PARSING)
    late = await store.jobs.progress(change.job.id, attempt=1, progress=Progress(Phase.RECEIVING, 5, 5))
    assert late == change


async def test_a_job_that_is_done_leaves_a_ready_repository(store: Store) -> None:
    done = await store.mapped()
    assert (done.job.state, done.job.commit, done.job.owner) == (JobState.SUCCEEDED, COMMIT, None)
    repository = done.repository
    assert (repository.clone.state, repository.map.state) == (CloneState.READY, MapState.READY)
    assert (repository.served_commit, repository.remote_head, repository.default_branch) == (COMMIT, COMMIT, "main")


async def test_a_map_of_another_ref_does_not_become_what_is_served(store: Store) -> None:
    await store.mapped()
    other = await store.mapped(ref="v1", commit="d" * 40)
    assert (other.repository.served_commit, other.repository.remote_head) == (COMMIT, COMMIT)


async def test_a_zombie_changes_no_row(store: Store) -> None:
    job = (await store.ask()).job
    zombie = await store.take(job.id)
    await store.jobs.release(job.id, attempt=1)
    await store.take(job.id)
    before = await store.jobs.get(job.id)
    writes = [
        await store.jobs.progress(job.id, attempt=zombie.job.attempt, progress=Progress(Phase.PARSING)),
        await store.jobs.heartbeat(job.id, attempt=1),
        await store.jobs.succeed(job.id, attempt=1, commit=COMMIT),
        await store.jobs.fail(job.id, attempt=1, error=NO_REF),
        await store.jobs.cancelled(job.id, attempt=1),
        await store.jobs.release(job.id, attempt=1),
        await store.jobs.finish_removal(job.id, attempt=1),
    ]
    assert writes == [None] * 7
    assert await store.jobs.get(job.id) == before


async def test_an_ended_job_takes_no_more_writes(store: Store) -> None:
    done = await store.mapped()
    assert await store.jobs.fail(done.job.id, attempt=1, error=NO_REF) is None
    assert await store.jobs.cancel(done.job.id) is None
    assert await store.jobs.take(done.job.id, owner="worker") is None


async def test_a_permanent_error_ends_the_job(store: Store) -> None:
    taken = await store.take((await store.ask()).job.id)
    change = await store.jobs.fail(taken.job.id, attempt=1, error=NO_REF)
    assert change is not None
    assert (change.job.state, change.job.error) == (JobState.FAILED, NO_REF)
    assert (change.repository.clone.state, change.repository.clone.error) == (CloneState.FAILED, NO_REF)


async def test_a_transient_error_waits_longer_each_time_until_the_tries_are_used_up(store: Store) -> None:
    job = (await store.ask()).job
    waits = []
    for attempt in (1, 2):
        await store.take(job.id)
        change = await store.jobs.fail(job.id, attempt=attempt, error=NETWORK)
        assert change is not None
        assert (change.job.state, change.job.error) == (JobState.QUEUED, NETWORK)
        assert change.job.not_before is not None
        waits.append((change.job.not_before - store.clock()).total_seconds())
    await store.take(job.id)
    last = await store.jobs.fail(job.id, attempt=3, error=NETWORK)
    assert last is not None
    assert (waits, last.job.state) == ([2.0, 4.0], JobState.FAILED)


async def test_a_retry_begins_without_the_error_and_the_phases_of_the_last_try(store: Store) -> None:
    job = (await store.ask()).job
    await store.report(await store.take(job.id), Phase.RECEIVING)
    await store.jobs.fail(job.id, attempt=1, error=NETWORK)
    again = await store.take(job.id)
    assert (again.job.error, [phase.phase for phase in again.job.phases]) == (None, [Phase.QUEUED])


async def test_a_failed_refresh_leaves_the_repository_readable_with_the_error_beside(store: Store) -> None:
    await store.mapped()
    taken = await store.take((await store.ask(ref="v1")).job.id)
    change = await store.jobs.fail(taken.job.id, attempt=1, error=GONE)
    assert change is not None
    clone, map_status = change.repository.clone, change.repository.map
    assert (clone.state, clone.error, map_status.state) == (CloneState.READY, GONE, MapState.READY)
    assert change.repository.served_commit == COMMIT


async def test_a_waiting_job_is_cancelled_at_once(store: Store) -> None:
    job = (await store.ask()).job
    change = await store.jobs.cancel(job.id)
    assert change is not None
    assert (change.job.state, change.repository.clone.state) == (JobState.CANCELLED, CloneState.CANCELLED)


async def test_a_running_job_is_asked_to_end_and_confirms(store: Store) -> None:
    job = (await store.take((await store.ask()).job.id)).job
    asked = await store.jobs.cancel(job.id)
    assert asked is not None
    assert (asked.job.state, asked.job.cancel_requested_at) == (JobState.RUNNING, store.clock())
    beat = await store.jobs.heartbeat(job.id, attempt=1)
    assert beat is not None
    assert beat.cancel_requested_at is not None
    assert await store.jobs.cancel(job.id) is None
    confirmed = await store.jobs.cancelled(job.id, attempt=1)
    assert confirmed is not None
    assert confirmed.job.state is JobState.CANCELLED


@pytest.mark.parametrize("error", [NETWORK, NO_REF])
async def test_an_error_while_a_cancel_is_wanted_counts_as_cancelled(store: Store, error: Failure) -> None:
    job = (await store.take((await store.ask()).job.id)).job
    await store.jobs.cancel(job.id)
    change = await store.jobs.fail(job.id, attempt=1, error=error)
    assert change is not None
    assert change.job.state is JobState.CANCELLED


async def test_a_heartbeat_renews_the_lease_and_no_revision(store: Store) -> None:
    job = (await store.take((await store.ask()).job.id)).job
    store.clock.tick(15)
    beat = await store.jobs.heartbeat(job.id, attempt=1)
    assert beat is not None
    assert (beat.revision, beat.heartbeat_at) == (job.revision, store.clock())


async def test_live_keys_name_the_attempts_that_run(store: Store) -> None:
    taken = await store.take((await store.ask("a")).job.id)
    await store.ask("b")
    assert await store.jobs.live_keys() == {f"{taken.job.id}-1"}


async def test_each_attempt_that_ended_is_remembered_with_its_error_and_gits_last_lines(store: Store) -> None:
    reset = Failure(ErrorCode.NETWORK, "connection reset", retryable=True, lines=("fatal: early EOF",))
    job = (await store.take((await store.ask()).job.id)).job
    store.clock.tick(3)
    await store.jobs.fail(job.id, attempt=1, error=reset)
    store.clock.tick(300)
    await store.take(job.id)
    await store.jobs.release(job.id, attempt=2)
    await store.take(job.id)
    await store.outlast()
    await store.take(job.id)
    change = await store.jobs.fail(job.id, attempt=4, error=NO_REF)
    assert change is not None
    codes = [(one.number, one.error.code if one.error else None) for one in change.job.attempts]
    assert codes == [(1, "NETWORK"), (2, None), (3, "WORKER_LOST"), (4, "REF_NOT_FOUND")]
    first = change.job.attempts[0]
    assert (first.finished_at - first.started_at).total_seconds() == 3
    assert first.error == reset
    assert await store.jobs.get(job.id) == change.job


async def test_a_success_ends_the_list_of_attempts(store: Store) -> None:
    done = await store.mapped()
    assert [(one.number, one.error) for one in done.job.attempts] == [(1, None)]


async def test_of_very_many_attempts_the_newest_are_remembered(store: Store) -> None:
    job = (await store.ask()).job
    for attempt in range(1, 31):
        await store.take(job.id)
        await store.jobs.release(job.id, attempt=attempt)
    read = await store.jobs.get(job.id)
    assert read is not None
    assert [one.number for one in read.attempts] == list(range(11, 31))


async def test_a_job_that_waits_for_its_next_try_can_be_hurried(store: Store) -> None:
    job = (await store.take((await store.ask()).job.id)).job
    await store.jobs.fail(job.id, attempt=1, error=NETWORK)
    assert await store.jobs.due() == []
    change = await store.jobs.hurry(job.id)
    assert change is not None
    assert [one.id for one in await store.jobs.due()] == [job.id]
    assert await store.jobs.hurry(job.id) is None


async def test_an_attempt_that_ended_says_how_far_it_got(store: Store) -> None:
    job = (await store.ask()).job
    await store.report(await store.take(job.id), Phase.RESOLVING, Phase.RECEIVING)
    await store.jobs.fail(job.id, attempt=1, error=NETWORK)
    await store.report(await store.take(job.id), Phase.RESOLVING)
    (change,) = await store.outlast()
    assert [record.phase for record in change.job.attempts] == [Phase.RECEIVING, Phase.RESOLVING]


async def test_a_job_that_waits_again_says_why_its_worker_is_gone(store: Store) -> None:
    job = (await store.ask()).job
    await store.take(job.id)
    (change,) = await store.outlast()
    assert change.job.error is not None
    assert (change.job.state, change.job.error.code) == (JobState.QUEUED, ErrorCode.WORKER_LOST)
    assert change.job.attempts[-1].error == change.job.error
    assert (await store.take(job.id)).job.error is None
