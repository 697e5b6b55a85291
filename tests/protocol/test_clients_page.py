"""The programs of docs/clients.md, run exactly as they are printed there."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from tests.support.asker import FILES
from tests.support.gitserver import GitServer, make_repository
from tests.support.node import CLIENTS, ENVIRONMENT, install_clients
from tests.support.printed import programs

SIGNATURE: Final = "total_area(shapes)"
COMMANDS: Final[Mapping[str, list[str]]] = {
    "follow.py": [sys.executable],
    "follow.ts": ["node", "--disable-warning=ExperimentalWarning"],
    "follow.sh": ["sh"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_printed_program_clones_follows_and_reads_the_map(
    server_url: str, forge: GitServer, tmp_path: Path, name: str
) -> None:
    make_repository(forge.root / f"printed/{name}.git", FILES)
    (tmp_path / name).write_text(programs()[name])
    if name.endswith(".ts"):
        install_clients()
        (tmp_path / "node_modules").symlink_to(CLIENTS / "node_modules")

    def run(url: str) -> subprocess.CompletedProcess[str]:
        environment = {**ENVIRONMENT, **os.environ, "PATH": ENVIRONMENT["PATH"], "SERVER": server_url}
        words = [*COMMANDS[name], name, url]
        return subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    done = run(forge.url(f"printed/{name}.git"))
    assert done.returncode == 0, done.stderr
    assert SIGNATURE in done.stdout
    assert "SUCCEEDED" in done.stderr
    refused = run("https://evil.example/a/b")
    assert refused.returncode == 1
    assert "evil.example" in refused.stderr
    failed = run(forge.url(f"printed/none-{name}.git"))
    assert failed.returncode != 0
    assert "does not exist" in failed.stderr
    assert "Traceback" not in failed.stderr


def test_every_program_of_the_page_is_run_by_a_test() -> None:
    assert set(programs()) == {*COMMANDS, "page.html"}
    fences = re.findall(r"^```\w", (Path(__file__).parents[2] / "docs" / "clients.md").read_text(), re.MULTILINE)
    assert len(fences) == len(programs())
