"""Run the SQL that dbt compiled in an earlier build: dbt takes 15 s of CPU time to arrive at the same statements.

Models and tests compile to the same SQL as long as the dbt project and the columns of forms are the same, whatever was
reported and whatever the other seeds hold. Tables get the columns, types, constraints and comments that dbt gave them,
and rows in the same order.
"""

import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, Literal

import duckdb

from warehouse.pipeline.comments import quoted, write_comments
from warehouse.pipeline.dbt_runner import MANIFEST, DbtFailure
from warehouse.plan.seeds import seeds_dir
from warehouse.publish.versions import WAREHOUSE_FILE

Node = dict[str, Any]

# Compiled SQL of so many projects and sets of forms is kept.
KEPT_COMPILED = 12
_NODES_FILE, _RELATIONS_FILE = "manifest.json", "relations.json"
_RELATIONS = """
    select schema_name, table_name, sql, comment from duckdb_tables()
    union all
    select schema_name, view_name, sql, comment from duckdb_views() where not internal
"""
_COLUMNS = """
    select schema_name, table_name, column_name, comment from duckdb_columns()
    where not internal order by schema_name, table_name, column_index
"""


@dataclass
class _Relation:
    """Table or view that dbt made: its definition and comment, and name and comment of its columns."""

    definition: str
    comment: str | None
    columns: list[tuple[str, str | None]] = field(default_factory=list)


def keep_compiled(folder: Path, kept: Path) -> None:
    """Keep in the folder `kept` what dbt compiled for the version in `folder`, and which tables and views it made."""
    with duckdb.connect(str(folder / WAREHOUSE_FILE), read_only=True) as connection:
        relations = {f"{schema}.{name}": asdict(made) for (schema, name), made in _relations(connection).items()}
    partial = kept.with_name(f".{kept.name}.{os.getpid()}")
    partial.mkdir(parents=True)
    shutil.copyfile(folder / MANIFEST, partial / _NODES_FILE)
    (partial / _RELATIONS_FILE).write_text(json.dumps(relations, ensure_ascii=False), encoding="utf-8")
    shutil.rmtree(kept, ignore_errors=True)
    partial.rename(kept)
    by_age = sorted(kept.parent.glob("[!.]*"), key=lambda path: path.stat().st_mtime)
    for old in by_age[:-KEPT_COMPILED]:
        shutil.rmtree(old, ignore_errors=True)


def is_kept(kept: Path) -> bool:
    """Return whether `kept` holds compiled SQL."""
    return (kept / _RELATIONS_FILE).is_file()


def run_compiled(folder: Path, kept: Path) -> list[DbtFailure]:
    """Fill `folder/warehouse.duckdb`, which has its raw tables, as dbt would; return failures, [] on success.

    `kept` holds what was compiled from the same dbt project and columns of forms.
    """
    nodes: dict[str, Node] = json.loads((kept / _NODES_FILE).read_text(encoding="utf-8"))["nodes"]
    stored = json.loads((kept / _RELATIONS_FILE).read_text(encoding="utf-8"))
    relations = {name: _Relation(**relation) for name, relation in stored.items()}
    (folder / MANIFEST).parent.mkdir(exist_ok=True)
    shutil.copyfile(kept / _NODES_FILE, folder / MANIFEST)
    seeds = seeds_dir()
    with duckdb.connect(str(folder / WAREHOUSE_FILE)) as connection:
        # DuckDB would print a progress bar into the command's output.
        connection.execute("set enable_progress_bar = false")
        for schema in sorted({node["schema"] for node in nodes.values() if node["resource_type"] != "test"}):
            connection.execute(f"create schema {schema}")
        for node in (*_of_type(nodes, "seed"), *_parents_first(nodes)):
            try:
                _create(connection, node, relations[f"{node['schema']}.{node['alias']}"], seeds)
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


def _relations(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], _Relation]:
    """Return the tables and views of a database by schema and name."""
    relations = {
        (schema, name): _Relation(definition, comment)
        for schema, name, definition, comment in connection.execute(_RELATIONS).fetchall()
    }
    for schema, name, column, comment in connection.execute(_COLUMNS).fetchall():
        relations[schema, name].columns.append((column, comment))
    return relations


def _create(connection: duckdb.DuckDBPyConnection, node: Node, made: _Relation, seeds: Path) -> None:
    """Create a seed's or model's view or table as dbt made it, with the rows of its file or SQL."""
    kind: Literal["table", "view"] = "view" if node["config"]["materialized"] == "view" else "table"
    connection.execute(made.definition)
    if node["resource_type"] == "seed":
        file = quoted(str(seeds / f"{node['name']}.csv"))
        connection.execute(f"copy {_name(node)} from {file} (format csv, header true, delimiter ',')")
    elif kind == "table":
        names = ", ".join(f'"{name}"' for name, _ in made.columns)
        connection.execute(f"insert into {_name(node)} select {names} from ({node['compiled_code']})")
    write_comments(connection, kind, _name(node), made.comment, made.columns)


def _failure(connection: duckdb.DuckDBPyConnection, test: Node) -> DbtFailure | None:
    """Return the failure of a test whose SQL selects rows or cannot be run."""
    try:
        (count,), *_ = connection.execute(f"select count(*) from ({test['compiled_code']})").fetchall()
    except duckdb.Error as error:
        return DbtFailure(test["unique_id"], str(error))
    return DbtFailure(test["unique_id"], f"{count} rows") if count else None
