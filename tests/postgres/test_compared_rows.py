"""The comparison of marts finds what differs, and nothing else."""

import duckdb
import psycopg
import pytest

from tests.postgres.marts import SCHEMA, Marts, differences
from tests.postgres.server import Server

pytestmark = pytest.mark.build

COLUMNS = "unit_code text, is_late boolean, found_count double precision, share_pct double precision, day date"
ROWS = "('01', true, 3, 33.3, '2025-07-01'), ('01', true, 3, 33.3, '2025-07-01'), (null, false, null, null, null)"


@pytest.fixture(scope="module")
def marts(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Marts:
    """A mart of three rows, two of them equal, that is the same on both engines."""
    folder = tmp_path_factory.mktemp("compared")
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.execute("create schema marts")
        connection.execute(f"create table marts.facts ({COLUMNS})")
        connection.execute(f"insert into marts.facts values {ROWS}")
    server.create_database("compared")
    return Marts(folder / "warehouse.duckdb", server, "compared", folder, folder)


def fill(marts: Marts, rows: str, columns: str = COLUMNS) -> None:
    with psycopg.connect(marts.server.url(marts.database)) as connection:
        connection.execute(f"drop schema if exists {SCHEMA} cascade; create schema {SCHEMA}".encode())
        connection.execute(f"create table {SCHEMA}.facts ({columns})".encode())
        connection.execute(f"insert into {SCHEMA}.facts values {rows}".encode())


@pytest.mark.parametrize(
    "rows",
    [ROWS, ROWS.replace("33.3", "33.3000000001", 1)],
    ids=["identical", "shares_that_differ_in_the_last_digits"],
)
def test_equal_rows_in_any_order_and_number_are_equal(marts: Marts, rows: str) -> None:
    fill(marts, rows)
    assert differences(marts, "facts") == []


@pytest.mark.parametrize(
    "rows",
    [
        ROWS.replace(", 3,", ", 3.0000000001,", 1),
        ROWS.replace("33.3", "33.300001", 1),
        ROWS.replace("33.3", "null", 1),
        ROWS.replace("'01'", "'1'", 1),
        ROWS.replace("(null,", "('',"),
        ROWS.replace("true", "false", 1),
        ROWS.replace("2025-07-01", "2025-07-02", 1),
        f"{ROWS}, ('01', true, 3, 33.3, '2025-07-01')",
        ROWS.partition(", (")[0],
    ],
    ids=["count", "share", "missing", "text", "empty_text", "flag", "date", "one_more", "fewer"],
)
def test_a_difference_in_a_row_or_in_their_number_is_found(marts: Marts, rows: str) -> None:
    fill(marts, rows)
    assert differences(marts, "facts")


def test_another_column_is_found(marts: Marts) -> None:
    fill(marts, "('01')", "unit_code text")
    assert differences(marts, "facts")[0].startswith("columns: ")
