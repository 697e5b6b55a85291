"""Where Alembic enters: it is handed an open connection and stays inside its transaction."""

from alembic import context
from sqlalchemy import Connection

from services.store.tables import metadata


def run_migrations(connection: Connection) -> None:
    """Bring the database of this connection up to date."""
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()


run_migrations(context.config.attributes["connection"])
