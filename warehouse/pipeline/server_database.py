"""Schemas of a PostgreSQL server as the database of an increment."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from queue import SimpleQueue

from psycopg import Error

from warehouse.pipeline.databases import Row
from warehouse.publish.server import PLANNER, Connection, name
from warehouse.publish.server_tables import names_of_columns
from warehouse.storage.literals import among

# What is lost where the server fails in the middle is made again; the publication waits for all that was written.
_SESSION = {"synchronous_commit": "off"}


class ServerDatabase:
    """Connections of which each runs a statement at a time; the relations of an increment are in the schema `work`.

    With several connections, each statement is a transaction of its own. Temporary relations would need a right that
    builders lack.
    """

    error: type[Exception] = Error

    def __init__(self, connections: Sequence[Connection], work: str) -> None:
        self._work = work
        self.session_count = len(connections)
        self._idle: SimpleQueue[Connection] = SimpleQueue()
        for connection in connections:
            for setting, value in (PLANNER | _SESSION).items():
                connection.execute("select set_config(%s, %s, false)", [setting, value])
            self._idle.put(connection)

    def execute(self, sql: str) -> None:
        """Run a statement."""
        with self._connection() as connection:
            connection.execute(sql.encode())

    def rows(self, sql: str) -> list[Row]:
        """Return the rows of a query."""
        with self._connection() as connection:
            found: list[Row] = connection.execute(sql.encode()).fetchall()
        return found

    def columns(self, relation: str) -> list[str]:
        """Return the names of a relation's columns in their order."""
        with self._connection() as connection:
            return names_of_columns(connection, relation)

    def store(self, name: str, select: str) -> str:
        """Store the rows of a query in a new work table; return its name in statements."""
        table = self._named(name)
        self.execute(f"create unlogged table {table} as {select}; analyze {table}")
        return table

    def add(self, name: str, columns: str, select: str) -> None:
        """Insert the rows of a query into columns of a work table."""
        table = self._named(name)
        self.execute(f"insert into {table} ({columns}) {select}; analyze {table}")

    def drop(self, name: str) -> None:
        """Remove a work table."""
        self.execute(f"drop table {self._named(name)}")

    def view(self, name: str, select: str) -> str:
        """Create a work view; return its name in statements."""
        view = self._named(name)
        self.execute(f"create view {view} as {select}")
        return view

    def among(self, column: str, values: str) -> str:
        """Return SQL that is true for rows whose column has one of the listed values."""
        return among(column, values)

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        connection = self._idle.get()
        try:
            yield connection
        finally:
            self._idle.put(connection)

    def _named(self, relation: str) -> str:
        named: str = name(self._work, relation).as_string()
        return named
