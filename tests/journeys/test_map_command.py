"""A map without a server."""

import json
import subprocess
from pathlib import Path

import pytest

from services.mapping.tokens import count
from services.mapping.views import Tokenizer
from tests.journeys.conftest import Run
from tests.support.gitserver import GitServer, commit_files, make_repository


@pytest.fixture(scope="module")
def mapped(run: Run, checkout: Path) -> subprocess.CompletedProcess[str]:
    """Give what the command printed about a checkout."""
    return run("map", str(checkout))


def test_the_map_alone_goes_to_standard_output(mapped: subprocess.CompletedProcess[str]) -> None:
    assert mapped.returncode == 0, mapped.stderr
    assert "orbit/planet.py" in mapped.stdout
    assert "Parsing" not in mapped.stdout


def test_the_same_checkout_gives_the_same_bytes_twice(
    run: Run, checkout: Path, mapped: subprocess.CompletedProcess[str]
) -> None:
    assert run("map", str(checkout)).stdout == mapped.stdout


def test_a_map_of_a_branch_shows_what_is_on_that_branch(run: Run, forge: GitServer) -> None:
    path = forge.root / "ada/engine.git"
    make_repository(path, {"engine.py": "def compute(): ...\n"})
    commit_files(path, {"engine.py": "def compute_faster(): ...\n"}, branch="fast")
    assert "compute_faster" in run("map", forge.url("ada/engine.git"), "--ref", "fast").stdout


def test_json_carries_the_outline_with_its_numbers(run: Run, checkout: Path) -> None:
    drawn = json.loads(run("map", str(checkout), "--format", "json", "--tokens", "64").stdout)
    assert drawn["outline"]["tokens"] <= drawn["outline"]["budget"] == 64
    assert drawn["repository"].endswith("/checkout")


def test_markdown_by_path_keeps_the_budget(run: Run, checkout: Path) -> None:
    done = run("map", str(checkout), "--format", "md", "--order", "path", "--no-line-numbers", "--tokens", "100")
    headings = [line for line in done.stdout.splitlines() if line.startswith("## ")]
    assert headings == sorted(headings)
    assert headings, done.stderr
    assert count(done.stdout, Tokenizer.O200K_BASE) <= 100


def test_a_focus_brings_its_symbols_first(run: Run, checkout: Path) -> None:
    done = run("map", str(checkout), "--focus", "heaviest", "--tokens", "64")
    assert "heaviest" in done.stdout, done.stderr


def test_a_ref_that_looks_like_an_option_never_reaches_git(run: Run, checkout: Path) -> None:
    done = run("map", str(checkout), "--ref=--upload-pack=touch /tmp/x")
    assert (done.returncode, "[INVALID_REF]" in done.stderr) == (3, True)


def test_a_budget_outside_of_the_range_is_wrong_usage(run: Run, checkout: Path) -> None:
    assert run("map", str(checkout), "--tokens", "3").returncode == 2


def test_a_checkout_is_mapped_with_what_nobody_has_committed_and_says_so(run: Run, tmp_path: Path) -> None:
    commit = make_repository(tmp_path / "c", {"a.py": "def old(): ...\n", "b.py": "def kept(): ...\n"}, bare=False)
    (tmp_path / "c/a.py").write_text("def edited(): ...\n")
    done = run("map", "--format", "json", cwd=tmp_path / "c")
    drawn = json.loads(done.stdout)
    assert (drawn["commit"], drawn["changed"]) == (commit, 1)
    assert "def edited()" in drawn["outline"]["text"]
    assert done.stderr.splitlines()[-1] == f"Mapped commit {commit[:12]} and 1 changed file."
    committed = run("map", str(tmp_path / "c"), "--ref", "main")
    assert ("def old()" in committed.stdout, "def edited()" in committed.stdout) == (True, False)


def test_a_folder_in_no_repository_is_mapped_as_it_is(run: Run, tmp_path: Path) -> None:
    (tmp_path / "plain.py").write_text("def plain(): ...\n")
    done = run("map", cwd=tmp_path)
    assert (done.returncode, "def plain()" in done.stdout) == (0, True), done.stderr
