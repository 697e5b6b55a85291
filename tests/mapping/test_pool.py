"""The pool of parser processes: what it survives, and that nothing of it is left."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from services.errors import CancelledJobError, ErrorCode, GraticuleError
from services.mapping.encoding import Record, decode_record
from services.mapping.pool import ParserPool
from services.mapping.records import FileRecord, FileSkipped, SkipReason
from tests.support.residue import wait_for_the_end_of

GIBIBYTE = 1 << 30
GOOD = ("good", "python", b"def hello(): pass\n")
ENDLESS = ("endless", "cpp", b"a<\n" * 200_000)
"""600 kB of unclosed templates: the parser's time grows with the square, far beyond any deadline."""


@pytest.fixture(scope="module")
def pool() -> Iterator[ParserPool]:
    pool = ParserPool(processes=2, file_deadline_seconds=1.5, memory_bytes=2 * GIBIBYTE)
    pool.start()
    yield pool
    pool.close()


def parse(pool: ParserPool, files: list[tuple[str, str, bytes]]) -> dict[str, Record]:
    found = pool.parse(files, cancelled=threading.Event())
    return {blob: decode_record(data) for blob, data in found}


def test_every_file_comes_back_once(pool: ParserPool) -> None:
    files = [(f"blob{number}", "python", b"x = 1\n" * 100) for number in range(300)]

    found = parse(pool, files)

    assert sorted(found) == sorted(blob for blob, _, _ in files)
    assert all(isinstance(record, FileRecord) for record in found.values())


def test_records_from_a_process_are_those_made_here(pool: ParserPool) -> None:
    from services.mapping.tags import extract  # noqa: PLC0415 - only this test reads in its own process

    assert parse(pool, [GOOD])["good"] == extract(GOOD[2], language="python")


def test_files_are_asked_for_only_as_fast_as_they_are_parsed(pool: ParserPool) -> None:
    asked = 0

    def files() -> Iterator[tuple[str, str, bytes]]:
        nonlocal asked
        for number in range(14):
            asked += 1
            yield f"blob{number}", "python", b"# a comment\n" * 25_000

    reading = pool.parse(files(), cancelled=threading.Event())
    next(reading)

    assert asked <= 6
    assert len(list(reading)) == 13


def test_a_file_that_takes_too_long_is_named_and_its_neighbours_are_read(pool: ParserPool) -> None:
    found = parse(pool, [GOOD, ENDLESS, ("other", "go", b"package a\n")])

    endless = found["endless"]
    assert isinstance(endless, FileSkipped)
    assert endless.reason is SkipReason.DEADLINE
    assert isinstance(found["good"], FileRecord)
    assert isinstance(found["other"], FileRecord)


def test_a_file_is_not_late_because_its_process_had_to_wait() -> None:
    patient = ParserPool(processes=1, file_deadline_seconds=1, memory_bytes=2 * GIBIBYTE)
    patient.start()
    try:
        worker = patient.run(os.getpid)
        os.kill(worker, signal.SIGSTOP)
        threading.Timer(2, os.kill, (worker, signal.SIGCONT)).start()
        assert isinstance(parse(patient, [GOOD])["good"], FileRecord)
    finally:
        patient.close()


def test_a_file_that_needs_too_much_memory_is_named_and_the_pool_goes_on() -> None:
    small = ParserPool(processes=1, file_deadline_seconds=30.0, memory_bytes=GIBIBYTE // 2)
    small.start()
    try:
        found = parse(small, [("greedy", "go", b"package a\nvar x = " + b"[]" * 1_500_000), GOOD])
    finally:
        small.close()

    greedy = found["greedy"]
    assert isinstance(greedy, FileSkipped)
    assert greedy.reason is SkipReason.PARSER_CRASHED
    assert isinstance(found["good"], FileRecord)


def test_a_cancelled_build_stops_at_once_and_the_pool_stays_usable(pool: ParserPool) -> None:
    cancelled = threading.Event()
    reading = pool.parse([ENDLESS, ENDLESS], cancelled=cancelled)
    threading.Timer(0.3, cancelled.set).start()
    started = time.monotonic()

    with pytest.raises(CancelledJobError):
        list(reading)

    assert time.monotonic() - started < 10
    assert isinstance(parse(pool, [GOOD])["good"], FileRecord)


def test_a_heavy_function_runs_elsewhere(pool: ParserPool) -> None:
    assert pool.run(os.getpid) != os.getpid()


def test_an_error_of_the_function_is_raised_here(pool: ParserPool) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        pool.run(int, "x")


def test_a_running_function_can_be_cancelled(pool: ParserPool) -> None:
    cancelled = threading.Event()
    threading.Timer(0.2, cancelled.set).start()

    with pytest.raises(CancelledJobError):
        pool.run(time.sleep, 60, cancelled=cancelled)


def test_a_function_that_kills_its_process_twice_is_a_lost_worker(pool: ParserPool) -> None:
    with pytest.raises(GraticuleError) as caught:
        pool.run(os._exit, 3)

    assert caught.value.code is ErrorCode.WORKER_LOST
    assert pool.run(abs, -1) == 1


def test_a_pool_whose_idle_processes_are_killed_from_outside_recovers() -> None:
    pool = ParserPool(processes=1, file_deadline_seconds=1.5, memory_bytes=2 * GIBIBYTE)
    pool.start()
    try:
        os.kill(pool.run(os.getpid), signal.SIGKILL)
        time.sleep(0.5)
        assert isinstance(parse(pool, [GOOD])["good"], FileRecord)
    finally:
        pool.close()


def test_a_closed_pool_refuses_work() -> None:
    pool = ParserPool(processes=1, file_deadline_seconds=1.5, memory_bytes=2 * GIBIBYTE)
    pool.start()
    worker = pool.run(os.getpid)
    pool.close()

    with pytest.raises(CancelledJobError):
        pool.run(abs, -1)
    assert not psutil.pid_exists(worker)


def test_no_process_outlives_a_parent_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        "import sys, time\n"
        "from services.mapping.pool import ParserPool\n"
        "if __name__ == '__main__':\n"
        "    pool = ParserPool(processes=2, file_deadline_seconds=9.0, memory_bytes=2 << 30)\n"
        "    pool.start()\n"
        "    print('ready', flush=True)\n"
        "    pool.run(time.sleep, 600)\n"
    )
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, env=environment) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"ready\n"
        left = psutil.Process(parent.pid).children(recursive=True)
        assert len(left) >= 2
        parent.kill()

    assert wait_for_the_end_of(left) == []


def test_who_starts_a_pool_is_let_go_when_it_is_closed_meanwhile() -> None:
    starting = ParserPool(processes=1, file_deadline_seconds=5, memory_bytes=2 * 1024**3)
    ended: list[type[BaseException]] = []

    def until_ended(work: Callable[[], object]) -> None:
        try:
            work()
        except CancelledJobError as error:
            ended.append(type(error))

    busy = threading.Thread(target=until_ended, args=(lambda: starting.run(time.sleep, 60),))
    waiting = threading.Thread(target=until_ended, args=(starting.start,))
    for thread in (busy, waiting):
        thread.start()
        time.sleep(0.1)
    starting.close()
    for thread in (busy, waiting):
        thread.join(timeout=10)
    assert ended == [CancelledJobError, CancelledJobError]


def test_a_task_that_no_process_had_the_memory_to_take_is_not_waited_for_for_ever() -> None:
    """A process that dies of it has taken it off the queue already, and says nothing while others work."""
    pool = ParserPool(processes=2, file_deadline_seconds=5, memory_bytes=GIBIBYTE, lost_seconds=2)
    pool.start()
    ended: list[Exception] = []

    def take_too_much() -> None:
        try:
            pool.run(len, b"#" * (GIBIBYTE // 2))
        except Exception as error:  # noqa: BLE001  which one is pebble's affair: so large a task may be cut off
            ended.append(error)

    threads = [threading.Thread(target=take_too_much) for _ in range(2)]
    try:
        for thread in threads:
            thread.start()
        assert len(parse(pool, [(f"b{number}", "python", GOOD[2] * 2000) for number in range(40)])) == 40
        for thread in threads:
            thread.join()
    finally:
        pool.close()
    assert len(ended) == 2


def fork_server() -> psutil.Process:
    """Give the process that makes all parsers of this one."""
    children = psutil.Process().children()
    return next(child for child in children if any("multiprocessing.forkserver" in part for part in child.cmdline()))


def test_a_pool_whose_fork_server_is_killed_while_it_starts_recovers(pool: ParserPool) -> None:
    assert pool.run(abs, -1) == 1
    starting = ParserPool(processes=1, file_deadline_seconds=5, memory_bytes=2 * GIBIBYTE)
    server = fork_server()
    server.suspend()
    killing = threading.Timer(1.0, server.kill)
    killing.start()
    try:
        assert isinstance(parse(starting, [GOOD])["good"], FileRecord)
    finally:
        killing.join()
        starting.close()


def test_a_pool_whose_fork_server_stands_still_gets_another_one() -> None:
    pool = ParserPool(processes=1, file_deadline_seconds=5, memory_bytes=2 * GIBIBYTE, lost_seconds=2)
    pool.start()
    stopped = fork_server()
    try:
        worker = pool.run(os.getpid)
        stopped.suspend()
        os.kill(worker, signal.SIGKILL)
        assert isinstance(parse(pool, [GOOD])["good"], FileRecord)
    finally:
        with suppress(psutil.NoSuchProcess):
            stopped.kill()
        pool.close()
