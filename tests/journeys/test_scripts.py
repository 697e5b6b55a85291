"""The first minutes of a stranger: a clone, `scripts/setup`, `scripts/demo`, and Ctrl-C."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from tests.support.commands import heeding_signals

ROOT = Path(__file__).parents[2]
OF_THE_INDEX = ("PIP_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "SSL_CERT_")
"""What tells pip where its index is and how to get there; nothing else of the environment is passed on."""
NOBODY = 65_534
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


@pytest.fixture(scope="module")
def bare_clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a clone in which nothing was ever installed, and nothing will be."""
    return cloned(tmp_path_factory.mktemp("bare"))


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


def stand_ins(folder: Path, **programs: str) -> str:
    """Give a PATH on which programs say something else; what is needed besides is there."""
    folder.mkdir()
    for name in ("sh", "dirname", "cat", "cksum", "awk", "df", "grep", "tail", "xargs", "rm", "sed", "env"):
        (folder / name).symlink_to(str(shutil.which(name)))
    for name, says in programs.items():
        (folder / name).unlink(missing_ok=True)
        (folder / name).write_text(f"#!/bin/sh\n{says}\n")
        (folder / name).chmod(0o755)
    return str(folder)


NEW_GIT = "echo git version 2.39.5"
FULL = 'echo head; echo "disk 1000000 999000 1000 99% /"'
PYTHON = f'exec {sys.executable} "$@"'


@pytest.mark.parametrize(
    ("programs", "words"),
    [
        ({"python3": PYTHON}, "git is needed; install git 2.37 or newer"),
        ({"git": "echo git version 2.30.2", "python3": PYTHON}, "git version 2.30.2 is too old; install git 2.37"),
        ({"git": NEW_GIT}, "Python 3.11 or newer is needed; set PYTHON"),
        ({"git": NEW_GIT, "python3": "exit 1"}, "Python 3.11 or newer is needed; set PYTHON"),
        ({"git": NEW_GIT, "python3": PYTHON, "df": FULL}, "has 1 MB left; free 700 MB"),
    ],
    ids=["no git", "old git", "no Python", "old Python", "no space"],
)
def test_what_is_missing_is_one_line_that_says_what_to_do(
    bare_clone: Path, tmp_path: Path, programs: dict[str, str], words: str
) -> None:
    done = run("scripts/setup", "run", cwd=bare_clone, PATH=stand_ins(tmp_path / "bin", **programs))
    assert (done.returncode, done.stderr.count("\n"), done.stdout) == (1, 1, "")
    assert words in done.stderr


def test_an_index_that_cannot_be_reached_is_one_line_that_says_where_to_look(bare_clone: Path) -> None:
    nowhere = {"PIP_CONFIG_FILE": "/dev/null", "PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "0"}
    done = run("scripts/setup", "run", cwd=bare_clone, **nowhere, PIP_FIND_LINKS="", PIP_EXTRA_INDEX_URL="")
    said = done.stderr.splitlines()
    assert done.returncode == 1
    assert [line.startswith("setup: ") for line in said] == [True, True]
    assert "cannot be reached or lacks a package; look at the network" in said[1]


def test_a_folder_that_cannot_be_written_is_one_line_that_says_what_to_do() -> None:
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to whoever root becomes here
        folder = Path(name)
        shutil.copytree(ROOT / "requirements", folder / "requirements")
        for file in ("scripts/setup", "pyproject.toml"):
            (folder / file).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / file, folder / file)
        folder.chmod(0o555)
        somebody = NOBODY if os.geteuid() == 0 else None
        command = ["scripts/setup", "run"]
        done = subprocess.run(
            command, cwd=folder, env=bare_environment(), user=somebody, capture_output=True, text=True, check=False
        )
        folder.chmod(0o755)
    assert (done.returncode, "cannot be written; clone into a folder" in done.stderr) == (1, True), done.stderr


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
