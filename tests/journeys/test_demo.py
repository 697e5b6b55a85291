"""The first command that anybody runs."""

import subprocess
from pathlib import Path

import pytest

from services.models import Phase
from tests.journeys.conftest import Run, Start
from tests.support.gitserver import GitServer, make_repository


@pytest.fixture(scope="module")
def demonstrated(run: Run, checkout: Path) -> subprocess.CompletedProcess[str]:
    """Give what the demo printed in a checkout."""
    return run("demo", "--once", "--port", "0", cwd=checkout / "orbit")


def test_the_demo_of_a_checkout_prints_its_map_and_ends(demonstrated: subprocess.CompletedProcess[str]) -> None:
    assert demonstrated.returncode == 0, demonstrated.stderr
    assert "class Planet" in demonstrated.stdout


def test_the_demo_says_in_a_line_what_it_has_mapped_and_where_to_go_on(
    demonstrated: subprocess.CompletedProcess[str],
) -> None:
    (summary,) = [line for line in demonstrated.stderr.splitlines() if " tokens · commit " in line]
    assert summary.endswith(" resolved")
    assert "Dashboard   http://127.0.0.1:" in demonstrated.stderr


def test_the_demo_shows_every_phase_in_its_order(demonstrated: subprocess.CompletedProcess[str]) -> None:
    words = [line.split()[0].upper() for line in demonstrated.stderr.splitlines() if " s" in line]
    phases = [word for word in dict.fromkeys(words) if word in Phase.__members__]
    assert phases == sorted(phases, key=lambda word: Phase(word).order)
    assert set(phases) >= {"RESOLVING", "RECEIVING", "LISTING", "PARSING", "LINKING", "RANKING", "SAVING"}


def test_the_demo_maps_a_url(run: Run, forge: GitServer) -> None:
    make_repository(forge.root / "ada/engine.git", {"engine.py": "def compute():\n    return 42\n"})
    done = run("demo", "--once", "--port", "0", forge.url("ada/engine.git"))
    assert "def compute()" in done.stdout, done.stderr


def test_the_demo_of_a_repository_that_is_not_there_says_so_and_what_to_do(run: Run, forge: GitServer) -> None:
    done = run("demo", "--once", "--port", "0", forge.url("ada/nothing.git"))
    assert done.returncode == 3
    assert "[NOT_FOUND_OR_PRIVATE]" in done.stderr
    assert "→ Check the spelling" in done.stderr


def test_the_demo_outside_of_a_repository_says_so(run: Run, tmp_path: Path) -> None:
    done = run("demo", "--once", "--port", "0", cwd=tmp_path)
    assert done.returncode == 3
    assert "is not inside a git repository" in done.stderr


def test_the_demo_says_why_an_attempt_failed_while_it_tries_again(start: Start, forge: GitServer) -> None:
    make_repository(forge.root / "ada/engine.git", {"engine.py": "def compute():\n    return 42\n"})
    forge.answer("ada/engine.git", 503)
    with start("demo", "--once", "--port", "0", forge.url("ada/engine.git")) as demo:
        assert demo.stderr is not None
        for line in demo.stderr:
            if line.startswith("Attempt 1 failed"):
                forge.knobs.answers.clear()
    assert demo.returncode == 0
