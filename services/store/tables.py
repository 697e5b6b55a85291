"""The tables, as SQLAlchemy Core sees them; `migrations/` makes them, a test holds both equal.

Times are microseconds since 1970 in UTC: they order and compare the same on every database.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    false,
    text,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LIVE = "state IN ('QUEUED', 'RUNNING') AND cancel_requested_at IS NULL"
"""Which jobs answer a request, as SQL: both unique indexes below are on these only."""
WAITING = "state = 'QUEUED'"
"""Which jobs wait, as SQL, and word for word in statements: a database uses a partial index for no parameter."""
PENDING = "state IN ('QUEUED', 'RUNNING')"
"""Which jobs wait or run, as above."""

BY_CODE_POINT = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that orders, and is put into lower case, as on SQLite, whatever the language of the database is."""

metadata = MetaData()


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC time as whole microseconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Give what is stored; a naive time is a defect of the caller and raises."""
        del dialect
        return None if value is None else (value - EPOCH) // timedelta(microseconds=1)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[int | None], datetime | None]:
        """Give what reads a stored time; called by SQLAlchemy without two calls of its own: 8 of a row are times."""
        del dialect, coltype
        return _time_of


def _time_of(value: int | None) -> datetime | None:
    return None if value is None else EPOCH + timedelta(microseconds=value)


repositories = Table(
    "repositories",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("url", Text, nullable=False),
    Column("name", BY_CODE_POINT, nullable=False, unique=True),
    Column("host", Text, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("clone_state", String(16), nullable=False),
    Column("clone_started_at", UtcTime),
    Column("clone_completed_at", UtcTime),
    Column("clone_error", Text),
    Column("clone_job_id", String(32)),
    Column("map_state", String(16), nullable=False),
    Column("map_started_at", UtcTime),
    Column("map_completed_at", UtcTime),
    Column("map_error", Text),
    Column("map_job_id", String(32)),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False, index=True),
    Column("last_accessed_at", UtcTime, nullable=False),
    Column("default_branch", Text),
    Column("served_commit", String(64)),
    Column("remote_head", String(64)),
    Column("checked_at", UtcTime),
    Column("size_bytes", BigInteger),
    Column("pinned", Boolean(create_constraint=False), nullable=False),
    Column("cloned", Boolean(create_constraint=False), nullable=False, server_default=false()),
    Column("private", Boolean(create_constraint=False), nullable=False, server_default=false()),
    Column("refresh_minutes", Integer),
    Column("refresh_failures", Integer, nullable=False, server_default="0"),
    Column("next_refresh_at", UtcTime, index=True),
)

Index("ix_repositories_updated_at_id", repositories.c.updated_at.desc(), repositories.c.id)

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("repository_id", String(32), nullable=False),  # no foreign key: history outlives a removed repository
    Column("kind", String(16), nullable=False),
    Column("ref", Text),
    Column("ref_key", Text, nullable=False),  # '' for no ref: NULLs never collide in a unique index
    Column("commit_id", String(64)),
    Column("state", String(16), nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("lost_workers", Integer, nullable=False),
    Column("transient_failures", Integer, nullable=False),
    Column("owner", Text),
    Column("heartbeat_at", UtcTime),
    Column("not_before", UtcTime),
    Column("progress", Text),
    Column("phases", Text, nullable=False),
    Column("attempts", Text, nullable=False, server_default="[]"),
    Column("error", Text),
    Column("client", Text),
    Column("private", Boolean(create_constraint=False), nullable=False, server_default=false()),
    Column("cancel_requested_at", UtcTime),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("started_at", UtcTime),
    Column("finished_at", UtcTime),
    Column("lane", Integer, nullable=False, server_default="0"),
    Column("turn", Integer, nullable=False, server_default="0"),
    Column("host", Text, nullable=False, server_default=""),
    Column("request_id", String(64)),
    Column("traceparent", String(64)),
)
Index("ix_jobs_repository_id_created_at", jobs.c.repository_id, jobs.c.created_at)
Index("ix_jobs_created_at_id", jobs.c.created_at, jobs.c.id)
Index("ix_jobs_state_created_at", jobs.c.state, jobs.c.created_at)
Index(
    "ix_jobs_waiting",
    *(jobs.c[name] for name in ("state", "lane", "turn", "created_at", "id")),
    sqlite_where=text(WAITING),
    postgresql_where=text(WAITING),
)
Index(
    "ix_jobs_live_client",
    *(jobs.c[name] for name in ("client", "lane", "turn")),
    sqlite_where=text(PENDING),
    postgresql_where=text(PENDING),
)
Index(
    "ix_jobs_live_host",
    *(jobs.c[name] for name in ("host", "state")),
    sqlite_where=text(PENDING),
    postgresql_where=text(PENDING),
)
Index(
    "uq_jobs_live_ref",
    jobs.c.repository_id,
    jobs.c.ref_key,
    unique=True,
    sqlite_where=text(f"{LIVE} AND kind <> 'REMOVE'"),
    postgresql_where=text(f"{LIVE} AND kind <> 'REMOVE'"),
)
Index(
    "uq_jobs_live_removal",
    jobs.c.repository_id,
    unique=True,
    sqlite_where=text(f"{LIVE} AND kind = 'REMOVE'"),
    postgresql_where=text(f"{LIVE} AND kind = 'REMOVE'"),
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("repository_id", String(32), primary_key=True),
    Column("commit_id", String(64), primary_key=True),
    Column("engine_version", String(64), primary_key=True),
    Column("ref", Text),
    Column("built_at", UtcTime, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
)

snapshot_refs = Table(
    "snapshot_refs",
    metadata,
    Column("repository_id", String(32), primary_key=True),
    Column("ref_key", Text, primary_key=True),
    Column("commit_id", String(64), nullable=False),
    Column("engine_version", String(64), nullable=False),
    Column("updated_at", UtcTime, nullable=False),
)

places = Table(
    "places",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("host", Text, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Column("quota_bytes", BigInteger, nullable=False),
)

clones = Table(
    "clones",
    metadata,
    Column("repository_id", String(32), primary_key=True),
    Column("place_id", String(32), primary_key=True),
    Column("size_bytes", BigInteger, nullable=False),
    Column("used_at", UtcTime, nullable=False),
    Column("fetched_at", UtcTime, nullable=False),
)
Index("ix_clones_place_id", clones.c.place_id)

condemned_maps = Table(  # no longer to be found, and their bytes not yet deleted
    "condemned_maps",
    metadata,
    Column("repository_id", String(32), primary_key=True),
    Column("commit_id", String(64), primary_key=True),
    Column("engine_version", String(64), primary_key=True),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", Text, nullable=False),
    Column("scope", String(16), nullable=False),
    Column("grants", Text, nullable=False),
    Column("digest", String(64), nullable=False),  # of the secret, which is kept nowhere
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime),
    Column("revoked_at", UtcTime),
)
