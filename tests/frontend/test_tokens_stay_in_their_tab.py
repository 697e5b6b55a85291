"""The dashboard keeps a token where it ends with the tab, and no later page, tab or request finds it."""

from pathlib import Path

import pytest

LASTING = ["localStorage", "document.cookie", "cookieStore", "indexedDB", "BroadcastChannel"]


@pytest.fixture
def scripts(built: Path) -> str:
    """Give all that the dashboard runs, its lazily loaded parts as well."""
    return "".join(path.read_text() for path in sorted((built / "assets").glob("*.js")))


def test_the_dashboard_keeps_its_token_in_the_storage_of_the_tab(scripts: str) -> None:
    assert scripts.count("sessionStorage.setItem") == 1


@pytest.mark.parametrize("name", LASTING)
def test_the_dashboard_uses_no_storage_that_outlives_the_tab(scripts: str, name: str) -> None:
    assert name not in scripts
