"""Migration of a registry to the newest schema: in one transaction, with every row kept, or not at all."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Connection, MetaData, Table, select
from sqlalchemy.exc import OperationalError

from warehouse.db.connection import (
    RegistryBusyError,
    connect,
    explained,
    is_busy,
    missing_parts,
    refuse_newer,
    writing,
)
from warehouse.db.schema_version import HEAD, schema_version, version_table
from warehouse.errors import MigrationFailedError, RegistryDamagedError

SCRIPTS = Path(__file__).parent / "migrations"


def migrate(url: str) -> str | None:
    """Bring a registry to the newest schema; return the version that it had, None if it needed nothing.

    One transaction: a migration that is killed, fails or would change a row leaves the registry as it was. Raises
    RegistryDamagedError for one that lacks parts of its own schema, RegistryNewerError, MigrationFailedError,
    RegistryBusyError, DiskFullError.
    """
    engine = connect(url)
    try:
        with explained(engine), writing(engine) as connection:
            version = schema_version(connection)
            if version is None or version == HEAD:
                return None
            refuse_newer(version)
            if missing := missing_parts(connection):
                raise RegistryDamagedError(missing)
            before = _contents(connection)
            _run_migrations(connection)
            after = _contents(connection, before)
            changed = [table for table in before if before[table] != after.get(table)]
            if changed or missing_parts(connection):
                raise MigrationFailedError([*changed, *missing_parts(connection)])
            return version
    except OperationalError as error:
        if is_busy(error):
            raise RegistryBusyError(type(error).__name__) from error
        raise
    finally:
        engine.dispose()


def _run_migrations(connection: Connection) -> None:
    # Imported here: it takes time that every other command saves.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _contents(connection: Connection, known: Mapping[str, tuple[str, ...]] | None = None) -> dict[str, tuple[str, ...]]:
    """Return the columns of every table, and last a digest of its rows in these columns.

    With `known`, an earlier result, only those tables and columns are read.
    """
    tables = MetaData()
    tables.reflect(connection)
    contents = {}
    for table in tables.sorted_tables:
        if table.name == version_table.name or (known is not None and table.name not in known):
            continue
        names = known[table.name][:-1] if known else tuple(sorted(table.columns.keys()))
        if set(names) <= set(table.columns.keys()):
            contents[table.name] = (*names, _digest(connection, table, names))
    return contents


def _digest(connection: Connection, table: Table, names: tuple[str, ...]) -> str:
    """Return a digest of a table's rows, independent of their order."""
    rows = connection.execute(select(*(table.c[name] for name in names)))
    lines = sorted(hashlib.sha256(repr(tuple(row)).encode()).digest() for row in rows)
    return hashlib.sha256(b"".join(lines)).hexdigest()
