"""Which map answers which question."""

import pytest

from services.errors import InvalidArgumentError
from services.models import SnapshotKey
from tests.support.stores import COMMIT, Store

pytestmark = pytest.mark.anyio
OTHER = "d" * 40


async def test_a_map_is_found_by_its_key(store: Store) -> None:
    done = await store.mapped()
    key = SnapshotKey(done.repository.id, COMMIT, "e1")
    record = await store.snapshots.get(key)
    assert record is not None
    assert (record.key, record.ref, record.size_bytes) == (key, None, 5)
    assert await store.snapshots.get(SnapshotKey(done.repository.id, COMMIT, "e2")) is None


@pytest.mark.parametrize(
    ("ref", "at_commit", "commit"),
    [
        (None, None, COMMIT),
        ("main", None, COMMIT),
        ("v1", None, OTHER),
        (OTHER, None, OTHER),
        (None, OTHER, OTHER),
        ("v2", None, None),
        (None, "e" * 40, None),
    ],
)
async def test_the_newest_map_of_a_ref_or_of_a_commit(
    store: Store, ref: str | None, at_commit: str | None, commit: str | None
) -> None:
    done = await store.mapped()
    store.clock.tick()
    await store.mapped(ref="v1", commit=OTHER)
    record = await store.snapshots.latest(done.repository.id, ref, at_commit=at_commit)
    assert (record and record.key.commit) == commit


async def test_without_a_map_of_the_default_branch_the_last_asked_ref_answers(store: Store) -> None:
    done = await store.mapped(ref="v1", commit=OTHER)
    record = await store.snapshots.latest(done.repository.id)
    assert record is not None
    assert (record.key.commit, record.ref) == (OTHER, "v1")


async def test_a_ref_that_moved_leads_to_the_new_commit_and_the_old_map_stays(store: Store) -> None:
    done = await store.mapped()
    store.clock.tick()
    await store.mapped(commit=OTHER)
    latest = await store.snapshots.latest(done.repository.id)
    assert latest is not None
    assert latest.key.commit == OTHER
    page = await store.snapshots.page(done.repository.id, limit=1)
    assert ([record.key.commit for record in page.items], page.total) == ([OTHER], 2)


async def test_two_refs_on_one_commit_share_its_map(store: Store) -> None:
    done = await store.mapped()
    await store.mapped(ref="v1")
    by_tag = await store.snapshots.latest(done.repository.id, "v1")
    by_default = await store.snapshots.latest(done.repository.id)
    assert by_tag is not None
    assert by_default is not None
    assert (by_tag.key, by_tag.ref, by_default.ref) == (by_default.key, "v1", None)


@pytest.mark.parametrize(
    ("name", "commit"),
    [
        (None, COMMIT),
        ("main", COMMIT),
        ("v1", OTHER),
        (OTHER, OTHER),
        ("d" * 7, OTHER),
        ("D" * 9, OTHER),
        ("d" * 6, None),
    ],
)
async def test_a_map_is_found_by_what_people_call_it(store: Store, name: str | None, commit: str | None) -> None:
    done = await store.mapped()
    await store.mapped(ref="v1", commit=OTHER)
    record = await store.snapshots.named(done.repository.id, name, engine_version="e1")
    assert (record and record.key.commit) == commit
    assert await store.snapshots.named("another", name, engine_version="e1") is None


async def test_of_one_commits_maps_that_of_the_same_engine_is_meant(store: Store) -> None:
    done = await store.mapped()
    store.clock.tick()
    await store.mapped(engine="e2")
    for asked, found in (("e1", "e1"), ("e2", "e2"), ("e3", "e2")):
        record = await store.snapshots.named(done.repository.id, COMMIT[:7], engine_version=asked)
        assert record is not None
        assert record.key.engine_version == found


async def test_what_begins_several_commits_names_none_of_them(store: Store) -> None:
    done = await store.mapped(commit=f"{'d' * 39}a")
    await store.mapped(ref="v1", commit=OTHER)
    with pytest.raises(InvalidArgumentError, match="More than one commit"):
        await store.snapshots.named(done.repository.id, "d" * 39, engine_version="e1")
