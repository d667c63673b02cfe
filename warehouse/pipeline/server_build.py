"""A build whose models run in a PostgreSQL database: the raw tables go there, the marts come back for their checks.

The DuckDB file of the build's folder serves as on an embedded build up to the models, and holds copies of the marts
for the checks. Nothing of it is published.
"""

from pathlib import Path

import duckdb

from warehouse.errors import BuildError
from warehouse.pipeline.dbt_runner import DbtFailure, run_dbt
from warehouse.pipeline.increment import CALENDAR
from warehouse.publish import server_versions
from warehouse.publish.server import BUILD_SESSION, connected, environment, raise_if_unusable
from warehouse.publish.server_tables import from_server, tables_of_file, tables_of_server, to_server
from warehouse.publish.server_versions import BUILDING, INTERMEDIATE, MARTS, RAW, RowDigests, schema_of
from warehouse.publish.versions import WAREHOUSE_FILE, Manifest
from warehouse.storage.duckdb_connection import quiet

PREVIOUS_FILE = "previous.duckdb"


def previous_raw(url: str, version: str, folder: Path) -> Path:
    """Copy the raw tables of a version on the server to a DuckDB file in `folder`; return its path.

    Raises ServerError.
    """
    path = folder / PREVIOUS_FILE
    with connected(url, session=BUILD_SESSION) as server, quiet(duckdb.connect(str(path))) as goal:
        goal.execute("create schema raw")
        schema = schema_of(version, RAW)
        for table in tables_of_server(server, schema):
            from_server(server, schema, table, goal, RAW, folder)
    return path


def run_models(url: str, folder: Path, kept_dir: Path, timeout_s: int) -> list[DbtFailure]:
    """Build the marts on the server from `folder`'s raw tables and copy them back into its file; return dbt's failures.

    Raises ServerError, and BuildError like `run_dbt`.
    """
    send_raw(url, folder / WAREHOUSE_FILE, folder)
    try:
        failures = run_dbt(folder, kept_dir, timeout_s, "postgres", environment(url))
    except BuildError as error:
        # Without a connection dbt may end before it has results.
        raise_if_unusable(str(error))
        raise
    for failure in failures:
        raise_if_unusable(failure.message)
    if not failures:
        _fetch_marts(url, folder)
    return failures


def complete(url: str, folder: Path, manifest: Manifest, digests: RowDigests) -> None:
    """Add the marts that only the file has, and make the schemas a complete version. Raises ServerError.

    `digests` are those of rows that are known already.
    """
    schema = schema_of(BUILDING, MARTS)
    with (
        connected(url, session=BUILD_SESSION) as server,
        quiet(duckdb.connect(str(folder / WAREHOUSE_FILE), read_only=True)) as source,
    ):
        present = {table.name for table in tables_of_server(server, schema)}
        for table in tables_of_file(source, MARTS):
            if table.name not in present:
                to_server(source, MARTS, table, server, schema, folder)
        server_versions.prepare_for_reading(server)
        server_versions.complete(server, manifest, digests)


def send_raw(url: str, warehouse: Path, work_dir: Path) -> None:
    """Create the schemas of the version to be built, with the raw tables of a DuckDB file. Raises ServerError."""
    with (
        connected(url, session=BUILD_SESSION) as server,
        quiet(duckdb.connect(str(warehouse), read_only=True)) as source,
    ):
        # An increment may have left its copy.
        server_versions.drop_unfinished(server)
        server_versions.create_schemas(server, work_dir.name)
        for table in tables_of_file(source, RAW):
            to_server(source, RAW, table, server, schema_of(BUILDING, RAW), work_dir)


def _fetch_marts(url: str, folder: Path) -> None:
    """Copy the marts, and the calendar."""
    with (
        connected(url, session=BUILD_SESSION) as server,
        quiet(duckdb.connect(str(folder / WAREHOUSE_FILE))) as goal,
    ):
        for layer in (MARTS, INTERMEDIATE):
            # The mirror that an increment gave up has those of the version before.
            goal.execute(f"drop schema if exists {layer} cascade; create schema {layer}")
            for table in tables_of_server(server, schema_of(BUILDING, layer)):
                if layer == MARTS or table.name == CALENDAR:
                    from_server(server, schema_of(BUILDING, layer), table, goal, layer, folder)
