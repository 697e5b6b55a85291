"""The product's own server with jobs whose counters move as ordered. Run by `fanout.py`: DATA_DIR JOBS.

The application, its services and its uvicorn are the real ones; a driver in their event loop stands for
the worker: rows and hints go out as `services.jobs.progress` sends them, a row a second and hints between.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Final

from starlette.applications import Starlette

from schema.app import create_app
from schema.types.node import NodeKind, node_id
from services.events import Hint
from services.graticule import Graticule
from services.jobs.progress import ROW_SECONDS
from services.logs import configure_logging
from services.models import JobChange, JobKind, Phase, Progress
from services.settings import Settings
from services.store.database import Database
from services.store.jobs import JobStore
from services.store.requests import WorkRequest
from tests.benchmarks.peers.serving import serve, stamp

OBJECTS: Final = 40_000_000
OBJECT_BYTES: Final = 1_370
STEP: Final = 500
LEASE_SECONDS: Final = 3600.0
"""Nobody renews the leases while a benchmark opens its sockets."""

BEFORE: Final = (Phase.RESOLVING, Phase.ENUMERATING, Phase.COUNTING, Phase.COMPRESSING)


@dataclass
class Transfer:
    """A job that receives objects."""

    change: JobChange
    received: int = 0
    hints: int = 0
    written_at: float = field(default_factory=monotonic)

    def advance(self) -> Progress:
        """Count on; the message carries the time of this change to the clients."""
        self.received += STEP
        return Progress(
            Phase.RECEIVING,
            self.received,
            OBJECTS,
            self.received * OBJECT_BYTES,
            STEP * OBJECT_BYTES * 10.0,
            f"at {stamp()}",
        )

    def hint(self, progress: Progress) -> Hint:
        """Make the hint of counters that are not in the row."""
        self.hints += 1
        job, repository = self.change.job, self.change.repository
        return Hint(
            repository_id=repository.id,
            repository_revision=repository.revision,
            job_id=job.id,
            job_revision=job.revision,
            epoch=job.attempt,
            progress_seq=self.hints,
            progress=progress,
        )


class Transfers:
    """The jobs, all written as their worker would write them."""

    def __init__(self, app: Starlette, settings: Settings, count: int) -> None:
        self._app = app
        self._settings = settings
        self._count = count
        self._jobs: list[Transfer] = []

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[list[str]]:
        database = await Database.open(self._settings.effective_database_url)
        try:
            self._store = JobStore(database, _now, lease_seconds=LEASE_SECONDS, tries=self._settings.job_tries)
            self._jobs = [await self._begin(f"forge.example/ada/large-{number}") for number in range(self._count)]
            yield [node_id(NodeKind.JOB, transfer.change.job.id) for transfer in self._jobs]
        finally:
            await database.close()

    async def change(self) -> None:
        graticule: Graticule = self._app.state.running
        for transfer in self._jobs:
            progress = transfer.advance()
            if monotonic() - transfer.written_at < ROW_SECONDS:
                await graticule.hub.publish(transfer.hint(progress))
            else:
                await self._write(transfer, progress)
                await graticule.hub.announce(transfer.change)

    async def _begin(self, name: str) -> Transfer:
        request = WorkRequest(
            remote_url=f"https://{name}", remote_name=name, host="forge.example", kind=JobKind.CLONE, ref=None
        )
        accepted = await self._store.request(request)
        taken = await self._store.take(accepted.job.id, owner="benchmark")
        if taken is None:
            raise RuntimeError("somebody else took the job")
        transfer = Transfer(taken)
        for phase in BEFORE:
            await self._write(transfer, Progress(phase, 48_210, 48_210))
        await self._write(transfer, transfer.advance())
        return transfer

    async def _write(self, transfer: Transfer, progress: Progress) -> None:
        job = transfer.change.job
        change = await self._store.progress(job.id, attempt=job.attempt, progress=progress)
        if change is None:
            raise RuntimeError("the job was taken over")
        transfer.change = change
        transfer.written_at = monotonic()


def _now() -> datetime:
    return datetime.now(UTC)


def main() -> None:
    configure_logging("WARNING")
    settings = Settings(
        data_dir=Path(sys.argv[1]),
        allow_protocols="https,http",
        allow_hosts="127.0.0.1",
        allow_networks="127.0.0.0/8",
        allow_ports="*",
        sockets_per_client=10_000,
        submission_rate="1000/second",
        concurrent_jobs=1,
        parser_processes=1,
        job_lease_seconds=LEASE_SECONDS,
    )
    app = create_app(settings)
    asyncio.run(serve(app, Transfers(app, settings, int(sys.argv[2]))))


if __name__ == "__main__":
    main()
