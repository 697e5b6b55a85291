"""What a stranger finds at the top of the repository, and what no file of it may name."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]
TOP = {
    "pyproject.toml", "schema", "services", "tests", "frontend", "README.md", "scripts", "requirements", "docs",
    "deploy", "CHANGELOG.md", "SECURITY.md", "LICENSE",
}  # fmt: skip
# Each host has a class of one letter in it, so that this file does not name what it forbids.
REGISTRY_HOSTS = re.compile(r"py[p]i\.org|files\.python[h]osted|registry\.npm[j]s|deb\.debia[n]\.org")


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True)
    return listed.stdout.splitlines()


def test_the_top_level_holds_what_the_layout_names_and_nothing_else() -> None:
    names = {path.split("/", 1)[0] for path in tracked()}
    assert {name for name in names if not name.startswith(".")} <= TOP


def test_no_lock_or_source_names_a_registry() -> None:
    assert [path for path in tracked() if _mentions_a_registry(ROOT / path)] == []


def _mentions_a_registry(path: Path) -> bool:
    return path.is_file() and bool(REGISTRY_HOSTS.search(path.read_text(errors="replace")))
