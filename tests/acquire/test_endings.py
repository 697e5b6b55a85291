"""Every way in which an attempt can end badly: typed, in time, and without a trace."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.acquire.clones import Clones
from services.acquire.git import GitLimits
from services.acquire.remotes import Remote, RemotePolicy
from services.errors import AcquireError, ErrorCode
from services.models import Phase, Progress
from tests.support.gitrepo import commit_files, make_repository, run_git
from tests.support.gitserver import GitServer
from tests.support.packs import Thing, blob, bomb, commit, pack, plant, tree
from tests.support.residue import processes_of, wait_for_no_process_of

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("residue")]

MEBIBYTE = 2**20


@pytest.fixture
def remote(server: GitServer, policy: RemotePolicy) -> Remote:
    return Remote.parse(server.url("owner/name.git"), policy=policy)


@pytest.fixture
def source(served: Path) -> Path:
    return served / "owner/name.git"


def limited(tmp_path: Path, policy: RemotePolicy, limits: GitLimits) -> Clones:
    return Clones(tmp_path / "data", policy=policy, limits=limits)


async def failing(clones: Clones, remote: Remote) -> AcquireError:
    with pytest.raises(AcquireError) as failed:
        await clones.acquire(remote, ref=None, key="job-1", report=lambda _: None)
    return failed.value


async def begin(clones: Clones, remote: Remote, *, until: Phase) -> asyncio.Task[object]:
    """Start an attempt and wait until it has reached a phase."""
    reached = asyncio.Event()

    def report(progress: Progress) -> None:
        if progress.phase is until:
            reached.set()

    task: asyncio.Task[object] = asyncio.create_task(clones.acquire(remote, ref=None, key="job-1", report=report))
    await asyncio.wait({asyncio.create_task(reached.wait()), task}, return_when=asyncio.FIRST_COMPLETED, timeout=20)
    assert reached.is_set()
    return task


async def cancel(task: asyncio.Task[object]) -> float:
    started = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    return time.monotonic() - started


async def test_cancelling_a_clone_leaves_nothing(
    clones: Clones, remote: Remote, source: Path, server: GitServer, tmp_path: Path
) -> None:
    make_repository(source, {f"{number}": os.urandom(20_000) for number in range(100)})
    server.knobs.bytes_per_second = 400_000
    task = await begin(clones, remote, until=Phase.RECEIVING)
    assert processes_of(tmp_path)
    assert await cancel(task) < 10
    assert processes_of(tmp_path) == []
    assert not clones.path_of(remote.name).exists()


async def test_cancelling_a_refresh_leaves_the_clone_as_it_was(
    clones: Clones, remote: Remote, source: Path, server: GitServer, tmp_path: Path
) -> None:
    make_repository(source, {"a": "1"})
    clone = await clones.acquire(remote, ref=None, key="job-1", report=lambda _: None)
    before = sorted(path.name for path in clone.path.rglob("*"))
    new = commit_files(source, {f"{number}": os.urandom(20_000) for number in range(100)})
    server.knobs.bytes_per_second = 400_000
    assert await cancel(await begin(clones, remote, until=Phase.RECEIVING)) < 10
    assert processes_of(tmp_path) == []
    assert sorted(path.name for path in clone.path.rglob("*")) == before
    server.knobs.bytes_per_second = None
    assert (await clones.acquire(remote, ref=None, key="job-2", report=lambda _: None)).commit == new


async def test_cancelling_who_waits_for_a_turn_does_not_disturb_who_has_it(
    clones: Clones, remote: Remote, source: Path, server: GitServer
) -> None:
    head = make_repository(source, {f"{number}": os.urandom(5_000) for number in range(50)})
    server.knobs.bytes_per_second = 500_000
    first = await begin(clones, remote, until=Phase.RECEIVING)
    second = asyncio.create_task(clones.acquire(remote, ref=None, key="job-2", report=lambda _: None))
    await asyncio.sleep(0.05)
    second.cancel()
    await first
    with pytest.raises(asyncio.CancelledError):
        await second
    assert (await clones.acquire(remote, ref=None, key="job-3", report=lambda _: None)).commit == head


async def test_a_server_that_falls_silent_is_given_up(
    tmp_path: Path, policy: RemotePolicy, remote: Remote, source: Path, server: GitServer
) -> None:
    make_repository(source, {f"{number}": os.urandom(20_000) for number in range(20)})
    server.knobs.silent_after_bytes = 50_000
    error = await failing(limited(tmp_path, policy, GitLimits(stall_seconds=1)), remote)
    assert (error.code, error.retryable) == (ErrorCode.STALLED, True)
    assert processes_of(tmp_path) == []


async def test_a_slow_server_that_keeps_moving_is_waited_for(
    tmp_path: Path, policy: RemotePolicy, remote: Remote, source: Path, server: GitServer
) -> None:
    head = make_repository(source, {f"{number}": os.urandom(10_000) for number in range(20)})
    server.knobs.bytes_per_second = 60_000
    clones = limited(tmp_path, policy, GitLimits(stall_seconds=2))
    assert (await clones.acquire(remote, ref=None, key="job-1", report=lambda _: None)).commit == head


async def test_a_repository_that_is_too_large_is_given_up(
    tmp_path: Path, policy: RemotePolicy, remote: Remote, source: Path
) -> None:
    make_repository(source, {"large": os.urandom(3 * MEBIBYTE)})
    error = await failing(limited(tmp_path, policy, GitLimits(size_bytes=MEBIBYTE)), remote)
    assert error.code is ErrorCode.TOO_LARGE


async def test_many_files_together_are_too_large_as_well(
    tmp_path: Path, policy: RemotePolicy, remote: Remote, source: Path, server: GitServer
) -> None:
    make_repository(source, {f"{number}": os.urandom(50_000) for number in range(40)})
    server.knobs.bytes_per_second = 4 * MEBIBYTE
    clones = limited(tmp_path, policy, GitLimits(size_bytes=MEBIBYTE))
    assert (await failing(clones, remote)).code is ErrorCode.TOO_LARGE


def plant_bomb(source: Path, *, mebibytes: int) -> None:
    """Pack a file of zeros as a delta that copies one MiB over and over: about 2 kB for 100 MiB."""
    base, delta = bomb(mebibytes)
    run_git("-C", str(source), "index-pack", "--stdin", stdin=pack([base], more=[delta]))
    point_main_at(source, tree(("100644", "a", base), ("100644", "b", blob(bytes(mebibytes * MEBIBYTE)))))


async def test_a_delta_bomb_cannot_take_all_memory(
    tmp_path: Path, policy: RemotePolicy, remote: Remote, source: Path
) -> None:
    make_repository(source, {"a": "1"})
    plant_bomb(source, mebibytes=100)
    error = await failing(limited(tmp_path, policy, GitLimits(memory_bytes=96 * MEBIBYTE)), remote)
    assert error.code is ErrorCode.MEMORY_LIMIT


def point_main_at(source: Path, top: Thing) -> str:
    made = commit(top)
    plant(source, top, made)
    (source / "refs/heads/main").write_text(f"{made.name}\n")
    return made.name


async def test_objects_that_fail_gits_checks_are_refused(clones: Clones, remote: Remote, source: Path) -> None:
    make_repository(source, {"a": "1"})
    point_main_at(source, tree(("100644", ".git", run_git("-C", str(source), "rev-parse", "main:a"))))
    error = await failing(clones, remote)
    assert (error.code, error.retryable) == (ErrorCode.CORRUPT_OBJECTS, False)


async def test_flaws_of_old_honest_repositories_are_let_through(clones: Clones, remote: Remote, source: Path) -> None:
    make_repository(source, {"d/a": "1"})
    made = point_main_at(source, tree(("040000", "d", run_git("-C", str(source), "rev-parse", "main:d"))))
    assert (await clones.acquire(remote, ref=None, key="job-1", report=lambda _: None)).commit == made


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a file system of 1 MiB where clones go."""
    place = tmp_path / "tiny"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("a full disk needs the right to mount one")
    yield place
    subprocess.run(["umount", str(place)], check=True)


async def test_a_full_disk_is_told_and_nothing_is_left(
    tiny_disk: Path, policy: RemotePolicy, remote: Remote, source: Path
) -> None:
    make_repository(source, {"large": os.urandom(2 * MEBIBYTE)})
    error = await failing(Clones(tiny_disk, policy=policy, limits=GitLimits()), remote)
    assert (error.code, error.retryable) == (ErrorCode.DISK_FULL, True)
    assert files_below(tiny_disk) == []


ATTEMPT = """
import asyncio, sys
from pathlib import Path
from services.acquire.clones import Clones
from services.acquire.git import GitLimits
from services.acquire.remotes import Remote, RemotePolicy
from services.settings import Settings

policy = RemotePolicy.from_settings(Settings.model_validate(
    {"allow_protocols": "http", "allow_networks": "127.0.0.0/8", "allow_hosts": "127.0.0.1", "allow_ports": "*"}
))
clones = Clones(Path(sys.argv[1]), policy=policy, limits=GitLimits())
remote = Remote.parse(sys.argv[2], policy=policy)
report = lambda progress: print(progress.phase, flush=True)
asyncio.run(clones.acquire(remote, ref=None, key="dead-1", report=report))
"""


def kill_in_mid_clone(folder: Path, url: str) -> None:
    """Run an attempt in a process of its own, and end that with SIGKILL while it receives."""
    arguments = [sys.executable, "-c", ATTEMPT, str(folder / "data"), url]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE) as attempt:
        assert attempt.stdout is not None
        while Phase.RECEIVING.value.encode() not in attempt.stdout.readline():
            assert attempt.poll() is None
        assert processes_of(folder)
        attempt.send_signal(signal.SIGKILL)


@pytest.mark.parametrize("silent", [True, False], ids=["silent server", "slow server"])
async def test_killing_the_server_process_takes_git_along(
    clones: Clones,
    source: Path,
    server: GitServer,
    tmp_path: Path,
    silent: bool,  # noqa: FBT001  a parameter
) -> None:
    make_repository(source, {f"{number}": os.urandom(20_000) for number in range(100)})
    server.knobs.bytes_per_second = 400_000
    if silent:
        server.knobs.silent_after_bytes = 200_000
    kill_in_mid_clone(tmp_path, server.url("owner/name.git"))
    assert wait_for_no_process_of(tmp_path) == []
    assert (tmp_path / "data/staging/dead-1").exists()
    assert clones.sweep(live_keys={"dead-1"}) == 0
    assert clones.sweep(live_keys={"other-1"}) == 1


async def test_sweeping_spares_who_is_at_work_here(
    clones: Clones, remote: Remote, source: Path, server: GitServer
) -> None:
    head = make_repository(source, {f"{number}": os.urandom(5_000) for number in range(50)})
    server.knobs.bytes_per_second = 500_000
    task = await begin(clones, remote, until=Phase.RECEIVING)
    assert clones.sweep(live_keys=()) == 0
    await task
    assert clones.path_of(remote.name).joinpath("HEAD").exists()
    assert head
