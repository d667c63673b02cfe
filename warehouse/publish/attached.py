"""A published version beside tables in memory, for queries that join both."""

from threading import Lock
from typing import Any

import duckdb

from warehouse.publish.engines import Published

Cursor = duckdb.DuckDBPyConnection
# Raised for a version of another release that lacks what a query reads.
QueryError = duckdb.Error
MEMORY = "1GB"


class Attached:
    """An in-memory DuckDB with a published version attached, whose tables it reads by their own names."""

    def __init__(self, published: Published) -> None:
        options: dict[str, Any] = {
            "threads": 1,
            "memory_limit": MEMORY,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        self.published = published
        self.lock = Lock()
        self._connection = duckdb.connect(config=options)
        path = str(published.engine.url.database).replace("'", "''")
        # Views of a version name their tables with the name of its file.
        self._connection.execute(f"attach '{path}' as warehouse (read_only)")

    def cursor(self) -> Cursor:
        """Return a connection for one query."""
        cursor = self._connection.cursor()
        cursor.execute("use warehouse")
        return cursor
