"""The first command that anybody runs."""

from pathlib import Path

from tests.journeys.conftest import Run, Start
from tests.support.gitserver import GitServer, make_repository


def test_the_demo_of_a_checkout_prints_its_map_and_ends(run: Run, checkout: Path) -> None:
    done = run("demo", "--once", "--port", "0", cwd=checkout)
    assert done.returncode == 0, done.stderr
    assert "class Planet" in done.stdout
    assert "Dashboard   http://127.0.0.1:" in done.stderr


def test_the_demo_shows_the_phases_in_their_order(run: Run, checkout: Path) -> None:
    done = run("demo", "--once", "--port", "0", str(checkout))
    words = [line.split()[0] for line in done.stderr.splitlines() if line.strip()]
    phases = [word for word in dict.fromkeys(words) if word in {"Listing", "Parsing", "Linking", "Ranking"}]
    assert phases[0] in {"Listing", "Parsing"}, done.stderr
    assert phases == sorted(phases, key=["Listing", "Parsing", "Linking", "Ranking"].index)


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
