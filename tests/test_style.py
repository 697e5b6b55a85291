"""The habits of the code, held by the one test command: style, types, layers and sizes."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import schema
import services

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
LONGEST_FUNCTION = 60
LONGEST_MODULE = 400
DRAWERS = {"utils", "helpers", "common", "manager", "base", "core"}


def modules() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "*.py"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    paths = [ROOT / line for line in listed.stdout.splitlines() if "/golden/" not in line]
    return [path for path in paths if path.exists()]


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "--no-cache", "."],
        ["ruff", "format", "--no-cache", "--check", "."],
        ["mypy"],
        ["lint-imports", "--no-cache"],
    ],
    ids=["ruff", "format", "mypy", "layers"],
)
def test_the_code_passes(command: list[str]) -> None:
    done = subprocess.run([BIN / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in modules()
        for node in functions(path)
        if (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert long == []


def test_no_module_is_longer_than_a_chapter() -> None:
    long = [str(path.relative_to(ROOT)) for path in modules() if len(path.read_text().splitlines()) > LONGEST_MODULE]
    assert long == []


def test_no_module_is_a_drawer() -> None:
    assert [path for path in modules() if path.stem in DRAWERS] == []


def test_the_packages_are_ours_and_not_their_namesakes_from_the_index() -> None:
    assert Path(schema.__file__).is_relative_to(ROOT)
    assert Path(services.__file__).is_relative_to(ROOT)


def test_every_ignored_rule_has_its_reason_beside_it() -> None:
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    rules = [line for line in lines if line.startswith('    "') and line.split('"')[1].isalnum() and line.endswith(",")]
    assert rules == []
