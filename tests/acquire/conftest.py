"""A git server, a place for clones, and a policy that lets loopback in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.acquire.clones import Clones
from services.acquire.git import GitLimits
from services.acquire.remotes import RemotePolicy
from services.settings import Settings
from tests.support.gitserver import GitServer


@pytest.fixture
def policy() -> RemotePolicy:
    """Open loopback, every port and every protocol, as a test or local use does."""
    return RemotePolicy.from_settings(
        Settings.model_validate(
            {
                "allow_protocols": "https,http,git,file",
                "allow_hosts": "127.0.0.1",
                "allow_networks": "127.0.0.0/8",
                "allow_ports": "*",
            }
        )
    )


@pytest.fixture
def served(tmp_path: Path) -> Path:
    """Give the folder that the server serves."""
    return tmp_path / "served"


@pytest.fixture
def server(served: Path) -> Iterator[GitServer]:
    """Serve it, and end the server after the test."""
    with GitServer.start(served) as running:
        yield running


@pytest.fixture
def clones(tmp_path: Path, policy: RemotePolicy) -> Clones:
    """Make an empty place for clones, with short limits."""
    return Clones(tmp_path / "data", policy=policy, limits=GitLimits(stall_seconds=20, wall_seconds=50))


@pytest.fixture
def residue(tmp_path: Path) -> Iterator[None]:
    """Fail the test if an attempt left anything in staging or in the trash."""
    yield
    left = [path for part in ("staging", "trash") for path in (tmp_path / "data" / part).glob("*")]
    assert left == []
