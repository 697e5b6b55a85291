"""A forge with real repositories, and the commands as a user starts them.

Starting a server or a parser takes seconds, so a test that only looks shares what another started.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.commands import heeding_signals
from tests.support.gitserver import GitServer, make_repository
from tests.support.serve_command import OPEN_TO_LOOPBACK, ServeCommand

COMMAND_SECONDS = 50

Start = Callable[..., subprocess.Popen[str]]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[GitServer]:
    with GitServer.start(tmp_path / "forge") as server:
        yield server


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a local checkout with a Python package of two modules that use each other."""
    path = tmp_path_factory.mktemp("local") / "checkout"
    make_repository(
        path,
        {
            "README.md": "# Orbit\n",
            "orbit/__init__.py": "from orbit.planet import Planet\n",
            "orbit/planet.py": "class Planet:\n    def mass(self) -> float:\n        return 1.0\n",
            "orbit/system.py": (
                "from orbit.planet import Planet\n\n\n"
                "def heaviest(planets: list[Planet]) -> Planet:\n    return max(planets, key=Planet.mass)\n"
            ),
            "logo.png": b"\x89PNG\0\0",
        },
        bare=False,
    )
    return path


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServeCommand]:
    """Give a server that no test of the module ends."""
    with ServeCommand(tmp_path_factory.mktemp("served")) as server:
        yield server


@pytest.fixture(scope="session")
def start(tmp_path_factory: pytest.TempPathFactory) -> Start:
    """Start `graticule …` as a user does, with folders of its own."""
    cache = tmp_path_factory.mktemp("cache")
    environment = {**os.environ, **OPEN_TO_LOOPBACK, "XDG_CACHE_HOME": str(cache), "COLUMNS": "200"}

    def graticule(*arguments: str, cwd: Path | None = None, **variables: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            heeding_signals(sys.executable, "-m", "schema", *arguments),
            env=environment | variables,
            cwd=cwd,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return graticule


@pytest.fixture(scope="session")
def run(start: Start) -> Run:
    """Run `graticule …` to its end, and give what it printed."""

    def graticule(*arguments: str, cwd: Path | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
        with start(*arguments, cwd=cwd, **variables) as process:
            try:
                output, errors = process.communicate(timeout=COMMAND_SECONDS)
            finally:
                process.kill()
        return subprocess.CompletedProcess(process.args, process.returncode, output, errors)

    return graticule
