"""What two processes share without a pipe."""

import multiprocessing
from pathlib import Path

import pytest

from services.mapping.handover import MemoryFile, Place, Records, view, write


def _turn(records: tuple[Place, list[int]], result: Place) -> None:
    pieces = Records(*records)
    write(result, b"".join(pieces[number] for number in reversed(range(len(records[1])))))
    pieces.clear()


def test_another_process_reads_what_was_appended_and_writes_an_answer() -> None:
    with MemoryFile() as records, MemoryFile() as result:
        for piece in (b"one", b"", b"three"):
            records.append(piece)
        records.flush()
        process = multiprocessing.get_context("spawn").Process(
            target=_turn, args=((records.place, [3, 0, 5]), result.place)
        )
        process.start()
        process.join()
        assert result.read() == b"threeone"


def test_a_second_answer_replaces_a_longer_first_one() -> None:
    with MemoryFile() as file:
        write(file.place, b"a long answer")
        write(file.place, b"short")
        assert file.read() == b"short"


def test_an_empty_file_is_an_empty_view() -> None:
    with MemoryFile() as file:
        assert bytes(view(file.place)) == b""


def test_a_file_that_took_the_number_of_a_closed_one_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_bytes(b"precious")
    with MemoryFile() as file:
        place = file.place
    with other.open("r+b") as taken:
        stolen = Place(f"{place.path.rpartition('/')[0]}/{taken.fileno()}", place.inode)
        with pytest.raises(FileNotFoundError):
            write(stolen, b"x")
    assert other.read_bytes() == b"precious"
