"""Rows of a version for DuckDB: to write files of half a million rows in a third of a second, and for the SQL page."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from warehouse.publish.engines import Published, in_schema
from warehouse.publish.row_scope import EVERY_ROW, RowScope
from warehouse.storage.duckdb_connection import quiet

Run = Callable[[str], object]


@contextmanager
def rows_in_duckdb(
    version: Published, query: str, kinds: Mapping[str, str], scope: RowScope
) -> Iterator[tuple[Run, str]]:
    """Give a function that runs a statement on DuckDB, and the relation that has the rows of `query` there.

    `kinds` are DuckDB's types of the query's columns in their order. Rows of a server are copied into memory first, as
    far as they are in `scope`.
    """
    if version.is_embedded:
        with version.engine.connect() as connection:
            yield connection.exec_driver_sql, f"({query})"
        return
    import duckdb  # noqa: PLC0415 - pages of a server's figures do without it

    from warehouse.publish.server_tables import Column, rows_from_server  # noqa: PLC0415 - installed with a server only

    columns = [Column(name, kind, None) for name, kind in kinds.items()]
    with tempfile.TemporaryDirectory() as folder, quiet(duckdb.connect()) as memory:
        memory.execute("set threads = 1")
        with version.reading(scope) as connection:
            source: Any = connection.connection.driver_connection
            rows_from_server(source, in_schema(query, version.schema), columns, memory, "rows", Path(folder))
        yield memory.execute, "rows"


@contextmanager
def file_with_marts(version: Published, tables: Mapping[str, RowScope] | None = None) -> Iterator[Path]:
    """Give a DuckDB file that has at least these marts, or all of them, in schema `marts`.

    It is the version's own file; of a version on a server, a copy for the block, with the rows in the scope of each.
    """
    if version.is_embedded:
        yield Path(version.engine.url.database or "")
        return
    import duckdb  # noqa: PLC0415

    from warehouse.publish.server_tables import from_server, tables_of_server  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "warehouse.duckdb"
        with quiet(duckdb.connect(str(path))) as goal, version.reading(EVERY_ROW) as connection:
            goal.execute("set threads = 1")
            goal.execute("create schema marts")
            source: Any = connection.connection.driver_connection
            for table in tables_of_server(source, version.schema):
                if tables is None or table.name in tables:
                    source.execute((tables[table.name] if tables else EVERY_ROW).settings, prepare=False)
                    from_server(source, version.schema, table, goal, "marts", folder)
        yield path
