"""Reading a clone: its files in order, and content by object id."""

import os
import threading
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

import psutil
import pytest

from services.acquire.git import GitLimits
from services.acquire.objects import list_tree, read_blob, read_blobs
from services.errors import AcquireError, CancelledJobError, ErrorCode, NotFoundError
from services.mapping.languages import skip_before_reading
from services.mapping.records import SkipReason, SourceEntry
from tests.support.gitrepo import make_repository, run_git

pytestmark = pytest.mark.anyio

NO_OBJECT = "f" * 40


def repository(
    path: Path, files: Mapping[str, bytes | str], modes: Mapping[str, int] | None = None
) -> tuple[Path, str]:
    return path / "r.git", make_repository(path / "r.git", files, modes=modes)


async def test_files_are_listed_in_gits_order_with_mode_and_size(tmp_path: Path) -> None:
    files = {"b.py": "x\n", "a/z.sh": "#!/bin/sh\n", "link": "b.py", "module": "1" * 40, "a.txt": ""}
    modes = {"a/z.sh": 0o100755, "link": 0o120000, "module": 0o160000}
    entries = await list_tree(*repository(tmp_path, files, modes), max_entries=10)
    assert [(entry.path, entry.size_bytes, entry.mode) for entry in entries] == [
        ("a.txt", 0, 0o100644),
        ("a/z.sh", 10, 0o100755),
        ("b.py", 2, 0o100644),
        ("link", 4, 0o120000),
        ("module", 0, 0o160000),
    ]


async def test_names_that_are_no_text_keep_their_bytes(tmp_path: Path) -> None:
    hostile = os.fsdecode(b'\xff\xfe "quoted"\t\n\x1b[31m.py')
    (entry,) = await list_tree(*repository(tmp_path, {hostile: "x"}), max_entries=10)
    assert entry.path == hostile


async def test_a_tree_that_is_too_large_is_refused(tmp_path: Path) -> None:
    clone, commit = repository(tmp_path, {f"{number}": "x" for number in range(11)})
    assert len(await list_tree(clone, commit, max_entries=11)) == 11
    with pytest.raises(AcquireError) as failed:
        await list_tree(clone, commit, max_entries=10)
    assert failed.value.code is ErrorCode.TREE_TOO_LARGE


async def test_paths_beyond_4096_bytes_are_counted_and_listed_as_too_long(tmp_path: Path) -> None:
    longest, deep = "e" * 4096, "/".join(["d" * 200] * 500)
    entries = await list_tree(*repository(tmp_path, {f"{deep}/a": "x", f"{deep}/b": "x", longest: "y"}), max_entries=3)
    cut = [f"{deep[:1024]}…{sha256(f'{deep}/{name}'.encode()).hexdigest()}" for name in "ab"]
    assert [entry.path for entry in entries] == [*cut, longest]
    skipped = skip_before_reading(SourceEntry(cut[0], entries[0].blob, 1, 0o100644), max_bytes=9)
    assert skipped is not None
    assert skipped.reason is SkipReason.PATH_TOO_LONG


async def test_a_commit_that_is_not_here_is_not_found(tmp_path: Path) -> None:
    clone, _ = repository(tmp_path, {"a": "x"})
    for commit in (NO_OBJECT, "HEAD", "--help"):
        with pytest.raises(NotFoundError):
            await list_tree(clone, commit, max_entries=10)


async def test_a_tree_whose_object_is_missing_is_corrupt(tmp_path: Path) -> None:
    clone, commit = repository(tmp_path, {"a.py": "A = 1\n"})
    blob = run_git("-C", str(clone), "rev-parse", f"{commit}:a.py")
    (clone / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(AcquireError) as failed:
        await list_tree(clone, commit, max_entries=10)
    assert failed.value.code is ErrorCode.CORRUPT_OBJECTS


async def test_blobs_come_in_the_order_in_which_they_were_asked_for(tmp_path: Path) -> None:
    files = {f"{number:04}": b"\0\n%d" % number * (number % 50) for number in range(1500)} | {"big": b"z" * 3_000_000}
    clone, commit = repository(tmp_path, files)
    entries = await list_tree(clone, commit, max_entries=10_000)
    wanted = [entry.blob for entry in reversed(entries)] + [entries[0].blob] * 3
    assert list(read_blobs(clone, wanted)) == [files[entry.path] for entry in reversed(entries)] + [files["0000"]] * 3


def children() -> set[int]:
    return {child.pid for child in psutil.Process().children()}


def long_reading(
    path: Path, limits: GitLimits, cancelled: threading.Event | None = None
) -> tuple[Iterator[bytes], psutil.Process]:
    """Begin to read more than all pipes hold, and give the reading with the git that it reads from."""
    clone, commit = repository(path, {"big": os.urandom(500_000)})
    blob = run_git("-C", str(clone), "rev-parse", f"{commit}:big")
    before = children()
    reading = read_blobs(clone, [blob] * 8, limits=limits, cancelled=cancelled)
    next(reading)
    [pid] = children() - before
    return reading, psutil.Process(pid)


async def test_a_reader_that_is_abandoned_leaves_no_process(tmp_path: Path) -> None:
    clone, commit = repository(tmp_path, {f"{number}": "x" * 9999 for number in range(600)})
    blobs = [entry.blob for entry in await list_tree(clone, commit, max_entries=1000)]
    before = children()
    reading = read_blobs(clone, blobs)
    next(reading)
    assert len(children() - before) == 1
    reading.close()  # type: ignore[attr-defined]
    assert children() == before


async def test_a_reader_whose_git_is_ended_says_so_and_blames_nobody(tmp_path: Path) -> None:
    reading, git = long_reading(tmp_path, GitLimits())
    git.kill()
    with pytest.raises(AcquireError) as failed:
        list(reading)
    assert failed.value.code is ErrorCode.WORKER_LOST
    assert failed.value.retryable


async def test_a_reader_whose_git_stands_still_is_given_up(tmp_path: Path) -> None:
    reading, git = long_reading(tmp_path, GitLimits(stall_seconds=1))
    git.suspend()
    with pytest.raises(AcquireError) as failed:
        list(reading)
    assert failed.value.code is ErrorCode.STALLED
    assert not git.is_running()


async def test_a_reader_whose_git_stands_still_hears_that_it_is_cancelled(tmp_path: Path) -> None:
    cancelled = threading.Event()
    reading, git = long_reading(tmp_path, GitLimits(), cancelled)
    git.suspend()
    cancelled.set()
    with pytest.raises(CancelledJobError):
        list(reading)
    assert not git.is_running()


async def test_an_object_that_is_missing_or_no_file_is_an_error(tmp_path: Path) -> None:
    clone, commit = repository(tmp_path, {"a": "x"})
    for blob in (NO_OBJECT, commit):
        with pytest.raises(AcquireError) as failed:
            list(read_blobs(clone, [blob]))
        assert failed.value.code is ErrorCode.CORRUPT_OBJECTS
    with pytest.raises(NotFoundError):
        list(read_blobs(clone, [f"{commit}\n{commit}"]))


async def test_one_blob_is_refused_before_it_is_read_when_it_is_too_large(tmp_path: Path) -> None:
    clone, commit = repository(tmp_path, {"a": "hello"})
    (entry,) = await list_tree(clone, commit, max_entries=1)
    assert await read_blob(clone, entry.blob, max_bytes=5) == b"hello"
    with pytest.raises(AcquireError) as failed:
        await read_blob(clone, entry.blob, max_bytes=4)
    assert failed.value.code is ErrorCode.TOO_LARGE


async def test_one_blob_that_is_not_here_is_not_found(tmp_path: Path) -> None:
    clone, _ = repository(tmp_path, {"a": "hello"})
    for blob in (NO_OBJECT, "../../etc/passwd", ""):
        with pytest.raises(NotFoundError):
            await read_blob(clone, blob, max_bytes=100)
    with pytest.raises(AcquireError):
        await read_blob(tmp_path / "no-clone", NO_OBJECT, max_bytes=100)
