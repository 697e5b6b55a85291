"""A forge for the attacks of this folder."""

from collections.abc import Iterator

import pytest

from tests.support.asker import FILES
from tests.support.gitserver import GitServer, make_repository


@pytest.fixture(scope="module")
def forge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitServer]:
    root = tmp_path_factory.mktemp("forge")
    for name in ("acme/secret", "acme/other", "open/shapes"):
        make_repository(root / f"{name}.git", FILES)
    with GitServer.start(root) as server:
        yield server
