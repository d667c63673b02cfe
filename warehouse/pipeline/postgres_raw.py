"""Copy the raw tables of a built version to a PostgreSQL server, where dbt builds the marts from them.

Needs the packages of `requirements-postgres.txt`.
"""

import sys
from pathlib import Path
from typing import Any

import duckdb
import psycopg
from psycopg import sql

from warehouse.errors import BuildError
from warehouse.publish.versions import WAREHOUSE_FILE
from warehouse.settings import LANGUAGES, Settings
from warehouse.text import say

# PostgreSQL's names of the types of raw tables.
_TYPES = {
    "BIGINT": "bigint",
    "INTEGER": "integer",
    "DOUBLE": "double precision",
    "VARCHAR": "text",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "BOOLEAN": "boolean",
}
LEAST_VERSION = 15
_BATCH_ROWS = 10_000
_COLUMNS = """
    select table_name, column_name, data_type from duckdb_columns()
    where schema_name = 'raw' order by table_name, column_index
"""
# By code point, capital letters come before small letters, and letters without marks before letters with marks.
_DATABASE = """
    select current_setting('server_version_num')::integer / 10000, datname,
        pg_encoding_to_char(encoding) = 'UTF8' and 'Z' < 'a' and 'z' < 'á'
    from pg_database where datname = current_database()
"""

Columns = list[tuple[str, str]]


def copy_raw(warehouse: Path, url: str = "") -> dict[str, int]:
    """Replace schema `raw` of the PostgreSQL database at `url` by that of the DuckDB file `warehouse`.

    Without an address libpq's variables (PGHOST, PGDATABASE …) name the database. The tables are replaced in one
    transaction; views of the staging layer are dropped with them. Returns rows by table. Raises BuildError
    if the server cannot be reached, is too old or refuses, and if the database does not order text by code point.
    """
    try:
        with duckdb.connect(str(warehouse), read_only=True) as source, psycopg.connect(url) as goal:
            _check_database(goal)
            _set_planner(goal)
            goal.execute("drop schema if exists raw cascade")
            goal.execute("create schema raw")
            counts = {table: _copy(source, goal, table, columns) for table, columns in _tables(source).items()}
            return counts
    except psycopg.Error as error:
        raise _refused("server_error", error=str(error).strip()) from error


def _check_database(connection: psycopg.Connection[Any]) -> None:
    """Raise BuildError if models would fail in this database or, by another order of text, make other figures."""
    (version, database, is_by_code_point), *_ = connection.execute(_DATABASE).fetchall()
    if version < LEAST_VERSION:
        raise _refused("server_too_old", version=version, least=LEAST_VERSION)
    if not is_by_code_point:
        raise _refused("database_order", database=database)


def _refused(key: str, **values: object) -> BuildError:
    return BuildError({lang: say("builds", key, lang, **values) for lang in LANGUAGES})


def _set_planner(connection: psycopg.Connection[Any]) -> None:
    """Have later sessions of this user in this database join large tables by hash, and compile no SQL.

    The planner takes joins on several columns to find one row where they find thousands, and then joins row by row:
    minutes in place of seconds.
    """
    for setting in ("enable_nestloop", "jit"):
        connection.execute(
            sql.SQL("alter role current_user in database {} set {} = off").format(
                sql.Identifier(connection.info.dbname), sql.Identifier(setting)
            )
        )


def _tables(source: duckdb.DuckDBPyConnection) -> dict[str, Columns]:
    tables: dict[str, Columns] = {}
    for table, column, kind in source.execute(_COLUMNS).fetchall():
        tables.setdefault(table, []).append((column, _TYPES[kind]))
    return tables


def _copy(source: duckdb.DuckDBPyConnection, goal: psycopg.Connection[Any], table: str, columns: Columns) -> int:
    name = sql.Identifier("raw", table)
    definitions = [sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(kind)) for column, kind in columns]
    goal.execute(sql.SQL("create table {} ({})").format(name, sql.SQL(", ").join(definitions)))
    names = ", ".join(f'"{column}"' for column, _ in columns)
    rows = source.execute(f'select {names} from raw."{table}"')
    count = 0
    with goal.cursor() as cursor, cursor.copy(sql.SQL("copy {} from stdin (format binary)").format(name)) as copy:
        copy.set_types([kind for _, kind in columns])
        while batch := rows.fetchmany(_BATCH_ROWS):
            for row in batch:
                copy.write_row(row)
            count += len(batch)
    goal.execute(sql.SQL("analyze {}").format(name))
    return count


def main() -> int:
    """Copy the published version's raw tables to the database of libpq's variables; return the exit code."""
    settings = Settings.from_env()
    warehouse = settings.published_link / WAREHOUSE_FILE
    if not warehouse.is_file():
        print(say("builds", "nothing_published", settings.lang), file=sys.stderr)
        return 1
    try:
        counts = copy_raw(warehouse)
    except BuildError as error:
        print(error.words(settings.lang), file=sys.stderr)
        return 1
    print(say("builds", "raw_copied", settings.lang, tables=len(counts), rows=sum(counts.values())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
