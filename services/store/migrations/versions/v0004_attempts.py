"""What became of each attempt at a job: before, only the newest was known."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jobs", sa.Column("attempts", sa.Text, nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("jobs", "attempts")
