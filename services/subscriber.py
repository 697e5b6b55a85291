"""What one follower has not been shown yet: one slot for each entity, the newest wins, at its own rate.

A follower that takes nothing costs a slot for each entity, never a queue, and a busy entity cannot
push out the end of a quiet one. Pure but for `wake`, which tells whoever delivers that there is news.
"""

import itertools
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Final, Generic, TypeVar

from services.errors import InvalidArgumentError
from services.events import EventKind, JobEvent, MapEvent, RepositoryEvent

EventT = TypeVar("EventT", JobEvent, RepositoryEvent, MapEvent)

SLOWEST_HZ = 0.1
FASTEST_HZ = 1000.0


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one follower wants to be told, whatever it follows.

    InvalidArgumentError for a rate that shows nothing, and for a revision that nothing can have.
    """

    after_revision: int | None = None
    """The newest revision that the follower has; what is not newer is left out."""
    max_rate_hz: float = 10.0
    follow: bool = True
    """Whether to go on after every job that was live at the start has ended."""

    interval_seconds: float = field(init=False, default=0.1)
    """The shortest time between two deliveries."""

    def __post_init__(self) -> None:
        if not self.max_rate_hz >= SLOWEST_HZ:
            raise InvalidArgumentError(f"maxRateHz must be at least {SLOWEST_HZ}, not {self.max_rate_hz}.")
        if self.after_revision is not None and self.after_revision < 0:
            raise InvalidArgumentError(f"afterRevision must be 0 or more, not {self.after_revision}.")
        object.__setattr__(self, "interval_seconds", 1 / min(self.max_rate_hz, FASTEST_HZ))


AS_USUAL: Final = Delivery()


@dataclass(slots=True)
class Pending(Generic[EventT]):
    """An event as this follower is to see it. `shown` is the revision that it has; None before the first."""

    event: EventT
    kind: EventKind
    shown: int | None

    @property
    def gap(self) -> bool:
        """Whether revisions were merged, or lost."""
        if self.shown is None:
            return self.kind is EventKind.RESYNC
        return self.event.revision > self.shown + 1

    def merge(self, event: EventT) -> None:
        """Take a newer event of the same entity in place of the one that was not shown."""
        if event.kind is EventKind.DELETED:
            self.kind = EventKind.DELETED
        elif self.kind is EventKind.CHANGE:
            self.kind = event.kind
        self.event = event

    def as_event(self) -> EventT:
        """Give the event with this follower's kind and gap."""
        return replace(self.event, kind=self.kind, gap=self.gap)


class Subscriber(Generic[EventT]):
    """One follower. A feed puts events in; whoever delivers takes them out when they are due."""

    __slots__ = ("_due", "_due_at", "_later", "_over", "_wake", "_watched", "coalesced", "delivery", "error")

    def __init__(self, delivery: Delivery, wake: Callable[[], None]) -> None:
        self.delivery = delivery
        self.error: BaseException | None = None
        self.coalesced = 0
        """How many events were merged into newer ones so far."""
        self._wake = wake
        self._due: dict[str, Pending[EventT]] = {}
        self._later: dict[str, Pending[EventT]] = {}
        self._due_at = -math.inf
        self._watched: frozenset[str] = frozenset()
        self._over = False

    def begin(self, events: Iterable[EventT]) -> None:
        """Take the state now: what the follower has already is not shown again, unless it is an end."""
        for event in events:
            self._watched |= event.live
            pending = _beginning(event, self.delivery.after_revision)
            if pending is not None:
                self._later[event.entity_id] = pending
            self._settle(event)
        self._wake()

    def put(self, event: EventT, *, before: int | None) -> None:
        """Take a newer event; `before` is the revision that everybody was told before it, None when there was none."""
        if self._over:
            return
        entity_id = event.entity_id
        held = self._due.get(entity_id) or self._later.get(entity_id)
        if held is None:
            self._later[entity_id] = Pending(event, event.kind, before)
        else:
            held.merge(event)
            self.coalesced += 1
        self._settle(event)
        self._wake()

    def finish(self) -> None:
        """Say that nothing more will come; what is held is still to be shown."""
        self._over = True
        self._wake()

    def cut(self, error: BaseException | None = None) -> None:
        """End at once, with what went wrong if something did; what is held is not shown any more."""
        self._due.clear()
        self._later.clear()
        self.error = self.error or error
        self.finish()

    @property
    def done(self) -> bool:
        """Whether everything was shown and nothing more will come."""
        return self._over and not self._due and not self._later

    @property
    def due_at(self) -> float:
        """Give when something may be shown, in seconds of the loop's clock; infinite while there is nothing."""
        if self._due:
            return -math.inf
        return self._due_at if self._later else math.inf

    def take(self, now: float, *, most: int | None = None) -> list[Pending[EventT]]:
        """Give what is due, at most so many; an interval begins with the first of it."""
        if not self._due:
            self._due, self._later = self._later, {}
            self._due_at = now + self.delivery.interval_seconds
        if most is not None and len(self._due) > most:
            return [self._due.pop(name) for name in tuple(itertools.islice(self._due, most))]
        taken, self._due = list(self._due.values()), {}
        return taken

    def _settle(self, event: EventT) -> None:
        if not self.delivery.follow and not self._watched & event.live:
            self._over = True


def _beginning(event: EventT, after: int | None) -> Pending[EventT] | None:
    """Give how the state now is shown to whoever has a revision already; None when it is this one and no end.

    A revision that was never reached is from another life of the data folder: it is started anew.
    """
    if after is not None and after > event.revision:
        return Pending(event, EventKind.RESYNC, None)
    if after == event.revision and not event.final:
        return None
    return Pending(event, EventKind.SNAPSHOT, after)
