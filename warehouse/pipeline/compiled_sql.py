"""Run the SQL that dbt compiled in an earlier build: dbt takes 15 s of CPU time to arrive at the same statements.

Models and tests compile to the same SQL as long as the dbt project and the columns of forms are the same, whatever was
reported and whatever the other seeds hold. Tables get the columns, types, constraints and comments that dbt gave them,
and rows in the same order.
"""

import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, Literal
from zipfile import ZIP_DEFLATED, ZipFile

import duckdb

from warehouse.pipeline.build_file import connect_to_build
from warehouse.pipeline.comments import write_comments
from warehouse.pipeline.databases import Database, DuckDBDatabase
from warehouse.pipeline.dbt_runner import MANIFEST, DbtFailure
from warehouse.plan.seeds import seeds_dir
from warehouse.publish.versions import WAREHOUSE_FILE
from warehouse.storage.disk import sync
from warehouse.storage.duckdb_connection import quiet
from warehouse.storage.literals import quoted

Node = dict[str, Any]

# Compiled SQL of so many projects and sets of forms is kept.
KEPT_COMPILED = 12
_NODES_PART, _RELATIONS_PART = "manifest.json", "relations.json"
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
    """Keep in the file `kept` what dbt compiled for the version in `folder`, and which tables and views it made.

    Builds that share the folder of `kept` may read and replace the file meanwhile.
    """
    with quiet(duckdb.connect(str(folder / WAREHOUSE_FILE), read_only=True)) as connection:
        relations = {f"{schema}.{name}": asdict(made) for (schema, name), made in _relations(connection).items()}
    kept.parent.mkdir(parents=True, exist_ok=True)
    partial = kept.with_name(f".{kept.name}.{os.getpid()}")
    with ZipFile(partial, "w", ZIP_DEFLATED) as parts:
        parts.write(folder / MANIFEST, _NODES_PART)
        parts.writestr(_RELATIONS_PART, json.dumps(relations, ensure_ascii=False))
    sync(partial)
    partial.replace(kept)
    by_age = sorted(kept.parent.glob(f"[!.]*{kept.suffix}"), key=lambda path: path.stat().st_mtime)
    for old in by_age[:-KEPT_COMPILED]:
        old.unlink(missing_ok=True)


def run_compiled(folder: Path, kept: Path) -> list[DbtFailure]:
    """Fill `folder/warehouse.duckdb` from its raw tables as dbt would; return failures, [] on success.

    `kept` is the file with what was compiled from the same dbt project and columns of forms. Schemas of models and
    seeds that the warehouse already has are replaced.
    """
    with ZipFile(kept) as parts:
        stored = json.loads(parts.read(_RELATIONS_PART))
        manifest = parts.read(_NODES_PART)
    relations = {name: _Relation(**relation) for name, relation in stored.items()}
    (folder / MANIFEST).parent.mkdir(exist_ok=True)
    (folder / MANIFEST).write_bytes(manifest)
    nodes = read_nodes(folder)
    seeds = seeds_dir()
    with connect_to_build(folder) as connection:
        for schema in sorted({node["schema"] for node in nodes.values() if node["resource_type"] != "test"}):
            connection.execute(f"drop schema if exists {schema} cascade")
            connection.execute(f"create schema {schema}")
        for node in (*nodes_of_type(nodes, "seed"), *parents_first(nodes)):
            try:
                _create(connection, node, relations[f"{node['schema']}.{node['alias']}"], seeds)
            except duckdb.Error as error:
                return [DbtFailure(node["unique_id"], str(error), is_error=True)]
        tests = nodes_of_type(nodes, "test")
        database = DuckDBDatabase([connection])
        return [failure for test in tests if (failure := failure_of_test(database, test, test["compiled_code"]))]


def read_nodes(folder: Path) -> dict[str, Node]:
    """Return the models, seeds and tests of dbt's manifest of a version, by unique name."""
    nodes: dict[str, Node] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["nodes"]
    return nodes


def nodes_of_type(nodes: dict[str, Node], kind: str) -> Iterable[Node]:
    """Return the nodes of a kind, such as model or test."""
    return (node for node in nodes.values() if node["resource_type"] == kind)


def parents_first(nodes: dict[str, Node]) -> Iterable[Node]:
    """Return the models, each after those that it selects from."""
    return (nodes[name] for name in TopologicalSorter(parents_of_models(nodes)).static_order())


def parents_of_models(nodes: dict[str, Node]) -> dict[str, set[str]]:
    """Return the identifiers of the models, each with those of the models that it selects from."""
    models = {node["unique_id"]: node for node in nodes_of_type(nodes, "model")}
    return {name: models.keys() & node["depends_on"]["nodes"] for name, node in models.items()}


def upstream(nodes: Mapping[str, Node], names: Iterable[str]) -> set[str]:
    """Return the identifiers of nodes, of those that they select from, and so on."""
    found: set[str] = set()
    waiting = [*names]
    while waiting:
        name = waiting.pop()
        if name in nodes and name not in found:
            found.add(name)
            waiting += nodes[name]["depends_on"].get("nodes", ())
    return found


def columns_read(node: Node, own_columns: Iterable[str], parent_columns: Iterable[str]) -> frozenset[str]:
    """Return the columns of a parent that a model may read: those that its SQL names, or that it has itself.

    Every other column can only pass through a `select *` of its SQL, and then not to its rows.
    """
    named = set(re.findall(r"\w+", node["compiled_code"])) | set(own_columns)
    return frozenset(column for column in parent_columns if column in named)


def relation_name(node: Node) -> str:
    """Return a node's schema and name as SQL."""
    return f'"{node["schema"]}"."{node["alias"]}"'


def layer_of(node: Node) -> str:
    """Return a node's layer, such as marts: its schema, which on a server has a prefix."""
    schema: str = node["schema"]
    return schema.rpartition("_")[2]


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
    # The disk is waited for once, not for each comment.
    connection.begin()
    connection.execute(made.definition)
    if node["resource_type"] == "seed":
        file = quoted(str(seeds / f"{node['name']}.csv"))
        connection.execute(f"copy {relation_name(node)} from {file} (format csv, header true, delimiter ',')")
    elif kind == "table":
        names = ", ".join(f'"{name}"' for name, _ in made.columns)
        connection.execute(f"insert into {relation_name(node)} select {names} from ({node['compiled_code']})")
    write_comments(connection, kind, relation_name(node), made.comment, made.columns)
    connection.commit()


def failure_of_test(database: Database, test: Node, sql: str) -> DbtFailure | None:
    """Return the failure of a test whose SQL selects rows or cannot be run."""
    try:
        (count,), *_ = database.rows(f"select count(*) from ({sql}) as failing")
    except database.error as error:
        return DbtFailure(test["unique_id"], str(error), is_error=True)
    return DbtFailure(test["unique_id"], f"{count} rows") if count else None
