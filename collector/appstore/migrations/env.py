"""Run by Alembic: the migrations, on the connection that the store has given."""

from __future__ import annotations

from alembic import context

from collector.appstore.tables import AppTable

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=AppTable.metadata,
    render_as_batch=True,  # SQLite changes no column in place
    transaction_per_migration=False,
)
context.run_migrations()
