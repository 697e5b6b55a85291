"""The commands that ask a server, against a real one: data in a pipe, words for people, and a code for scripts."""

import json
import os
import signal
import sys
from collections.abc import Iterator
from functools import partial

import pytest

from tests.journeys.conftest import Run, Start
from tests.support.gitserver import GitServer, commit_files, make_repository
from tests.support.serve_command import ServeCommand
from tests.support.terminal import on_terminal

NOISE = {f"m{number}.py": f"def f{number}(): ...\n# {os.urandom(900).hex()}\n" for number in range(200)}
"""A pack of some 200 kB."""

pytestmark = pytest.mark.timeout(150)  # a command starts in 1 s, and in 10 s where others are at work


@pytest.fixture(scope="module")
def forge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitServer]:
    with GitServer.start(tmp_path_factory.mktemp("forge")) as server:
        make_repository(server.root / "ada/engine.git", {"engine.py": "def compute(): ...\n"})
        make_repository(server.root / "ada/slow.git", NOISE)
        yield server


@pytest.fixture(scope="module")
def ask(run: Run, serve: ServeCommand) -> Run:
    return partial(run, GRATICULE_SERVER=serve.url)


@pytest.fixture(scope="module")
def engine(ask: Run, forge: GitServer) -> str:
    """Give the name of a repository that `graticule clone` has brought in."""
    done = ask("clone", forge.url("ada/engine.git"))
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert "Saving" in done.stderr
    assert "/r/" in done.stderr.splitlines()[-1]
    return "ada/engine"


def test_a_list_in_a_pipe_is_a_line_with_tabs_for_each_repository(ask: Run, engine: str) -> None:
    (line,) = ask("list", engine).stdout.splitlines()
    name, state, commit, _, size, url = line.split("\t")
    assert (name.endswith(engine), state, len(commit), int(size) > 0) == (True, "ready", 40, True)
    assert url.endswith("/ada/engine.git")


def test_a_list_as_json_is_what_the_contract_says(ask: Run, engine: str) -> None:
    (one,) = map(json.loads, ask("list", engine, "--json", "--sort", "name", "--limit", "5").stdout.splitlines())
    assert (one["clone"]["state"], one["map"]["state"]) == ("READY", "READY")
    assert one["freshness"]["stale"] is False


def test_a_list_on_a_terminal_is_a_table_that_fits_it(serve: ServeCommand, engine: str) -> None:
    environment = {**os.environ, "GRATICULE_SERVER": serve.url}
    code, shown = on_terminal([sys.executable, "-m", "schema", "list", engine], environment=environment)
    assert code == 0
    head, *rows = shown.splitlines()
    assert head.split() == ["repository", "state", "commit", "mapped", "size"]
    assert "ada/engine" in "".join(rows)
    assert max(map(len, shown.splitlines())) <= 80


def test_a_refresh_by_the_end_of_a_name_is_drawn_on_a_terminal(serve: ServeCommand, engine: str) -> None:
    environment = {**os.environ, "GRATICULE_SERVER": serve.url}
    command = [sys.executable, "-m", "schema", "refresh", "engine"]
    code, shown = on_terminal(command, environment=environment)
    assert code == 0, shown
    assert f"{engine}\n" in shown
    assert "✓  Resolving" in shown
    assert "Ready: http://" in shown


def test_a_clone_that_is_not_waited_for_prints_the_job_that_watch_and_cancel_take(ask: Run, forge: GitServer) -> None:
    forge.knobs.bytes_per_second = 10_000
    try:
        job = ask("clone", forge.url("ada/slow.git"), "--no-wait").stdout.strip()
        assert "Being cancelled: 1 job." in ask("cancel", job).stderr
        watched = ask("watch", job, "--json")
        assert [json.loads(line)["state"] for line in watched.stdout.splitlines()][-1] == "CANCELLED"
        assert (watched.returncode, "[CANCELLED]" in watched.stderr) == (3, True)
    finally:
        forge.knobs.bytes_per_second = None


def test_who_stops_to_watch_is_told_that_the_work_goes_on(start: Start, serve: ServeCommand, forge: GitServer) -> None:
    forge.knobs.bytes_per_second = 10_000
    try:
        with start("clone", forge.url("ada/slow.git"), GRATICULE_SERVER=serve.url) as process:
            assert process.stderr is not None
            seen = ""
            while "Receiving" not in seen:
                seen += process.stderr.readline()
            process.send_signal(signal.SIGINT)
            seen += process.stderr.read()
        assert process.returncode == 130
        assert "It goes on; to end it: graticule cancel " in seen
        assert "Traceback" not in seen
    finally:
        forge.knobs.bytes_per_second = None
        serve.ask()("mutation ($id: ID!) { cancelJob(input: {jobId: $id}) { job { id } } }", id=seen.split()[-1])


def test_a_clone_that_fails_says_why_and_ends_with_its_own_code(ask: Run, forge: GitServer) -> None:
    done = ask("clone", forge.url("ada/nothing.git"))
    assert (done.returncode, done.stdout) == (3, "")
    assert "[NOT_FOUND_OR_PRIVATE]" in done.stderr


def test_a_name_that_may_be_several_is_not_guessed(ask: Run, forge: GitServer, engine: str) -> None:
    commit_files(forge.root / "ada/engine.git", {"other.py": "def other(): ...\n"})
    make_repository(forge.root / "bob/engine.git", {"engine.py": "def compute(): ...\n"})
    assert ask("clone", forge.url("bob/engine.git")).returncode == 0
    several = ask("refresh", "engine")
    assert (several.returncode, f"{engine}, " in several.stderr) == (3, True)
    removed = ask("rm", "bob/engine", "--json")
    assert json.loads(removed.stdout.splitlines()[-1])["state"] == "SUCCEEDED"
    unknown = ask("watch", "engine-of-nobody")
    assert (unknown.returncode, "graticule list" in unknown.stderr) == (1, True)


def test_a_server_of_another_kind_is_told_apart(run: Run, forge: GitServer) -> None:
    done = run("list", "--server", forge.url("").rstrip("/"))
    assert (done.returncode, "is no Graticule server" in done.stderr) == (4, True)
