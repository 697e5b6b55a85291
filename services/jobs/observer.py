"""What an attempt leaves for its operator: log lines and a trace that lead back to the request, and figures."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from structlog.contextvars import bound_contextvars

from services import tracing
from services.metrics import Metrics
from services.models import Job, JobChange, JobState, Phase, Progress
from services.tracing import Attribute, Traces

OUTCOMES = {
    JobState.SUCCEEDED: "succeeded",
    JobState.FAILED: "failed",
    JobState.CANCELLED: "cancelled",
    JobState.RUNNING: "released",  # no attempt ends so, but a row may be read late
}


@dataclass(frozen=True, slots=True)
class Observer:
    """Watches the attempts of a process; `traces` is None when nobody asked for them."""

    metrics: Metrics
    traces: Traces | None = None

    @contextmanager
    def attempt(self, job: Job) -> Iterator["Watched"]:
        """Watch one attempt: every log line of the block names it, and what it does are steps of its request."""
        ids: dict[str, Attribute] = {"job": job.id, "attempt": job.attempt, "kind": job.kind.value}
        asked = {} if job.request_id is None else {"request": job.request_id}
        name = f"attempt {job.kind.value}"
        with bound_contextvars(**ids, **asked), tracing.begun(self.traces, name, parent=job.traceparent, **ids):
            watched = Watched(self.metrics, job)
            watched.begin()
            yield watched


class Watched:
    """One attempt that is watched."""

    def __init__(self, metrics: Metrics, job: Job) -> None:
        self._metrics = metrics
        self._job = job
        self._received_bytes = 0

    def begin(self) -> None:
        """Count how long it had waited."""
        for phase in self._job.phases:
            if phase.finished_at is not None:
                waited = (phase.finished_at - phase.started_at).total_seconds()
                self._metrics.queue_wait.labels(self._job.kind.value).observe(max(0.0, waited))

    def see(self, progress: Progress) -> None:
        """Take note of what git has received so far."""
        received = progress.received_bytes or 0
        if received > self._received_bytes:
            self._metrics.received_bytes.inc(received - self._received_bytes)
            self._received_bytes = received

    def end(self, change: JobChange | None) -> None:
        """Count how it ended; None: another attempt had taken over."""
        kind = self._job.kind.value
        if change is None:
            self._metrics.attempts.labels(kind, "lost", "").inc()
            tracing.note(outcome="lost")
            return
        job = change.job
        outcome, code = _outcome(job), job.error.code.value if job.error else ""
        self._metrics.attempts.labels(kind, outcome, code).inc()
        tracing.note(outcome=outcome, code=code)
        if job.attempts:
            last = job.attempts[-1]
            took = (last.finished_at - last.started_at).total_seconds()
            self._metrics.attempt_time.labels(kind).observe(max(0.0, took))
        self._tell_phases(job)

    def _tell_phases(self, job: Job) -> None:
        for phase in job.phases:
            if phase.finished_at is None:
                continue
            tracing.past(phase.phase.value, phase.started_at, phase.finished_at)
            took = (phase.finished_at - phase.started_at).total_seconds()
            if phase.phase is not Phase.QUEUED:
                self._metrics.phase_time.labels(phase.phase.value).observe(max(0.0, took))
            if phase.phase is Phase.PARSING:
                self._metrics.built_files.inc(phase.current or 0)


def _outcome(job: Job) -> str:
    """Say how an attempt ended; a job that waits again failed for now, or was given back by a process that stops."""
    if job.state is JobState.QUEUED:
        return "released" if job.error is None else "retried"
    return OUTCOMES[job.state]
