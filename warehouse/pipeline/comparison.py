"""The comparison of a full build with the version that increments made of the same reports."""

from pathlib import Path

import duckdb

from warehouse.pipeline.compiled_sql import layer_of, nodes_of_type, read_nodes
from warehouse.publish.versions import WAREHOUSE_FILE
from warehouse.storage.duckdb_connection import quiet
from warehouse.storage.literals import quoted

# Ratios may differ by the order in which their parts were added up.
EQUAL_DECIMALS = 9
_CALENDAR = "intermediate.int_periods"
_TABLES = "select schema_name, table_name from duckdb_tables() where database_name = 'one'"
_COLUMNS = """
    select column_name, data_type from duckdb_columns()
    where database_name = 'one' and schema_name || '.' || table_name = ? order by column_index
"""
_RESULTS = """
    select * exclude (run_version, run_at) from {name}.marts.fct_quality_result where run_version = (
        select version from {name}.marts.publication
    )
"""


def differing_tables(folder: Path, other: Path) -> tuple[list[str], int] | None:
    """Compare the models of two versions of the same reports, row by row in any order.

    Return the names of the tables that differ, and the number of tables compared; None where a period began or ended
    between the builds, so that they had to differ. Numbers are equal to EQUAL_DECIMALS decimals. Of a version on a
    server, the files have the marts and the calendar alone.
    """
    with _both(folder, other) as connection:
        stored = {f"{schema}.{name}" for schema, name in connection.execute(_TABLES).fetchall()}
        tables = [
            name
            for node in nodes_of_type(read_nodes(folder), "model")
            if node["config"]["materialized"] == "table" and (name := f"{layer_of(node)}.{node['alias']}") in stored
        ]
        if _differ(connection, *_selects(connection, _CALENDAR)):
            return None
        return [table for table in tables if _differ(connection, *_selects(connection, table))], len(tables)


def have_equal_checks(folder: Path, other: Path) -> bool:
    """Return whether the checks of two versions have the same results."""
    with _both(folder, other) as connection:
        return not _differ(connection, _RESULTS.format(name="one"), _RESULTS.format(name="two"))


def _both(folder: Path, other: Path) -> duckdb.DuckDBPyConnection:
    connection = quiet(duckdb.connect(":memory:", config={"autoinstall_known_extensions": False}))
    for name, version in (("one", folder), ("two", other)):
        connection.execute(f"attach {quoted(str(version / WAREHOUSE_FILE))} as {name} (read_only)")
    return connection


def _selects(connection: duckdb.DuckDBPyConnection, table: str) -> tuple[str, str]:
    columns = ", ".join(
        f'round("{name}", {EQUAL_DECIMALS}) as "{name}"' if kind in ("DOUBLE", "FLOAT") else f'"{name}"'
        for name, kind in connection.execute(_COLUMNS, [table]).fetchall()
    )
    return f"select {columns} from one.{table}", f"select {columns} from two.{table}"


def _differ(connection: duckdb.DuckDBPyConnection, one: str, two: str) -> bool:
    """Return whether two selects return other rows. Sums of hashes are compared: a sort or join would take minutes."""
    hashed = [
        connection.execute(f"select count(*), sum(hash(rows)::hugeint) from ({select}) as rows").fetchall()
        for select in (one, two)
    ]
    return hashed[0] != hashed[1]
