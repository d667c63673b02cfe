"""Run the SQL that dbt compiled for an earlier version: dbt takes 15 s of CPU time to arrive at the same statements.

Models and tests compile to the same SQL as long as the dbt project and the seeds are the same, whatever was reported.
Tables get the columns, types, constraints and comments that dbt gave them, and rows in the same order.
"""

import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb

from warehouse.pipeline.comments import quoted, write_comments
from warehouse.pipeline.dbt_runner import MANIFEST, DbtFailure
from warehouse.publish.versions import WAREHOUSE_FILE

Node = dict[str, Any]

_RELATIONS = """
    select schema_name, table_name, sql, comment from duckdb_tables() where database_name = 'previous'
    union all
    select schema_name, view_name, sql, comment from duckdb_views() where database_name = 'previous' and not internal
"""
_COLUMNS = """
    select schema_name, table_name, column_name, comment from duckdb_columns()
    where database_name = 'previous' and not internal order by schema_name, table_name, column_index
"""


@dataclass
class _Relation:
    """Table or view of the previous version: its definition and comment, and name and comment of its columns."""

    definition: str
    comment: str | None
    columns: list[tuple[str, str | None]] = field(default_factory=list)


def run_compiled(folder: Path, previous: Path) -> list[DbtFailure]:
    """Fill `folder/warehouse.duckdb` as dbt would; return failures, [] on success.

    Its raw tables are up to date, whatever else it has is computed anew.

    `previous` is the folder of a version that was made from the same dbt project and seeds. Its manifest is copied.
    """
    copy_manifest(folder, previous)
    nodes = read_nodes(folder)
    with duckdb.connect(str(folder / WAREHOUSE_FILE)) as connection:
        # DuckDB would print a progress bar into the command's output.
        connection.execute("set enable_progress_bar = false")
        connection.execute(f"attach {quoted(str(previous / WAREHOUSE_FILE))} as previous (read_only)")
        relations = _relations(connection)
        for schema in sorted({node["schema"] for node in nodes.values() if node["resource_type"] != "test"}):
            connection.execute(f"drop schema if exists {schema} cascade")
            connection.execute(f"create schema {schema}")
        for node in nodes_of_type(nodes, "seed"):
            connection.execute(f"create table {relation_name(node)} as from previous.{relation_name(node)}")
        for node in parents_first(nodes):
            try:
                _create(connection, node, relations[node["schema"], node["alias"]])
            except duckdb.Error as error:
                return [DbtFailure(node["unique_id"], str(error))]
        tests = nodes_of_type(nodes, "test")
        return [failure for test in tests if (failure := failure_of_test(connection, test, test["compiled_code"]))]


def copy_manifest(folder: Path, previous: Path) -> None:
    """Copy dbt's manifest of the version `previous`."""
    (folder / MANIFEST).parent.mkdir(exist_ok=True)
    shutil.copyfile(previous / MANIFEST, folder / MANIFEST)


def read_nodes(folder: Path) -> dict[str, Node]:
    """Return the models, seeds and tests of dbt's manifest of a version, by unique name."""
    nodes: dict[str, Node] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["nodes"]
    return nodes


def nodes_of_type(nodes: dict[str, Node], kind: str) -> Iterable[Node]:
    """Return the nodes of a kind, such as model or test."""
    return (node for node in nodes.values() if node["resource_type"] == kind)


def parents_first(nodes: dict[str, Node]) -> Iterable[Node]:
    """Return the models, each after those that it selects from."""
    models = {node["unique_id"]: node["depends_on"]["nodes"] for node in nodes_of_type(nodes, "model")}
    return (nodes[name] for name in TopologicalSorter(models).static_order() if name in models)


def relation_name(node: Node) -> str:
    """Return a node's schema and name as SQL."""
    return f'{node["schema"]}."{node["alias"]}"'


def _relations(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], _Relation]:
    """Return the tables and views of the previous version by schema and name."""
    relations = {
        (schema, name): _Relation(definition, comment)
        for schema, name, definition, comment in connection.execute(_RELATIONS).fetchall()
    }
    for schema, name, column, comment in connection.execute(_COLUMNS).fetchall():
        relations[schema, name].columns.append((column, comment))
    return relations


def _create(connection: duckdb.DuckDBPyConnection, node: Node, before: _Relation) -> None:
    """Create a model's view or table as it is in the previous version, with the rows of its SQL."""
    kind = node["config"]["materialized"]
    connection.execute(before.definition)
    if kind == "table":
        names = ", ".join(f'"{name}"' for name, _ in before.columns)
        connection.execute(f"insert into {relation_name(node)} select {names} from ({node['compiled_code']})")
    write_comments(connection, kind, relation_name(node), before.comment, before.columns)


def failure_of_test(connection: duckdb.DuckDBPyConnection, test: Node, sql: str) -> DbtFailure | None:
    """Return the failure of a test whose SQL selects rows or cannot be run."""
    try:
        (count,), *_ = connection.execute(f"select count(*) from ({sql})").fetchall()
    except duckdb.Error as error:
        return DbtFailure(test["unique_id"], str(error))
    return DbtFailure(test["unique_id"], f"{count} rows") if count else None
