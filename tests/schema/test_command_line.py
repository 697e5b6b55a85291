"""The command line as a whole: its help, its version, what a shell completes, and how little that loads."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console
from typer.main import get_command

from schema.cli import app
from schema.cli.client import address_of
from schema.cli.formats import counted
from schema.cli.terminal import err, out
from schema.version import product_version
from services.errors import InvalidArgumentError
from tests.support.command_help import commands
from tests.support.running import ROOT

PROGRAM = Path(sys.executable).with_name("graticule")
HEAVY = (
    "numpy",
    "scipy",
    "strawberry",
    "graphql",
    "gql",
    "pydantic",
    "sqlalchemy",
    "uvicorn",
    "tree_sitter",
    "asyncio",
)


def graticule(*words: str, **variables: str) -> str:
    done = subprocess.run(
        [PROGRAM, *words],
        cwd=ROOT, env={**os.environ, **variables}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


def test_the_help_of_every_command_ends_with_an_example_of_it() -> None:
    examples = {name: (command.help or "").partition("Example: ")[2] for name, command in commands(get_command(app))}
    assert [name for name, example in examples.items() if f"graticule {name}" not in example] == []


def test_the_version_is_one_line() -> None:
    assert graticule("--version") == f"graticule {product_version()}\n"


def test_help_loads_nothing_that_a_command_needs_to_work() -> None:
    program = "import sys, schema.cli; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(HEAVY) & set(done.stdout.split()) == set()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_completes_commands(shell: str) -> None:
    asked = {"COMP_WORDS": "graticule ref", "COMP_CWORD": "1", "_TYPER_COMPLETE_ARGS": "graticule ref"}
    asked |= {"_TYPER_COMPLETE_FISH_ACTION": "get-args", "_GRATICULE_COMPLETE": f"complete_{shell}"}
    shown = graticule(**asked)
    assert "refresh" in shown
    assert "watch" not in shown


@pytest.mark.parametrize(
    ("said", "meant"), [("h:1/", "http://h:1"), (" HTTPS://h/ ", "https://h"), ("http://[::1]:2", "http://[::1]:2")]
)
def test_a_server_is_named_as_people_write_it(said: str, meant: str) -> None:
    assert address_of(said) == meant


@pytest.mark.parametrize("console", [out, err], ids=["out", "err"])
def test_a_line_in_a_pipe_is_written_as_it_is_however_long(
    console: Console, capsys: pytest.CaptureFixture[str]
) -> None:
    said = f"[bold] a:cat:b {'word ' * 50}end"
    console.print(said)
    assert "".join(capsys.readouterr()) == f"{said}\n"


@pytest.mark.parametrize(("number", "said"), [(0, "0 maps"), (1, "1 map"), (1204, "1,204 maps")])
def test_a_noun_keeps_to_its_number(number: int, said: str) -> None:
    assert counted(number, "map") == said


@pytest.mark.parametrize("said", ["", " ", "ftp://h", "http://"])
def test_what_names_no_server_is_refused(said: str) -> None:
    with pytest.raises(InvalidArgumentError, match="names no server"):
        address_of(said)
