"""Lets Alembic work on the connection schema.py gives it, inside the transaction begun there."""

from alembic import context

import sync.server.account_tables  # noqa: F401 - these tables belong to the schema, too
from sync.server.tables import METADATA

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,
)
context.run_migrations()
