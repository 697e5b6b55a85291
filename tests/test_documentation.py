"""What a reader copies from a page works, and the pages hang together as a site that asks nobody else."""

import html.parser
import json
import re
import shlex
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from graphql import parse, validate
from ruamel.yaml import YAML
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from schema.cli import app
from schema.contract import contract
from tests.support.blocks import Block, blocks
from tests.support.documentation import FROM_ROOT, build, stage
from tests.support.reference import contract_pages, error_table

OURS = re.compile(r"^(?:.* \| |[A-Z_]+=\S* )*(?:\S*/)?graticule (.*)$", re.MULTILINE)
"""Commands of ours, and what they are given."""

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCKS = [block for page in PAGES for block in blocks(page)]


def shell_reads(text: str) -> None:
    """Let a shell read it, and look up every command of ours with its options."""
    subprocess.run(["sh", "-n"], input=text, text=True, check=True)
    for line in OURS.findall(text.replace("\\\n", " ")):
        known(shlex.split(line, comments=True))


def known(words: list[str]) -> None:
    """Find the command that these words name, and each of its options."""
    command: Any = get_command(app)
    while isinstance(command, TyperGroup):
        command = command.commands[words.pop(0)]
    assert isinstance(command, TyperCommand)
    options = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    assert [word for word in words if word.startswith("--") and word.split("=")[0] not in options] == []


def is_valid(text: str) -> None:
    assert validate(contract().types, parse(text)) == []


READERS: dict[str, Callable[[str], object]] = {
    "graphql": is_valid,
    "html": lambda text: html.parser.HTMLParser().feed(text),
    "json": json.loads,
    "python": lambda text: compile(text, "page", "exec"),
    "sh": shell_reads,
    "toml": tomllib.loads,
    "yaml": YAML(typ="safe").load,
}
SHOWN = {"nginx", "text", "typescript"}
"""Output, and what other tests run or nothing here can read."""


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_a_block_is_what_its_fence_says(block: Block) -> None:
    assert block.language in READERS.keys() | SHOWN
    if block.language in READERS:
        READERS[block.language](block.text)


def test_the_pages_about_the_code_say_what_it_says() -> None:
    assert contract_pages(contract().types) in (ROOT / "docs/contract.md").read_text(), "run scripts/docs"
    assert error_table() in (ROOT / "docs/errors.md").read_text(), "run scripts/docs"


def test_the_menu_of_the_site_names_every_page() -> None:
    menu = set(re.findall(r'= "(\S+\.md)"', (ROOT / "docs/site.toml").read_text()))
    assert menu == {*FROM_ROOT.values(), *(page.name for page in (ROOT / "docs").glob("*.md"))}


def test_the_site_is_whole_and_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    stage(tmp_path / "site")
    site = build(tmp_path / "site")
    pages = list(site.rglob("*.html"))
    loaded = {
        url
        for page in pages
        for url in re.findall(r"<(?:script|link|img|iframe)[^>]*(?:src|href)=\"?(https?://[^\"\s>]+)", page.read_text())
    }
    assert len(pages) > len(PAGES)
    assert loaded == set()
