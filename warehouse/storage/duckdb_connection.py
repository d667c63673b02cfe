"""Connections to DuckDB that print nothing: its progress bar would be part of what commands and processes answer."""

import sys
from collections.abc import Collection
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


class _Without(MetaPathFinder):
    def __init__(self, packages: Collection[str]) -> None:
        self._packages = packages

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
        if fullname in self._packages:
            raise ModuleNotFoundError(fullname)


def leave_out_pandas() -> None:
    """Have this process do without pandas, which DuckDB and Arrow import for the first value that they are given.

    For a process that handles no data frames until its end: the import takes a quarter of a second and 45 MB. Where
    pandas is imported already, nothing changes.
    """
    sys.meta_path.insert(0, _Without(("pandas",)))


def leave_out_arrays() -> None:
    """Do without NumPy too, which Arrow imports when it is imported: 0.1 s. For a process that handles no arrays."""
    sys.meta_path.insert(0, _Without(("numpy", "pandas")))
