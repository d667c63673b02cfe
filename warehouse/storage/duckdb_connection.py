"""Connections to DuckDB that print nothing: its progress bar would stand in what commands and processes answer."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


def quiet(connection: "duckdb.DuckDBPyConnection") -> "duckdb.DuckDBPyConnection":
    """Return the connection, which prints no progress of statements that take seconds."""
    connection.execute("set enable_progress_bar = false")
    return connection
