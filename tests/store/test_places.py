"""Which place holds which clone, and what the repository's row says of it."""

import pytest

from services.models import CloneState, JobKind, MapState, Phase, Repository, RepositoryChanges
from tests.support.stores import Store

pytestmark = pytest.mark.anyio

HERE, THERE = "a" * 32, "b" * 32
PIN = RepositoryChanges(pinned=True)


async def held(store: Store, name: str = "h/o/n", *places: str) -> Repository:
    """Map a repository, and say that these places hold it."""
    mapped = await store.mapped(name)
    for place in places or (HERE,):
        await store.places.arrived(place, mapped.repository.id, 100, used=True)
    return await known(store, mapped.repository.id)


async def known(store: Store, repository_id: str) -> Repository:
    found = await store.repositories.get(repository_id)
    assert found is not None
    return found


async def test_a_clone_that_goes_leaves_its_map_readable(store: Store) -> None:
    before = await held(store)
    after = await store.places.evict(HERE, before.id)
    assert after is not None
    assert (after.clone.state, after.map.state) == (CloneState.EVICTED, MapState.READY)
    assert after == await known(store, before.id)
    assert after.revision == before.revision + 1
    assert await store.places.holdings() == []


async def test_a_clone_request_for_an_evicted_repository_is_answered_by_its_map(store: Store) -> None:
    before = await held(store)
    await store.places.evict(HERE, before.id)
    accepted = await store.ask()
    assert (accepted.job.state.terminal, accepted.repository.clone.state) == (True, CloneState.EVICTED)


async def test_a_refresh_of_an_evicted_repository_clones_anew(store: Store) -> None:
    before = await held(store)
    await store.places.evict(HERE, before.id)
    asked = await store.ask(kind=JobKind.REFRESH)
    states = [asked.repository.clone.state]
    change = await store.report(await store.take(asked.job.id), Phase.RESOLVING)
    states.append(change.repository.clone.state)
    await store.places.arrived(HERE, before.id, 100, used=False)
    done = await store.finish(await store.report(change, Phase.PARSING))
    assert [*states, done.repository.clone.state] == [CloneState.QUEUED, CloneState.CLONING, CloneState.READY]


async def test_a_repository_is_ready_as_long_as_one_place_holds_it(store: Store) -> None:
    before = await held(store, "h/o/n", HERE, THERE)
    first = await store.places.evict(HERE, before.id)
    assert first is not None
    assert first.clone.state is CloneState.READY
    last = await store.places.evict(THERE, before.id)
    assert last is not None
    assert last.clone.state is CloneState.EVICTED


async def test_neither_what_is_pinned_nor_what_has_a_live_job_is_evicted(store: Store) -> None:
    pinned, busy = await held(store, "h/o/pinned"), await held(store, "h/o/busy")
    await store.repositories.change(pinned.id, PIN)
    await store.ask("h/o/busy", kind=JobKind.REFRESH)
    assert [await store.places.evict(HERE, one.id) for one in (pinned, busy)] == [None, None]
    assert {(one.name, one.stays) for one in await store.places.holdings(HERE)} == {
        ("h/o/pinned", True),
        ("h/o/busy", True),
    }


async def test_pinning_twice_changes_a_repository_once(store: Store) -> None:
    before = await held(store)
    once = await store.repositories.change(before.id, PIN)
    assert (once.pinned, once.revision) == (True, before.revision + 1)
    assert await store.repositories.change(before.id, PIN) == once


async def test_reading_a_map_or_a_file_is_use_and_a_refresh_is_not(store: Store) -> None:
    ids = {name: (await held(store, name)).id for name in ("h/o/map", "h/o/file", "h/o/refreshed")}
    store.clock.tick(120)
    await store.repositories.touch(ids["h/o/map"])
    store.clock.tick(120)
    await store.places.used(HERE, ids["h/o/file"])
    store.clock.tick(120)
    await store.places.arrived(HERE, ids["h/o/refreshed"], 120, used=False)
    order = sorted(await store.places.holdings(HERE), key=lambda one: one.order)
    assert [one.name for one in order] == ["h/o/refreshed", "h/o/map", "h/o/file"]


async def test_a_file_that_is_read_again_at_once_writes_nothing(store: Store) -> None:
    repository = await held(store)
    store.clock.tick(59)
    await store.places.used(HERE, repository.id)
    (holding,) = await store.places.holdings(HERE)
    assert (store.clock.now - holding.used_at).total_seconds() == 59


async def test_a_place_that_was_not_seen_for_a_day_loses_its_clones(store: Store) -> None:
    alone, shared = await held(store, "h/o/alone", THERE), await held(store, "h/o/shared", HERE, THERE)
    await store.places.beat(THERE, host="there", quota_bytes=1)
    store.clock.tick(3600)
    await store.places.beat(HERE, host="here", quota_bytes=2)
    store.clock.tick(23.5 * 3600)
    assert await store.places.lost(seconds=24 * 3600) == [THERE]
    changed = await store.places.close(THERE)
    assert [(one.id, one.clone.state) for one in changed] == [(alone.id, CloneState.EVICTED)]
    assert (await known(store, shared.id)).clone.state is CloneState.READY
    totals = await store.places.totals()
    assert (totals.places, totals.clone_bytes, totals.quota_bytes) == (1, 100, 2)


async def test_a_folder_that_is_found_again_makes_an_evicted_repository_ready(store: Store) -> None:
    before = await held(store)
    await store.places.evict(HERE, before.id)
    found = await store.places.arrived(HERE, before.id, 100, used=False)
    assert found is not None
    assert (found.clone.state, found.cloned) == (CloneState.READY, True)


async def test_a_repository_that_no_place_holds_is_found_once_nobody_works_on_it(store: Store) -> None:
    mapped = await store.mapped()
    assert await store.places.strays() == [mapped.repository.id]
    asked = await store.ask(kind=JobKind.REFRESH)
    assert await store.places.strays() == []
    await store.jobs.cancel(asked.job.id)
    changed = await store.places.gone(HERE, mapped.repository.id)
    assert changed is not None
    assert changed.clone.state is CloneState.EVICTED
    assert await store.places.strays() == []


async def test_a_clone_that_is_lost_while_a_job_waits_leaves_it_waiting(store: Store) -> None:
    before = await held(store)
    await store.ask(kind=JobKind.REFRESH)
    changed = await store.places.gone(HERE, before.id)
    assert changed is not None
    assert (changed.clone.state, changed.map.state) == (CloneState.QUEUED, MapState.READY)


async def test_a_clone_of_a_repository_that_was_removed_is_not_noted(store: Store) -> None:
    before = await held(store)
    await store.repositories.delete(before.id)
    assert await store.places.holdings() == []
    assert await store.places.arrived(HERE, before.id, 100, used=True) is None
    assert await store.places.holdings() == []
