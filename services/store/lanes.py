"""The order in which waiting jobs are taken: lanes, then clients in turn, then age.

Start-time fair queueing (Goyal, Vin, Cheng 1996): a job gets its turn when it is asked for, one after the last of its
client, and never before the turn that is being served. So whoever asks for 500 has the turns n to n+499, and whoever
asks for one after that has n or so. A turn never changes, so the order is an index, and the place of a job is true.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, func, literal_column, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.models import Job, JobState, Lane
from services.store.database import await_turn_to_count
from services.store.ledger import being_removed
from services.store.tables import jobs
from services.store.transitions import LONGEST_BACKOFF_SECONDS

IN_ORDER: Final = (jobs.c.lane, jobs.c.turn, jobs.c.created_at, jobs.c.id)


async def turn_of(connection: AsyncConnection, lane: Lane, client: str | None) -> int:
    """Give the turn of a job that this client asks for now. Three look-ups in indexes."""
    mine = jobs.c.client.is_(None) if client is None else jobs.c.client == client
    in_lane = jobs.c.lane == lane.value
    highest, lowest = func.max(jobs.c.turn), func.min(jobs.c.turn)
    last = select(highest).where(is_pending(), mine, in_lane).scalar_subquery()
    running = select(highest).where(jobs.c.state == JobState.RUNNING.value, in_lane).scalar_subquery()
    waiting = select(lowest).where(is_waiting(), in_lane).scalar_subquery()
    own, now_served = (await connection.execute(select(last, func.coalesce(running, waiting, 0)))).one()
    turn: int = now_served if own is None else max(now_served, own + 1)
    return turn


def is_waiting() -> ColumnElement[bool]:
    """Match jobs that wait, in the words of the index of them."""
    return jobs.c.state == literal_column("'QUEUED'")


def is_pending() -> ColumnElement[bool]:
    """Match jobs that wait or run, in the words of the indexes of them."""
    return jobs.c.state.in_([literal_column("'QUEUED'"), literal_column("'RUNNING'")])


def is_due(now: datetime) -> ColumnElement[bool]:
    """Match jobs that do not wait for a later try; a time further off than any backoff is of another clock."""
    longest = timedelta(seconds=LONGEST_BACKOFF_SECONDS)
    return or_(jobs.c.not_before.is_(None), jobs.c.not_before <= now, jobs.c.not_before > now + longest)


def may_begin(now: datetime, *, per_host: int | None) -> ColumnElement[bool]:
    """Match waiting jobs that may be taken now: due, of a repository that stays, of a host that has room."""
    if per_host is None:
        return and_(is_waiting(), is_due(now), not_(being_removed()))
    running = jobs.alias("running")
    full = (
        select(running.c.host)
        .where(running.c.state == JobState.RUNNING.value, running.c.host != "")
        .group_by(running.c.host)
        .having(func.count() >= per_host)
    )
    return and_(is_waiting(), is_due(now), jobs.c.host.not_in(full), not_(being_removed()))


async def has_room(connection: AsyncConnection, job: Job, *, per_host: int | None) -> bool:
    """Whether one more job may run against this job's host; nobody else may find room there until the commit."""
    if per_host is None or not job.host:
        return True
    await await_turn_to_count(connection, f"running on {job.host}")
    running = select(func.count()).where(jobs.c.host == job.host, jobs.c.state == JobState.RUNNING.value)
    return (await connection.execute(running)).scalar_one() < per_host
