"""Tables between DuckDB and PostgreSQL, with types, descriptions, and every value as it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
from psycopg import sql

from warehouse.publish.server import Connection, name
from warehouse.storage.literals import quoted

# PostgreSQL's names of DuckDB's types.
SERVER_TYPES = {
    "BIGINT": "bigint",
    "INTEGER": "integer",
    "DOUBLE": "double precision",
    "VARCHAR": "text",
    "DATE": "date",
    "TIMESTAMP": "timestamp without time zone",
    "BOOLEAN": "boolean",
}
# Views of seeds have texts of limited length.
FILE_TYPES = {kind: name for name, kind in SERVER_TYPES.items()} | {"character varying": "VARCHAR"}
# A text that equals it is quoted by both engines, so it remains a text.
_NULL = r"\N"
_BUFFER_BYTES = 1 << 20
ROWS_FILE = "rows.csv"
_FILE_COLUMNS = """
    select column_name, data_type, comment from duckdb_columns()
    where database_name = current_database() and schema_name = ? and table_name = ? order by column_index
"""
_FILE_TABLES = """
    select table_name, comment, false from duckdb_tables()
    where database_name = current_database() and schema_name = $schema
    union all
    select view_name, comment, true from duckdb_views()
    where database_name = current_database() and schema_name = $schema and not internal
    order by 1
"""
_SERVER_TABLES = """
    select relname, obj_description(pg_class.oid, 'pg_class'), relkind = 'v'
    from pg_class inner join pg_namespace on relnamespace = pg_namespace.oid
    where nspname = %s and relkind in ('r', 'v') order by relname
"""
_SERVER_COLUMNS = """
    select attname, format_type(atttypid, null), col_description(attrelid, attnum)
    from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped order by attnum
"""


@dataclass(frozen=True)
class Column:
    """A column: its name, its DuckDB type, and its description."""

    name: str
    kind: str
    comment: str | None


@dataclass(frozen=True)
class Table:
    """A table or view: its name and its description."""

    name: str
    comment: str | None
    is_view: bool = False


def tables_of_file(source: duckdb.DuckDBPyConnection, schema: str) -> list[Table]:
    """Return the tables and views of a schema of a DuckDB file, by name."""
    return [Table(*row) for row in source.execute(_FILE_TABLES, {"schema": schema}).fetchall()]


def tables_of_server(source: Connection, schema: str) -> list[Table]:
    """Return the tables and views of a schema of the server, by name."""
    return [Table(*row) for row in source.execute(_SERVER_TABLES, [schema]).fetchall()]


def columns_of_server(source: Connection, schema: str, table: str) -> list[Column]:
    """Return the columns of a table or view of the server in their order."""
    relation = name(schema, table).as_string(source)
    rows = source.execute(_SERVER_COLUMNS, [relation]).fetchall()
    return [Column(column, FILE_TYPES[kind], comment) for column, kind, comment in rows]


def names_of_columns(source: Connection, relation: str) -> list[str]:
    """Return the names of the columns of a relation of the server, whatever their types."""
    return [column for column, *_ in source.execute(_SERVER_COLUMNS, [relation]).fetchall()]


def to_server(
    source: duckdb.DuckDBPyConnection, file_schema: str, table: Table, goal: Connection, schema: str, work_dir: Path
) -> None:
    """Copy a table of a DuckDB file, or the rows of a view, to a new table in a schema of the server."""
    columns = [Column(*row) for row in source.execute(_FILE_COLUMNS, [file_schema, table.name]).fetchall()]
    relation = name(schema, table.name)
    definitions = [sql.SQL("{} {}").format(name(column.name), sql.SQL(SERVER_TYPES[column.kind])) for column in columns]
    goal.execute(sql.SQL("create table {} ({})").format(relation, sql.SQL(", ").join(definitions)))
    rows_to_server(source, f'select * from {file_schema}."{table.name}"', goal, relation, work_dir)
    describe(goal, "table", (schema, table.name), table.comment, columns)
    goal.execute(sql.SQL("analyze {}").format(relation))


def rows_to_server(
    source: duckdb.DuckDBPyConnection, query: str, goal: Connection, relation: sql.Composable, work_dir: Path
) -> None:
    """Add the rows of a query of a DuckDB file to a table of the server. They travel as a file in `work_dir`."""
    path = work_dir / ROWS_FILE
    try:
        source.execute(
            f"copy ({query}) to {quoted(str(path))} "
            f"(format csv, header false, nullstr '{_NULL}', delimiter ',', quote '\"', escape '\"')"
        )
        statement = sql.SQL("copy {} from stdin (format csv, null {})").format(relation, sql.Literal(_NULL))
        with path.open("rb") as file, goal.cursor() as cursor, cursor.copy(statement) as copy:
            while part := file.read(_BUFFER_BYTES):
                copy.write(part)
    finally:
        path.unlink(missing_ok=True)


def describe(
    goal: Connection, kind: str, place: tuple[str, str], comment: str | None, columns: Sequence[Column]
) -> None:
    """Write the descriptions of a table or view (`kind`) and of its columns on the server."""
    statements = [sql.SQL("comment on column {} is {}").format(name(*place, column.name), sql.Literal(column.comment))
                  for column in columns if column.comment]  # fmt: skip
    if comment:
        statements.append(sql.SQL("comment on {} {} is {}").format(sql.SQL(kind), name(*place), sql.Literal(comment)))
    if statements:
        goal.execute(sql.SQL("; ").join(statements))


def from_server(
    source: Connection, schema: str, table: Table, goal: duckdb.DuckDBPyConnection, goal_schema: str, work_dir: Path
) -> None:
    """Copy a table or view of the server to a schema of a DuckDB file, in any order of rows."""
    columns = columns_of_server(source, schema, table.name)
    query = sql.SQL("select * from {}").format(name(schema, table.name)).as_string(source)
    rows_from_server(source, query, columns, goal, f'{goal_schema}."{table.name}"', work_dir)
    for column in columns:
        if column.comment:
            goal.execute(f'comment on column {goal_schema}."{table.name}"."{column.name}" is {quoted(column.comment)}')
    if table.comment:
        goal.execute(f'comment on table {goal_schema}."{table.name}" is {quoted(table.comment)}')


def rows_from_server(
    source: Connection,
    query: str,
    columns: Sequence[Column],
    goal: duckdb.DuckDBPyConnection,
    relation: str,
    work_dir: Path,
) -> None:
    """Create a table of a DuckDB file from a query of the server that has these columns.

    The rows travel as a file in `work_dir`: a million of them in seconds.
    """
    path = work_dir / ROWS_FILE
    statement = f"copy ({query}) to stdout (format csv, header, null '{_NULL}')".encode()
    with path.open("wb", buffering=_BUFFER_BYTES) as file, source.cursor() as cursor, cursor.copy(statement) as copy:
        for part in copy:
            file.write(part)
    try:
        kinds = ", ".join(f"{quoted(column.name)}: '{column.kind}'" for column in columns)
        goal.execute(
            f"create table {relation} as from read_csv({quoted(str(path))}, header = true, columns = {{{kinds}}}, "
            f"nullstr = '{_NULL}', allow_quoted_nulls = false, delim = ',', quote = '\"', escape = '\"', "
            "auto_detect = false, parallel = false, max_line_size = 100000000)"
        )
    finally:
        path.unlink()
