"""A variable that was read is gone from the process: for its children, and for who looks at it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.forget import forget_variable

PROGRAM = """
import os, sys
from pathlib import Path
from services.forget import forget_variable
before = Path("/proc/self/environ").read_bytes()
forget_variable("CANARY")
after = Path("/proc/self/environ").read_bytes()
assert len(before) == len(after)
print(b"hush" in before, b"hush" in after, b"AFTER=kept" in after, "CANARY" in os.environ, os.environ["AFTER"])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows a process's first environment as a file")
@pytest.mark.parametrize("spelling", ["CANARY", "canary"])
def test_a_forgotten_variable_is_overwritten_and_the_others_stay(spelling: str) -> None:
    environment = {**os.environ, "BEFORE": "kept", spelling: "hush" * 100, "AFTER": "kept"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=environment,
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["True", "False", "True", "False", "kept"]


def test_what_is_not_there_is_forgotten_already(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CANARY", raising=False)
    before = dict(os.environ)
    forget_variable("CANARY")
    assert dict(os.environ) == before


def test_what_was_set_later_is_deleted_without_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANARY", "hush")
    forget_variable("CANARY")
    assert "CANARY" not in os.environ
