"""Servers on one database are killed and frozen at random while clients ask: nothing is stuck, lost or done twice."""

from pathlib import Path

import pytest

from tests.faults.storm import Site
from tests.support.postgres import Postgres

pytestmark = pytest.mark.anyio


@pytest.fixture
def site(tmp_path: Path, postgres: Postgres) -> Site:
    return Site(tmp_path, seed=5, postgres=postgres)


@pytest.mark.timeout(300)  # nine starts of a server: 30 s alone, minutes on a busy machine
async def test_a_crowd_shares_one_job_and_whatever_dies_everything_ends_once(site: Site) -> None:
    with site as blown:
        assert len(await blown.crowd(100)) == 1
        await blown.blow(kills=3, freezes=2)
        assert await blown.faults() == {}
        assert blown.counts["zombies refused"] > 0
        assert blown.counts["streams that did not end"] == 0
