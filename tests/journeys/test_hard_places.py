"""Commands where little works: no cache, no letters, no room, and no time to say goodbye."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.commands import heeding_signals
from tests.support.gitrepo import make_repository

HOLD = """
import threading
from schema.cli.scratch import scratch_folder
with scratch_folder("held-") as folder:
    print(folder, flush=True)
    threading.Event().wait()
"""


@pytest.fixture(scope="module")
def umlaut(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("umlaut")
    make_repository(path, {"a.py": "def f\u00fcr(): ...\n"}, bare=False)
    return path


def graticule_map(path: Path, output: int = subprocess.PIPE, **variables: str) -> subprocess.CompletedProcess[str]:
    """Map a folder with a cache folder that cannot be."""
    environment = {**os.environ, "XDG_CACHE_HOME": "/dev/null/cache", "GRATICULE_PARSER_PROCESSES": "1", **variables}
    command = [sys.executable, "-m", "schema", "map", str(path)]
    return subprocess.run(
        command, env=environment, stdout=output, stderr=subprocess.PIPE, text=True, timeout=50, check=False
    )


def test_a_map_needs_neither_a_cache_nor_a_terminal_that_knows_its_letters(umlaut: Path) -> None:
    done = graticule_map(umlaut, PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert "def f\\xfcr()" in done.stdout


def test_no_room_for_the_map_is_one_line(umlaut: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = graticule_map(umlaut, full.fileno())
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("error: The system refused: [Errno 28]")


@pytest.mark.parametrize("command", [["--help"], ["map", "--help"], ["token", "list"], ["token", "list", "--json"]])
def test_no_room_for_what_a_command_prints_is_one_line(command: list[str], tmp_path: Path) -> None:
    environment = {**os.environ, "GRATICULE_DATA_DIR": str(tmp_path)}
    create = [sys.executable, "-m", "schema", "token", "create", "ada"]
    subprocess.run(create, env=environment, capture_output=True, check=True)
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "schema", *command],
            env=environment,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith("error: The system refused: [Errno 28]")
    assert done.stderr.count("\n") == 1


def test_a_command_that_can_say_nothing_still_fails(umlaut: Path) -> None:
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "schema", "map", str(umlaut)]
        done = subprocess.run(command, stdout=full, stderr=full, timeout=50, check=False)
    assert done.returncode == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_command_that_is_ended_takes_its_folder_along(number: signal.Signals) -> None:
    with subprocess.Popen(
        heeding_signals(sys.executable, "-c", HOLD), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as held:
        assert held.stdout is not None
        folder = Path(held.stdout.readline().strip())
        assert folder.is_dir()
        held.send_signal(number)
        held.wait(timeout=10)
    assert not folder.exists()


def test_an_interrupt_while_the_commands_are_loaded_needs_no_words() -> None:
    program = "import sys, signal, schema.__main__ as entry\nclass Late:\n    def find_spec(self, name, *_):\n"
    program += "        if name == 'schema.cli':\n            signal.raise_signal(signal.SIGINT)\n"
    program += "sys.meta_path.insert(0, Late())\nentry.main()\n"
    command = heeding_signals(sys.executable, "-c", program)
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stderr) == (130, "")
