"""Connections to the DuckDB file of a version that is being built."""

from pathlib import Path

import duckdb

from warehouse.publish.versions import WAREHOUSE_FILE
from warehouse.reference import load_reference
from warehouse.settings import Settings
from warehouse.storage.duckdb_connection import quiet

# Releases of DuckDB from this one on read a new file. In the format of earlier releases, its default, a version takes a
# tenth more room, and a third more CPU time to write.
_LEAST_READER = "v1.4.0"


def new_file(path: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection to the file of a version, which does not exist yet."""
    return quiet(duckdb.connect(str(path), config={"storage_compatibility_version": _LEAST_READER}))


def connect_to_build(folder: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection to the warehouse in `folder`, which keeps to `KPI_BUILD_MEMORY_MB` and else uses the disk.

    It uses one processor for a small place.
    """
    connection = quiet(duckdb.connect(str(folder / WAREHOUSE_FILE)))
    connection.execute(f"set memory_limit = '{Settings.from_env().build_memory_mb}MB'")
    if load_reference().is_small:
        connection.execute("set threads = 1")
    return connection
