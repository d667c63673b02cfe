"""The database in which models are computed, as increments use it: a DuckDB file, or schemas of a PostgreSQL server.

Beside the models, an increment has tables and views of its own: work tables and work views.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Any, Protocol

import duckdb

from warehouse.storage.literals import among_in_duckdb

Row = tuple[Any, ...]
# The catalog in memory for the relations of an increment.
_OWN = "increment"


class Database(Protocol):
    """Statements in one database, and the relations of one increment in it.

    A view is not in the catalog of the relations that it reads, so that its query names theirs.
    """

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
    """Cursors of a DuckDB file; the relations of an increment are in a catalog of their own, in memory.

    Each statement is a transaction. Temporary relations are those of one cursor, and the cursors share them.
    """

    error: type[Exception] = duckdb.Error

    def __init__(self, cursors: Sequence[duckdb.DuckDBPyConnection]) -> None:
        self.session_count = len(cursors)
        self._cursors = cursors
        self._is_stopped = False
        self._idle: SimpleQueue[duckdb.DuckDBPyConnection] = SimpleQueue()
        for cursor in cursors:
            self._idle.put(cursor)
        self.execute(f"attach if not exists ':memory:' as {_OWN}")

    def execute(self, sql: str) -> None:
        """Run a statement."""
        with self._cursor() as cursor:
            cursor.execute(sql)

    def rows(self, sql: str) -> list[Row]:
        """Return the rows of a query."""
        with self._cursor() as cursor:
            return cursor.execute(sql).fetchall()

    def columns(self, relation: str) -> list[str]:
        """Return the names of a relation's columns in their order."""
        return [str(name) for name, *_ in self.rows(f"describe {relation}")]

    def store(self, name: str, select: str) -> str:
        """Store the rows of a query in a work table; return its name in statements."""
        table = _named(name)
        self.execute(f"create table {table} as {select}")
        return table

    def add(self, name: str, columns: str, select: str) -> None:
        """Insert the rows of a query into columns of a work table."""
        self.execute(f"insert into {_named(name)} ({columns}) {select}")

    def drop(self, name: str) -> None:
        """Remove a work table."""
        self.execute(f"drop table {_named(name)}")

    def view(self, name: str, select: str) -> str:
        """Create a work view; return its name in statements."""
        view = _named(name)
        self.execute(f"create view {view} as {select}")
        return view

    def among(self, column: str, values: str) -> str:
        """Return SQL that is true for rows whose column has one of the listed values."""
        return among_in_duckdb(column, values)

    def stop(self) -> None:
        """End the statements that run, with an error, and have every later one fail."""
        self._is_stopped = True
        for cursor in self._cursors:
            cursor.interrupt()

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        cursor = self._idle.get()
        try:
            if self._is_stopped:
                raise duckdb.InterruptException("stopped")
            yield cursor
        finally:
            self._idle.put(cursor)


def _named(relation: str) -> str:
    return f'{_OWN}.main."{relation}"'
