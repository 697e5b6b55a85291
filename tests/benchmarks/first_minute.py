"""How long a stranger waits: from a fresh clone to the first line of a map that `scripts/demo --once` prints.

`python -m tests.benchmarks.first_minute [--rounds 3]` clones this repository, runs `scripts/demo --once` there with
pip's cache as it is, and prints for each part the seconds that passed, the processor time, and how many times a fixed
piece of work (hashing 2 GB, in two processes) that was. Times depend on who else is at work; the other two less.
"""

import argparse
import hashlib
import os
import resource
import subprocess
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
MEBIBYTE: Final = 1 << 20
HASHED: Final = 1024
GOAL_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Part:
    """What one step took: seconds that passed, and seconds of processors."""

    name: str
    passed_seconds: float
    processor_seconds: float


def main() -> None:
    """Print the parts of each round."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=1)
    for number in range(arguments.parse_args().rounds):
        yardstick = _yardstick()
        parts = _parts()
        print(f"round {number + 1}, on {len(os.sched_getaffinity(0))} processors; the yardstick took {yardstick:.1f} s")
        for part in (*parts, _sum(parts)):
            ratio = part.passed_seconds / yardstick
            print(f"  {part.name:<28} {part.passed_seconds:7.1f} s  {part.processor_seconds:7.1f} s  {ratio:6.1f} x")
        verdict = "within" if _sum(parts).passed_seconds <= GOAL_SECONDS else "beyond"
        print(f"  {verdict} the goal of {GOAL_SECONDS} s")


def _parts() -> list[Part]:
    with tempfile.TemporaryDirectory(prefix="graticule-first-minute-") as folder:
        clone = Path(folder) / "graticule"
        return [
            _timed("clone", ["git", "clone", "-q", str(ROOT), str(clone)], Path(folder)),
            _timed("scripts/setup run", ["scripts/setup", "run"], clone),
            _timed("scripts/demo --once", ["scripts/demo", "--once", "--port", "0"], clone),
        ]


def _timed(name: str, command: list[str], folder: Path) -> Part:
    before, began = _children_seconds(), time.monotonic()
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
    return Part(name, time.monotonic() - began, _children_seconds() - before)


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _sum(parts: list[Part]) -> Part:
    return Part("in all", sum(one.passed_seconds for one in parts), sum(one.processor_seconds for one in parts))


def _yardstick() -> float:
    began = time.monotonic()
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(_hash, range(2)))
    return time.monotonic() - began


def _hash(number: int) -> str:
    digest = hashlib.sha256(bytes(number))
    block = bytes(MEBIBYTE)
    for _ in range(HASHED):
        digest.update(block)
    return digest.hexdigest()


if __name__ == "__main__":
    main()
