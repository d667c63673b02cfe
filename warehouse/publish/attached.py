"""A published version beside tables in memory, for queries that join both."""

from contextlib import ExitStack
from threading import Lock
from typing import Any
from weakref import finalize

import duckdb

from warehouse.publish.duckdb_rows import file_with_marts
from warehouse.publish.engines import Published
from warehouse.storage.duckdb_connection import quiet
from warehouse.storage.literals import quoted

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
        self._connection = quiet(duckdb.connect(config=options))
        # A copy of a server's version stays as long as this does.
        files = ExitStack()
        path = files.enter_context(file_with_marts(published))
        # Views of a version name their tables with the name of its file.
        self._connection.execute(f"attach {quoted(str(path))} as warehouse (read_only)")
        finalize(self, files.close)

    def cursor(self) -> Cursor:
        """Return a connection for one query."""
        cursor = quiet(self._connection.cursor())
        cursor.execute("use warehouse")
        return cursor
