"""Reading repositories, and the few facts that no job brings."""

import pytest

from services.errors import NotFoundError
from services.models import CloneState, RepositoryOrder
from services.revisions import Revisions
from services.store.repositories import MOST_IDS
from tests.support.stores import COMMIT, Store

pytestmark = pytest.mark.anyio


async def names(store: Store, order: RepositoryOrder) -> list[str]:
    return [repository.name for repository in (await store.repositories.page(order=order)).items]


async def test_a_repository_is_found_by_id_and_by_name(store: Store) -> None:
    made = (await store.ask("h/o/n")).repository
    assert await store.repositories.get(made.id) == made
    assert await store.repositories.by_name("h/o/n") == made
    assert await store.repositories.get("nobody") is None


@pytest.mark.parametrize("more", [0, MOST_IDS])
async def test_many_are_read_at_once_and_the_unknown_left_out(store: Store, more: int) -> None:
    made = [(await store.ask(name)).repository for name in ("a", "b", "c")][:2]
    ids = {repository.id for repository in made} | {f"unknown{number}" for number in range(more)}
    assert set(await store.repositories.get_many(ids)) == {repository.id for repository in made}
    assert await store.repositories.revisions(ids) == {repository.id: 1 for repository in made}


async def test_revisions_of_all_are_one_question(store: Store) -> None:
    done = await store.mapped("a")
    await store.ask("b")
    revisions = await store.repositories.revisions(None)
    assert (len(revisions), revisions[done.repository.id]) == (2, done.repository.revision)


async def test_revisions_are_summed_up_in_parts_by_which_a_lost_change_is_found(store: Store) -> None:
    known = Revisions()
    made = [(await store.ask(f"h/o/{number}")).repository for number in range(20)]
    for repository in made:
        known.note(repository.id, repository.revision)
    assert known.differing(await store.repositories.revision_sums()) == set()
    moved = await store.repositories.set_remote_head(made[3].id, COMMIT, store.clock())
    await store.repositories.delete(made[7].id)
    parts = known.differing(await store.repositories.revision_sums())
    assert parts == {made[3].id[:2], made[7].id[:2]}
    stored = await store.repositories.revisions_in(parts)
    assert (stored[moved.id], made[7].id in stored) == (moved.revision, False)
    assert stored.keys() | {made[7].id} == known.known_in(parts).keys()


async def test_pages_are_sorted_as_asked(store: Store) -> None:
    for name in ("b", "a", "c"):
        await store.ask(name)
        store.clock.tick()
    assert await names(store, RepositoryOrder.NAME) == ["a", "b", "c"]
    assert await names(store, RepositoryOrder.UPDATED_AT) == ["c", "a", "b"]


async def test_pages_are_filtered_by_state_and_by_a_part_of_the_name(store: Store) -> None:
    await store.mapped("h/django/django")
    await store.ask("h/redis/redis")
    ready = await store.repositories.page(states=[CloneState.READY])
    named = await store.repositories.page(name_contains="REDIS")
    assert [repository.name for repository in ready.items] == ["h/django/django"]
    assert ([repository.name for repository in named.items], named.total) == (["h/redis/redis"], 1)


@pytest.mark.parametrize("wildcard", ["%", "_", "h%n"])
async def test_a_wildcard_in_a_name_is_a_plain_character(store: Store, wildcard: str) -> None:
    await store.ask("h/o/n")
    assert (await store.repositories.page(name_contains=wildcard)).total == 0


async def test_a_use_is_noted_once_a_minute_and_raises_no_revision(store: Store) -> None:
    made = (await store.ask()).repository
    seen = []
    for seconds in (30, 40):
        store.clock.tick(seconds)
        await store.repositories.touch(made.id)
        repository = await store.repositories.get(made.id)
        assert repository is not None
        assert repository.revision == made.revision
        seen.append(repository.last_accessed_at)
    assert seen == [made.created_at, store.clock()]


async def test_a_checked_remote_head_raises_the_revision(store: Store) -> None:
    made = (await store.ask()).repository
    after = await store.repositories.set_remote_head(made.id, COMMIT, store.clock())
    assert (after.remote_head, after.checked_at, after.revision) == (COMMIT, store.clock(), made.revision + 1)
    assert await store.repositories.get(made.id) == after


async def test_a_remote_head_of_nobody_is_not_found(store: Store) -> None:
    with pytest.raises(NotFoundError):
        await store.repositories.set_remote_head("nobody", COMMIT, store.clock())
