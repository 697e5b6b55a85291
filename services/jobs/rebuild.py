"""After an upgrade of the engine: maps are made anew in the background, those that were used last first.

A map of another engine stays what it is, and is read as long as its layout is known. Nobody waits for these jobs:
few are under way at a time, and none asks a remote when the commit is here.
"""

import time
from typing import Final

import structlog

from services.errors import NotFoundError, RateLimitedError
from services.hub import LiveHub
from services.jobs.queue import JobQueue
from services.models import JobChange, JobKind, Lane
from services.store.jobs import JobStore
from services.store.outdated import Outdated, OutdatedMaps, rebuilder
from services.store.requests import WorkRequest

MOST_LIVE: Final = 1
LOOK_SECONDS: Final = 5.0
REST_SECONDS: Final = 600.0
"""After a look that found nothing: only a server of another version makes something outdated."""

logger = structlog.stdlib.get_logger()


class Rebuilder:
    """Asks for one map after the other, until none is by another engine that was not tried."""

    def __init__(self, outdated: OutdatedMaps, jobs: JobStore, hub: LiveHub, queue: JobQueue) -> None:
        self._outdated = outdated
        self._jobs = jobs
        self._hub = hub
        self._queue = queue
        self._rests_until = 0.0

    async def turn(self) -> bool:
        """Ask for the next map unless one is under way; gives whether it did. GraticuleError."""
        if time.monotonic() < self._rests_until or await self._outdated.live() >= MOST_LIVE:
            return False
        found = await self._outdated.next()
        if found is None:
            self._rests_until = time.monotonic() + REST_SECONDS
            return False
        try:
            accepted = await self._jobs.request(self._wanted(found))
        except (RateLimitedError, NotFoundError):  # there is more to do than this, or it was removed meanwhile
            return False
        if accepted.already_running or accepted.job.state.terminal:
            return False
        logger.info("a map of another engine is made anew", repository=found.repository.name, ref=found.ref)
        await self._hub.announce(JobChange(accepted.job, accepted.repository))
        await self._queue.add(accepted.job)
        return True

    def _wanted(self, found: Outdated) -> WorkRequest:
        repository = found.repository
        return WorkRequest(
            remote_url=repository.url,
            remote_name=repository.name,
            host=repository.host,
            kind=JobKind.MAP,
            ref=found.ref,
            engine_version=self._outdated.engine_version,
            repository_id=repository.id,
            client=rebuilder(self._outdated.engine_version),
            lane=Lane.BACKGROUND,
            private=repository.private,
        )
