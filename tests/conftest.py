"""What every test shares: the async backend, and nothing that a test could not do without."""

import os

import pytest

os.environ.pop("PYTHONUNBUFFERED", None)  # it hides what becomes of output that waits in a command's buffer


@pytest.fixture
def anyio_backend() -> str:
    """Run async tests on asyncio alone: it is what the server runs on."""
    return "asyncio"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let what takes minutes be asked for."""
    parser.addoption("--thorough", action="store_true", help="kill servers at every failpoint, not at the chosen few")


@pytest.fixture
def thorough(request: pytest.FixtureRequest) -> bool:
    """Whether what takes minutes was asked for."""
    return bool(request.config.getoption("--thorough"))
