"""Run revisions on the connection that the caller gives, inside the caller's transaction."""

from alembic import context

from bodega.adapters.sql.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
