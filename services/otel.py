"""Traces over OTLP, when the extra `otel` is installed and OpenTelemetry's own variables ask for them.

The provider is this process's own, not OpenTelemetry's global one: libraries that trace themselves (docket makes
a span of each look into the queue) would bury the few steps that an operator looks for.
"""

import asyncio
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Final

import structlog

from services.tracing import Attribute, Traces

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import TracerProvider

ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
CLOSE_SECONDS: Final = 2.0
"""How long an end waits for a collector; what it did not take by then is lost."""
NANOSECONDS: Final = 1_000_000_000

logger = structlog.stdlib.get_logger()


def open_traces() -> Traces | None:
    """Give where steps go, None when no variable names a collector, or `OTEL_TRACES_EXPORTER` is none.

    0.3 s when it is asked for, nothing otherwise. Without the extra it says so in the log, and nothing is traced.
    """
    if not _wanted():
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415  # an extra
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415  # an extra
    except ImportError:
        logger.warning("nothing is traced: install graticule[otel]", asked_by=", ".join(filter(os.getenv, ENDPOINTS)))
        return None
    provider = make_provider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return OtelTraces(provider)


async def close_traces(traces: Traces | None) -> None:
    """Send what was not sent yet, in a thread."""
    if traces is not None:
        await asyncio.to_thread(traces.close)


def _wanted() -> bool:
    off = os.getenv("OTEL_SDK_DISABLED", "").lower() == "true" or os.getenv("OTEL_TRACES_EXPORTER") == "none"
    return not off and any(os.getenv(name) for name in ENDPOINTS)


def make_provider() -> "TracerProvider":
    """Make what spans come from; `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES` and `OTEL_TRACES_SAMPLER` hold."""
    from opentelemetry.sdk.resources import SERVICE_NAME, Resource  # noqa: PLC0415  # an extra
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415  # an extra

    named = {} if os.getenv("OTEL_SERVICE_NAME") else {SERVICE_NAME: "graticule"}
    return TracerProvider(resource=Resource.create(named), shutdown_on_exit=False)


class OtelTraces:
    """Makes the spans of one provider."""

    def __init__(self, provider: "TracerProvider") -> None:
        from opentelemetry import trace  # noqa: PLC0415  # for whoever traces
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator  # noqa: PLC0415

        self._api = trace
        self._provider = provider
        self._tracer = provider.get_tracer("graticule")
        self._carrier = TraceContextTextMapPropagator()

    @contextmanager
    def root(self, name: str, *, parent: str | None, **attributes: Attribute) -> Iterator[None]:
        """Begin what another process may have caused."""
        context = self._context(parent)
        with self._tracer.start_as_current_span(name, context, attributes=attributes, record_exception=False):
            yield

    @contextmanager
    def below(self, name: str, **attributes: Attribute) -> Iterator[None]:
        """Begin a step of what is under way."""
        with self._tracer.start_as_current_span(name, attributes=attributes, record_exception=False):
            yield

    def past(self, name: str, began: datetime, ended: datetime, **attributes: Attribute) -> None:
        """Tell of a step that has ended."""
        span = self._tracer.start_span(name, start_time=_nanoseconds(began), attributes=attributes)
        span.end(_nanoseconds(ended))

    def note(self, **attributes: Attribute) -> None:
        """Say more of the step under way."""
        self._api.get_current_span().set_attributes(attributes)

    def traceparent(self) -> str | None:
        """Give the step under way."""
        carrier: dict[str, str] = {}
        self._carrier.inject(carrier)
        return carrier.get("traceparent")

    def close(self) -> None:
        """Send the rest; a collector that is away would be tried again for 10 s."""
        ending = threading.Thread(target=self._provider.shutdown, name="traces: close", daemon=True)
        ending.start()
        ending.join(CLOSE_SECONDS)

    def _context(self, parent: str | None) -> "Context":
        """Read what another process gave; nothing of what is under way here is its parent."""
        from opentelemetry.context import Context  # noqa: PLC0415  # for whoever traces

        return self._carrier.extract({"traceparent": parent} if parent else {}, context=Context())


def _nanoseconds(time: datetime) -> int:
    return int(time.timestamp() * NANOSECONDS)
