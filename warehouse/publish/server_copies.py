"""Copies of a version on a PostgreSQL server, which the next build changes and publishes as its own version.

Copying a city's version takes longer than computing one report, so that a copy is made ahead: right after a version was
published. Until a build takes it, it is in schemas of its own.
"""

from collections.abc import Collection

from psycopg import sql

from warehouse.publish.server import Connection, connected, name
from warehouse.publish.server_tables import columns_of_server, describe, names_of_columns, tables_of_server
from warehouse.publish.server_versions import (
    BUILDING,
    INTERMEDIATE,
    LAYERS,
    MARTS,
    RAW,
    create_schemas,
    drop_schemas,
    drop_unfinished,
    index_table,
    noted_version,
    rename_schemas,
    schema_of,
)

# Prefix of the schemas of the copy that was made ahead.
AHEAD = "ahead"
# How increments select rows of models that are no marts.
_SELECTED_BY = ("period_code", "submission_id")


def copy_ahead(url: str, version: str, tables: Collection[tuple[str, str]]) -> None:
    """Copy a version: its raw tables, and those listed by layer and name; all or nothing. Raises ServerError."""
    with connected(url) as connection:
        drop_schemas(connection, AHEAD)
        _copy(connection, version, AHEAD, tables)


def take_copy(connection: Connection, version: str, tables: Collection[tuple[str, str]]) -> None:
    """Make the schemas to be built a copy of a version: the one that was made ahead of it, or else a new one."""
    drop_unfinished(connection)
    if noted_version(connection, AHEAD) != version:
        drop_schemas(connection, AHEAD)
        _copy(connection, version, BUILDING, tables)
        return
    rename_schemas(connection, AHEAD, BUILDING)


def _copy(connection: Connection, version: str, prefix: str, tables: Collection[tuple[str, str]]) -> None:
    create_schemas(connection, version, prefix)
    for layer in LAYERS:
        source, goal = schema_of(version, layer), schema_of(prefix, layer)
        for table in tables_of_server(connection, source):
            if table.is_view or (layer != RAW and (layer, table.name) not in tables):
                continue
            create = sql.SQL("create table {} as select * from {}")
            connection.execute(create.format(name(goal, table.name), name(source, table.name)))
            if layer == MARTS:
                columns = columns_of_server(connection, source, table.name)
                describe(connection, "table", (goal, table.name), table.comment, columns)
                index_table(connection, goal, table.name)
            elif layer == INTERMEDIATE:
                _index_for_increments(connection, goal, table.name)
            connection.execute(sql.SQL("analyze {}").format(name(goal, table.name)))


def _index_for_increments(connection: Connection, schema: str, table: str) -> None:
    for column in names_of_columns(connection, f'"{schema}"."{table}"'):
        if column in _SELECTED_BY:
            connection.execute(sql.SQL("create index on {} ({})").format(name(schema, table), name(column)))
