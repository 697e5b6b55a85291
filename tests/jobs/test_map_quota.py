"""Maps above their quota, in a real store of objects."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from services.bus import Bus
from services.errors import NotFoundError
from services.graticule import Graticule
from services.hub import LiveHub
from services.jobs.map_quota import MapQuota
from services.metrics import Metrics
from services.models import MapState, RepositoryChanges, SnapshotKey
from services.store.artifacts import ArtifactStore
from tests.support.running import local_settings
from tests.support.stores import FakeClock, Store, open_store

pytestmark = pytest.mark.anyio

COMMITS = [str(number) * 40 for number in range(6)]


@dataclass(frozen=True, slots=True)
class Library:
    """Rows, bytes, and the quota that keeps both small. A map takes 5 bytes by its row."""

    store: Store
    artifacts: ArtifactStore
    hub: LiveHub
    metrics: Metrics

    def quota(self, quota_bytes: int) -> MapQuota:
        rows = self.store.evictions
        return MapQuota(rows, self.artifacts, quota_bytes=quota_bytes, hub=self.hub, metrics=self.metrics)

    async def mapped(self, name: str, commit: str) -> SnapshotKey:
        self.store.clock.tick(120)
        change = await self.store.mapped(name, commit=commit)
        await self.store.repositories.touch(change.repository.id)
        key = SnapshotKey(change.repository.id, commit, "e1")
        await self.artifacts.put(key, b"bytes")
        return key

    async def holds(self, key: SnapshotKey) -> bool:
        """Whether a map can be read; its row and its bytes agree."""
        has_row = await self.store.snapshots.get(key) is not None
        try:
            has_bytes = bool(await self.artifacts.get(key))
        except NotFoundError:
            has_bytes = False
        assert has_row == has_bytes
        return has_row


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[Library]:
    async with open_store(f"sqlite+aiosqlite:///{tmp_path / 'rows.sqlite3'}", FakeClock()) as store:
        hub = LiveHub(Bus("memory://"), revisions=store.repositories)
        await hub.start()
        yield Library(store, ArtifactStore(tmp_path / "artifacts"), hub, Metrics())
        await hub.close()


async def test_below_the_high_watermark_every_map_stays(library: Library) -> None:
    keys = [await library.mapped("h/o/n", commit) for commit in COMMITS]
    await library.quota(40).sweep()
    assert [await library.holds(key) for key in keys] == [True] * 6


async def test_old_commits_go_before_what_any_ref_leads_to(library: Library) -> None:
    keys = [await library.mapped("h/o/n", commit) for commit in COMMITS]
    await library.quota(20).sweep()
    assert [await library.holds(key) for key in keys] == [False, False, False, True, True, True]
    assert b'graticule_evictions_total{what="map"} 3.0' in library.metrics.exposition()


async def test_then_the_repositories_that_were_read_least_and_never_a_pinned_one(library: Library) -> None:
    pinned, unread, read = [await library.mapped(f"h/o/{name}", COMMITS[0]) for name in ("pinned", "unread", "read")]
    await library.store.repositories.change(pinned.repository_id, RepositoryChanges(pinned=True))
    await library.quota(12).sweep()
    assert [await library.holds(key) for key in (pinned, unread, read)] == [True, False, False]
    repository = await library.store.repositories.get(unread.repository_id)
    assert repository is not None
    assert (repository.map.state, repository.served_commit) == (MapState.NOT_STARTED, None)


async def test_an_eviction_that_was_cut_off_is_finished_by_the_next_sweep(library: Library) -> None:
    key = await library.mapped("h/o/n", COMMITS[0])
    await library.store.evictions.condemn([key])
    assert await library.artifacts.get(key) == b"bytes"
    await library.quota(1000).sweep()
    assert not await library.holds(key)
    assert await library.store.evictions.condemned() == []


async def test_a_server_starts_while_a_store_is_away_that_holds_what_is_to_be_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    variables = {"ENDPOINT_URL": "http://127.0.0.1:1", "ALLOW_HTTP": "true", "REGION": "us-east-1"}
    for name, value in {**variables, "ACCESS_KEY_ID": "key", "SECRET_ACCESS_KEY": "secret"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    settings = local_settings(tmp_path, artifacts_url="s3://maps/graticule")
    async with open_store(settings.effective_database_url, FakeClock()) as store:
        change = await store.mapped()
        await store.evictions.condemn([SnapshotKey(change.repository.id, change.job.commit or "", "e1")])
        assert await store.evictions.condemned()
    async with Graticule.start(settings) as graticule:
        assert await graticule.problem() is None
