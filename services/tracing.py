"""Steps of a trace, from the request to the published event, for whoever asked for traces.

Nothing here imports OpenTelemetry: `services.otel` does, when a process is told to. Whoever begins something (a
request, an attempt) has `Traces`, or None; what happens below it says `step` and need not know whether anybody
listens: 0.4 µs when nobody does.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from datetime import datetime
from typing import Final, Protocol, TypeAlias

Attribute: TypeAlias = str | int | float | bool


class Traces(Protocol):
    """Where the steps of a process go."""

    def root(self, name: str, *, parent: str | None, **attributes: Attribute) -> AbstractContextManager[object]:
        """Begin what another process may have caused: `parent` is the traceparent that it gave."""

    def below(self, name: str, **attributes: Attribute) -> AbstractContextManager[object]:
        """Begin a step of what is under way; an error that leaves the block is the step's."""

    def past(self, name: str, began: datetime, ended: datetime, **attributes: Attribute) -> None:
        """Tell of a step of what is under way whose times are known."""

    def note(self, **attributes: Attribute) -> None:
        """Say more of the step under way."""

    def traceparent(self) -> str | None:
        """Give the step under way as another process needs it (W3C Trace Context)."""

    def close(self) -> None:
        """Send what was not sent yet; at most 2 s."""


_TRACES: Final[ContextVar[Traces | None]] = ContextVar("traces", default=None)
_NOTHING: Final = nullcontext()


@contextmanager
def begun(traces: Traces | None, name: str, *, parent: str | None, **attributes: Attribute) -> Iterator[None]:
    """Begin a trace for the length of the block, or go on with the one of `parent`; None: nobody listens."""
    if traces is None:
        yield
        return
    before = _TRACES.set(traces)
    try:
        with traces.root(name, parent=parent, **attributes):
            yield
    finally:
        _TRACES.reset(before)


def step(name: str, **attributes: Attribute) -> AbstractContextManager[object]:
    """Give the block that is a step of what is under way."""
    traces = _TRACES.get()
    return _NOTHING if traces is None else traces.below(name, **attributes)


def past(name: str, began: datetime, ended: datetime, **attributes: Attribute) -> None:
    """Tell of a step of what is under way that has ended already."""
    traces = _TRACES.get()
    if traces is not None:
        traces.past(name, began, ended, **attributes)


def note(**attributes: Attribute) -> None:
    """Say more of the step under way."""
    traces = _TRACES.get()
    if traces is not None:
        traces.note(**attributes)


def traceparent() -> str | None:
    """Give where the step under way hangs in its trace; None when nobody listens."""
    traces = _TRACES.get()
    return None if traces is None else traces.traceparent()
