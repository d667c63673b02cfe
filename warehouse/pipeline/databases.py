"""The database in which models are computed, as increments use it: a DuckDB file, or schemas of a PostgreSQL server.

Beside the models, an increment has tables and views of its own: work tables and work views.
"""

from typing import Any, Protocol

import duckdb

from warehouse.storage.literals import among_in_duckdb

Row = tuple[Any, ...]


class Database(Protocol):
    """Statements in one database, and the relations of one increment in it."""

    @property
    def session_count(self) -> int:
        """Return how many threads may run statements at the same time."""

    @property
    def error(self) -> type[Exception]:
        """Return the class of the errors that statements raise."""

    def execute(self, sql: str) -> None:
        """Run a statement."""

    def rows(self, sql: str) -> list[Row]:
        """Return the rows of a query."""

    def columns(self, relation: str) -> list[str]:
        """Return the names of a relation's columns in their order."""

    def store(self, name: str, select: str) -> str:
        """Store the rows of a query in a new work table; return its name in statements."""

    def add(self, name: str, columns: str, select: str) -> None:
        """Insert the rows of a query into columns of a work table."""

    def drop(self, name: str) -> None:
        """Remove a work table."""

    def view(self, name: str, select: str) -> str:
        """Create a work view; return its name in statements."""

    def among(self, column: str, values: str) -> str:
        """Return SQL that is true for rows whose column has one of the listed values."""


class DuckDBDatabase:
    """A DuckDB file; the relations of an increment are temporary."""

    error: type[Exception] = duckdb.Error
    # DuckDB itself computes a statement in several threads.
    session_count = 1

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def execute(self, sql: str) -> None:
        """Run a statement."""
        self._connection.execute(sql)

    def rows(self, sql: str) -> list[Row]:
        """Return the rows of a query."""
        return self._connection.execute(sql).fetchall()

    def columns(self, relation: str) -> list[str]:
        """Return the names of a relation's columns in their order."""
        return [str(name) for name, *_ in self.rows(f"describe {relation}")]

    def store(self, name: str, select: str) -> str:
        """Store the rows of a query in a work table; return its name in statements."""
        self.execute(f'create temp table "{name}" as {select}')
        return f'temp."{name}"'

    def add(self, name: str, columns: str, select: str) -> None:
        """Insert the rows of a query into columns of a work table."""
        self.execute(f'insert into temp."{name}" ({columns}) {select}')

    def drop(self, name: str) -> None:
        """Remove a work table."""
        self.execute(f'drop table temp."{name}"')

    def view(self, name: str, select: str) -> str:
        """Create a work view; return its name in statements."""
        self.execute(f'create temp view "{name}" as {select}')
        return f'temp."{name}"'

    def among(self, column: str, values: str) -> str:
        """Return SQL that is true for rows whose column has one of the listed values."""
        return among_in_duckdb(column, values)
