"""Who waits while a server is attacked: the hostile servers and repositories, all at once, again and again.

    python -m tests.benchmarks.under_attack [--seconds 60] [--jobs 8]

The traps have a process of their own, which comes last: attackers have machines of their own. Prints the waits of
`/healthz` and how long a change of a repository takes to one who follows it, both in ms, and how often each code was
told.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.security.repositories import REPOSITORIES
from tests.security.servers import LIMITS, SERVERS
from tests.support.asker import FILES
from tests.support.gitserver import GitServer, make_repository
from tests.support.siege import Siege, Wanted, besieged
from tests.support.traps import Traps

BEAT_SECONDS = 0.25
UPDATE = """mutation ($id: ID!, $pinned: Boolean!) {
  updateRepository(input: {repositoryId: $id, pinned: $pinned}) { errors { ... on Error { message } } } }"""
FOLLOW = "subscription ($id: ID!) { repositoryChanged(id: $id) { repository { pinned } } }"


@dataclass(slots=True)
class Change:
    """A pin or an unpin: when it was asked for, when that was answered, and when the subscriber saw it."""

    pinned: bool
    asked: float
    answered: float | None = None
    seen: float | None = None


@dataclass(slots=True)
class Subscriber:
    """Follows one repository while somebody pins and unpins it."""

    changes: list[Change] = field(default_factory=list)

    def waits(self) -> list[float]:
        """From asking for a change to seeing it: in seconds, as the others are."""
        return [change.seen - change.asked for change in self.changes if change.seen is not None]

    def writes(self) -> list[float]:
        """From asking for a change to its answer: a commit that survives a loss of power, on a disk that clones use."""
        return [change.answered - change.asked for change in self.changes if change.answered is not None]

    def deliveries(self) -> list[float]:
        """From the answer to seeing the change, 0 where that came first."""
        both = [(change.seen, change.answered) for change in self.changes]
        return [max(0.0, seen - answered) for seen, answered in both if seen is not None and answered is not None]


def serve() -> None:
    """Be the attackers: open every trap, serve the repositories, print where, and wait to be ended."""
    os.nice(10)
    with tempfile.TemporaryDirectory() as scratch, Traps() as traps:
        root = Path(scratch)
        for number, row in enumerate(REPOSITORIES):
            row.make(root / "o" / f"r{number}.git")
        make_repository(root / "good/shapes.git", FILES)
        with GitServer.start(root) as forge:
            urls = [f"{row.scheme}://127.0.0.1:{traps.open(row.behave)}/o/n" for row in SERVERS]
            urls += [forge.url(f"o/r{number}.git") for number in range(len(REPOSITORIES))]
            print(json.dumps({"urls": urls, "good": forge.url("good/shapes.git")}), flush=True)
            sys.stdin.read()


@contextmanager
def attackers() -> Iterator[tuple[Sequence[str], str]]:
    """Give what they serve, and one honest repository."""
    command = [sys.executable, "-m", "tests.benchmarks.under_attack", "--serve"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        try:
            yield told["urls"], told["good"]
        finally:
            assert process.stdin is not None
            process.stdin.close()


def main() -> None:
    """Attack for so long, and say who had to wait."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--jobs", type=int, default=8)
    parser.add_argument("--serve", action="store_true")
    given = parser.parse_args()
    if given.serve:
        serve()
        return
    with (
        tempfile.TemporaryDirectory() as scratch,
        attackers() as (urls, good),
        besieged(Path(scratch), {**LIMITS, "GRATICULE_CONCURRENT_JOBS": str(given.jobs)}) as siege,
    ):
        repository = siege.server.ask().map(good)
        codes: Counter[str | None] = Counter()
        siege.watch.waits.clear()
        with following(siege, repository) as subscriber:
            ends_at, rounds = time.monotonic() + given.seconds, 0
            while time.monotonic() < ends_at:
                ends = siege.attack({f"{rounds}-{number}": Wanted(url) for number, url in enumerate(urls)})
                codes.update(end.code for end in ends.values())
                rounds += 1
        print(f"{rounds} rounds of {len(urls)}: {dict(codes.most_common())}")
        told("healthz", siege.watch.waits)
        told("subscriber, from asking for a change", subscriber.waits())
        told("until its answer", subscriber.writes())
        told("from its answer", subscriber.deliveries())
        print(f"{siege.watch.failures} failures, a child had at most {siege.watch.peak_bytes / 2**20:.0f} MiB")
        print(f"left behind: {siege.residue()}")


def told(name: str, waits: Sequence[float]) -> None:
    """Print how long somebody waited."""
    cuts = statistics.quantiles(waits, n=100)
    times = ", ".join(f"p{at} {cuts[at - 1] * 1000:.1f}" for at in (50, 95, 99))
    print(f"{name}: {len(waits)} waits, {times}, most {max(waits) * 1000:.1f} ms")


@contextmanager
def following(siege: Siege, repository: str) -> Iterator[Subscriber]:
    """Follow a repository that changes four times a second, until the block ends."""
    subscriber, over = Subscriber(), threading.Event()
    threads = [
        threading.Thread(target=_follow, args=(siege.server.url, repository, subscriber, over)),
        threading.Thread(target=_change, args=(siege, repository, subscriber, over)),
    ]
    for thread in threads:
        thread.start()
    try:
        yield subscriber
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _change(siege: Siege, repository: str, subscriber: Subscriber, over: threading.Event) -> None:
    ask, pinned = siege.server.ask(), False
    while not over.wait(BEAT_SECONDS):
        pinned = not pinned
        change = Change(pinned, time.perf_counter())
        subscriber.changes.append(change)
        ask(UPDATE, id=repository, pinned=pinned)
        change.answered = time.perf_counter()


def _follow(url: str, repository: str, subscriber: Subscriber, over: threading.Event) -> None:
    body = {"query": FOLLOW, "variables": {"id": repository}}
    headers = {"Accept": "text/event-stream"}
    with httpx.stream("POST", f"{url}/graphql", json=body, headers=headers, timeout=60) as stream:
        for line in stream.iter_lines():
            if over.is_set():
                return
            if line.startswith("data: {"):
                pinned = json.loads(line[6:])["data"]["repositoryChanged"]["repository"]["pinned"]
                unseen = (one for one in reversed(subscriber.changes) if one.pinned == pinned and one.seen is None)
                if (change := next(unseen, None)) is not None:
                    change.seen = time.perf_counter()


if __name__ == "__main__":
    main()
