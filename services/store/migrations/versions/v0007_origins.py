"""Which request began a job, for its log lines and its place in a trace."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jobs", sa.Column("request_id", sa.String(64)))
    op.add_column("jobs", sa.Column("traceparent", sa.String(64)))


def downgrade() -> None:
    for name in ("traceparent", "request_id"):
        op.drop_column("jobs", name)
