"""Lanes, turns and hosts of jobs, and repositories that are refreshed by themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WAITING = "state = 'QUEUED'"
PENDING = "state IN ('QUEUED', 'RUNNING')"
FILL_HOSTS = f"""UPDATE jobs SET host = COALESCE(
  (SELECT repositories.host FROM repositories WHERE repositories.id = jobs.repository_id), ''
) WHERE {PENDING} AND kind <> 'REMOVE'"""  # noqa: S608  # of constants
INDEXES = {
    "ix_jobs_waiting": (["state", "lane", "turn", "created_at", "id"], WAITING),
    "ix_jobs_live_client": (["client", "lane", "turn"], PENDING),
    "ix_jobs_live_host": (["host", "state"], PENDING),
}


def upgrade() -> None:
    op.add_column("jobs", sa.Column("lane", sa.Integer, nullable=False, server_default="0"))
    op.add_column("jobs", sa.Column("turn", sa.Integer, nullable=False, server_default="0"))
    op.add_column("jobs", sa.Column("host", sa.Text, nullable=False, server_default=""))
    op.execute(FILL_HOSTS)
    for name, (columns, condition) in INDEXES.items():
        where = sa.text(condition)
        op.create_index(name, "jobs", columns, sqlite_where=where, postgresql_where=where)
    op.add_column("repositories", sa.Column("refresh_minutes", sa.Integer))
    op.add_column("repositories", sa.Column("refresh_failures", sa.Integer, nullable=False, server_default="0"))
    op.add_column("repositories", sa.Column("next_refresh_at", sa.BigInteger))
    op.create_index("ix_repositories_next_refresh_at", "repositories", ["next_refresh_at"])


def downgrade() -> None:
    op.drop_index("ix_repositories_next_refresh_at", "repositories")
    for name in ("next_refresh_at", "refresh_failures", "refresh_minutes"):
        op.drop_column("repositories", name)
    for name in INDEXES:
        op.drop_index(name, "jobs")
    for name in ("host", "turn", "lane"):
        op.drop_column("jobs", name)
