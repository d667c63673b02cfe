"""Connections to DuckDB that print nothing: its progress bar would be part of what commands and processes answer."""

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
