"""Raw tables on PostgreSQL: copied whole, or refused with the reason."""

from pathlib import Path

import duckdb
import psycopg
import pytest

from tests.pipeline.commands import run_python
from tests.postgres.server import Server
from warehouse.errors import BuildError
from warehouse.pipeline.postgres_raw import copy_raw
from warehouse.text import say

pytestmark = pytest.mark.build

ROW = (9_000_000_001, "Quận 1 “cũ”\n\\N", 0.1, None, True)


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """A DuckDB file with one raw table of one row."""
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema raw")
        connection.execute("create table raw.reports (id bigint, name text, share double, day date, is_kept boolean)")
        connection.execute("insert into raw.reports values (?, ?, ?, ?, ?)", ROW)
    return path


@pytest.fixture
def database(server: Server, request: pytest.FixtureRequest) -> str:
    """An empty database, as the guide for operators creates it."""
    return create_database(server, request.node.name[:60], "locale 'C'")


def create_database(server: Server, name: str, order: str) -> str:
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(f"create database \"{name}\" encoding 'UTF8' {order} template template0".encode())
    return name


def rows_of(server: Server, database: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(server.url(database)) as connection:
        return connection.execute(query.encode()).fetchall()


def test_text_missing_values_and_large_numbers_arrive_as_they_are(
    server: Server, database: str, warehouse: Path
) -> None:
    assert copy_raw(warehouse, server.url(database)) == {"reports": 1}
    assert copy_raw(warehouse, server.url(database)) == {"reports": 1}
    assert rows_of(server, database, "select * from raw.reports") == [ROW]


def test_a_refused_copy_leaves_the_tables_of_the_copy_before(
    server: Server, database: str, warehouse: Path, tmp_path: Path
) -> None:
    copy_raw(warehouse, server.url(database))
    other = tmp_path / "other.duckdb"
    with duckdb.connect(str(other)) as connection:
        connection.execute("create schema raw")
        # PostgreSQL stores no such character.
        connection.execute("create table raw.reports as select 'a' || chr(0) as name")
    with pytest.raises(BuildError):
        copy_raw(other, server.url(database))
    assert rows_of(server, database, "select * from raw.reports") == [ROW]


def test_later_sessions_join_by_hash(server: Server, database: str, warehouse: Path) -> None:
    copy_raw(warehouse, server.url(database))
    assert rows_of(server, database, "show enable_nestloop") == [("off",)]


def test_a_database_with_another_order_of_text_is_refused_with_the_statement_that_creates_a_right_one(
    server: Server, warehouse: Path
) -> None:
    database = create_database(server, "as_in_a_dictionary", "locale_provider icu icu_locale 'vi'")
    with pytest.raises(BuildError) as refused:
        copy_raw(warehouse, server.url(database))
    assert "create database as_in_a_dictionary encoding 'UTF8' locale 'C'" in refused.value.words("vi")


def test_a_server_that_cannot_be_reached_is_named_in_both_languages(warehouse: Path, tmp_path: Path) -> None:
    with pytest.raises(BuildError) as refused:
        copy_raw(warehouse, f"postgresql://builder@/any?host={tmp_path}")
    assert str(tmp_path) in refused.value.words("vi")
    assert refused.value.words("en").startswith("the PostgreSQL server reports: ")


def test_without_a_published_version_the_command_states_what_to_do(tmp_path: Path) -> None:
    finished = run_python(tmp_path, "-m", "warehouse.pipeline.postgres_raw")
    assert finished.returncode == 1
    assert finished.stderr.strip() == say("builds", "nothing_published", "en")
