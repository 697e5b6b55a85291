"""Repositories, jobs, snapshots and the refs that lead to them.

A migration says what was true when it was written, so it repeats the columns and imports no table.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""Orders as on SQLite, whatever the language of the database: by code point."""
LIVE = "state IN ('QUEUED', 'RUNNING') AND cancel_requested_at IS NULL"


def upgrade() -> None:
    _create_repositories()
    _create_jobs()
    _create_snapshots()
    _create_snapshot_refs()


def downgrade() -> None:
    for table in ("snapshot_refs", "snapshots", "jobs", "repositories"):
        op.drop_table(table)


def _create_repositories() -> None:
    op.create_table(
        "repositories",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("clone_state", sa.String(16), nullable=False),
        sa.Column("clone_started_at", sa.BigInteger()),
        sa.Column("clone_completed_at", sa.BigInteger()),
        sa.Column("clone_error", sa.Text()),
        sa.Column("clone_job_id", sa.String(32)),
        sa.Column("map_state", sa.String(16), nullable=False),
        sa.Column("map_started_at", sa.BigInteger()),
        sa.Column("map_completed_at", sa.BigInteger()),
        sa.Column("map_error", sa.Text()),
        sa.Column("map_job_id", sa.String(32)),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("last_accessed_at", sa.BigInteger(), nullable=False),
        sa.Column("default_branch", sa.Text()),
        sa.Column("served_commit", sa.String(64)),
        sa.Column("remote_head", sa.String(64)),
        sa.Column("checked_at", sa.BigInteger()),
        sa.Column("size_bytes", sa.BigInteger()),
        sa.Column("pinned", sa.Boolean(create_constraint=False), nullable=False),
        sa.UniqueConstraint("name"),
    )
    op.create_index("ix_repositories_updated_at", "repositories", ["updated_at"])


def _create_jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("repository_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("ref", sa.Text()),
        sa.Column("ref_key", sa.Text(), nullable=False),
        sa.Column("commit_id", sa.String(64)),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("lost_workers", sa.Integer(), nullable=False),
        sa.Column("transient_failures", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Text()),
        sa.Column("heartbeat_at", sa.BigInteger()),
        sa.Column("not_before", sa.BigInteger()),
        sa.Column("progress", sa.Text()),
        sa.Column("phases", sa.Text(), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("cancel_requested_at", sa.BigInteger()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger()),
        sa.Column("finished_at", sa.BigInteger()),
    )
    op.create_index("ix_jobs_repository_id_created_at", "jobs", ["repository_id", "created_at"])
    op.create_index("ix_jobs_state_created_at", "jobs", ["state", "created_at"])
    _create_live_index("uq_jobs_live_ref", ["repository_id", "ref_key"], "kind <> 'REMOVE'")
    _create_live_index("uq_jobs_live_removal", ["repository_id"], "kind = 'REMOVE'")


def _create_live_index(name: str, columns: list[str], kinds: str) -> None:
    """Make an index that lets one live job of these kinds exist at a time."""
    where = sa.text(f"{LIVE} AND {kinds}")
    op.create_index(name, "jobs", columns, unique=True, sqlite_where=where, postgresql_where=where)


def _create_snapshots() -> None:
    op.create_table(
        "snapshots",
        sa.Column("repository_id", sa.String(32), primary_key=True),
        sa.Column("commit_id", sa.String(64), primary_key=True),
        sa.Column("engine_version", sa.String(64), primary_key=True),
        sa.Column("ref", sa.Text()),
        sa.Column("built_at", sa.BigInteger(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
    )


def _create_snapshot_refs() -> None:
    op.create_table(
        "snapshot_refs",
        sa.Column("repository_id", sa.String(32), primary_key=True),
        sa.Column("ref_key", sa.Text(), primary_key=True),
        sa.Column("commit_id", sa.String(64), nullable=False),
        sa.Column("engine_version", sa.String(64), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
    )
