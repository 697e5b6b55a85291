"""What one follower has not been shown: the newest of each, at its own rate, with its own kind and gap."""

from datetime import UTC, datetime

import pytest

from services.errors import InvalidArgumentError
from services.events import EventKind, JobEvent, RepositoryEvent
from services.models import JobState
from services.subscriber import Delivery, Subscriber
from tests.support.liverows import MemoryRows

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def job_event(revision: int, *, kind: EventKind = EventKind.CHANGE, state: JobState = JobState.RUNNING) -> JobEvent:
    rows = MemoryRows()
    job = rows.add_job(rows.add_repository().id).job
    if state.terminal:
        job = rows.end(job.id, state).job
    return JobEvent(kind, revision, gap=False, job=job, occurred_at=NOW)


def repository_event(name: str, revision: int, *, kind: EventKind = EventKind.CHANGE) -> RepositoryEvent:
    rows = MemoryRows()
    for _ in range(int(name[1:]) + 1):
        repository = rows.add_repository()
    return RepositoryEvent(kind, revision, gap=False, repository=repository, occurred_at=NOW, live=frozenset({"j"}))


class Woken:
    """Counts how often news was told."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        self.times += 1


def subscriber(**how: object) -> Subscriber[JobEvent]:
    return Subscriber(Delivery(**how), Woken())  # type: ignore[arg-type]  # as the test gives them


def fleet() -> Subscriber[RepositoryEvent]:
    return Subscriber(Delivery(), Woken())


def shown(follower: Subscriber[JobEvent], now: float = 0.0) -> list[tuple[EventKind, int, bool]]:
    return [(pending.kind, pending.event.revision, pending.gap) for pending in follower.take(now)]


def test_the_state_now_is_a_snapshot_and_what_comes_before_it_is_shown_is_part_of_it() -> None:
    follower = subscriber()
    follower.begin([job_event(3)])
    follower.put(job_event(7), before=3)
    assert shown(follower) == [(EventKind.SNAPSHOT, 7, False)]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (3, []),
        (2, [(EventKind.SNAPSHOT, 3, False)]),
        (1, [(EventKind.SNAPSHOT, 3, True)]),
        (9, [(EventKind.RESYNC, 3, True)]),
    ],
)
def test_what_a_follower_has_decides_how_it_begins(after: int, expected: list[object]) -> None:
    follower = subscriber(after_revision=after)
    follower.begin([job_event(3)])
    assert shown(follower) == expected


def test_a_revision_below_the_first_is_refused() -> None:
    assert Delivery(after_revision=0).after_revision == 0
    with pytest.raises(InvalidArgumentError, match="afterRevision"):
        Delivery(after_revision=-1)


def test_an_end_is_shown_even_to_whoever_has_it() -> None:
    follower = subscriber(after_revision=3)
    follower.begin([job_event(3, state=JobState.SUCCEEDED)])
    assert shown(follower) == [(EventKind.SNAPSHOT, 3, False)]


def test_merged_revisions_are_a_gap_and_single_ones_are_not() -> None:
    follower = subscriber()
    follower.put(job_event(4), before=3)
    assert shown(follower) == [(EventKind.CHANGE, 4, False)]
    follower.put(job_event(5), before=4)
    follower.put(job_event(6), before=5)
    assert shown(follower, 1.0) == [(EventKind.CHANGE, 6, True)]
    assert follower.coalesced == 1


def test_counters_of_the_same_revision_are_no_gap() -> None:
    follower = subscriber()
    follower.put(job_event(4), before=4)
    follower.put(job_event(4), before=4)
    assert shown(follower) == [(EventKind.CHANGE, 4, False)]


def test_a_loss_stays_told_when_a_hint_comes_after_it() -> None:
    follower = subscriber()
    follower.put(job_event(6, kind=EventKind.RESYNC), before=3)
    follower.put(job_event(7), before=6)
    assert shown(follower) == [(EventKind.RESYNC, 7, True)]


def test_a_removal_outranks_whatever_was_waiting() -> None:
    follower = fleet()
    follower.begin([repository_event("r0", 3)])
    follower.put(repository_event("r0", 4, kind=EventKind.DELETED), before=3)
    assert [pending.kind for pending in follower.take(0.0)] == [EventKind.DELETED]


def test_a_busy_entity_does_not_push_out_a_quiet_one() -> None:
    follower = fleet()
    follower.put(repository_event("r1", 2), before=1)
    for revision in range(2, 500):
        follower.put(repository_event("r0", revision), before=revision - 1)
    taken = {pending.event.repository.id: pending.event.revision for pending in follower.take(0.0)}
    assert taken == {"r1": 2, "r0": 499}


def test_nothing_is_due_before_the_interval_has_passed() -> None:
    follower = subscriber(max_rate_hz=10)
    follower.put(job_event(4), before=3)
    assert follower.due_at <= 5.0
    follower.take(5.0)
    follower.put(job_event(5), before=4)
    assert follower.due_at == pytest.approx(5.1)


def test_a_part_of_what_is_due_leaves_the_rest_due_and_what_is_new_for_later() -> None:
    follower = fleet()
    follower.begin([repository_event(f"r{number}", 1) for number in range(3)])
    assert [pending.event.repository.id for pending in follower.take(7.0, most=2)] == ["r0", "r1"]
    follower.put(repository_event("r0", 2), before=1)
    follower.put(repository_event("r2", 2), before=1)
    assert follower.due_at < 7.0
    rest = follower.take(7.0, most=2)
    assert [(pending.event.repository.id, pending.event.revision) for pending in rest] == [("r2", 2)]
    assert follower.due_at == pytest.approx(7.1)


def test_after_its_end_it_shows_what_it_holds_and_takes_no_more() -> None:
    follower = subscriber()
    follower.put(job_event(4), before=3)
    follower.finish()
    follower.put(job_event(5), before=4)
    assert not follower.done
    assert shown(follower) == [(EventKind.CHANGE, 4, False)]
    assert follower.done


def test_a_cut_drops_what_it_holds_and_keeps_the_first_reason() -> None:
    follower = subscriber()
    follower.put(job_event(4), before=3)
    follower.cut(OSError("first"))
    follower.cut(OSError("second"))
    assert follower.done
    assert str(follower.error) == "first"
