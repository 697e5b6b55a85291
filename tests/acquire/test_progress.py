"""git's stderr as progress: real counters, in order, whatever a server writes."""

import pytest

from services.acquire.progress import LineSplitter, Meter
from services.models import Phase, Progress

HONEST = (
    b"Cloning into bare repository 'x'...\nremote: Enumerating objects: 1706, done.\x1b[K\n"
    b"remote: Counting objects:  50% (853/1706)\rremote: Counting objects: 100% (1706/1706), done.\n"
    b"remote: Compressing objects: 100% (1300/1300), done.\n"
    b"Receiving objects:   0% (1/1706)\rReceiving objects:  64% (1092/1706), 1.50 MiB | 3.00 KiB/s\r"
    b"Receiving objects: 100% (1706/1706), 3.79 MiB | 9.50 MiB/s, done.\n"
    b"Resolving deltas:   0% (0/465)\rResolving deltas: 100% (465/465), done.\n"
)


def measured(stderr: bytes) -> list[Progress]:
    seen: list[Progress] = []
    meter, splitter = Meter(seen.append), LineSplitter()
    for line in [*splitter.feed(stderr), *splitter.finish()]:
        meter.line(line)
    return seen


def test_every_phase_of_git_is_reported_in_order() -> None:
    phases = dict.fromkeys(progress.phase for progress in measured(HONEST))
    assert list(phases) == [Phase.ENUMERATING, Phase.COUNTING, Phase.COMPRESSING, Phase.RECEIVING, Phase.INDEXING]


def test_receiving_has_objects_bytes_and_speed() -> None:
    assert Progress(Phase.RECEIVING, 1092, 1706, 1_572_864, 3072.0) in measured(HONEST)


def test_a_chunk_may_end_in_the_middle_of_a_line() -> None:
    splitter = LineSplitter()
    assert splitter.feed(b"Resolving del") == []
    assert splitter.feed(b"tas:   3% (1/3)\rx") == ["Resolving deltas:   3% (1/3)"]
    assert splitter.finish() == ["x"]


def test_a_line_without_an_end_takes_no_memory() -> None:
    splitter = LineSplitter()
    assert sum(len(line) for _ in range(100) for line in splitter.feed(b"x" * 4096)) < 100 * 4096 / 8
    assert len(splitter.finish()) <= 1


def test_phases_never_go_back() -> None:
    late = HONEST + b"remote: Counting objects: 100% (9/9), done.\nReceiving objects:  1% (1/1706)\n"
    assert measured(late) == measured(HONEST)


@pytest.mark.parametrize(
    "line",
    [
        b"remote: Resolving deltas: 100% (1/1)\n",
        b"remote: Receiving objects: 100% (1/1)\n",
        b"Writing objects: 100% (1/1)\n",
        b"remote: fatal: No space left on device\n",
        b"remote: Enumerating objects: " + b"9" * 400 + b"\n",
    ],
)
def test_a_server_cannot_move_our_own_phases(line: bytes) -> None:
    assert [progress.phase for progress in measured(line)] in ([], [Phase.ENUMERATING])


def test_absurd_numbers_are_bounded() -> None:
    seen = measured(b"remote: Counting objects: 1% (" + b"9" * 400 + b"/" + b"9" * 30 + b")\n")
    assert [(progress.current, progress.total) for progress in seen] == [(None, 2**31 - 1)]


def test_control_and_bidi_characters_never_survive_in_a_line() -> None:
    assert LineSplitter().feed("a\x1b[31mb\u202ec\x9bd\te\n".encode()) == ["a[31mbcde"]


def test_no_secret_survives_in_a_line() -> None:
    assert LineSplitter(["hush"]).feed(b"remote: hush, HUSH and h%75sh\n") == ["remote: \u2026, \u2026 and \u2026"]


def test_the_last_lines_that_are_no_progress_are_kept_but_not_the_servers() -> None:
    meter = Meter(lambda _: None)
    for line in ("remote: hello", "fatal: early EOF", "Resolving deltas: 100% (1/1)"):
        meter.line(line)
    assert list(meter.kept) == ["fatal: early EOF"]
