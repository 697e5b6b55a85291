"""A disk with nothing left on it: every job still ends in a row, and removing still makes room."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.asker import Asker
from tests.support.gitserver import GitServer, make_repository
from tests.support.serve_command import ServeCommand
from tests.support.small_disk import MEBIBYTE, small_disk

CANCEL = """mutation Cancel($id: ID!) {
  cancelJob(input: {jobId: $id}) { job { state } errors { ... on Error { code } } }
}"""
REMOVE = """mutation Remove($id: ID!) {
  removeRepository(input: {repositoryId: $id}) { job { id } errors { ... on Error { code } } }
}"""
WAIT_SECONDS = 40
pytestmark = pytest.mark.timeout(120)  # a server starts in 2 s, and in 10 s where others are at work
CLASSES = "".join(f"class C{number}: ...\n" for number in range(1000))
LARGE = {f"m{number}.py": f"# {number}\n{CLASSES}" for number in range(60)}
"""A clone of 30 kB, tags of 2.8 MB, a map of 6 MB."""


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[GitServer]:
    with GitServer.start(tmp_path / "forge") as server:
        make_repository(server.root / "acme/small.git", {"code.py": "def f(): ...\n"})
        make_repository(server.root / "acme/large.git", LARGE)
        yield server


def wait_for_failure(ask: Asker, job_id: str) -> None:
    """Wait until the row says that an attempt failed for want of room."""
    deadline = time.monotonic() + WAIT_SECONDS
    error = None
    while error is None and time.monotonic() < deadline:
        error = ask("query ($id: ID!) { job(id: $id) { error { code } } }", id=job_id)["job"]["error"]
    assert error == {"code": "DISK_FULL"}


def remove(ask: Asker, repository_id: str) -> None:
    removal = ask(REMOVE, id=repository_id)["removeRepository"]
    assert removal["errors"] == []
    assert ask.ended(removal["job"]["id"])["state"] == "SUCCEEDED"


def logged(server: ServeCommand) -> set[tuple[str, str]]:
    """Give what the log says, with its level."""
    lines = [json.loads(line) for line in server.log if line.startswith("{")]
    return {(line["level"], line["event"]) for line in lines}


def complaints(server: ServeCommand) -> set[str]:
    return {event for level, event in logged(server) if level in {"warning", "error"}}


def test_a_map_that_does_not_fit_ends_in_the_row_and_its_repository_can_be_removed(
    forge: GitServer, tmp_path: Path
) -> None:
    with small_disk(tmp_path / "disk", size_bytes=5 * MEBIBYTE) as disk:
        with disk.serve({"GRATICULE_JOB_TRIES": "2"}) as server:
            ask = server.ask()
            asked = ask.clone(forge.url("acme/large.git"))
            ended = ask.ended(asked["job"]["id"])
            assert (ended["state"], ended["attempt"], ended["error"]["code"]) == ("FAILED", 2, "DISK_FULL")
            assert list(disk.path("data/staging").iterdir()) == []
            remove(ask, asked["repository"]["id"])
            ask.map(forge.url("acme/small.git"))
        assert complaints(server) <= {"the tag cache keeps nothing for a while"}


def test_on_a_disk_that_another_program_filled_cancelling_and_removing_work(forge: GitServer, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", size_bytes=16 * MEBIBYTE) as disk, disk.serve() as server:
        ask = server.ask()
        mapped = ask.map(forge.url("acme/small.git"))
        filler = disk.fill()
        asked = ask.clone(forge.url("acme/large.git"))
        wait_for_failure(ask, asked["job"]["id"])
        assert ask(CANCEL, id=asked["job"]["id"])["cancelJob"] == {"job": {"state": "CANCELLED"}, "errors": []}
        disk.fill("more")
        remove(ask, mapped)
        filler.unlink()
        ask.map(forge.url("acme/small.git"))
    assert "error" not in {level for level, _ in logged(server)}


def test_a_server_starts_on_a_full_disk_with_the_reserve_of_the_one_before(forge: GitServer, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", size_bytes=16 * MEBIBYTE) as disk:
        with disk.serve() as first:
            mapped = first.ask().map(forge.url("acme/small.git"))
        disk.fill()
        with disk.serve() as second:
            remove(second.ask(), mapped)
            assert not disk.path("data/reserve").exists()


def test_on_a_full_disk_a_clone_that_nobody_uses_gives_way_to_the_next(forge: GitServer, tmp_path: Path) -> None:
    for name, size in (("first", 4), ("second", 1)):
        files: dict[str, bytes | str] = {"noise.bin": os.urandom(size * MEBIBYTE), "code.py": f"def {name}(): ...\n"}
        make_repository(forge.root / f"acme/{name}.git", files)
    states = "query ($id: ID!) { repository(id: $id) { clone { state } map { state } } }"
    with small_disk(tmp_path / "disk", size_bytes=16 * MEBIBYTE) as disk, disk.serve() as server:
        ask = server.ask()
        first = ask.map(forge.url("acme/first.git"))
        disk.fill()
        ask.map(forge.url("acme/second.git"))
        clone = "EVICTED" if disk.keeper else "READY"
        assert ask(states, id=first)["repository"] == {"clone": {"state": clone}, "map": {"state": "READY"}}
        assert list(disk.path("data/staging").iterdir()) == []
    assert "error" not in {level for level, _ in logged(server)}
