"""Strawberry as it comes: its own endpoint, and a generator on broadcaster for each subscriber. Run by `fanout.py`.

The types have the shape of the contract's. An event is made once for all subscribers, which is kinder
than the text that broadcaster's own examples parse in each of them.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any, cast

import strawberry
from broadcaster import Broadcast
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from strawberry.asgi import GraphQL
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL

from services.errors import ErrorCode
from services.events import EventKind
from services.models import JobKind, JobState, Phase
from tests.benchmarks.peers.serving import EVENT_FILE, serve, stamp

for _enum in (ErrorCode, EventKind, JobKind, JobState, Phase):
    strawberry.enum(_enum)


@strawberry.type
class Progress:
    phase: Phase
    fraction: float | None
    current: int | None
    total: int | None
    received_bytes: str | None
    bytes_per_second: float | None
    message: str | None


@strawberry.type
class JobError:
    code: ErrorCode
    message: str
    retryable: bool
    hint: str | None


@strawberry.type
class PhaseRecord:
    phase: Phase
    started_at: datetime
    finished_at: datetime | None
    current: int | None
    total: int | None


@strawberry.type
class Job:
    id: strawberry.ID
    kind: JobKind
    state: JobState
    revision: int
    ref: str | None
    commit: str | None
    attempt: int
    queue_position: int | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    progress: Progress | None
    error: JobError | None
    phases: list[PhaseRecord]


@strawberry.type
class JobEvent:
    kind: EventKind
    revision: int
    occurred_at: datetime
    job: Job


broadcast = Broadcast("memory://")

JobId = Annotated[strawberry.ID, strawberry.argument(name="id")]


@strawberry.type
class Query:
    ready: bool = True


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def job_progress(self, job_id: JobId, max_rate_hz: float | None = 10) -> AsyncGenerator[JobEvent, None]:
        del job_id, max_rate_hz
        async with broadcast.subscribe("job") as subscriber:
            while True:
                event = await subscriber.get()
                yield cast("JobEvent", event.message)  # in memory it arrives as it was published


class Jobs:
    """The one job, told through broadcaster."""

    def __init__(self) -> None:
        self._event = _event(json.loads(EVENT_FILE.read_text()))

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[list[str]]:
        async with broadcast:
            yield ["job"]

    async def change(self) -> None:
        job = self._event.job
        progress = replace(job.progress, message=f"at {stamp()}") if job.progress else None
        fresh = replace(self._event, occurred_at=datetime.now(UTC), job=replace(job, progress=progress))
        await broadcast.publish("job", fresh)


def _event(told: dict[str, Any]) -> JobEvent:
    """Make the event from the example; its times are parsed, its enums are members."""
    job = told["job"]
    phases = [
        PhaseRecord(
            phase=Phase(record["phase"]),
            started_at=_time(record["startedAt"]),
            finished_at=_time(record["finishedAt"]) if record["finishedAt"] else None,
            current=record["current"],
            total=record["total"],
        )
        for record in job["phases"]
    ]
    return JobEvent(
        kind=EventKind(told["kind"]),
        revision=told["revision"],
        occurred_at=datetime.now(UTC),
        job=Job(
            id=strawberry.ID(job["id"]),
            kind=JobKind(job["kind"]),
            state=JobState(job["state"]),
            revision=job["revision"],
            ref=None,
            commit=None,
            attempt=job["attempt"],
            queue_position=None,
            created_at=_time(job["createdAt"]),
            started_at=_time(job["startedAt"]),
            finished_at=None,
            progress=_progress(job["progress"]),
            error=None,
            phases=phases,
        ),
    )


def _progress(told: dict[str, Any]) -> Progress:
    return Progress(
        phase=Phase(told["phase"]),
        fraction=told["fraction"],
        current=told["current"],
        total=told["total"],
        received_bytes=told["receivedBytes"],
        bytes_per_second=told["bytesPerSecond"],
        message=told["message"],
    )


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def main() -> None:
    endpoint: GraphQL[Any, Any] = GraphQL(
        strawberry.Schema(Query, subscription=Subscription),
        subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
    )
    app = Starlette(routes=[WebSocketRoute("/graphql", endpoint)])
    asyncio.run(serve(app, Jobs()))


if __name__ == "__main__":
    main()
