"""Progress has real counters, and nothing where a number is not known."""

from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from schema.types.progress import Progress
from services import models
from services.models import Phase
from tests.support.asker import Asker
from tests.support.gitserver import GitServer, make_repository
from tests.support.subscriber import follow, session

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FOLLOW = """subscription F($id: ID!) { repositoryChanged(id: $id, follow: false, maxRateHz: 30) { repository {
  clone { state progress { phase fraction current total receivedBytes bytesPerSecond } }
  map { state progress { phase fraction current total } } } } }"""


def remaining(current: int | None, total: int | None, *, seconds: float, phase: Phase = Phase.PARSING) -> float | None:
    record = models.PhaseRecord(Phase.PARSING, started_at=NOW - timedelta(seconds=seconds))
    shown = Progress.of(models.Progress(phase, current=current, total=total), phases=(record,), now=NOW)
    return shown.seconds_remaining


def test_the_time_that_remains_extends_the_phases_own_rate() -> None:
    assert remaining(25, 100, seconds=5) == 15.0
    assert remaining(100, 100, seconds=5) == 0.0


@pytest.mark.parametrize(("current", "total", "seconds"), [(25, None, 5), (None, 100, 5), (2, 100, 5), (25, 100, 1.9)])
def test_the_time_that_remains_is_not_guessed(current: int | None, total: int | None, seconds: float) -> None:
    assert remaining(current, total, seconds=seconds) is None


def test_the_time_of_another_phase_says_nothing() -> None:
    assert remaining(25, 100, seconds=5, phase=Phase.LINKING) is None


def test_an_unknown_total_has_no_fraction() -> None:
    shown = Progress.of(models.Progress(Phase.RECEIVING, current=5), phases=(), now=NOW)
    assert (shown.fraction, shown.current, shown.total) == (None, 5, None)


@pytest.mark.anyio
async def test_a_slow_clone_shows_gits_own_counters_and_then_the_maps(
    server_url: str, ask: Asker, forge: GitServer
) -> None:
    noise = Random(7)  # noqa: S311  # bytes that do not compress, the same every time
    files = {f"m{i}.py": f"def f{i}():\n    return '{noise.randbytes(2000).hex()}'\n" for i in range(60)}
    make_repository(forge.root / "ada/slow.git", files)
    forge.knobs.bytes_per_second = 100_000
    try:
        repository_id = ask.clone(forge.url("ada/slow.git"))["repository"]["id"]
        events: list[dict[str, Any]] = []
        async with session(server_url) as opened, aclosing(follow(opened, FOLLOW, id=repository_id)) as stream:
            events.extend([event["repository"] async for event in stream])
    finally:
        forge.knobs.bytes_per_second = None
    received = [event["clone"]["progress"] for event in events if _phase(event["clone"]) == "RECEIVING"]
    assert len(received) > 1
    assert all(0 <= progress["current"] <= progress["total"] for progress in received if progress["total"])
    assert any(int(progress["receivedBytes"] or 0) > 10_000 for progress in received)
    assert all(event["map"]["progress"] is None for event in events if _phase(event["clone"]))
    assert events[-1]["clone"] == {"state": "READY", "progress": None}
    assert events[-1]["map"] == {"state": "READY", "progress": None}


def _phase(status: dict[str, Any]) -> str | None:
    progress: dict[str, str] | None = status["progress"]
    return progress["phase"] if progress else None
