"""Servers on one database are killed and frozen at random while clients ask: nothing is stuck, lost or done twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.storm import storm
from tests.support.storm import Storm

pytestmark = pytest.mark.anyio


@pytest.fixture
def blown(tmp_path: Path) -> Iterator[Storm]:
    with storm(tmp_path, seed=5) as made:
        yield made


@pytest.mark.timeout(300)  # nine starts of a server: 30 s alone, minutes on a busy machine
async def test_a_crowd_shares_one_job_and_whatever_dies_everything_ends_once(blown: Storm) -> None:
    assert len(await blown.crowd(100)) == 1
    await blown.blow(kills=3, freezes=2)
    assert await blown.faults() == {}
    assert blown.counts["zombies refused"] > 0
    assert blown.counts["streams that did not end"] == 0
