"""What goes when room is short, against a model that looks at one clone at a time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.eviction import HIGH, LOW, Holding, KeptMap, going, overflow, unread
from services.models import SnapshotKey

BEGIN = datetime(2030, 1, 1, tzinfo=UTC)
NUMBERS = st.integers(0, 9)


class Evictions(RuleBasedStateMachine):
    """Clones come, are used, pinned, worked on and read, in any order; above the high watermark room is made."""

    def __init__(self) -> None:
        super().__init__()
        self.now = BEGIN
        self.held: dict[str, Holding] = {}
        self.reading: set[str] = set()
        self.quota = 0

    @initialize(quota=st.integers(1, 400))
    def begin(self, quota: int) -> None:
        self.quota = quota

    def tick(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    @rule(number=NUMBERS, size=st.integers(0, 90), pinned=st.booleans(), busy=st.booleans())
    def arrive(self, number: int, size: int, *, pinned: bool, busy: bool) -> None:
        self.held[f"r{number}"] = Holding(f"r{number}", f"h/o/{number}", size, self.tick(), pinned, busy)

    @rule(number=NUMBERS)
    def read(self, number: int) -> None:
        self.reading ^= {f"h/o/{number}"}

    @rule(number=NUMBERS, pinned=st.booleans(), busy=st.booleans())
    def change(self, number: int, *, pinned: bool, busy: bool) -> None:
        known = self.held.get(f"r{number}")
        if known is not None:
            after = replace(known, used_at=self.tick(), pinned=pinned, busy=busy)
            self.held[known.repository_id] = after

    @rule()
    def make_room(self) -> None:
        used = sum(holding.size_bytes for holding in self.held.values())
        needed = overflow(used, self.quota)
        assert (needed > 0) == (used > self.quota * HIGH)
        chosen = going(unread(self.held.values(), self.reading), needed_bytes=needed)
        assert [holding.repository_id for holding in chosen] == self.expected(used)
        for holding in chosen:
            del self.held[holding.repository_id]

    def expected(self, used: int) -> list[str]:
        """Let the least used go, one after the other, until the low watermark is reached or none may go."""
        gone: list[str] = []
        if used <= self.quota * HIGH:
            return gone
        for holding in sorted(self.held.values(), key=lambda one: one.used_at):
            if used <= int(self.quota * LOW):
                break
            if not holding.pinned and not holding.busy and holding.name not in self.reading:
                gone.append(holding.repository_id)
                used -= holding.size_bytes
        return gone

    @invariant()
    def what_is_asked_for_twice_is_the_same(self) -> None:
        needed = self.quota // 2
        assert going(self.held.values(), needed_bytes=needed) == going(
            reversed(self.held.values()), needed_bytes=needed
        )


TestEvictions = Evictions.TestCase
TestEvictions.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


def kept(name: str, age: int, *, superseded: bool = False, pinned: bool = False, busy: bool = False) -> KeptMap:
    built = BEGIN - timedelta(days=age)
    return KeptMap(SnapshotKey(name, "c", "e"), 10, built, built, superseded, pinned, busy)


def test_of_maps_those_that_no_ref_leads_to_go_first() -> None:
    maps = [
        kept("least-read", 9),
        kept("old", 3, superseded=True),
        kept("older", 5, superseded=True),
        kept("pinned", 99, pinned=True),
        kept("pinned-but-old", 4, superseded=True, pinned=True),
        kept("at-work", 99, superseded=True, busy=True),
    ]
    gone = [one.key.repository_id for one in going(maps, needed_bytes=1000)]
    assert gone == ["older", "pinned-but-old", "old", "least-read"]
