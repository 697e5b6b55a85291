"""A git server on loopback, and clones that may go there, with whatever a test opens besides."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.acquire.git import GitLimits
from tests.support.asker import FILES
from tests.support.gitserver import GitServer, make_repository

LIMITS = GitLimits(stall_seconds=20, wall_seconds=50)


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[GitServer]:
    with GitServer.start(tmp_path / "forge") as server:
        yield server


@pytest.fixture
def other_forge(tmp_path: Path) -> Iterator[GitServer]:
    """Serve a second host: another port is another host to every rule about credentials."""
    with GitServer.start(tmp_path / "other") as server:
        yield server


@pytest.fixture(scope="module")
def stocked_forge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitServer]:
    """Serve some repositories to all tests of a module."""
    root = tmp_path_factory.mktemp("forge")
    for name in ("acme/secret", "acme/other", "open/shapes"):
        make_repository(root / f"{name}.git", FILES)
    with GitServer.start(root) as server:
        yield server
