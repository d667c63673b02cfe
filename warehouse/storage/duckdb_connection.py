"""Connections to DuckDB that print nothing: its progress bar would be part of what commands and processes answer."""

import sys
from importlib.abc import MetaPathFinder
from typing import Any, Protocol, TypeVar


class _Executes(Protocol):
    """A connection to DuckDB, or a cursor of one."""

    def execute(self, statement: Any, /) -> object:
        """Run a statement."""


Connection = TypeVar("Connection", bound=_Executes)


def quiet(connection: Connection) -> Connection:
    """Return the connection, which prints no progress of statements that take seconds."""
    connection.execute("set enable_progress_bar = false")
    return connection


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
