"""A name server that changes its mind never gets us to its second address; without the pin it would."""

import json
import subprocess
import sys
from typing import Any

from tests.support.running import ROOT

TRIES = 12


def rebind(*options: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.security.rebinding", "--tries", str(TRIES), *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr.strip().splitlines()[-1]
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_the_second_address_of_a_changing_name_is_never_contacted() -> None:
    told = rebind()
    assert told["outcomes"] == {"clone: done": 4, "list: done": 4, "redirect: ADDRESS_NOT_ALLOWED": 4}
    assert told["look-ups that were answered with the second address"] >= 4
    assert told["contacts of the first address"] > TRIES
    assert told["contacts of the second address"] == 0


def test_without_the_pin_it_would_be() -> None:
    assert rebind("--without-pin")["contacts of the second address"] >= TRIES
