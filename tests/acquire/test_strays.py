"""What a dead attempt has left running ends with its folder; everybody else goes on."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.acquire.folders import Folders


@pytest.fixture
def sleepers(tmp_path: Path) -> Iterator[dict[str, "subprocess.Popen[bytes]"]]:
    """Start a process for a dead attempt, one for a live one, and one that has another home."""
    homes = {"dead": "staging/dead/home", "live": "staging/live", "other": "elsewhere/dead"}
    started = {
        name: subprocess.Popen(["sleep", "60"], env={"HOME": str(tmp_path / home)}) for name, home in homes.items()
    }
    yield started
    for process in started.values():
        process.kill()
        process.wait()


def test_a_sweep_ends_what_a_dead_attempt_left_running_and_nobody_else(
    tmp_path: Path, sleepers: dict[str, "subprocess.Popen[bytes]"]
) -> None:
    for name in ("dead", "live"):
        (tmp_path / "staging" / name).mkdir(parents=True)
    assert Folders(tmp_path).sweep(live_keys={"live"}) == 1
    assert sleepers["dead"].wait(timeout=20) < 0
    assert [sleepers[name].poll() for name in ("live", "other")] == [None, None]
    assert [entry.name for entry in (tmp_path / "staging").iterdir()] == ["live"]
