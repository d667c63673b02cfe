"""Two versions that were built in different ways from the same reports: the same tables, row by row."""

from pathlib import Path

import duckdb

# What may differ between two builds from the same reports.
OF_THE_BUILD = {
    "marts.publication": ("version", "built_at", "row_counts"),
    "raw.build_context": ("version", "built_at"),
}
HISTORY_OF_BUILDS = "marts.fct_quality_result"
DEFINITIONS = (
    "select schema_name, table_name, sql, comment from duckdb_tables()",
    "select schema_name, view_name, sql, comment from duckdb_views()",
    "select schema_name, table_name, column_name, data_type, is_nullable, comment from duckdb_columns()",
)


def assert_same_tables(old: Path, new: Path) -> set[str]:
    """Compare definitions, comments and rows of two versions' folders; return the tables with rows."""
    with duckdb.connect() as connection:
        for name, folder in (("old", old), ("new", new)):
            connection.execute(f"attach '{folder / 'warehouse.duckdb'}' as {name} (read_only)")
        for question in DEFINITIONS:
            one, other = (
                connection.execute(
                    f"{question} where database_name = '{name}' and not internal order by all"
                ).fetchall()
                for name in ("old", "new")
            )
            assert one == other
        found = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where database_name = 'new' "
            "and schema_name in ('raw', 'reference', 'marts')"
        )
        return {table for (table,) in found.fetchall() if _assert_same_rows(connection, table, old.name, new.name)}


def _assert_same_rows(connection: duckdb.DuckDBPyConnection, table: str, old: str, new: str) -> int:
    columns, of_old, of_new = "*", "", ""
    if table in OF_THE_BUILD:
        columns = f"* exclude ({', '.join(OF_THE_BUILD[table])})"
    if table == HISTORY_OF_BUILDS:
        columns = "* exclude (run_version, run_at)"
        of_old, of_new = f"where run_version = '{old}'", f"where run_version = '{new}'"
    one, other = f"select {columns} from old.{table} {of_old}", f"select {columns} from new.{table} {of_new}"
    assert connection.execute(f"({one}) except all ({other})").fetchall() == [], table
    assert connection.execute(f"({other}) except all ({one})").fetchall() == [], table
    return connection.execute(f"select count(*) from ({one})").fetchall()[0][0]
