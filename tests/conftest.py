"""What every test shares: the async backend, and nothing that a test could not do without."""

import os
from collections.abc import Iterator

import pytest

from tests.support.postgres import Postgres

os.environ.pop("PYTHONUNBUFFERED", None)  # it hides what becomes of output that waits in a command's buffer


@pytest.fixture
def anyio_backend() -> str:
    """Run async tests on asyncio alone: it is what the server runs on."""
    return "asyncio"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let what takes minutes be asked for."""
    parser.addoption("--thorough", action="store_true", help="kill servers at every failpoint, not at the chosen few")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests measured, each with `record_property("measured", "…")`."""
    passed: list[pytest.TestReport] = terminalreporter.stats.get("passed", [])
    lines = {str(value) for report in passed for name, value in report.user_properties if name == "measured"}
    if lines:
        terminalreporter.section("measured")
    for line in sorted(lines):
        terminalreporter.write_line(line)


@pytest.fixture
def thorough(request: pytest.FixtureRequest) -> bool:
    """Whether what takes minutes was asked for."""
    return bool(request.config.getoption("--thorough"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Start a PostgreSQL when the first test asks for it, in about 2 s; each test has a database of its own there."""
    with Postgres() as server:
        yield server
