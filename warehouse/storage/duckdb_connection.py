"""Connections to DuckDB that print nothing: its progress bar would be part of what commands and processes answer."""

import sys
from importlib.abc import MetaPathFinder
from typing import Any, Protocol, TypeVar

from warehouse.storage.literals import quoted


class _Executes(Protocol):
    """A connection to DuckDB, or a cursor of one."""

    def execute(self, statement: Any, /) -> object:
        """Run a statement."""


Connection = TypeVar("Connection", bound=_Executes)
# Statements on the rows of so few reports take longer on several processors, which wait for each other, than on one.
FEW_REPORTS = 300


def quiet(connection: Connection) -> Connection:
    """Return the connection, which prints no progress of statements that take seconds."""
    connection.execute("set enable_progress_bar = false")
    return connection


def count_of_reports(catalog: str = "") -> str:
    """Return SQL for the number of reports in the raw tables of a catalog, by default of the opened file."""
    name = quoted(catalog) if catalog else "current_database()"
    return (
        "select coalesce(max(estimated_size), 0) from duckdb_tables() "
        f"where database_name = {name} and schema_name = 'raw' and table_name = 'submissions'"
    )


class _WithoutPandas(MetaPathFinder):
    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname)


def leave_out_pandas() -> None:
    """Have this process do without pandas, which DuckDB and Arrow import for the first value that they are given.

    For a process that handles no data frames until its end: the import takes a quarter of a second and 45 MB. Where
    pandas is imported already, nothing changes.
    """
    sys.meta_path.insert(0, _WithoutPandas())
