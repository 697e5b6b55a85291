"""Tags by content: shared by threads and processes, and never worth a failure of its own."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from services.store.tagcache import TagCache
from tests.support.small_disk import file_limit


def put_some(path: Path, start: int) -> None:
    cache = TagCache(path)
    for number in range(start, start + 20):
        cache.put_many([(f"{number}:go", b"%d" % number)], engine_version="e1")
    cache.close()


def test_records_come_back_for_the_engine_that_made_them(tmp_path: Path) -> None:
    cache = TagCache(tmp_path / "new" / "tags.sqlite3")
    cache.put_many([("a:go", b"1"), ("b:go", b"2")], engine_version="e1")
    cache.put_many([("a:go", b"3")], engine_version="e2")
    assert cache.get_many(["a:go", "b:go", "c:go"], engine_version="e1") == {"a:go": b"1", "b:go": b"2"}
    assert cache.get_many(["a:go", "b:go"], engine_version="e2") == {"a:go": b"3"}
    cache.close()


def test_nothing_asked_is_nothing_answered(tmp_path: Path) -> None:
    cache = TagCache(tmp_path / "tags.sqlite3")
    cache.put_many([], engine_version="e1")
    assert cache.get_many([], engine_version="e1") == {}
    cache.close()


def test_twenty_thousand_records_are_asked_for_at_once(tmp_path: Path) -> None:
    cache = TagCache(tmp_path / "tags.sqlite3")
    records = [(f"{number:040x}:python", b"x" * 50) for number in range(20_000)]
    cache.put_many(records, engine_version="e1")
    assert cache.get_many([key for key, _ in records], engine_version="e1") == dict(records)
    cache.close()


def test_threads_share_one_cache(tmp_path: Path) -> None:
    cache = TagCache(tmp_path / "tags.sqlite3")

    def work(number: int) -> dict[str, bytes]:
        cache.put_many([(f"{number}:go", b"%d" % number)], engine_version="e1")
        return cache.get_many([f"{number}:go"], engine_version="e1")

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(work, range(40)))
    assert found == [{f"{number}:go": b"%d" % number} for number in range(40)]
    cache.close()


@pytest.mark.timeout(60)
def test_processes_share_one_file(tmp_path: Path) -> None:
    path = tmp_path / "tags.sqlite3"
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=put_some, args=(path, start)) for start in (0, 20)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    cache = TagCache(path)
    assert len(cache.get_many([f"{number}:go" for number in range(40)], engine_version="e1")) == 40
    cache.close()


def test_what_finds_no_room_is_not_kept_and_nobody_has_to_know(tmp_path: Path) -> None:
    cache = TagCache(tmp_path / "tags.sqlite3")
    cache.put_many([("a:go", b"1")], engine_version="e1")
    with file_limit(200_000):
        cache.put_many([("b:go", b"x" * 500_000)], engine_version="e1")
    cache.put_many([("c:go", b"2")], engine_version="e1")
    assert cache.get_many(["a:go", "b:go", "c:go"], engine_version="e1") == {"a:go": b"1"}
    cache.close()


def test_a_cache_that_gives_way_leaves_the_disk_and_goes_on_answering(tmp_path: Path) -> None:
    cache = TagCache(tmp_path / "tags.sqlite3")
    cache.put_many([("a:go", b"x" * 500_000)], engine_version="e1")
    cache.give_way()
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 100_000
    cache.put_many([("a:go", b"1")], engine_version="e1")
    assert cache.get_many(["a:go"], engine_version="e1") == {}
    cache.close()


def test_a_damaged_file_is_thrown_away(tmp_path: Path) -> None:
    path = tmp_path / "tags.sqlite3"
    path.write_bytes(b"this is no database" * 500)
    cache = TagCache(path)
    cache.put_many([("a:go", b"1")], engine_version="e1")
    assert cache.get_many(["a:go"], engine_version="e1") == {"a:go": b"1"}
    cache.close()


def test_a_file_that_is_damaged_under_a_server_costs_nothing_but_its_records(tmp_path: Path) -> None:
    path = tmp_path / "tags.sqlite3"
    cache = TagCache(path)
    cache.put_many([(f"{number}:go", b"x" * 5000) for number in range(40)], engine_version="e1")
    other = TagCache(path)  # its closing carries the log into the file
    cache.close()
    other.close()
    damaged = TagCache(path)
    with path.open("r+b") as file:
        file.write(b"\xff" * 40_000)
    assert damaged.get_many(["a:go"], engine_version="e1") == {}
    damaged.put_many([("a:go", b"1")], engine_version="e1")
    damaged.close()
    again = TagCache(path)
    again.put_many([("a:go", b"1")], engine_version="e1")
    assert again.get_many(["a:go"], engine_version="e1") == {"a:go": b"1"}
    again.close()


def test_who_comes_after_the_end_gets_nothing_and_takes_nothing_away(tmp_path: Path) -> None:
    cache = TagCache(tmp_path / "tags.sqlite3")
    cache.put_many([("a:go", b"1")], engine_version="e1")
    cache.close()
    assert cache.get_many(["a:go"], engine_version="e1") == {}
    cache.put_many([("b:go", b"2")], engine_version="e1")
    later = TagCache(tmp_path / "tags.sqlite3")
    assert later.get_many(["a:go", "b:go"], engine_version="e1") == {"a:go": b"1"}
    later.close()
