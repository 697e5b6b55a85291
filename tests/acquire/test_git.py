"""The runner: what git gets to see, what it may take, and how it ends."""

import asyncio
import time
from pathlib import Path

import pytest

from services.acquire import git
from services.acquire.environment import GitEnvironment
from services.acquire.git import Finished, GitLimits, check_git_version
from services.acquire.private_config import safe_directory_config
from services.errors import AcquireError, ErrorCode, GraticuleError
from tests.support.patience import until
from tests.support.residue import processes_of, wait_for_no_process_of

pytestmark = pytest.mark.anyio

LIMITS = GitLimits(stall_seconds=20, wall_seconds=20)
SEES_PROCESSES = GitEnvironment(reads=(Path("/proc"),))


async def shell(script: str, *, limits: GitLimits = LIMITS, environment: GitEnvironment | None = None) -> Finished:
    """Run a script as an alias of git: it sees exactly what git sees."""
    return await git.run(["-c", f"alias.x=!{script}", "x"], environment=environment or GitEnvironment(), limits=limits)


async def test_nothing_of_the_servers_environment_reaches_git(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("https_proxy", "GIT_DIR", "GIT_SSH_COMMAND", "SECRET", "GIT_CONFIG_PARAMETERS", "LD_PRELOAD"):
        monkeypatch.setenv(name, "")
    seen = (await shell("env")).output.decode()
    names = {line.partition("=")[0] for line in seen.splitlines()}
    ours = {name for name in GitEnvironment().variables() if not name.startswith("GIT_CONFIG_")}
    assert names >= ours
    assert {name for name in names - ours if not name.startswith("GIT_CONFIG_")} <= {
        "GIT_EXEC_PATH",
        "PWD",
        "_",
        "GIT_PREFIX",
    }


async def test_no_configuration_of_the_machine_or_the_user_counts(tmp_path: Path) -> None:
    (tmp_path / ".gitconfig").write_text("[alias]\n\tplanted = version\n")
    listed = await git.run(
        ["config", "--list", "--show-origin"], environment=GitEnvironment(home=tmp_path), limits=LIMITS
    )
    assert {line.split("\t")[0] for line in listed.output.decode().splitlines()} == {"command line:"}


async def test_only_the_protocol_of_the_remote_is_allowed() -> None:
    refused = await git.run(["ls-remote", "file:///x"], environment=GitEnvironment("https"), limits=LIMITS)
    assert refused.exit_code == 128
    assert any("'file' not allowed" in line for line in refused.lines)


async def test_git_runs_under_limits_with_default_signals_and_in_its_own_session() -> None:
    limits = GitLimits(memory_bytes=512 * 2**20, size_bytes=64 * 2**20, wall_seconds=77)
    seen = (await shell("ulimit -v; ulimit -f; ulimit -t; ulimit -c; ulimit -n", limits=limits)).output.split()
    assert seen == [b"524288", b"131072", b"77", b"0", b"1024"]
    ignored = (await shell("grep SigIgn /proc/self/status", environment=SEES_PROCESSES)).output.split()[1]
    assert int(ignored, 16) & (1 << 12) == 0


async def test_silence_ends_in_a_stall() -> None:
    started = time.monotonic()
    with pytest.raises(AcquireError) as failed:
        await shell("sleep 30", limits=GitLimits(stall_seconds=0.3))
    assert failed.value.code is ErrorCode.STALLED
    assert time.monotonic() - started < 20


async def test_whatever_moves_does_not_stall() -> None:
    limits = GitLimits(stall_seconds=2)
    assert (await shell("for i in 1 2 3 4 5 6; do sleep 0.4; echo $i >&2; done", limits=limits)).exit_code == 0


async def test_the_wall_limit_ends_even_what_moves() -> None:
    with pytest.raises(AcquireError) as failed:
        await shell("while true; do echo x; sleep 0.05; done", limits=GitLimits(wall_seconds=0.5))
    assert failed.value.code is ErrorCode.TIMEOUT


async def test_a_folder_that_grows_too_large_ends_the_run(tmp_path: Path) -> None:
    grow = f"for i in 1 2 3 4 5 6 7 8 9; do head -c 100000 /dev/zero > {tmp_path}/$i; sleep 0.1; done; sleep 9"
    limits = GitLimits(size_bytes=500_000)
    with pytest.raises(AcquireError) as failed:
        await git.run(["-c", f"alias.x=!{grow}", "x"], environment=GitEnvironment(), limits=limits, folder=tmp_path)
    assert failed.value.code is ErrorCode.TOO_LARGE


@pytest.mark.parametrize("script", ["sleep 60", "sleep 60 & sleep 60"])
async def test_cancelling_ends_the_whole_process_group(tmp_path: Path, script: str) -> None:
    run = asyncio.create_task(shell(script, environment=GitEnvironment(home=tmp_path / "home")))
    await until(lambda: any("sleep 60" in command for command in processes_of(tmp_path)))
    started = time.monotonic()
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert time.monotonic() - started < 10
    assert processes_of(tmp_path) == []


def block_until_children(folder: Path) -> None:
    """Keep the event loop from hearing of git before git has children, as a busy machine does."""
    deadline = time.monotonic() + 20
    while not {"sleep 60 ", "sleep 61 "} <= set(processes_of(folder)):
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("times", [1, 5])
async def test_cancelling_while_git_starts_ends_its_children_as_well(tmp_path: Path, times: int) -> None:
    run = asyncio.create_task(shell("sleep 60 & sleep 61", environment=GitEnvironment(home=tmp_path / "home")))
    while not processes_of(tmp_path):  # noqa: ASYNC110  turn by turn
        await asyncio.sleep(0)
    block_until_children(tmp_path)
    for _ in range(times):
        run.cancel()
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await run
    assert processes_of(tmp_path) == []


async def test_impatient_cancelling_does_not_leave_a_process(tmp_path: Path) -> None:
    run = asyncio.create_task(shell("trap '' TERM; sleep 60", environment=GitEnvironment(home=tmp_path / "home")))
    await until(lambda: any("sleep 60" in command for command in processes_of(tmp_path)))
    for _ in range(5):
        run.cancel()
        await asyncio.sleep(0.02)
    with pytest.raises(asyncio.CancelledError):
        await run
    assert wait_for_no_process_of(tmp_path) == []


async def test_a_process_that_git_leaves_behind_is_ended(tmp_path: Path) -> None:
    environment = GitEnvironment(home=tmp_path / "home")
    assert (await shell("sleep 60 >/dev/null 2>&1 &", environment=environment)).exit_code == 0
    assert wait_for_no_process_of(tmp_path) == []


async def test_output_without_end_is_cut_off() -> None:
    with pytest.raises(AcquireError) as failed:
        await shell("cat /dev/zero")
    assert failed.value.code is ErrorCode.INTERNAL


async def test_a_reader_that_stops_early_leaves_no_pipe_open() -> None:
    before = open_files()
    with pytest.raises(AcquireError):
        await shell("trap '' TERM; cat /dev/zero")  # goes on writing until it is killed
    assert open_files() == before


def open_files() -> list[Path]:
    return sorted(Path("/proc/self/fd").iterdir())


def fake_git(folder: Path, script: str) -> str:
    folder.mkdir()
    (folder / "git").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "git").chmod(0o755)
    return str(folder)


def test_the_version_of_git_is_told() -> None:
    assert check_git_version().startswith("2.")


@pytest.mark.parametrize("script", ["echo git version 2.36.9", "echo git version 1.9.rc1", "echo nonsense", "exit 1"])
def test_a_git_that_ignores_the_pin_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    monkeypatch.setenv("PATH", fake_git(tmp_path / "bin", script))
    with pytest.raises(GraticuleError) as refused:
        check_git_version()
    assert refused.value.hint == "Install git 2.37 or newer and start again."


def test_a_machine_without_git_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GraticuleError, match="git was not found"):
        check_git_version()


def test_a_folders_name_cannot_write_configuration() -> None:
    assert safe_directory_config('/a"\\b').count('"') == 6
