"""One real server and one real forge for all tests of the contract, and a client that asks it."""

import os
from collections.abc import Iterator

import httpx
import pytest

from tests.support.asker import FILES, Asker
from tests.support.gitserver import GitServer, commit_files, make_repository
from tests.support.running import local_settings
from tests.support.server import running_server


@pytest.fixture(scope="session")
def forge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitServer]:
    root = tmp_path_factory.mktemp("forge")
    make_repository(root / "ada/shapes.git", FILES)
    commit_files(root / "ada/shapes.git", {"shapes/extra.py": "def only_on_dev():\n    return 2\n"}, branch="dev")
    make_repository(root / "ada/empty.git", {})
    with GitServer.start(root) as server:
        yield server


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_server(local_settings(tmp_path_factory.mktemp("data"), allow_protocols="https,http")) as url:
        yield url


@pytest.fixture(scope="session")
def web(server_url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server_url, timeout=30) as client:
        yield client


@pytest.fixture(scope="session")
def ask(web: httpx.Client) -> Asker:
    return Asker(web)


@pytest.fixture(scope="session")
def shapes(ask: Asker, forge: GitServer) -> str:
    """Give the id of a repository that is cloned and mapped."""
    return ask.map(forge.url("ada/shapes.git"))


@pytest.fixture(name="slow")
def slow_repository(forge: GitServer, request: pytest.FixtureRequest) -> Iterator[str]:
    """Give the URL of a repository whose clone takes as long as the test."""
    path = f"ada/slow-{abs(hash(request.node.name))}"
    make_repository(forge.root / f"{path}.git", {"a.py": "a = 1\n", "bulk.bin": os.urandom(400_000)})
    forge.knobs.bytes_per_second = 20_000
    yield forge.url(path)
    forge.knobs.bytes_per_second = None
