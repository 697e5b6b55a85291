"""Which browser the tests take: one that answers, or none, with a line that says what to do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.chromium import Chromium

ROOT = Path(__file__).parents[2]
FOUND = "from tests.support.chromium import found; print(found().path)"


def found(**variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "CHROMIUM"}
    return subprocess.run(
        [sys.executable, "-c", FOUND],
        cwd=ROOT,
        env=environment | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def pretend(path: Path, body: str) -> Path:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def test_a_browser_that_is_named_is_taken_before_any_other(chromium: Chromium, tmp_path: Path) -> None:
    named = pretend(tmp_path / "mine", f'exec {chromium.path} "$@"')
    assert found(CHROMIUM=str(named)).stdout.strip() == str(named)


@pytest.mark.parametrize("body", ["exit 1", "echo Please install a package"], ids=["fails", "advises"])
def test_a_name_that_leads_to_no_browser_is_an_error_and_is_not_passed_over(tmp_path: Path, body: str) -> None:
    done = found(CHROMIUM=str(pretend(tmp_path / "mine", body)))
    assert done.returncode != 0
    assert "does not say its version" in done.stderr.splitlines()[-1]


def test_a_script_of_the_name_that_only_advises_is_passed_over(tmp_path: Path) -> None:
    pretend(tmp_path / "chromium-headless-shell", "echo Please install a package")
    pretend(tmp_path / "chromium", "echo Chromium 156.0.1.2")
    assert found(PATH=str(tmp_path)).stdout.strip() == str(tmp_path / "chromium")
