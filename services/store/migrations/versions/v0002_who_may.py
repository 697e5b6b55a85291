"""Tokens, which repositories are private, and who asked for a job."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("repositories", "jobs"):
        op.add_column(
            table,
            sa.Column("private", sa.Boolean(create_constraint=False), nullable=False, server_default=sa.false()),
        )
    op.add_column("jobs", sa.Column("client", sa.Text()))
    op.create_table(
        "tokens",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scope", sa.String(16), nullable=False),
        sa.Column("grants", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger()),
        sa.Column("revoked_at", sa.BigInteger()),
    )


def downgrade() -> None:
    op.drop_table("tokens")
    op.drop_column("jobs", "client")
    for table in ("jobs", "repositories"):
        op.drop_column(table, "private")
