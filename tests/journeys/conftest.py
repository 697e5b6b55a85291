"""A forge with real repositories, and the commands as a user starts them."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.gitserver import GitServer, make_repository
from tests.support.serve_command import OPEN_TO_LOOPBACK, ServeCommand

COMMAND_SECONDS = 50

Start = Callable[..., subprocess.Popen[str]]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[GitServer]:
    with GitServer.start(tmp_path / "forge") as server:
        yield server


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Give a local checkout with a Python package of two modules that use each other."""
    path = tmp_path / "checkout"
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


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[ServeCommand]:
    with ServeCommand(tmp_path / "data") as server:
        yield server


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Start `graticule …` as a user does, with folders of its own."""
    environment = {**os.environ, **OPEN_TO_LOOPBACK, "XDG_CACHE_HOME": str(tmp_path / "cache"), "COLUMNS": "200"}

    def graticule(*arguments: str, cwd: Path | None = None) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "schema", *arguments],
            env=environment,
            cwd=cwd,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return graticule


@pytest.fixture
def run(start: Start) -> Run:
    """Run `graticule …` to its end, and give what it printed."""

    def graticule(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        with start(*arguments, cwd=cwd) as process:
            try:
                output, errors = process.communicate(timeout=COMMAND_SECONDS)
            finally:
                process.kill()
        return subprocess.CompletedProcess(process.args, process.returncode, output, errors)

    return graticule
