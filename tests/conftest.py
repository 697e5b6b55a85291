"""What every test shares: the async backend, and nothing that a test could not do without."""

import pytest


@pytest.fixture
def anyio_backend() -> str:
    """Run async tests on asyncio alone: it is what the server runs on."""
    return "asyncio"
