"""Connections to the DuckDB file of a version that is being built."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import duckdb

from warehouse.pipeline.databases import DuckDBDatabase
from warehouse.publish.versions import WAREHOUSE_FILE
from warehouse.reference import load_reference
from warehouse.settings import Settings
from warehouse.storage.duckdb_connection import quiet
from warehouse.storage.literals import quoted

# Releases of DuckDB from this one on read a new file. In the format of earlier releases, its default, a version takes a
# tenth more room, and a third more CPU time to write.
_LEAST_READER = "v1.4.0"
# As dbt names it in the SQL of models: by the file.
_CATALOG = Path(WAREHOUSE_FILE).stem
# Models of an increment that are computed at a time: planning a statement takes one processor.
_SESSION_COUNT = 2


def new_file(path: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection to the file of a version, which does not exist yet."""
    return quiet(duckdb.connect(str(path), config={"storage_compatibility_version": _LEAST_READER}))


def connect_to_build(folder: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection to the warehouse in `folder`, which keeps to `KPI_BUILD_MEMORY_MB` and else uses the disk.

    It uses one processor for a small place.
    """
    return _limited(quiet(duckdb.connect(str(folder / WAREHOUSE_FILE))))


@contextmanager
def incrementing(folder: Path) -> Iterator[tuple[duckdb.DuckDBPyConnection, DuckDBDatabase]]:
    """Give the block a connection with the warehouse in `folder` as catalog `warehouse`, and its cursors for an
    increment, under the conditions of `connect_to_build`.

    What they commit is in memory until `keep` writes it to the file. Without that, the file stays as it is.
    """
    file = folder / WAREHOUSE_FILE
    with ExitStack() as opened:
        connection = opened.enter_context(_limited(quiet(duckdb.connect(":memory:"))))
        connection.execute(f"set temp_directory = {quoted(f'{file}.tmp')}")
        connection.execute("pragma disable_checkpoint_on_shutdown")
        connection.execute("set checkpoint_threshold = '1TB'")
        connection.execute(f"attach {quoted(str(file))} as {_CATALOG} (recovery_mode no_wal_writes)")
        cursors = [opened.enter_context(quiet(connection.cursor())) for _ in range(_SESSION_COUNT)]
        for cursor in cursors:
            cursor.execute(f"use {_CATALOG}")
        yield connection, DuckDBDatabase(cursors)


def keep(connection: duckdb.DuckDBPyConnection) -> None:
    """Write what was committed to the file of a connection of `incrementing`. No statement may run meanwhile."""
    connection.execute(f"force checkpoint {_CATALOG}")


def _limited(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    connection.execute(f"set memory_limit = '{Settings.from_env().build_memory_mb}MB'")
    if load_reference().is_small:
        connection.execute("set threads = 1")
    return connection
