"""The sandbox, tried from inside: children of git and parsers do what a hostile repository would have them do.

Each attempt is made twice. Without the sandbox it must succeed, or it would prove nothing; with it, what is refused
must be just what the server reports, on whatever kernel this runs.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from services import landlock
from services.acquire import git
from services.acquire.environment import GitEnvironment
from services.acquire.git import GitLimits
from services.mapping.pool import ParserPool
from services.sandbox import Sandbox
from services.settings import Settings
from tests.support.gitrepo import make_repository
from tests.support.running import ROOT

pytestmark = pytest.mark.anyio

CANARY = "hush-4711-canary"
UNCONFINED = GitLimits(stall_seconds=20, wall_seconds=20, confined=False)
CONFINED = GitLimits(stall_seconds=20, wall_seconds=20)


@dataclass(frozen=True, slots=True)
class Ground:
    """What is outside: a folder with a secret in it, and a program that listens."""

    folder: Path
    port: int

    def script(self, attempt: str) -> str:
        """Give a shell script that ends with 0 when the attempt succeeds."""
        return attempt.format(folder=self.folder, port=self.port, server=os.getpid())


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "canary").write_text(CANARY)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield Ground(folder, listening.getsockname()[1])


ATTEMPTS = {
    "writes": ("echo planted > {folder}/planted", 1),
    "overwrites": ("echo planted >> {folder}/canary", 1),
    "truncates": ("truncate -s 0 {folder}/canary", 1),
    "removes": ("rm {folder}/canary", 1),
    "reads": ("grep -q canary {folder}/canary", 1),
    "lists": ("ls {folder}/.", 1),
    "follows a link": ("ln -s {folder}/canary $HOME/link && grep -q canary $HOME/link", 1),
    "looks into the server": ("head -c 1 /proc/{server}/environ", 1),
    "connects": ("bash -c 'exec 3<>/dev/tcp/127.0.0.1/{port}'", 4),
    "signals": ("kill -0 {server}", 6),
}
"""What is tried, and the first version of Landlock that refuses it."""
EVERY = pytest.mark.parametrize("name", ATTEMPTS)


def refused_here(since: int) -> bool:
    """Whether this kernel should refuse something."""
    return landlock.abi() >= since


async def tried(script: str, home: Path, limits: GitLimits, port: int | None = None) -> bool:
    """Have a child of git run a script, and give whether it succeeded."""
    home.mkdir(exist_ok=True)  # noqa: ASYNC240  a test's own folder
    environment = GitEnvironment(home=home, port=port)
    ended = await git.run(["-c", f"alias.x=!{script}", "x"], environment=environment, limits=limits)
    return ended.exit_code == 0


@EVERY
async def test_a_child_of_git_gets_no_further_than_is_reported(name: str, ground: Ground, tmp_path: Path) -> None:
    attempt, since = ATTEMPTS[name]
    confined = await tried(ground.script(attempt), tmp_path / "home", CONFINED)
    left = sorted((path.name, path.read_text()) for path in ground.folder.iterdir())
    (tmp_path / "home/link").unlink(missing_ok=True)
    assert await tried(ground.script(attempt), tmp_path / "home", UNCONFINED)
    assert confined is not refused_here(since)
    assert (left == [("canary", CANARY)]) or not refused_here(since)


async def test_a_child_of_git_works_in_its_own_folder(tmp_path: Path) -> None:
    work = "mkdir $HOME/a $HOME/b && echo x > $HOME/a/x && mv $HOME/a/x $HOME/b/y && rm -r $HOME/a && cat $HOME/b/y"
    assert await tried(work, tmp_path / "home", CONFINED)


async def test_a_child_of_git_connects_to_the_port_of_its_remote_alone(ground: Ground, tmp_path: Path) -> None:
    connects = ground.script(ATTEMPTS["connects"][0])
    assert await tried(connects, tmp_path / "home", CONFINED, port=ground.port)
    assert await tried(connects, tmp_path / "home", CONFINED, port=ground.port - 1) is not refused_here(4)


async def test_a_git_that_reads_a_clone_cannot_write_into_it(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    make_repository(clone, {})
    told = ["-c", f"alias.x=!cat {clone}/HEAD && ! touch {clone}/planted", "x"]
    ended = await git.run(told, environment=GitEnvironment(), limits=CONFINED, git_dir=clone)
    assert (ended.output, ended.exit_code == 0) == (b"ref: refs/heads/main\n", refused_here(1))


@pytest.fixture(scope="module")
def pools() -> Iterator[Mapping[str, ParserPool]]:
    made = {
        name: ParserPool(processes=1, file_deadline_seconds=9, memory_bytes=2 << 30, confined=name == "confined")
        for name in ("free", "confined")
    }
    yield made
    for pool in made.values():
        pool.close()


@EVERY
def test_a_parser_gets_no_further_than_is_reported(
    name: str, ground: Ground, tmp_path: Path, pools: Mapping[str, ParserPool]
) -> None:
    attempt, since = ATTEMPTS[name]
    script = f"HOME={tmp_path}; {ground.script(attempt)}"
    confined = pools["confined"].run(subprocess.call, ["/bin/sh", "-c", script]) == 0
    assert (ground.folder / "canary").read_text() == CANARY or not refused_here(since)
    (tmp_path / "link").unlink(missing_ok=True)
    assert pools["free"].run(subprocess.call, ["/bin/sh", "-c", script]) == 0
    assert confined is not refused_here(since)


def test_a_parser_writes_nowhere_at_all(tmp_path: Path, pools: Mapping[str, ParserPool]) -> None:
    for folder in ("/tmp", "/dev/shm", "/var/tmp", str(tmp_path), str(ROOT), os.getcwd()):  # noqa: PTH109, S108
        script = f"t={folder}/graticule-$$; touch $t && rm $t"
        assert (pools["confined"].run(subprocess.call, ["/bin/sh", "-c", script]) != 0) is refused_here(1), folder


# What is reported


def test_what_is_reported_is_what_the_kernel_gives() -> None:
    found = Sandbox.from_settings(Settings())
    assert found.landlock_abi == landlock.abi()
    assert bool(found.denied) is refused_here(1)
    assert any("TCP" in line for line in found.denied) is refused_here(4)
    assert any("signals" in line for line in found.denied) is refused_here(6)


def test_a_sandbox_that_is_turned_off_is_reported_as_none() -> None:
    found = Sandbox.from_settings(Settings(sandbox="off"))
    assert (found.landlock_abi, found.denied) == (0, ())
    assert not GitLimits.from_settings(Settings(sandbox="off")).confined


def without_landlock(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python on a kernel that seems to have none."""
    whole = [sys.executable, "-m", "tests.support.without_landlock", sys.executable, *command]
    return subprocess.run(
        whole, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False, timeout=50
    )


def test_a_sandbox_that_is_required_and_cannot_be_had_is_no_start(tmp_path: Path) -> None:
    command = ["-m", "schema", "serve", "--port", "0", "--data-dir", str(tmp_path)]
    said = without_landlock(*command, GRATICULE_SANDBOX="require")
    assert said.returncode == 1
    assert "GRATICULE_SANDBOX is require, and this kernel offers no Landlock." in said.stdout + said.stderr
    assert "Traceback" not in said.stdout + said.stderr


def test_a_kernel_without_landlock_is_worked_on_and_reported(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("def drawn_without_a_sandbox():\n    pass\n")
    for arguments in (
        ["init", "--quiet"],
        ["add", "."],
        ["-c", "user.name=a", "-c", "user.email=b", "commit", "-qm", "c"],
    ):
        subprocess.run(["git", "-C", tmp_path, *arguments], check=True)
    drawn = without_landlock("-m", "schema", "map", str(tmp_path))
    assert "drawn_without_a_sandbox" in drawn.stdout, drawn.stderr
    report = "from services.sandbox import Sandbox; from services.settings import Settings; "
    told = without_landlock("-c", f"{report}print(Sandbox.from_settings(Settings()))")
    assert told.stdout == "Sandbox(setting='auto', landlock_abi=0)\n"
