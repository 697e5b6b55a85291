"""Which followed repositories are to be refreshed now, asked for once though several processes look.

Who asks holds the repository's row, moves the time of its next refresh and adds the job, in one transaction.
"""

from collections.abc import Sequence

from sqlalchemy import func, select, update

from services.models import Accepted, CloneState, Lane, Repository
from services.store.database import Clock, Database
from services.store.lanes import is_waiting
from services.store.ledger import hold, live_jobs
from services.store.refreshes import put_off
from services.store.requests import LiveLimits, WorkRequest, accept, removal_of
from services.store.rows import repository_of
from services.store.tables import jobs, repositories

MOST_ASKED = 100
"""Refreshes that one look asks for: every 5 s, 20 a second."""
MOST_WAITING = 500
"""Background jobs that may wait: what is due beyond that waits in the rows of its repositories."""
NEVER_WANTED = frozenset({CloneState.NOT_STARTED, CloneState.CANCELLED})


class ScheduleStore:
    """The repositories that are followed."""

    def __init__(self, database: Database, clock: Clock, limits: LiveLimits) -> None:
        self._database = database
        self._clock = clock
        self._limits = limits

    async def due(self) -> Sequence[Repository]:
        """Give at most 100 whose time has come, the longest overdue first; none while the lane is full."""
        waiting = select(func.count()).where(is_waiting(), jobs.c.lane == Lane.BACKGROUND.value)
        query = (
            select(repositories)
            .where(repositories.c.next_refresh_at <= self._clock())
            .order_by(repositories.c.next_refresh_at, repositories.c.id)
            .limit(MOST_ASKED)
        )
        async with self._database.read() as connection:
            if (await connection.execute(waiting)).scalar_one() >= MOST_WAITING:
                return ()
            return await self._database.rows(query, repository_of, connection)

    async def ask(self, seen: Repository, request: WorkRequest | None) -> Accepted | None:
        """Ask for a refresh that is due; None when nothing is to be done for it now, or another process was quicker.

        Not for what is being removed, and not for what was cancelled before it was ever here. `request` None: its
        URL is not allowed any more, and it counts as failed. RateLimitedError, and then it is due again.
        """
        now = self._clock()
        async with self._database.begin(durable=True) as connection:
            repository = await hold(connection, seen.id)
            if repository is None or repository.next_refresh_at is None or repository.next_refresh_at > now:
                return None
            unwanted = removal_of(await live_jobs(connection, seen.id)) or repository.clone.state in NEVER_WANTED
            failures = repository.refresh_failures + (request is None)
            later = put_off(repository, now=now).next_refresh_at
            values = {"next_refresh_at": later, "refresh_failures": failures}
            await connection.execute(update(repositories).where(repositories.c.id == seen.id).values(values))
            if unwanted or request is None:
                return None
            return await accept(connection, request, limits=self._limits, now=now)
