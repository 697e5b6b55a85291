"""What everybody was told while things broke, and what must be true of it however they break.

A history is recorded from outside, by sockets and logs alone, and checked when all is quiet: nothing stuck, nothing
lost, nothing done twice, no write of a zombie accepted, revisions that only grow.
"""

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from websockets.exceptions import WebSocketException

from tests.support.wireclient import greeted

ENDS: Final = frozenset({"SUCCEEDED", "FAILED", "CANCELLED"})
FOLLOW: Final = """subscription Follow($id: ID!, $after: Int) {
  jobProgress(id: $id, afterRevision: $after, maxRateHz: 30) {
    kind revision job { state attempt error { code } progress { phase current receivedBytes } }
} }"""
RECONNECT_SECONDS: Final = 0.2


@dataclass(slots=True)
class Told:
    """What one subscriber was told of one job, over all its connections."""

    job_id: str
    events: list[dict[str, Any]] = field(default_factory=list)
    connections: list[int] = field(default_factory=list)
    """How many events had come when each connection was opened."""
    completed: bool = False

    async def follow(self, urls: Callable[[], Sequence[str]], choose: random.Random) -> None:
        """Follow the job on any server to its end; on another one when that goes away."""
        while not self.completed:
            with suppress(OSError, WebSocketException, TimeoutError, AssertionError):
                await self._connected(choose.choice(urls()))
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _connected(self, url: str) -> None:
        async with greeted(url, open_timeout=5, ping_interval=1, ping_timeout=5) as opened:
            self.connections.append(len(self.events))
            after = self.events[-1]["revision"] if self.events else None
            async for event in opened.events(FOLLOW, id=self.job_id, after=after):
                self.events.append(event)
            self.completed = True

    def faults(self) -> Counter[str]:
        """Say what was wrong with it."""
        found: Counter[str] = Counter()
        for at, (old, new) in enumerate(pairwise(self.events), start=1):
            found["revision went back"] += new["revision"] < old["revision"]
            same = (new["revision"], new["job"]) == (old["revision"], old["job"])
            found["told twice"] += same and at not in self.connections
            found["told after the end"] += old["job"]["state"] in ENDS and at not in self.connections
        found["stream without an end"] += not (self.events and self.events[-1]["job"]["state"] in ENDS)
        return +found


@dataclass(slots=True)
class History:
    """All that was accepted and told."""

    accepted: dict[str, str] = field(default_factory=dict)
    """Jobs that a server said it had taken, with their repository."""
    told: list[Told] = field(default_factory=list)

    def faults(self) -> Counter[str]:
        """Say what was wrong with what was told; empty: nothing."""
        found = sum((told.faults() for told in self.told), Counter[str]())
        for revisions in self._by_job().values():
            found += _faults_of_one(revisions)
        return found

    def ends(self) -> Counter[str]:
        """Count how jobs ended, with the code of those that failed."""
        last = [told.events[-1]["job"] for told in self.told if told.events]
        return Counter(f"{job['state']} {job['error']['code'] if job['error'] else ''}".strip() for job in last)

    def _by_job(self) -> dict[str, dict[int, set[tuple[int, str]]]]:
        found: dict[str, dict[int, set[tuple[int, str]]]] = defaultdict(lambda: defaultdict(set))
        for told in self.told:
            for event in told.events:
                found[told.job_id][event["revision"]].add((event["job"]["attempt"], event["job"]["state"]))
        return found


def _faults_of_one(revisions: dict[int, set[tuple[int, str]]]) -> Counter[str]:
    """Compare what all subscribers of a job were told: one truth a revision, attempts that only grow."""
    found: Counter[str] = Counter()
    found["two truths of a revision"] += sum(len(truths) > 1 for truths in revisions.values())
    ordered = [min(revisions[revision]) for revision in sorted(revisions)]
    for (old_attempt, old_state), (attempt, _) in pairwise(ordered):
        found["attempt went back"] += attempt < old_attempt
        found["changed after its end"] += old_state in ENDS
    return +found
