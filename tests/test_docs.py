"""What the documents say of the code is held to the code, wherever a program can compare the two."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import parse, validate
from typer.main import get_command

from schema.cli import app
from schema.cli.errors import ExitCode
from schema.cli.service_checks import BESIDE_SETTINGS
from schema.contract import contract
from schema.documents import load
from services.metrics import Metrics
from services.settings import Settings
from tests.support.command_help import command_help, commands
from tests.support.languages import language_table
from tests.support.tool_table import tool_table

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
PAGES = [ROOT / "README.md", ROOT / "SECURITY.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
OURS = re.compile(r"`((?:schema|services|tests|scripts|docs|frontend|requirements)/[^`\s]+)`")

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def section(text: str, title: str) -> str:
    return re.split(r"^#+ ", text.split(f" {title}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def test_every_graphql_example_in_the_readme_is_valid() -> None:
    examples = re.findall(r"```graphql\n(.*?)```", README, re.DOTALL)
    assert len(examples) == 5
    assert [problem for text in examples for problem in validate(contract().types, parse(text))] == []


def test_the_readme_lists_the_commands_and_options_that_there_are() -> None:
    pattern = r"^\| `graticule ((?:(?:token|config) )?\w+)[^`]*` \| (.*) \|$"
    rows = dict(re.findall(pattern, section(README, "Commands"), re.MULTILINE))
    offered = {
        name: {option for parameter in command.params for option in parameter.opts if option.startswith("--")}
        for name, command in commands(get_command(app))
    }
    assert {name: set(re.findall(r"--[a-z-]+", words)) for name, words in rows.items()} == offered


def test_the_readme_lists_the_exit_codes_that_there_are() -> None:
    (listed,) = re.findall(r"Exit codes: (.*?)\.", README, re.DOTALL)
    assert {int(code) for code in re.findall(r"\b\d+\b", listed)} == {0, *ExitCode}
    table = section((ROOT / "docs/cli.md").read_text(), "Exit codes")
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)} == {0, *ExitCode}


def test_the_help_of_every_command_is_in_the_documents() -> None:
    assert command_help() in (ROOT / "docs" / "cli.md").read_text(), "run scripts/docs"


@pytest.mark.parametrize("text", [README, (ROOT / "CHANGELOG.md").read_text()], ids=["README", "CHANGELOG"])
def test_every_tool_is_named(text: str) -> None:
    assert [tool.name for tool in load(contract().types) if f"`{tool.name}`" not in text] == []


def test_the_changelog_names_the_whole_contract_and_nothing_else() -> None:
    said = section((ROOT / "CHANGELOG.md").read_text(), "Contract")
    roots = (contract().types.query_type, contract().types.mutation_type, contract().types.subscription_type)
    assert set(re.findall(r"`(\w+)`", said)) == {name for root in roots if root for name in root.fields}


def test_the_map_in_the_readme_names_files_that_exist() -> None:
    drawn = README.split("<!-- map -->\n```text\n", 1)[1].split("```", 1)[0]
    paths = re.findall(r"^[^\s\d].*", drawn, re.MULTILINE)
    assert len(paths) > 10
    assert [path for path in paths if not (ROOT / path).is_file()] == [], "run scripts/docs"


def test_every_figure_of_the_server_is_described() -> None:
    described = set(re.findall(r"`(\w+?)(?:_total)?`", section((ROOT / "docs/operations.md").read_text(), "Figures")))
    counted = {family.name.removeprefix("graticule_") for family in Metrics().registry.collect()}
    assert counted - described == set()


def test_the_table_of_languages_is_what_the_golden_files_hold() -> None:
    assert language_table() in (ROOT / "docs" / "languages.md").read_text(), "run scripts/docs"


def test_the_table_of_tools_is_what_the_documents_say() -> None:
    assert tool_table() in (ROOT / "docs" / "agents.md").read_text(), "run scripts/docs"


@each_page
def test_every_example_in_json_can_be_read(page: Path) -> None:
    examples = re.findall(r"```json\n(.*?)```", page.read_text(), re.DOTALL)
    assert [type(json.loads(text)) for text in examples] == [dict] * len(examples)


@pytest.mark.parametrize("page", [page for page in PAGES if page.name != "CHANGELOG.md"], ids=lambda page: page.name)
def test_every_setting_that_is_named_exists(page: Path) -> None:
    named = set(re.findall(r"GRATICULE_[A-Z_]+(?![A-Z_*])", page.read_text()))
    settings = {f"GRATICULE_{name.upper()}" for name in Settings.model_fields}
    assert named - settings - BESIDE_SETTINGS == set()


@each_page
def test_every_link_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)\s]+)\)", page.read_text())
    local = [target.split("#")[0] for target in targets if "://" not in target]
    assert [target for target in local if not (page.parent / target).exists()] == []


@each_page
def test_every_file_and_test_that_is_named_exists(page: Path) -> None:
    assert list(_missing(page.read_text())) == []


def _missing(text: str) -> Iterator[str]:
    for named in OURS.findall(text):
        path, _, test = named.partition("::")
        if not (ROOT / path).exists() or (test and f"def {test}(" not in (ROOT / path).read_text()):
            yield named
