"""Maps that leave the rows: what goes, what may not, and what a crash in the middle leaves."""

import pytest

from services.models import CloneState, JobKind, MapState, RepositoryChanges, SnapshotKey
from services.store.map_evictions import of_one_repository
from tests.support.stores import Store

pytestmark = pytest.mark.anyio

OLD, NEW = "1" * 40, "2" * 40


async def test_a_map_that_no_ref_leads_to_is_superseded(store: Store) -> None:
    mapped = await store.mapped(commit=OLD)
    assert await store.evictions.superseded() == []
    store.clock.tick()
    await store.mapped(commit=NEW)
    (kept,) = await store.evictions.superseded()
    assert kept.key == SnapshotKey(mapped.repository.id, OLD, "e1")
    assert await store.evictions.map_bytes() == 10


async def test_a_condemned_map_is_found_by_nobody_and_the_newest_one_stays(store: Store) -> None:
    await store.mapped(commit=OLD)
    after = await store.mapped(commit=NEW)
    old, new = (SnapshotKey(after.repository.id, commit, "e1") for commit in (OLD, NEW))
    assert await store.evictions.condemn([old]) == []
    assert await store.snapshots.get(old) is None
    found = await store.snapshots.latest(after.repository.id)
    assert found is not None
    assert found.key == new
    assert await store.evictions.condemned() == [old]
    await store.evictions.forget([old])
    assert await store.evictions.condemned() == []


async def test_a_repository_without_maps_is_as_if_it_had_never_been_mapped(store: Store) -> None:
    mapped = await store.mapped()
    (changed,) = await store.evictions.condemn([SnapshotKey(mapped.repository.id, mapped.job.commit or "", "e1")])
    assert (changed.map.state, changed.clone.state) == (MapState.NOT_STARTED, CloneState.READY)
    assert (changed.served_commit, changed.revision) == (None, mapped.repository.revision + 1)
    asked = await store.ask()
    assert not asked.job.state.terminal


async def test_what_is_pinned_or_at_work_is_not_among_the_least_read(store: Store) -> None:
    pinned, busy, free = [await store.mapped(f"h/o/{name}") for name in ("pinned", "busy", "free")]
    await store.repositories.change(pinned.repository.id, RepositoryChanges(pinned=True))
    await store.ask("h/o/busy", kind=JobKind.REFRESH)
    assert [kept.key.repository_id for kept in await store.evictions.least_read()] == [free.repository.id]
    key = SnapshotKey(busy.repository.id, busy.job.commit or "", "e1")
    assert await store.evictions.condemn([key]) == []
    assert await store.snapshots.get(key) is not None


async def test_bytes_of_a_map_that_was_made_again_are_not_deleted(store: Store) -> None:
    mapped = await store.mapped(commit=OLD)
    key = SnapshotKey(mapped.repository.id, OLD, "e1")
    await store.evictions.condemn([key])
    asked = await store.ask(kind=JobKind.REFRESH)
    assert await store.evictions.condemned() == []
    await store.finish(await store.take(asked.job.id), commit=OLD)
    assert await store.evictions.condemned() == []
    await store.evictions.forget([])
    await store.evictions.condemn([key])
    assert await store.evictions.condemned() == [key]


async def test_the_least_read_go_repository_by_repository(store: Store) -> None:
    first = await store.mapped("h/o/first", commit=OLD)
    await store.mapped("h/o/first", commit=NEW, ref="dev")
    store.clock.tick()
    second = await store.mapped("h/o/second", commit=OLD)
    groups = of_one_repository(await store.evictions.least_read())
    assert [(group[0].key.repository_id, len(group)) for group in groups] == [
        (first.repository.id, 2),
        (second.repository.id, 1),
    ]
