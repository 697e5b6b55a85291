"""Which data folder holds which clone, and the maps that are going: a clone may be evicted, a map too."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "places",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.Column("quota_bytes", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "clones",
        sa.Column("repository_id", sa.String(32), primary_key=True),
        sa.Column("place_id", sa.String(32), primary_key=True),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("used_at", sa.BigInteger, nullable=False),
        sa.Column("fetched_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_clones_place_id", "clones", ["place_id"])
    op.create_table(
        "condemned_maps",
        sa.Column("repository_id", sa.String(32), primary_key=True),
        sa.Column("commit_id", sa.String(64), primary_key=True),
        sa.Column("engine_version", sa.String(64), primary_key=True),
    )
    op.add_column("repositories", sa.Column("cloned", sa.Boolean, nullable=False, server_default=sa.false()))
    # What could be read had a clone; the next start of each server looks which folders are there.
    op.execute("UPDATE repositories SET cloned = true WHERE clone_state = 'READY' OR served_commit IS NOT NULL")


def downgrade() -> None:
    op.drop_column("repositories", "cloned")
    for table in ("condemned_maps", "clones", "places"):
        op.drop_table(table)
