"""Run by alembic: carries out migrations in the caller's transaction."""

from alembic import context

from warehouse.db.registry_tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True)
context.run_migrations()
