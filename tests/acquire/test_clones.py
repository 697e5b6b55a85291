"""Clones over real smart HTTP and from local folders: what is made, refreshed and removed."""

import asyncio
import os
import shutil
from pathlib import Path

import pytest

from services.acquire.clones import Clone, Clones
from services.acquire.objects import list_tree
from services.acquire.remotes import Remote, RemotePolicy
from services.errors import AcquireError, ErrorCode, GraticuleError
from services.models import Phase, Progress
from tests.support.gitrepo import commit_files, make_repository, run_git, tag
from tests.support.gitserver import GitServer

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("residue")]

NO_COMMIT = "f" * 40


@pytest.fixture
def remote(server: GitServer, policy: RemotePolicy) -> Remote:
    return Remote.parse(server.url("owner/name.git"), policy=policy)


@pytest.fixture
def source(served: Path) -> Path:
    return served / "owner/name.git"


async def acquire(clones: Clones, remote: Remote, ref: str | None = None) -> Clone:
    return await clones.acquire(remote, ref=ref, key="job-1", report=lambda _: None)


async def refused(clones: Clones, remote: Remote, ref: str | None = None) -> ErrorCode:
    with pytest.raises(AcquireError) as failed:
        await acquire(clones, remote, ref)
    return failed.value.code


def commits_in(clone: Path) -> int:
    return int(run_git(f"--git-dir={clone}", "rev-list", "--all", "--count"))


async def test_a_clone_is_bare_and_one_commit_deep(clones: Clones, remote: Remote, source: Path) -> None:
    make_repository(source, {"a.py": "x = 1\n"}, branch="trunk")
    head = commit_files(source, {"b.py": "y = 2\n"}, branch="trunk")
    clone = await acquire(clones, remote)
    assert (clone.commit, clone.ref, clone.default_branch) == (head, None, "trunk")
    assert clone.path == clones.path_of(remote.name)
    assert commits_in(clone.path) == 1
    assert not (clone.path / ".git").exists()
    assert clone.size_bytes > 500
    assert [entry.path for entry in await list_tree(clone.path, head, max_entries=9)] == ["a.py", "b.py"]


async def test_progress_goes_through_gits_phases_with_counters(clones: Clones, remote: Remote, source: Path) -> None:
    make_repository(source, {f"{number}.py": "x" * number for number in range(300)})
    seen: list[Progress] = []
    await clones.acquire(remote, ref=None, key="job-1", report=seen.append)
    phases = list(dict.fromkeys(progress.phase for progress in seen))
    servers = [Phase.ENUMERATING, Phase.COUNTING, Phase.COMPRESSING]
    assert phases == [Phase.RESOLVING, *servers, Phase.RECEIVING, Phase.INDEXING]
    received = [progress for progress in seen if progress.phase is Phase.RECEIVING]
    assert (received[-1].current, received[-1].total) == (302, 302)


async def test_a_slow_clone_tells_bytes_and_speed(
    clones: Clones, remote: Remote, source: Path, server: GitServer
) -> None:
    make_repository(source, {f"{number}": os.urandom(2000) for number in range(300)})
    server.knobs.bytes_per_second = 700_000
    seen: list[Progress] = []
    await clones.acquire(remote, ref=None, key="job-1", report=seen.append)
    received = [progress.received_bytes for progress in seen if progress.received_bytes]
    assert received == sorted(received)
    assert received[-1] > 500_000
    assert any(progress.bytes_per_second for progress in seen)


@pytest.mark.parametrize("first", [True, False], ids=["first clone", "refresh"])
async def test_any_branch_tag_or_commit_can_be_asked_for(
    clones: Clones,
    remote: Remote,
    source: Path,
    first: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    old = make_repository(source, {"a": "1"})
    side = commit_files(source, {"side": "1"}, branch="feature/side")
    commit_files(source, {"a": "2"})
    tag(source, "light", old)
    tag(source, "heavy", old, annotated=True)
    for ref, commit in (("feature/side", side), ("light", old), ("heavy", old), (old, old), ("refs/heads/main", None)):
        if first:
            await clones.remove(remote.name)
        clone = await acquire(clones, remote, ref)
        assert clone.commit == (commit or run_git("-C", str(source), "rev-parse", "main"))
        await list_tree(clone.path, clone.commit, max_entries=9)


async def test_a_repository_of_sha256_objects_is_cloned(clones: Clones, remote: Remote, source: Path) -> None:
    run_git("init", "--quiet", "--bare", "--object-format=sha256", "--initial-branch=main", str(source))
    head = commit_files(source, {"a": "1"})
    assert len(head) == 64
    assert (await acquire(clones, remote, head)).commit == head
    assert (await acquire(clones, remote)).commit == head


@pytest.mark.parametrize("ref", ["no-such", NO_COMMIT, "HEAD/x"])
async def test_a_missing_ref_is_told(clones: Clones, remote: Remote, source: Path, ref: str) -> None:
    make_repository(source, {"a": "1"})
    assert await refused(clones, remote, ref) is ErrorCode.REF_NOT_FOUND
    assert not clones.path_of(remote.name).exists()
    await acquire(clones, remote)
    assert await refused(clones, remote, ref) is ErrorCode.REF_NOT_FOUND
    assert commits_in(clones.path_of(remote.name)) == 1


async def test_a_tag_of_a_file_is_no_commit(clones: Clones, remote: Remote, source: Path) -> None:
    make_repository(source, {"a": "1"})
    tag(source, "file", run_git("-C", str(source), "rev-parse", "main:a"))
    await acquire(clones, remote)
    assert await refused(clones, remote, "file") is ErrorCode.REF_NOT_FOUND


async def test_an_empty_repository_is_told(clones: Clones, remote: Remote, source: Path) -> None:
    make_repository(source, {})
    assert await refused(clones, remote) is ErrorCode.EMPTY_REPOSITORY
    with pytest.raises(AcquireError) as failed:
        await clones.remote_refs(remote)
    assert failed.value.code is ErrorCode.EMPTY_REPOSITORY


async def test_a_head_that_points_nowhere_asks_for_a_ref(clones: Clones, remote: Remote, source: Path) -> None:
    head = make_repository(source, {"a": "1"}, branch="dev")
    run_git("-C", str(source), "symbolic-ref", "HEAD", "refs/heads/gone")
    assert await refused(clones, remote) is ErrorCode.REF_NOT_FOUND
    assert (await acquire(clones, remote, "dev")).commit == head


async def test_a_detached_head_is_followed(clones: Clones, remote: Remote, source: Path) -> None:
    old = make_repository(source, {"a": "1"})
    new = commit_files(source, {"a": "2"})
    (source / "HEAD").write_text(f"{old}\n")
    assert (await acquire(clones, remote)).commit == old
    (source / "HEAD").write_text(f"{new}\n")
    refreshed = await acquire(clones, remote)
    assert (refreshed.commit, refreshed.default_branch) == (new, None)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, ErrorCode.AUTH_REQUIRED),
        (403, ErrorCode.AUTH_REQUIRED),
        (404, ErrorCode.NOT_FOUND_OR_PRIVATE),
        (429, ErrorCode.RATE_LIMITED),
        (500, ErrorCode.NETWORK),
    ],
)
async def test_a_status_of_the_server_has_its_code(
    clones: Clones, remote: Remote, server: GitServer, status: int, code: ErrorCode
) -> None:
    server.answer("owner/name.git", status)
    server.answer("owner/name", status)
    assert await refused(clones, remote) is code
    with pytest.raises(AcquireError) as failed:
        await clones.remote_refs(remote)
    assert failed.value.code is code


async def test_a_server_that_is_not_there_is_a_network_error(clones: Clones, remote: Remote, server: GitServer) -> None:
    server.close()
    assert await refused(clones, remote) is ErrorCode.NETWORK


async def test_the_spelling_without_git_finds_the_repository(
    clones: Clones, server: GitServer, source: Path, policy: RemotePolicy
) -> None:
    head = make_repository(source, {"a": "1"})
    short = Remote.parse(server.url("owner/name"), policy=policy)
    assert (await acquire(clones, short)).commit == head
    assert (await clones.remote_refs(short)).head == head
    assert short.name == Remote.parse(server.url("owner/name.git"), policy=policy).name


async def test_acquiring_again_brings_the_new_commit(clones: Clones, remote: Remote, source: Path) -> None:
    make_repository(source, {"a": "1"})
    await acquire(clones, remote)
    new = commit_files(source, {"a": "2"})
    refreshed = await acquire(clones, remote)
    assert (refreshed.commit, refreshed.default_branch) == (new, "main")
    entries = await list_tree(refreshed.path, new, max_entries=9)
    assert [entry.path for entry in entries] == ["a"]


async def test_acquiring_what_is_here_transfers_nothing(
    clones: Clones, remote: Remote, source: Path, server: GitServer
) -> None:
    make_repository(source, {"a": "1"})
    first = await acquire(clones, remote)
    before = server.packs_sent()
    assert await acquire(clones, remote) == first
    assert server.packs_sent() - before == 1  # the listing of refs


async def test_a_default_branch_that_was_renamed_is_followed(clones: Clones, remote: Remote, source: Path) -> None:
    make_repository(source, {"a": "1"}, branch="master")
    await acquire(clones, remote)
    new = commit_files(source, {"b": "1"}, branch="main")
    run_git("-C", str(source), "symbolic-ref", "HEAD", "refs/heads/main")
    refreshed = await acquire(clones, remote)
    assert (refreshed.commit, refreshed.default_branch) == (new, "main")


async def test_a_branch_that_became_a_folder_of_branches_is_followed(
    clones: Clones, remote: Remote, source: Path
) -> None:
    make_repository(source, {"a": "1"}, branch="next")
    await acquire(clones, remote)
    run_git("-C", str(source), "update-ref", "-d", "refs/heads/next")
    new = commit_files(source, {"b": "1"}, branch="next/one")
    run_git("-C", str(source), "symbolic-ref", "HEAD", "refs/heads/next/one")
    assert (await acquire(clones, remote)).commit == new
    run_git("-C", str(source), "update-ref", "-d", "refs/heads/next/one")
    newest = commit_files(source, {"c": "1"}, branch="next")
    assert (await acquire(clones, remote, "next")).commit == newest


async def test_a_branch_that_was_rewritten_is_followed(clones: Clones, remote: Remote, source: Path) -> None:
    first = make_repository(source, {"a": "1"})
    commit_files(source, {"a": "2"})
    await acquire(clones, remote)
    run_git("-C", str(source), "update-ref", "refs/heads/main", first)
    assert (await acquire(clones, remote)).commit == first


async def test_two_at_once_make_one_clone(clones: Clones, remote: Remote, source: Path, server: GitServer) -> None:
    head = make_repository(source, {"a": "1"})
    one, two = await asyncio.gather(
        clones.acquire(remote, ref=None, key="job-1", report=lambda _: None),
        clones.acquire(remote, ref=None, key="job-2", report=lambda _: None),
    )
    assert one.commit == two.commit == head
    assert server.packs_sent() == 3  # refs and pack for the clone, refs for the one that came second


async def test_the_refs_of_a_remote_are_listed_without_a_clone(clones: Clones, remote: Remote, source: Path) -> None:
    head = make_repository(source, {"a": "1"})
    tag(source, "v1", head, annotated=True)
    refs = await clones.remote_refs(remote)
    assert (refs.head, refs.default_branch) == (head, "main")
    assert [(found.name, found.commit) for found in (*refs.branches, *refs.tags)] == [("main", head), ("v1", head)]
    assert not clones.path_of(remote.name).exists()


@pytest.mark.parametrize("bare", [True, False], ids=["bare", "checkout"])
async def test_a_local_folder_is_cloned_one_commit_deep(
    clones: Clones,
    tmp_path: Path,
    policy: RemotePolicy,
    bare: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    folder = tmp_path / "my code" / "projéct"
    make_repository(folder, {"a": "1"}, bare=bare)
    head = commit_files(folder, {"a": "2"})
    seen: list[Progress] = []
    local = Remote.parse(str(folder), policy=policy)
    clone = await clones.acquire(local, ref=None, key="job-1", report=seen.append)
    assert (clone.commit, commits_in(clone.path)) == (head, 1)
    assert (seen[-1].phase, seen[-1].current, seen[-1].total) == (Phase.RECEIVING, 3, 3)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to another user")
async def test_a_local_folder_of_another_user_is_cloned(clones: Clones, tmp_path: Path, policy: RemotePolicy) -> None:
    head = make_repository(tmp_path / "theirs", {"a": "1"}, bare=False)
    for path in (tmp_path / "theirs", *(tmp_path / "theirs").rglob("*")):
        os.chown(path, 12345, 12345)
    local = Remote.parse(str(tmp_path / "theirs"), policy=policy)
    assert (await acquire(clones, local)).commit == head
    assert (await clones.remote_refs(local)).head == head


async def test_a_folder_that_is_no_repository_is_told(clones: Clones, tmp_path: Path, policy: RemotePolicy) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        local = Remote.parse(str(folder), policy=policy)
        assert await refused(clones, local) is ErrorCode.NOT_FOUND_OR_PRIVATE


async def test_a_removed_clone_is_gone_and_removing_it_again_is_fine(
    clones: Clones, remote: Remote, source: Path
) -> None:
    make_repository(source, {"a": "1"})
    clone = await acquire(clones, remote)
    for _ in range(2):
        await clones.remove(remote.name)
        assert not clone.path.exists()


async def test_a_key_cannot_leave_the_staging_folder(clones: Clones, remote: Remote) -> None:
    for key in ("../../x", "", ".hidden", "a/b"):
        with pytest.raises(GraticuleError):
            await clones.acquire(remote, ref=None, key=key, report=lambda _: None)


async def test_a_clone_with_a_damaged_pack_serves_the_next_commit(clones: Clones, remote: Remote, source: Path) -> None:
    make_repository(source, {"a": "1"})
    first = await acquire(clones, remote)
    for pack in (first.path / "objects/pack").glob("*.pack"):
        pack.chmod(0o600)
        pack.write_bytes(b"PACK" + bytes(60))
    head = commit_files(source, {"b": "2"})
    again = await acquire(clones, remote)
    assert again.commit == head
    assert [entry.path for entry in await list_tree(again.path, head, max_entries=9)] == ["a", "b"]


async def test_a_clone_without_objects_is_made_again(clones: Clones, remote: Remote, source: Path) -> None:
    head = make_repository(source, {"a": "1"})
    first = await acquire(clones, remote)
    shutil.rmtree(first.path / "objects")
    again = await acquire(clones, remote)
    assert (again.commit, again.fresh) == (head, True)


async def test_a_sound_clone_stays_when_the_remote_is_damaged(clones: Clones, remote: Remote, source: Path) -> None:
    head = make_repository(source, {"a": "1"})
    await acquire(clones, remote)
    commit_files(source, {"b": "2"})
    blob = run_git("-C", str(source), "rev-parse", "main:b")
    (source / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(AcquireError):
        await acquire(clones, remote)
    assert [entry.path for entry in await list_tree(clones.path_of(remote.name), head, max_entries=9)] == ["a"]


async def test_a_clone_that_is_read_is_not_evicted(clones: Clones, remote: Remote, source: Path) -> None:
    make_repository(source, {"a": "1"})
    clone = await acquire(clones, remote)

    async def agreed() -> bool:
        return True

    async with clones.read(remote.name):
        assert not await clones.evict(remote.name, agreed=agreed)
        assert clone.path.is_dir()
    assert await clones.evict(remote.name, agreed=agreed)
    assert not clone.path.exists()
