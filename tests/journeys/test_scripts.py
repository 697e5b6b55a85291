"""The first minutes of a stranger: a clone, `scripts/setup`, `scripts/demo`, and Ctrl-C."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from tests.support.commands import heeding_signals

ROOT = Path(__file__).parents[2]
OF_THE_INDEX = ("PIP_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "SSL_CERT_")
"""What tells pip where its index is and how to get there; nothing else of the environment is passed on."""
TERMINAL = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"


def bare_environment() -> Mapping[str, str]:
    """Give the environment of somebody who has just logged in. HOME is the real one: pip's cache is there."""
    kept = {name: value for name, value in os.environ.items() if name.startswith(OF_THE_INDEX)}
    path = [folder for folder in os.environ["PATH"].split(os.pathsep) if not Path(folder).is_relative_to(sys.prefix)]
    return {**kept, "PATH": os.pathsep.join(path), "HOME": str(Path.home())}


def run(*command: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**bare_environment(), **variables}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def cloned(folder: Path) -> Path:
    subprocess.run(["git", "clone", "-q", ROOT, folder / "graticule"], check=True)
    return folder / "graticule"


def installed(clone: Path) -> dict[str, int]:
    """Give when each thing was last changed that an installation changes."""
    venv = clone / ".venv"
    return {
        str(path): path.stat().st_mtime_ns for path in [*venv.glob("*"), *venv.glob("bin/*"), *venv.glob("lib/*/*/*")]
    }


@pytest.mark.timeout(420)
def test_a_fresh_clone_sets_itself_up_once_and_shows_its_map(tmp_path: Path) -> None:
    clone = cloned(tmp_path)
    first = run("scripts/setup", "run", cwd=clone)
    if first.returncode:
        lines = first.stderr.strip().splitlines()
        said = next((line for line in lines if line.startswith("ERROR")), lines[-1])
        pytest.fail(f"scripts/setup failed; can the package index be reached? {said}", pytrace=False)
    programs = {path.name for path in (clone / ".venv/bin").iterdir()}
    assert "graticule" in programs
    assert programs.isdisjoint({"pytest", "ruff", "mypy", "lint-imports"})
    before = installed(clone)
    second = run("scripts/setup", "run", cwd=clone)
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert installed(clone) == before
    demo = run("scripts/demo", "--once", cwd=clone)
    assert demo.returncode == 0, demo.stderr
    assert "services/errors.py" in demo.stdout
    assert "Dashboard   http://127.0.0.1:" in demo.stderr


def test_a_python_without_venv_and_pip_is_told_which_package_brings_them(tmp_path: Path) -> None:
    python = tmp_path / "python3"
    python.write_text(f'#!/bin/sh\n[ "$1" = -m ] && exit 1\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    done = run("scripts/setup", "run", cwd=cloned(tmp_path), PYTHON=str(python))
    assert done.returncode == 1
    assert "apt-get install python3-venv" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "graticule/.venv").exists()


def test_the_demo_stays_up_until_ctrl_c(checkout: Path) -> None:
    demo = [sys.executable, "-m", "schema", "demo", "--port", "0"]
    with subprocess.Popen(
        heeding_signals(sys.executable, "-c", TERMINAL, *demo),
        cwd=checkout,
        env={**os.environ, "COLUMNS": "200", "GRATICULE_PARSER_PROCESSES": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as terminal:
        assert terminal.stdin is not None
        assert terminal.stdout is not None
        shown = ""
        while "Ctrl-C ends the server" not in shown:
            line = terminal.stdout.readline()
            assert line, shown
            shown += line
        assert "class Planet" in shown
        (url,) = re.findall(r"listens on (http://[\d.:]+)", shown)
        assert httpx.get(f"{url}/", timeout=30).status_code == 200
        terminal.stdin.write("\x03")
        terminal.stdin.flush()
        rest = terminal.stdout.read()
        assert terminal.wait(timeout=20) == 130
        assert "Traceback" not in rest
