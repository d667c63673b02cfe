"""Version of the registry's schema: which one this program needs, and which one a registry has."""

from sqlalchemy import Column, Connection, MetaData, PrimaryKeyConstraint, String, Table, insert, inspect, select

from warehouse.db.registry_tables import metadata

# Revisions in `migrations/versions`, oldest first; the last is the one that `metadata` describes.
REVISIONS = ("0001", "0002", "0003", "0004")
HEAD = REVISIONS[-1]
# Where alembic stores the revision.
version_table = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


def schema_version(connection: Connection) -> str | None:
    """Return a registry's schema version; empty for one from before schemas had numbers, None without any table."""
    present = set(inspect(connection).get_table_names())
    if version_table.name in present:
        return connection.scalar(select(version_table.c.version_num)) or ""
    return "" if present & set(metadata.tables) else None


def create_schema(connection: Connection) -> None:
    """Create all tables and triggers of the newest schema in a database that has none, and record its version."""
    metadata.create_all(connection)
    version_table.create(connection)
    connection.execute(insert(version_table).values(version_num=HEAD))
