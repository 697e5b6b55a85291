"""What tests of comparisons share: real builds of small repositories."""

from collections.abc import Iterator

import pytest

from services.mapping.pool import ParserPool
from services.store.tagcache import TagCache
from tests.support.histories import Bench


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("histories")
    pool = ParserPool(processes=1, file_deadline_seconds=20, memory_bytes=2 << 30)
    pool.start()
    tags = TagCache(folder / "tags.sqlite3")
    yield Bench(folder, pool, tags)
    tags.close()
    pool.close()
