"""What two processes share without a pipe."""

import multiprocessing
import os
import socket
import struct
import threading
import time
from collections.abc import Iterator

import pytest

from services.mapping.handover import Lender, Place, Records, _counter, borrow_from, view, write
from services.mapping.pool import ParserPool
from services.settings import GIBIBYTE


@pytest.fixture
def lender() -> Iterator[Lender]:
    made = Lender()
    borrow_from(made.counter)
    yield made
    made.close()


def _shut_mine() -> None:
    """Do in a parser what a grammar that was taken over could do."""
    _counter.get().shutdown(socket.SHUT_RDWR)


def _turn(counter: socket.socket, records: tuple[Place, list[int]], result: Place) -> None:
    borrow_from(counter)
    pieces = Records(*records)
    write(result, b"".join(pieces[number] for number in reversed(range(len(records[1])))))
    pieces.clear()


def test_another_process_reads_what_was_appended_and_writes_an_answer(lender: Lender) -> None:
    with lender.file() as records, lender.file() as result:
        for piece in (b"one", b"", b"three"):
            records.append(piece)
        records.flush()
        process = multiprocessing.get_context("spawn").Process(
            target=_turn, args=(lender.counter, (records.place, [3, 0, 5]), result.place)
        )
        process.start()
        process.join()
        assert result.read() == b"threeone"


def test_a_second_answer_replaces_a_longer_first_one(lender: Lender) -> None:
    with lender.file() as file:
        write(file.place, b"a long answer")
        write(file.place, b"short")
        assert file.read() == b"short"


def test_an_empty_file_is_an_empty_view(lender: Lender) -> None:
    with lender.file() as file:
        assert bytes(view(file.place)) == b""


def test_nothing_is_lent_but_what_was_made_for_it(lender: Lender) -> None:
    with lender.file() as file:
        closed = file.place
    with lender.file() as other:
        number, inode = other.number, os.fstat(other.number).st_ino
        guessed = struct.pack("=QQ", number, inode)
        for key in (closed.key, guessed, other.place.key[:-1], other.place.key + b"x", b"-", bytes(16)):
            with pytest.raises(FileNotFoundError):
                view(Place(key))


@pytest.mark.parametrize("question", [b"", b"x", bytes(16), bytes(99)])
def test_whoever_asks_nonsense_is_hung_up_on_and_others_are_served(lender: Lender, question: bytes) -> None:
    with open("/dev/null", "rb") as no_socket:  # noqa: PTH123
        socket.send_fds(lender.counter, [question or b"-"], [no_socket.fileno()])
    lender.counter.send(question)
    with lender.file() as file:
        write(file.place, b"served")
        assert file.read() == b"served"


def test_a_process_that_shuts_the_counter_costs_no_processor_time(lender: Lender) -> None:
    before = threading.active_count() - 1
    lender.counter.shutdown(socket.SHUT_RDWR)
    began = time.process_time()
    while time.process_time() - began < 0.5 and threading.active_count() > before:
        time.sleep(0.01)
    assert threading.active_count() == before, "the thread that answers goes on and on"


def test_a_process_that_shuts_the_counter_ends_no_work_but_its_own() -> None:
    pool = ParserPool(processes=1, file_deadline_seconds=20, memory_bytes=4 * GIBIBYTE, confined=False)
    try:
        pool.run(_shut_mine)
        with pool.file() as file:
            pool.run(write, file.place, b"after all")
            assert file.read() == b"after all"
    finally:
        pool.close()
