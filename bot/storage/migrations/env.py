"""How Alembic reaches the database: through the connection it is given."""

from alembic import context

from bot.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot alter most things of a table
)
with context.begin_transaction():
    context.run_migrations()
