"""Where the pages' sources are and what was built from them; nothing here needs Node."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def sources() -> Path:
    """Give the folder that `npm run build` is run in."""
    return ROOT / "frontend"


@pytest.fixture
def built() -> Path:
    """Give the folder that it writes, and that the server serves."""
    return ROOT / "schema" / "static"


@pytest.fixture
def contract() -> str:
    """Give the checked-in schema."""
    return (ROOT / "schema" / "schema.graphql").read_text()
