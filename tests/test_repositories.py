"""What a client may ask of the façade, over a real git server, real rows and real parsers."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from services.acquire.folders import Folders
from services.errors import AcquireError, ErrorCode, GraticuleError, InvalidUrlError, NotAllowedError, NotFoundError
from services.events import EventKind
from services.graticule import Graticule
from services.mapping.views import OutlineRequest
from services.models import CloneState, Job, JobKind, JobState, MapState, Phase
from services.repositories import RepositoryService
from tests.support.gitrepo import commit_files, make_repository, tag
from tests.support.gitserver import GitServer
from tests.support.residue import processes_of
from tests.support.running import ended, local_settings, until

pytestmark = pytest.mark.anyio

FILES = {
    "shop/cart.py": "from shop.price import total_price\n\n\ndef checkout(items):\n    return total_price(items)\n",
    "shop/price.py": "def total_price(items):\n    return sum(items)\n",
    "README.md": "# Shop\n",
}
PROSE: dict[str, bytes | str] = {"notes.txt": "only words\n", "logo.png": b"\x89PNG\0"}
BULK = {"bulk.bin": bytes(range(256)) * 40 + b"".join(i.to_bytes(4, "big") for i in range(400_000))}


@dataclass(frozen=True, slots=True)
class World:
    """A server of repositories, and the services that clone from it."""

    root: Path
    server: GitServer
    graticule: Graticule

    @property
    def service(self) -> RepositoryService:
        return self.graticule.repositories

    @property
    def data_dir(self) -> Path:
        return self.graticule.settings.data_dir

    def publish(self, name: str, files: Mapping[str, bytes | str] | None = None) -> str:
        """Make a repository of this name on the server and give its URL."""
        make_repository(self.root / f"acme/{name}.git", FILES if files is None else files)
        return self.server.url(f"acme/{name}.git")

    async def cloned(self, name: str) -> Job:
        """Publish, clone and map a repository."""
        accepted = await self.service.clone(self.publish(name))
        job = await ended(self.service, accepted.job.id)
        assert job.state is JobState.SUCCEEDED, job.error
        return job


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    root = tmp_path_factory.mktemp("served")
    with GitServer.start(root) as server:
        async with Graticule.start(local_settings(tmp_path_factory.mktemp("data"))) as graticule:
            yield World(root, server, graticule)


@pytest.fixture
def world(running: World) -> Iterator[World]:
    """Share the services between the tests here, each with repositories of its own and the knobs as found."""
    yield running
    running.server.knobs.bytes_per_second = None
    running.server.knobs.answers.clear()


async def test_a_url_becomes_a_map(world: World) -> None:
    job = await world.cloned("first")
    found = await world.service.snapshot(job.repository_id)
    assert found is not None
    assert found.map.commit == job.commit
    outline = await world.service.outline(found.record.key, OutlineRequest(tokens=200))
    assert "total_price" in outline.text
    assert outline.tokens <= 200


async def test_a_job_tells_its_phases_in_order_with_their_counters(world: World) -> None:
    job = await world.cloned("phases")
    phases = [record.phase for record in job.phases]
    assert phases == sorted(phases, key=lambda phase: phase.order)
    assert {Phase.RESOLVING, Phase.RECEIVING, Phase.LISTING, Phase.PARSING, Phase.SAVING} <= set(phases)
    found = await world.service.snapshot(job.repository_id) or pytest.fail("no map")
    counted = {record.phase: (record.current, record.total) for record in job.phases}
    assert counted[Phase.RECEIVING][0] == counted[Phase.RECEIVING][1]
    assert counted[Phase.LISTING] == (found.map.coverage.files_listed,) * 2
    assert counted[Phase.PARSING] == (found.map.coverage.files_parsed,) * 2
    assert all(record.finished_at is not None for record in job.phases)


async def test_a_clone_says_where_the_remote_stands(world: World) -> None:
    job = await world.cloned("fresh")
    repository = await world.service.repository(job.repository_id)
    assert repository is not None
    assert (repository.clone.state, repository.map.state) == (CloneState.READY, MapState.READY)
    assert repository.served_commit == repository.remote_head == job.commit
    assert repository.default_branch == "main"
    assert repository.checked_at is not None
    assert repository.size_bytes is not None
    assert repository.size_bytes > 0


async def test_a_hundred_askers_share_one_job(world: World) -> None:
    url = world.publish("crowd")
    world.server.knobs.bytes_per_second = 100_000
    accepted = await asyncio.gather(*(world.service.clone(url) for _ in range(100)))
    assert len({one.job.id for one in accepted}) == 1
    assert sum(not one.already_running for one in accepted) == 1
    world.server.knobs.bytes_per_second = None
    await ended(world.service, accepted[0].job.id)


async def test_asking_again_for_what_is_ready_starts_nothing(world: World) -> None:
    job = await world.cloned("again")
    accepted = await world.service.clone(world.server.url("acme/again"))
    assert accepted.job.id == job.id
    assert accepted.job.state is JobState.SUCCEEDED
    assert not accepted.already_running


async def test_a_repository_is_found_by_every_spelling_of_its_url(world: World) -> None:
    job = await world.cloned("spelled")
    for path in ("acme/spelled", "acme/spelled/", "acme/spelled.git"):
        repository = await world.service.repository_by_url(world.server.url(path))
        assert repository is not None
        assert repository.id == job.repository_id


async def test_a_refresh_of_what_has_not_moved_builds_nothing(world: World) -> None:
    first = await world.cloned("still")
    before = await world.service.repository(first.repository_id)
    packs = world.server.packs_sent()
    accepted = await world.service.refresh(first.repository_id)
    job = await ended(world.service, accepted.job.id)
    after = await world.service.repository(first.repository_id)
    assert (job.state, job.commit) == (JobState.SUCCEEDED, first.commit)
    assert Phase.PARSING not in {record.phase for record in job.phases}
    assert world.server.packs_sent() - packs <= 1  # protocol 2 lists refs by POST as well
    assert before is not None
    assert before.checked_at is not None
    assert after is not None
    assert after.checked_at is not None
    assert after.checked_at > before.checked_at


async def test_a_refresh_serves_the_new_commit_and_keeps_the_old_map(world: World) -> None:
    first = await world.cloned("moving")
    moved_to = commit_files(world.root / "acme/moving.git", {"shop/tax.py": "def tax():\n    return 1\n"})
    job = await ended(world.service, (await world.service.refresh(first.repository_id)).job.id)
    assert job.commit == moved_to
    repository = await world.service.repository(first.repository_id)
    assert repository is not None
    assert repository.served_commit == repository.remote_head == moved_to
    now = await world.service.snapshot(first.repository_id)
    then = await world.service.snapshot(first.repository_id, at_commit=first.commit)
    assert now is not None
    assert then is not None
    assert now.map.file("shop/tax.py") is not None
    assert then.map.file("shop/tax.py") is None
    assert (await world.service.batches.snapshots_of({first.repository_id}))[first.repository_id].total == 2


async def test_another_ref_has_a_map_of_its_own(world: World) -> None:
    first = await world.cloned("refs")
    side = commit_files(world.root / "acme/refs.git", {"side.py": "def side():\n    pass\n"}, branch="side")
    tag(world.root / "acme/refs.git", "v1", side, annotated=True)
    for ref in ("side", "v1", side):
        job = await ended(world.service, (await world.service.build_map(first.repository_id, ref=ref)).job.id)
        assert (job.state, job.commit) == (JobState.SUCCEEDED, side)
        found = await world.service.snapshot(first.repository_id, ref=ref)
        assert found is not None
        assert found.map.file("side.py") is not None
    default = await world.service.snapshot(first.repository_id)
    assert default is not None
    assert default.map.commit == first.commit


async def test_a_running_clone_is_cancelled_soon_and_leaves_nothing(world: World) -> None:
    url = world.publish("cancelled", BULK)
    world.server.knobs.bytes_per_second = 20_000
    accepted = await world.service.clone(url)
    await until(world.service, accepted.job.id, phase=Phase.RECEIVING)
    asked_at = time.monotonic()
    await world.service.cancel(accepted.job.id)
    job = await ended(world.service, accepted.job.id)
    assert job.state is JobState.CANCELLED
    assert time.monotonic() - asked_at < 10
    assert list((world.data_dir / "staging").iterdir()) == []
    assert processes_of(world.data_dir) == []
    repository = await world.service.repository(job.repository_id)
    assert repository is not None
    assert repository.clone.state is CloneState.CANCELLED


async def test_a_cancelled_clone_can_be_asked_for_again(world: World) -> None:
    url = world.publish("second-thoughts", BULK)
    world.server.knobs.bytes_per_second = 20_000
    first = await world.service.clone(url)
    await until(world.service, first.job.id, phase=Phase.RECEIVING)
    await world.service.cancel(first.job.id)
    await ended(world.service, first.job.id)
    world.server.knobs.bytes_per_second = None
    second = await world.service.clone(url)
    assert second.job.id != first.job.id
    assert (await ended(world.service, second.job.id)).state is JobState.SUCCEEDED


async def test_cancelling_what_has_ended_changes_nothing(world: World) -> None:
    job = await world.cloned("over")
    assert await world.service.cancel(job.id) == job


async def test_a_removed_repository_leaves_nothing_and_says_so(world: World) -> None:
    job = await world.cloned("removed")
    clones = set(world.data_dir.glob("repos/*/*"))
    events = world.service.follow(world.service.repository_topic(job.repository_id))
    await anext(events)
    await ended(world.service, (await world.service.remove(job.repository_id)).job.id)
    async with asyncio.timeout(20):
        kinds = [event.kind async for event in events]
    assert kinds[-1] is EventKind.DELETED
    assert len(clones - set(world.data_dir.glob("repos/*/*"))) == 1
    assert not list(world.data_dir.glob(f"artifacts/**/*{job.repository_id}*/**/*"))
    assert await world.service.repository(job.repository_id) is None
    assert await world.service.snapshot(job.repository_id) is None


async def test_removing_cancels_a_running_clone_first(world: World) -> None:
    url = world.publish("removed-early", BULK)
    world.server.knobs.bytes_per_second = 20_000
    clone = await world.service.clone(url)
    await until(world.service, clone.job.id, phase=Phase.RECEIVING)
    removal = await world.service.remove(clone.repository.id)
    assert (await ended(world.service, removal.job.id)).state is JobState.SUCCEEDED
    assert (await world.service.job(clone.job.id) or pytest.fail("no job")).state is JobState.CANCELLED
    assert list((world.data_dir / "staging").iterdir()) == []


async def test_a_file_is_read_through_the_listing_only(world: World) -> None:
    job = await world.cloned("source")
    found = await world.service.snapshot(job.repository_id)
    assert found is not None
    assert await world.service.source(found, "shop/price.py") == FILES["shop/price.py"].encode()
    for path in ("shop/none.py", "../../graticule.sqlite3", "/etc/passwd", ""):
        with pytest.raises(NotFoundError):
            await world.service.source(found, path)
    with pytest.raises(AcquireError) as refused:
        await world.service.source(found, "shop/cart.py", max_bytes=10)
    assert refused.value.code is ErrorCode.TOO_LARGE


async def test_a_lost_clone_is_told_and_made_anew_by_a_refresh(world: World) -> None:
    job = await world.cloned("lost")
    found = await world.service.snapshot(job.repository_id)
    repository = await world.service.repository(job.repository_id)
    assert found is not None
    assert repository is not None
    shutil.rmtree(Folders(world.data_dir).repository(repository.name))
    with pytest.raises(NotFoundError, match="clone"):
        await world.service.source(found, "shop/price.py")
    await ended(world.service, (await world.service.refresh(job.repository_id)).job.id)
    assert await world.service.source(found, "shop/price.py") == FILES["shop/price.py"].encode()


@pytest.mark.parametrize(
    ("name", "damage"), [("unmapped", Path.unlink), ("torn", lambda artifact: artifact.write_bytes(b"half a m"))]
)
async def test_a_map_whose_bytes_are_no_longer_there_is_made_anew_by_a_refresh(
    world: World, name: str, damage: Callable[[Path], object]
) -> None:
    job = await world.cloned(name)
    for artifact in (world.data_dir / "artifacts" / job.repository_id).glob("*.map"):
        damage(artifact)
    with pytest.raises(GraticuleError):
        await world.service.snapshot(job.repository_id)
    await ended(world.service, (await world.service.refresh(job.repository_id)).job.id)
    assert await world.service.snapshot(job.repository_id) is not None


@pytest.mark.parametrize(
    ("name", "ref", "code"),
    [
        ("missing", None, ErrorCode.NOT_FOUND_OR_PRIVATE),
        ("empty", None, ErrorCode.EMPTY_REPOSITORY),
        ("full", "no-such-branch", ErrorCode.REF_NOT_FOUND),
    ],
)
async def test_what_cannot_be_cloned_is_a_failed_job_with_its_reason(
    world: World, name: str, ref: str | None, code: ErrorCode
) -> None:
    if name != "missing":
        world.publish(name, {} if name == "empty" else None)
    accepted = await world.service.clone(world.server.url(f"acme/{name}.git"), ref=ref)
    job = await ended(world.service, accepted.job.id)
    assert job.error is not None
    assert (job.state, job.error.code, job.attempt) == (JobState.FAILED, code, 1)
    assert list((world.data_dir / "staging").iterdir()) == []


async def test_a_repository_without_source_files_has_an_empty_map(world: World) -> None:
    accepted = await world.service.clone(world.publish("prose", PROSE))
    job = await ended(world.service, accepted.job.id)
    assert job.state is JobState.SUCCEEDED, job.error
    found = await world.service.snapshot(job.repository_id)
    assert found is not None
    assert (found.map.coverage.files_listed, found.map.coverage.files_parsed) == (2, 0)


async def test_a_failed_refresh_takes_nothing_away(world: World) -> None:
    first = await world.cloned("fragile")
    world.server.answer("acme/fragile.git", 404)
    world.server.answer("acme/fragile", 404)
    job = await ended(world.service, (await world.service.refresh(first.repository_id)).job.id)
    assert job.state is JobState.FAILED
    repository = await world.service.repository(first.repository_id)
    assert repository is not None
    assert (repository.clone.state, repository.map.state) == (CloneState.READY, MapState.READY)
    assert repository.served_commit == first.commit
    assert await world.service.snapshot(first.repository_id) is not None


async def test_remote_refs_are_listed_without_a_clone(world: World) -> None:
    refs = await world.service.remote_refs(world.publish("listed"))
    assert refs.default_branch == "main"
    assert [ref.name for ref in refs.branches] == ["main"]
    assert await world.service.repository_by_url(world.server.url("acme/listed.git")) is None


async def test_bad_urls_are_refused_before_anything_is_written(world: World) -> None:
    before = (await world.service.jobs()).total
    with pytest.raises(InvalidUrlError):
        await world.service.clone("https://user:secret@example.com/a/b")
    with pytest.raises(NotAllowedError):
        await world.service.clone("http://10.0.0.1/a/b")
    assert (await world.service.jobs()).total == before


async def test_what_is_not_known_is_not_found(world: World) -> None:
    with pytest.raises(NotFoundError):
        await world.service.refresh("no-such-repository")
    with pytest.raises(NotFoundError):
        await world.service.cancel("no-such-job")
    assert await world.service.repository("no-such-repository") is None
    assert await world.service.job("no-such-job") is None


async def test_jobs_are_listed_newest_first(world: World) -> None:
    first = await world.cloned("history")
    accepted = await world.service.refresh(first.repository_id)
    await ended(world.service, accepted.job.id)
    page = await world.service.jobs(repository_id=first.repository_id)
    assert [job.kind for job in page.items] == [JobKind.REFRESH, JobKind.CLONE]


async def test_head_is_another_word_for_the_default_branch(world: World) -> None:
    first = await world.cloned("head")
    again = await world.service.clone(world.server.url("acme/head.git"), ref="HEAD")
    assert (again.job.id, again.job.ref) == (first.id, None)
    assert await world.service.snapshot(first.repository_id, ref="HEAD") is not None
