"""Two commits compared without a server."""

import json

import pytest

from tests.journeys.conftest import Run
from tests.support.gitrepo import tag
from tests.support.gitserver import GitServer, commit_files, make_repository


@pytest.fixture
def engine(forge: GitServer) -> str:
    """Give the URL of a repository with a tag, and a default branch that has moved on."""
    path = forge.root / "ada/gearbox.git"
    first = make_repository(path, {"gear.py": "def shift(gear):\n    return gear\n"})
    tag(path, "v1", first)
    commit_files(path, {"gear.py": "def shift(gear, clutch):\n    return gear\n\n\ndef brake(): ...\n"})
    return forge.url("ada/gearbox.git")


def test_the_comparison_alone_goes_to_standard_output(run: Run, engine: str) -> None:
    done = run("diff", engine, "v1")
    assert done.returncode == 0, done.stderr
    assert "~ 1 def shift(gear, clutch)\n  was def shift(gear)\n" in done.stdout
    assert "+ 5 def brake()" in done.stdout


def test_backwards_what_was_added_is_removed_and_json_has_the_numbers(run: Run, engine: str) -> None:
    found = json.loads(run("diff", engine, "main", "v1", "--format", "json", "--tokens", "300").stdout)
    assert (found["diff"]["totals"]["added"], found["diff"]["totals"]["removed"]) == (0, 1)
    assert found["diff"]["tokens"] <= found["diff"]["budget"] == 300
    assert found["repository"].endswith("ada/gearbox")


def test_a_ref_that_nobody_has_is_told_as_such(run: Run, engine: str) -> None:
    done = run("diff", engine, "v2")
    assert (done.returncode, "[REF_NOT_FOUND]" in done.stderr) == (3, True)
