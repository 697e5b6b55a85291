"""Refresh what is followed when its time has come, behind everything that a person waits for."""

import structlog

from services.acquire.remotes import Remote, RemotePolicy
from services.errors import GraticuleError, RateLimitedError
from services.hub import LiveHub
from services.jobs.queue import JobQueue
from services.mapping.languages import engine_version
from services.models import JobChange, JobKind, Lane, Repository
from services.store.requests import WorkRequest
from services.store.schedule import ScheduleStore

SCHEDULE_SECONDS = 5.0

logger = structlog.stdlib.get_logger()


async def ask_for_due(*, schedule: ScheduleStore, policy: RemotePolicy, queue: JobQueue, hub: LiveHub) -> int:
    """Ask for the refreshes that are due, and give how many began to wait; any number of processes may."""
    begun = 0
    for repository in await schedule.due():
        try:
            accepted = await schedule.ask(repository, _request(repository, policy))
        except RateLimitedError:
            continue  # its host has too many jobs; another one may have room
        if accepted is not None and not accepted.already_running:
            begun += 1
            await hub.announce(JobChange(accepted.job, accepted.repository))
            await queue.add(accepted.job)
    return begun


def _request(repository: Repository, policy: RemotePolicy) -> WorkRequest | None:
    """Ask as a person would, whose URL passes the door again; None when it does not."""
    try:
        remote = Remote.parse(repository.url, policy=policy)
    except GraticuleError as error:
        logger.warning("a followed repository is not refreshed", repository=repository.name, error=error.code)
        return None
    return WorkRequest(
        remote_url=remote.url,
        remote_name=remote.name,
        host=remote.host,
        kind=JobKind.REFRESH,
        ref=None,
        engine_version=engine_version(),
        private=repository.private,
        lane=Lane.BACKGROUND,
    )
