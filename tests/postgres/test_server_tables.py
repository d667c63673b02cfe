"""Tables between DuckDB and PostgreSQL: copied whole, with every value as it is, or refused with the reason."""

from pathlib import Path

import duckdb
import psycopg
import pytest

from tests.postgres.server import Server
from warehouse.errors import ServerError
from warehouse.publish.server import connected
from warehouse.publish.server_tables import from_server, tables_of_file, tables_of_server, to_server

pytestmark = pytest.mark.build

ROWS = [
    (9_000_000_001, "Quận 1 “cũ”\n\\N", 0.1, None, True),
    (1, "\\N", 1 / 3, "2026-02-28", False),
    (2, "", 1e-300, None, None),
    (3, None, None, None, None),
    (4, "a,b;\"c\"\r\n'd'", -0.0, None, None),
]
COLUMNS = "id bigint, name text, share double, day date, is_kept boolean"


def filled(path: Path, statement: str) -> Path:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema raw")
        connection.execute(statement)
    return path


def rows(connection: duckdb.DuckDBPyConnection, schema: str) -> list[tuple[object, ...]]:
    return connection.execute(f"select * replace (day::varchar as day) from {schema}.reports order by id").fetchall()


def send(server: Server, database: str, path: Path) -> None:
    with (
        connected(server.url(database)) as goal,
        duckdb.connect(str(path), read_only=True) as source,
    ):
        goal.execute("create schema raw")
        for table in tables_of_file(source, "raw"):
            to_server(source, "raw", table, goal, "raw", path.parent)


def test_texts_missing_values_numbers_and_descriptions_go_there_and_back_as_they_are(
    server: Server, tmp_path: Path
) -> None:
    database = server.create_database("there_and_back")
    path = filled(tmp_path / "warehouse.duckdb", f"create table raw.reports ({COLUMNS})")
    with duckdb.connect(str(path)) as file:
        file.executemany("insert into raw.reports values (?, ?, ?, ?, ?)", ROWS)
        file.execute("comment on table raw.reports is 'Of the “unit”'; comment on column raw.reports.day is 'It''s'")
    send(server, database, path)
    with connected(server.url(database)) as source, duckdb.connect(str(path)) as file:
        file.execute("create schema back")
        (table,) = tables_of_server(source, "raw")
        from_server(source, "raw", table, file, "back", tmp_path)
        assert rows(file, "back") == rows(file, "raw") == sorted(ROWS)
        describe = "select data_type, comment from duckdb_columns() where schema_name = ? order by column_index"
        assert file.execute(describe, ["back"]).fetchall() == file.execute(describe, ["raw"]).fetchall()
        assert tables_of_file(file, "back") == tables_of_file(file, "raw")


def test_a_text_that_the_server_cannot_store_leaves_nothing(server: Server, tmp_path: Path) -> None:
    database = server.create_database("no_such_character")
    path = filled(tmp_path / "other.duckdb", "create table raw.reports as select 'a' || chr(0) as name")
    with pytest.raises(ServerError):
        send(server, database, path)
    with psycopg.connect(server.url(database)) as connection:
        assert connection.execute("select to_regclass('raw.reports')").fetchone() == (None,)
