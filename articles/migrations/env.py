"""Alembic's entry: run the steps on the connection that `Store.open` hands over."""

from alembic import context

from articles.tables import METADATA, VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=VERSION_TABLE,
)
context.run_migrations()
