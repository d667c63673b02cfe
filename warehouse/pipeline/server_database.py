"""Schemas of a PostgreSQL server as the database of an increment."""

from psycopg import Error

from warehouse.pipeline.databases import Row
from warehouse.publish.server import PLANNER, Connection, name
from warehouse.publish.server_tables import names_of_columns

# The planner takes the rows of an increment to be one, for which merging and sorting are cheap: they are thousands.
_PLANNER = {"enable_mergejoin": "off", "enable_sort": "off"}


class ServerDatabase:
    """A connection without a transaction of its own; the relations of an increment are in the schema `work`.

    Temporary relations would need a right that builders lack.
    """

    error: type[Exception] = Error

    def __init__(self, connection: Connection, work: str) -> None:
        self._connection = connection
        self._work = work
        for setting, value in (PLANNER | _PLANNER).items():
            connection.execute("select set_config(%s, %s, false)", [setting, value])

    def execute(self, sql: str) -> None:
        """Run a statement."""
        self._connection.execute(sql.encode())

    def rows(self, sql: str) -> list[Row]:
        """Return the rows of a query."""
        found: list[Row] = self._connection.execute(sql.encode()).fetchall()
        return found

    def columns(self, relation: str) -> list[str]:
        """Return the names of a relation's columns in their order."""
        return names_of_columns(self._connection, relation)

    def store(self, name: str, select: str) -> str:
        """Store the rows of a query in a work table; return its name in statements."""
        table = self._named(name)
        self.execute(f"drop table if exists {table}; create unlogged table {table} as {select}; analyze {table}")
        return table

    def add(self, name: str, columns: str, select: str) -> None:
        """Insert the rows of a query into columns of a work table."""
        table = self._named(name)
        self.execute(f"insert into {table} ({columns}) {select}; analyze {table}")

    def view(self, name: str, select: str) -> str:
        """Create a work view; return its name in statements."""
        view = self._named(name)
        self.execute(f"drop view if exists {view}; create view {view} as {select}")
        return view

    def _named(self, relation: str) -> str:
        named: str = name(self._work, relation).as_string(self._connection)
        return named
