"""What a server refuses to start with, as its operator sees it: one line, and what to do."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from services.errors import InvalidArgumentError
from services.jobs.pipeline import Workshop
from tests.support.running import ROOT, local_settings
from tests.support.serve_command import OPEN_TO_LOOPBACK

SECRET = "hush-4711-canary"
START_SECONDS = 50


def refused(data_dir: Path, environment: Mapping[str, str]) -> str:
    """Start a server that must not start, and give what it says."""
    done = subprocess.run(
        [sys.executable, "-m", "schema", "serve", "--port", "0", "--data-dir", str(data_dir)],
        cwd=ROOT,
        env={**os.environ, **OPEN_TO_LOOPBACK, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=START_SECONDS,
    )
    said = done.stdout + done.stderr
    assert (done.returncode, "Traceback" in said) == (1, False), said
    return said


def test_a_git_older_than_the_pin_is_refused(tmp_path: Path) -> None:
    old = tmp_path / "bin/git"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho git version 2.36.6\n")
    old.chmod(0o755)
    said = refused(tmp_path / "data", {"PATH": f"{old.parent}:{os.environ['PATH']}"})
    assert "git is too old: git version 2.36.6" in said
    assert "Install git 2.37 or newer" in said


def test_a_file_of_credentials_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "credentials.toml"
    path.write_text(f'["github.com"]\ntoken = "{SECRET}"\n')
    path.chmod(0o644)
    said = refused(tmp_path / "data", {"GRATICULE_CREDENTIALS_FILE": str(path)})
    assert f"chmod 600 {path}" in said
    assert SECRET not in said


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("credentials", f'{{"git.example.com": {{"token": "{SECRET}"}}}}'),
        ("credentials", SECRET),
        ("credentials_file", "/nowhere/credentials.toml"),
        ("ca_file", "/nowhere/ca.pem"),
    ],
)
async def test_a_setting_that_cannot_be_read_is_refused_by_name(tmp_path: Path, setting: str, value: str) -> None:
    with pytest.raises(InvalidArgumentError, match=f"GRATICULE_{setting.upper()}") as failed:
        async with Workshop.open(local_settings(tmp_path, **{setting: value})):
            pass
    assert SECRET not in f"{failed.value.message} {failed.value.hint}"
