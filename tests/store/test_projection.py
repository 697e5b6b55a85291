"""The table of what a job makes of its repository's two statuses."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.errors import ErrorCode, Failure
from services.models import CloneState, Job, JobKind, JobState, MapState, Phase, PhaseRecord, Repository, Status
from services.store.projection import project

EARLIER = datetime(2030, 1, 1, tzinfo=UTC)
NOW = EARLIER + timedelta(minutes=1)
ERROR = Failure(ErrorCode.NETWORK, "connection reset", retryable=True)

QUEUED, RUNNING, SUCCEEDED = JobState.QUEUED, JobState.RUNNING, JobState.SUCCEEDED
FAILED, CANCELLED = JobState.FAILED, JobState.CANCELLED
ACQUIRING, MAPPING = Phase.RECEIVING, Phase.PARSING

NEW = (CloneState.NOT_STARTED, MapState.NOT_STARTED)
ASKED = (CloneState.QUEUED, MapState.QUEUED)
CLONING = (CloneState.CLONING, MapState.QUEUED)
BUILDING = (CloneState.READY, MapState.BUILDING)
READY = (CloneState.READY, MapState.READY)
UPDATING = (CloneState.UPDATING, MapState.READY)


def job(state: JobState, phase: Phase = Phase.QUEUED, *, error: Failure | None = None) -> Job:
    phases = (PhaseRecord(phase, NOW),)
    return Job("j", "r", JobKind.CLONE, state, 1, 1, EARLIER, NOW, phases=phases, error=error)


def repository(states: tuple[CloneState, MapState], *, readable: bool = False, owner: str = "j") -> Repository:
    clone = Status(states[0], completed_at=EARLIER if readable else None, job_id=owner)
    map_status = Status(states[1], completed_at=EARLIER if readable else None, job_id=owner)
    served = "c" * 40 if readable else None
    cloned = readable or states[0] in {CloneState.READY, CloneState.UPDATING}
    known = Repository("r", "u", "n", "h", 1, clone, map_status, EARLIER, EARLIER, EARLIER)
    return replace(known, served_commit=served, cloned=cloned)


def states_after(before: Repository, change: Job) -> tuple[CloneState, MapState]:
    after = project(before, change)
    return after.clone.state, after.map.state


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        (NEW, job(QUEUED), ASKED),
        (ASKED, job(RUNNING), CLONING),
        (CLONING, job(RUNNING, ACQUIRING), CLONING),
        (CLONING, job(RUNNING, MAPPING), BUILDING),
        (BUILDING, job(SUCCEEDED, MAPPING), READY),
        (CLONING, job(QUEUED, ACQUIRING, error=ERROR), ASKED),
        (BUILDING, job(QUEUED, MAPPING, error=ERROR), (CloneState.READY, MapState.QUEUED)),
        ((CloneState.READY, MapState.QUEUED), job(RUNNING), (CloneState.UPDATING, MapState.QUEUED)),
        (CLONING, job(FAILED, ACQUIRING, error=ERROR), (CloneState.FAILED, MapState.FAILED)),
        (BUILDING, job(FAILED, MAPPING, error=ERROR), (CloneState.READY, MapState.FAILED)),
        (ASKED, job(CANCELLED), (CloneState.CANCELLED, MapState.CANCELLED)),
        (BUILDING, job(CANCELLED, MAPPING), (CloneState.READY, MapState.CANCELLED)),
    ],
)
def test_a_first_clone_goes_through_its_states(
    before: tuple[CloneState, MapState], change: Job, after: tuple[CloneState, MapState]
) -> None:
    assert states_after(repository(before), change) == after


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        (READY, job(QUEUED), READY),
        (READY, job(RUNNING, ACQUIRING), UPDATING),
        (UPDATING, job(RUNNING, MAPPING), BUILDING),
        (BUILDING, job(SUCCEEDED, MAPPING), READY),
        (UPDATING, job(SUCCEEDED, ACQUIRING), READY),
        (UPDATING, job(QUEUED, ACQUIRING, error=ERROR), READY),
        (UPDATING, job(FAILED, ACQUIRING, error=ERROR), READY),
        (BUILDING, job(FAILED, MAPPING, error=ERROR), READY),
        (UPDATING, job(CANCELLED, ACQUIRING), READY),
    ],
)
def test_a_refresh_never_takes_away_what_is_readable(
    before: tuple[CloneState, MapState], change: Job, after: tuple[CloneState, MapState]
) -> None:
    assert states_after(repository(before, readable=True), change) == after


@pytest.mark.parametrize(
    ("change", "after"),
    [
        (job(QUEUED), (CloneState.QUEUED, MapState.READY)),
        (job(RUNNING, ACQUIRING), (CloneState.CLONING, MapState.READY)),
        (job(FAILED, ACQUIRING, error=ERROR), (CloneState.FAILED, MapState.READY)),
        (job(RUNNING, MAPPING), BUILDING),
    ],
)
def test_what_was_evicted_is_cloned_anew_and_its_map_stays(change: Job, after: tuple[CloneState, MapState]) -> None:
    evicted = replace(repository((CloneState.EVICTED, MapState.READY), readable=True), cloned=False)
    assert states_after(evicted, change) == after


@pytest.mark.parametrize("kept", [CLONING, BUILDING])
@pytest.mark.parametrize("change", [job(QUEUED), job(RUNNING, ACQUIRING), job(CANCELLED)])
def test_a_status_at_work_belongs_to_the_job_that_moves_it(kept: tuple[CloneState, MapState], change: Job) -> None:
    before = repository(kept, owner="other")
    at_work = "clone" if kept is CLONING else "map"
    assert getattr(project(before, change), at_work) == getattr(before, at_work)


def test_a_status_that_waits_yields_to_the_job_that_works() -> None:
    before = repository(ASKED, owner="other")
    assert project(before, job(QUEUED)) == before
    assert states_after(before, job(RUNNING)) == CLONING


def test_what_became_readable_is_ready_also_while_another_job_waits() -> None:
    before = repository(ASKED, readable=True, owner="other")
    assert states_after(before, job(SUCCEEDED, MAPPING)) == READY


def test_an_error_stands_beside_the_part_that_failed() -> None:
    in_clone = project(repository(UPDATING, readable=True), job(FAILED, ACQUIRING, error=ERROR))
    in_map = project(repository(BUILDING, readable=True), job(FAILED, MAPPING, error=ERROR))
    assert (in_clone.clone.error, in_clone.map.error) == (ERROR, None)
    assert (in_map.clone.error, in_map.map.error) == (None, ERROR)


def test_a_new_try_takes_the_old_error_away() -> None:
    failed = project(repository(UPDATING, readable=True), job(FAILED, ACQUIRING, error=ERROR))
    assert project(failed, replace(job(QUEUED), id="k")).clone.error is None


def test_completion_is_the_moment_of_success_and_survives_a_failed_refresh() -> None:
    mapped = project(repository(CLONING), job(RUNNING, MAPPING))
    assert (mapped.clone.completed_at, mapped.map.completed_at) == (NOW, None)
    failed = project(repository(UPDATING, readable=True), job(FAILED, ACQUIRING, error=ERROR))
    assert (failed.clone.completed_at, failed.map.completed_at) == (EARLIER, EARLIER)


def test_a_removal_leaves_both_statuses_alone() -> None:
    before = repository(READY, readable=True)
    assert project(before, replace(job(RUNNING), kind=JobKind.REMOVE)) == before
