"""A connection that breaks in the middle of a real pack, wherever that is, and one that is only slow."""

import asyncio
import random
import subprocess
from pathlib import Path

import pytest

from services.acquire.clones import Clone, Clones
from services.acquire.git import GitLimits
from services.acquire.remotes import Remote, RemotePolicy
from services.errors import AcquireError, ErrorCode
from tests.support.gitrepo import git_environment, make_repository
from tests.support.residue import processes_of
from tests.support.running import local_settings
from tests.support.smart import Smart, Stream, dripping, fetched, listing
from tests.support.traps import Traps

pytestmark = pytest.mark.anyio

POLICY = RemotePolicy.from_settings(local_settings(Path("/nowhere")))
DROPS = 50
AT_ONCE = 6
STALL_SECONDS = 1.0


def real_pack(folder: Path) -> tuple[str, bytes]:
    """Give a commit and the pack that git itself makes of it: a folder of text, and noise."""
    noise = random.Random(7)  # noqa: S311  no secret
    files: dict[str, bytes | str] = {f"src/m{n}.py": f"def f{n}():\n    return {n}\n" * 40 for n in range(40)}
    files |= {f"data/{n}.bin": noise.randbytes(1500) for n in range(20)}
    commit = make_repository(folder, files)
    command = ["git", "-C", str(folder), "pack-objects", "--revs", "--stdout", "-q"]
    done = subprocess.run(command, input=commit.encode(), env=git_environment(), check=True, stdout=subprocess.PIPE)
    return commit, done.stdout


async def acquire(clones: Clones, port: int, key: str) -> Clone:
    remote = Remote.parse(f"http://127.0.0.1:{port}/o/n", policy=POLICY)
    return await clones.acquire(remote, ref=None, key=key, report=lambda _: None)


def left_of(data: Path) -> list[str]:
    """Give what lies where attempts work, and who still works there."""
    left = [str(path) for part in ("staging", "trash", "repos") for path in (data / part).rglob("*")]
    return [*left, *processes_of(data)]


async def test_wherever_a_pack_breaks_off_it_is_the_network_and_nothing_is_left(tmp_path: Path) -> None:
    commit, pack = real_pack(tmp_path / "source")
    whole = fetched(pack, shallow=commit)
    places = sorted(random.Random(1).sample(range(1, len(whole) - 4), DROPS))  # noqa: S311  no secret
    clones = Clones(tmp_path / "data", policy=POLICY, limits=GitLimits(stall_seconds=20, wall_seconds=50))
    turns = asyncio.Semaphore(AT_ONCE)

    async def broken_at(port: int, place: int) -> str | None:
        async with turns:
            try:
                await acquire(clones, port, f"drop-{place}")
            except AcquireError as error:
                return None if error.code is ErrorCode.NETWORK and error.retryable else f"{place}: {error.message}"
        return f"{place}: it was cloned"

    with Traps() as traps:
        refs = listing({"refs/heads/main": commit})
        ports = [traps.open(Smart(listing=refs, fetched=whole[:place])) for place in places]
        ends = await asyncio.gather(*map(broken_at, ports, places))
        assert [end for end in ends if end] == []
        assert left_of(tmp_path / "data") == []
        good = traps.open(Smart(listing=refs, fetched=whole))
        assert (await acquire(clones, good, "whole")).commit == commit


@pytest.mark.parametrize("slow", ["refs", "pack"])
async def test_a_steady_trickle_that_takes_many_stall_limits_is_waited_for(tmp_path: Path, slow: str) -> None:
    commit, pack = real_pack(tmp_path / "source")
    refs, whole = (
        listing({"refs/heads/main": commit} | {f"refs/heads/b{n}": commit for n in range(900)}),
        fetched(pack, shallow=commit),
    )

    def trickled(content: bytes) -> Stream:
        return lambda: dripping(content, size=len(content) // 40, pause=STALL_SECONDS / 8)

    answers = {"refs": refs, "pack": whole}
    smart = Smart(
        listing=trickled(refs) if slow == "refs" else answers["refs"],
        fetched=trickled(whole) if slow == "pack" else answers["pack"],
    )
    limits = GitLimits(stall_seconds=STALL_SECONDS, wall_seconds=50)
    clones = Clones(tmp_path / "data", policy=POLICY, limits=limits)
    with Traps() as traps:
        began = asyncio.get_running_loop().time()
        assert (await acquire(clones, traps.open(smart), "slow")).commit == commit
        assert asyncio.get_running_loop().time() - began > 3 * STALL_SECONDS
