"""What lies in deploy/ is what its tools take, and names only settings that there are."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from services.settings import Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE = (DEPLOY / "compose.yaml").read_text()
BIN = Path(sys.executable).parent


@pytest.mark.parametrize(
    "command",
    [
        ["check-jsonschema", "--builtin-schema", "vendor.compose-spec", "deploy/compose.yaml"],
        ["hadolint", "--failure-threshold", "info", "deploy/Dockerfile"],
    ],
    ids=["compose", "Dockerfile"],
)
def test_the_linter_finds_nothing(command: list[str]) -> None:
    done = subprocess.run([BIN / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not on this machine")
def test_systemd_takes_every_word_of_its_units(tmp_path: Path) -> None:
    units = [tmp_path / path.name for path in (DEPLOY / "systemd").iterdir()]
    for unit in units:
        text = (DEPLOY / "systemd" / unit.name).read_text()
        unit.write_text(text.replace("/opt/graticule/.venv/bin/graticule", shutil.which("true") or ""))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_every_setting_that_is_named_exists() -> None:
    named = {
        name.removeprefix("GRATICULE_").lower()
        for path in DEPLOY.rglob("*")
        if path.is_file()
        for name in re.findall(r"GRATICULE_[A-Z_]+", path.read_text())
    }
    assert named <= set(Settings.model_fields)
    assert {"database_url", "redis_url", "artifacts_url", "concurrent_jobs"} <= named


def test_the_example_gives_every_variable_that_compose_asks_for_and_no_other() -> None:
    asked = set(re.findall(r"(?<!\$)\$\{(\w+)", COMPOSE))
    given = re.findall(r"^(\w+)=", (DEPLOY / "graticule.env.example").read_text(), re.MULTILINE)
    assert set(given) == asked


def test_the_image_is_made_of_what_is_locked_and_of_nothing_else_that_is_here() -> None:
    image = (DEPLOY / "Dockerfile").read_text()
    copied = {source for line in re.findall(r"^COPY (?!--)(.*)", image, re.MULTILINE) for source in line.split()[:-1]}
    let_in = set(re.findall(r"^!(.*)", (DEPLOY / "Dockerfile.dockerignore").read_text(), re.MULTILINE))
    assert copied == let_in
    assert all((ROOT / name).exists() for name in copied)
    assert "--require-hashes -r requirements/run.txt" in image
