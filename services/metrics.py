"""What the server counts about itself, for Prometheus: every name, once.

A registry of its own for each server: two in one process, as in the tests, count apart, and nothing
that a library registers for the whole process is shown. To add a figure, add a line to `Metrics`.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final, Self

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
SAMPLE_SECONDS: Final = 0.5
_WORK_SECONDS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0)
_LAG_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The figures of one server; made once and handed down by constructors."""

    def __init__(self) -> None:
        self.registry: Final = CollectorRegistry(auto_describe=True)
        self.hub_ready: Final = self._gauge("hub_ready", "1 while the server's own heartbeat comes back from the bus.")
        self.hub_lag: Final = self._histogram("hub_lag_seconds", "How long the server's own heartbeat took on the bus.")
        self.bus_published: Final = self._counter("bus_messages_published", "Messages that the bus took.")
        self.bus_received: Final = self._counter("bus_messages_received", "Messages that came from the bus.")
        self.bus_failed: Final = self._counter("bus_messages_failed", "Messages that the bus did not take.")
        self.resyncs: Final = self._counter("resyncs", "Readings of all revisions: outage or entropy.", "reason")
        self.loop_lag: Final = self._histogram("event_loop_lag_seconds", "How late the event loop woke a sleeper.")
        self.sockets: Final = self._gauge("sockets_open", "Open websockets.")
        self.mailboxes: Final = self._gauge("mailboxes_attached", "Mailboxes that wait for hints.")
        self.groups: Final = self._gauge("groups", "Groups of subscribers that share one execution.")
        self.subscribers: Final = self._gauge("subscribers", "Running subscriptions, by their field.", "field")
        self.executions: Final = self._counter("executions", "Executions for groups, each serving all who are due.")
        self.deliveries: Final = self._counter("deliveries", "Events that were sent to subscribers.")
        self.coalesced_events: Final = self._counter("coalesced_events", "Events that a newer one replaced unsent.")
        self.slow_sockets_closed: Final = self._counter("slow_sockets_closed", "Sockets closed since nobody read them.")

        self.clone_bytes: Final = self._gauge("clones_bytes", "What the clones of this data folder take.")
        self.clone_quota_bytes: Final = self._gauge("clones_quota_bytes", "What they may take.")
        self.reserved_bytes: Final = self._gauge("clones_reserved_bytes", "What clones under way may still take.")
        self.map_bytes: Final = self._gauge("artifacts_bytes", "What all maps take.")
        self.map_quota_bytes: Final = self._gauge("artifacts_quota_bytes", "What they may take.")
        self.evictions: Final = self._counter("evictions", "What was evicted to make room: clone or map.", "what")
        self.evicted_bytes: Final = self._counter("evicted_bytes", "What those took.", "what")
        self.refused_clones: Final = self._counter("clones_refused", "Clones for which no room could be made.")

        self.jobs: Final = self._gauge("jobs", "Jobs that wait or run, in the database.", "state", "kind", "lane")
        self.oldest_wait: Final = self._gauge("jobs_oldest_wait_seconds", "How long the first of a lane waits.", "lane")
        self.attempts: Final = self._counter("attempts", "Attempts that ended here.", "kind", "outcome", "code")
        self.lost_attempts: Final = self._counter("attempts_lost", "Attempts of silent workers that were taken back.")
        self.queue_wait: Final = self._durations("queue_wait_seconds", "How long a job waited for an attempt.", "kind")
        self.attempt_time: Final = self._durations("attempt_duration_seconds", "How long an attempt took.", "kind")
        self.phase_time: Final = self._durations("phase_duration_seconds", "How long a phase took.", "phase")
        self.received_bytes: Final = self._counter("git_received_bytes", "What git received of remotes.")
        self.built_files: Final = self._counter("build_files", "Files that were read for maps.")

        self.operation_time: Final = self._durations("operation_duration_seconds", "Queries and mutations.", "kind")
        self.refusals: Final = self._counter("refusals", "Errors that clients were told, by their code.", "code")
        self.responses: Final = self._counter("http_responses", "Answers over HTTP.", "face", "status")
        self.build: Final = self._gauge("build_info", "Which version this is; always 1.", "version", "engine")
        ProcessCollector(namespace="graticule", registry=self.registry)

    @classmethod
    def of_version(cls, version: str, engine: str) -> Self:
        """Make the figures of a process that says which version it is."""
        metrics = cls()
        metrics.build.labels(version, engine).set(1)
        return metrics

    def exposition(self) -> bytes:
        """Give every figure in Prometheus' text format; about 5 ms."""
        return generate_latest(self.registry)

    @asynccontextmanager
    async def sampling(self, *, sample_seconds: float = SAMPLE_SECONDS) -> AsyncIterator[None]:
        """Measure how late the event loop is, again and again, until the block ends."""
        sampler = asyncio.create_task(self._sample(sample_seconds), name="metrics: loop lag")
        try:
            yield
        finally:
            sampler.cancel()
            await asyncio.wait({sampler})

    async def _sample(self, sample_seconds: float) -> None:
        while True:
            due = time.monotonic() + sample_seconds
            await asyncio.sleep(sample_seconds)
            self.loop_lag.observe(max(0.0, time.monotonic() - due))

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(name, text, labels, namespace="graticule", registry=self.registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(name, text, labels, namespace="graticule", registry=self.registry)

    def _durations(self, name: str, text: str, *labels: str) -> Histogram:
        return Histogram(name, text, labels, namespace="graticule", registry=self.registry, buckets=_WORK_SECONDS)

    def _histogram(self, name: str, text: str) -> Histogram:
        return Histogram(name, text, namespace="graticule", registry=self.registry, buckets=_LAG_SECONDS)


def watch_size(gauge: Gauge, size: Callable[[], int]) -> None:
    """Let a gauge ask when it is read, instead of being told of each change."""
    gauge.set_function(lambda: float(size()))
