"""The process in which a query of the SQL page runs: started for one query, without secrets, within limits.

It reads a request as JSON from standard input: the path of the warehouse, the SELECT with which the viewer sees each
table, the disclosed ranges that these join, the query, the seconds that it may take. It copies the tables that the
query names into memory as the viewer may see them, lets go of the file, locks the configuration, and only then runs the
query: what the viewer may not see is nowhere in reach.

Writes an Arrow stream to standard output, or for a request of the first rows alone JSON; or ends with a code of `EXITS`
and DuckDB's message on standard error.
"""

import json
import math
import resource
import sys
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from decimal import Decimal
from itertools import chain, count
from threading import Timer
from typing import Any

import duckdb

from app.core.sql_limits import EXITS, MOST_BYTES, MOST_ROWS
from warehouse.storage.duckdb_connection import leave_out_arrays, quiet
from warehouse.storage.literals import quoted

if __name__ == "__main__":
    # Before Arrow is imported: most queries take less time than what it would import.
    leave_out_arrays()

import pyarrow as pa

MEMORY = "1GB"
ADDRESS_SPACE_BYTES = 4_000_000_000
NOT_ONE, NOT_SELECT, FAILED, TIME, OUT_OF_MEMORY, LARGE = EXITS
# Parts of a statement that use columns without naming them.
UNNAMED = {"star", "natural", "show_ref"}
# Whether rows were left out, in the schema's metadata.
IS_CUT = b"is_cut"


def main() -> int:
    """Run the query of a request; return the exit code."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE_BYTES, ADDRESS_SPACE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    request = json.load(sys.stdin)
    connection = quiet(
        duckdb.connect(
            config={
                "threads": 1,
                "memory_limit": MEMORY,
                "temp_directory": "",
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            }
        )
    )
    timer = Timer(request["seconds"], connection.interrupt)
    timer.daemon = True
    timer.start()
    try:
        return _answer(connection, request)
    except duckdb.InterruptException:
        return TIME
    except (duckdb.OutOfMemoryException, MemoryError):
        return OUT_OF_MEMORY
    except duckdb.Error as error:
        sys.stderr.write(str(error))
        return FAILED


def _answer(connection: duckdb.DuckDBPyConnection, request: Mapping[str, Any]) -> int:
    sql: str = request["sql"]
    statements = connection.extract_statements(sql)
    if len(statements) != 1:
        return NOT_ONE
    if statements[0].type != duckdb.StatementType.SELECT:
        return NOT_SELECT
    parsed = json.loads(connection.execute("select json_serialize_sql(?)", [sql]).fetchall()[0][0])
    parts = list(_parts(parsed))
    # Names of tables and columns, kinds of parts, and more.
    names = {part.lower() for part in parts if isinstance(part, str)}
    tables = {name: source for name, source in request["tables"].items() if name in names}
    _disclose(connection, {name: table for name, table in request["disclosed"].items() if name in names})
    _copy(connection, request["warehouse"], tables, None if names & UNNAMED or _has_row_values(parts) else names)
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    batches = connection.execute(statements[0]).to_arrow_reader(MOST_ROWS + 1)
    found = pa.Table.from_batches(_first(batches), schema=batches.schema)
    if found.nbytes > MOST_BYTES:
        return LARGE
    # Two tables joined with all of their columns have some names twice; a data frame or JSON would keep one of them.
    found = found.rename_columns(_number_repeated(found.column_names))
    is_cut = b"1" if found.num_rows > MOST_ROWS else b""
    if most := request["most"]:
        sys.stdout.write(json.dumps(_first_rows(found.slice(0, MOST_ROWS), most, bool(is_cut))))
        return 0
    shown = found.slice(0, MOST_ROWS).replace_schema_metadata({IS_CUT: is_cut})
    with pa.ipc.new_stream(sys.stdout.buffer, shown.schema) as stream:
        stream.write_table(shown)
    return 0


def _number_repeated(names: Iterable[str]) -> list[str]:
    """Return names of columns, each repetition with a number behind it."""
    found: list[str] = []
    for name in names:
        candidates = chain([name], (f"{name} ({number})" for number in count(2)))
        found.append(next(one for one in candidates if one not in found))
    return found


def _first_rows(table: pa.Table, most: int, is_cut: bool) -> dict[str, Any]:
    lines = table.slice(0, most).to_pylist(maps_as_pydicts="lossy") if table.num_columns else []
    rows = [[_plain(value) for value in line.values()] for line in lines]
    return {"headings": table.column_names, "rows": rows, "count": table.num_rows, "is_cut": is_cut}


def _plain(value: object) -> str | float | None:
    """Return a number or nothing as it is, anything else as text."""
    is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    if is_number and math.isfinite(value):  # type: ignore[arg-type]
        return float(value)  # type: ignore[arg-type]
    return None if value is None else str(value)


def _parts(node: object) -> Iterator[object]:
    """Yield every part of a parsed statement: nodes, lists, texts, numbers."""
    yield node
    if isinstance(node, list | dict):
        for part in node.values() if isinstance(node, dict) else node:
            yield from _parts(part)


def _has_row_values(parts: Iterable[object]) -> bool:
    """Return whether a statement uses rows of a table as values, as in `select t from dim_target as t`."""
    nodes = [part for part in parts if isinstance(part, dict)]
    # DuckDB writes a sample, mostly none, with each part of FROM and with nothing else that has a name.
    sources = [node for node in nodes if "sample" in node]
    rows = {str(node[key]).lower() for node in sources for key in ("alias", "table_name") if node.get(key)}
    columns = (node["column_names"][-1].lower() for node in nodes if node.get("class") == "COLUMN_REF")
    return not rows.isdisjoint(columns)


def _disclose(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, Mapping[str, list[Any]]]) -> None:
    """Create the tables of disclosed ranges, texts and numbers by column, in a schema of their own."""
    connection.execute("create schema memory.disclosed")
    for name, columns in tables.items():
        types = {one: pa.float64() if one.endswith(("_low", "_high")) else pa.string() for one in columns}
        ranges = pa.table({one: pa.array(values, types[one]) for one, values in columns.items()})
        connection.register("ranges", ranges)
        connection.execute(f'create table memory.disclosed."{name}" as select * from ranges')
        connection.unregister("ranges")


def _copy(
    connection: duckdb.DuckDBPyConnection, warehouse: str, tables: Mapping[str, str], names: AbstractSet[str] | None
) -> None:
    """Copy tables into memory, of their columns only those in `names`; None copies all.

    The file is attached by the name that its own views use.
    """
    connection.execute(f"attach {quoted(warehouse)} as warehouse (read_only)")
    connection.execute("create schema memory.marts")
    connection.execute("use warehouse")
    for table, source in tables.items():
        columns = [str(name) for name, *_ in connection.execute(f"describe {source}").fetchall()]
        needed = columns if names is None else [name for name in columns if name in names] or columns[:1]
        listed = ", ".join(f'"{name}"' for name in needed)
        connection.execute(f'create table memory.marts."{table}" as select {listed} from ({source})')
    connection.execute("use memory.marts")
    connection.execute("detach warehouse")
    connection.execute("drop schema memory.disclosed cascade")


def _first(batches: pa.RecordBatchReader) -> list[pa.RecordBatch]:
    """Return the first batches, with one row more than are shown."""
    kept: list[pa.RecordBatch] = []
    for batch in batches:
        kept.append(batch)
        if sum(one.num_rows for one in kept) > MOST_ROWS:
            break
    return kept


if __name__ == "__main__":
    sys.exit(main())
