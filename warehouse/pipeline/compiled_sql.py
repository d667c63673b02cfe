"""Run the SQL that dbt compiled for an earlier version: dbt takes 15 s of CPU time to arrive at the same statements.

Models and tests compile to the same SQL as long as the dbt project and the seeds are the same, whatever was reported.
Tables get the columns, types, constraints and comments that dbt gave them, and rows in the same order.
"""

import json
import shutil
from collections.abc import Iterable
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb

from warehouse.pipeline.dbt_runner import MANIFEST, DbtFailure
from warehouse.publish.versions import WAREHOUSE_FILE

Node = dict[str, Any]

_COLUMNS = """
    select column_name, comment from duckdb_columns()
    where database_name = 'previous' and schema_name = ? and table_name = ? order by column_index
"""
_RELATION = """
    select sql, comment from duckdb_tables()
    where database_name = 'previous' and schema_name = ? and table_name = ?
    union all
    select sql, comment from duckdb_views()
    where database_name = 'previous' and schema_name = ? and view_name = ?
"""


def run_compiled(folder: Path, previous: Path) -> list[DbtFailure]:
    """Fill `folder/warehouse.duckdb`, which has its raw tables, as dbt would; return failures, [] on success.

    `previous` is the folder of a version that was made from the same dbt project and seeds. Its manifest is copied.
    """
    nodes: dict[str, Node] = json.loads((previous / MANIFEST).read_text(encoding="utf-8"))["nodes"]
    (folder / MANIFEST).parent.mkdir(exist_ok=True)
    shutil.copyfile(previous / MANIFEST, folder / MANIFEST)
    with duckdb.connect(str(folder / WAREHOUSE_FILE)) as connection:
        # DuckDB would print a progress bar into the command's output.
        connection.execute("set enable_progress_bar = false")
        connection.execute(f"attach '{previous / WAREHOUSE_FILE}' as previous (read_only)")
        for schema in sorted({node["schema"] for node in nodes.values() if node["resource_type"] != "test"}):
            connection.execute(f"create schema {schema}")
        for node in _of_type(nodes, "seed"):
            connection.execute(f"create table {_name(node)} as from previous.{_name(node)}")
        for node in _parents_first(nodes):
            try:
                _create(connection, node)
            except duckdb.Error as error:
                return [DbtFailure(node["unique_id"], str(error))]
        return [failure for node in _of_type(nodes, "test") if (failure := _failure(connection, node))]


def _of_type(nodes: dict[str, Node], kind: str) -> Iterable[Node]:
    return (node for node in nodes.values() if node["resource_type"] == kind)


def _parents_first(nodes: dict[str, Node]) -> Iterable[Node]:
    """Return the models, each after those that it selects from."""
    models = {node["unique_id"]: node["depends_on"]["nodes"] for node in _of_type(nodes, "model")}
    return (nodes[name] for name in TopologicalSorter(models).static_order() if name in models)


def _name(node: Node) -> str:
    return f'{node["schema"]}."{node["alias"]}"'


def _create(connection: duckdb.DuckDBPyConnection, node: Node) -> None:
    """Create a model's view or table as it is in the previous version, with the rows of its SQL."""
    kind, place = node["config"]["materialized"], [node["schema"], node["alias"]]
    (definition, comment), *_ = connection.execute(_RELATION, place + place).fetchall()
    columns = connection.execute(_COLUMNS, place).fetchall()
    connection.execute(definition)
    if kind == "table":
        names = ", ".join(f'"{name}"' for name, _ in columns)
        connection.execute(f"insert into {_name(node)} select {names} from ({node['compiled_code']})")
    if comment:
        connection.execute(f"comment on {kind} {_name(node)} is {_quoted(comment)}")
    for name, text in columns:
        if text:
            connection.execute(f'comment on column {_name(node)}."{name}" is {_quoted(text)}')


def _failure(connection: duckdb.DuckDBPyConnection, test: Node) -> DbtFailure | None:
    """Return the failure of a test whose SQL selects rows."""
    (count,), *_ = connection.execute(f"select count(*) from ({test['compiled_code']})").fetchall()
    return DbtFailure(test["unique_id"], f"{count} rows") if count else None


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
