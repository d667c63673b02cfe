"""A SQLAlchemy dialect for DuckDB that fetches every row at once.

Great Expectations closes a connection before it reads the rows of a query. DuckDB drops unread rows then, so the rows
are fetched while the statement runs. `duckdb+buffered://` otherwise behaves like `duckdb://`.
"""

from typing import Any

from duckdb_sqlalchemy import Dialect as DuckDBDialect
from duckdb_sqlalchemy import DuckDBExecutionContext
from sqlalchemy.dialects import registry
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy

from warehouse.storage.duckdb_connection import quiet

NAME = "duckdb+buffered"


class BufferedExecutionContext(DuckDBExecutionContext):
    """Keeps the rows of a statement in memory, so that they outlive the connection."""

    def post_exec(self) -> None:
        """Fetch the rows of the statement that has just run, if it returns any."""
        super().post_exec()  # type: ignore[no-untyped-call]
        cursor: Any = self.cursor
        if cursor.description is not None:
            self.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(
                cursor, alternate_description=cursor.description, initial_buffer=cursor.fetchall()
            )


class BufferedDuckDBDialect(DuckDBDialect):
    """DuckDB's dialect with eager fetching."""

    driver = "buffered"
    execution_ctx_cls = BufferedExecutionContext
    supports_statement_cache = True

    def connect(self, *arguments: Any, **options: Any) -> Any:
        """Open a connection that prints no progress of statements that take seconds."""
        connection = super().connect(*arguments, **options)
        quiet(connection.cursor())
        return connection


def register() -> None:
    """Register `duckdb+buffered://` with SQLAlchemy; a second call changes nothing."""
    registry.register("duckdb.buffered", __name__, BufferedDuckDBDialect.__name__)
