"""An installation as the release before left it, and the figures of a version, to compare it with what it became."""

import json
from pathlib import Path

import duckdb

from tests.older_registries import without_number
from warehouse.publish.versions import MANIFEST_FILE, WAREHOUSE_FILE

LATER_TABLES = ("view_version", "saved_view", "seen_page", "access_event")
# What differs between two builds of the same reports.
OF_THE_BUILD = {"publication", "fct_quality_result"}
LEFT_OUT = {"is_opening", "version", "built_at", "run_version", "run_at"}


def made_older(data_dir: Path) -> None:
    """Make an installation one of the release before: its registry has no number and fewer tables, its version does not
    say who built it and lacks a column."""
    without_number(data_dir / "registry.sqlite", LATER_TABLES)
    folder = (data_dir / "published").resolve()
    with duckdb.connect(str(folder / WAREHOUSE_FILE)) as warehouse:
        warehouse.execute("alter table marts.dim_period drop column is_opening")
    path = folder / MANIFEST_FILE
    manifest = json.loads(path.read_text())
    del manifest["warehouse_sha256"], manifest["warehouse_bytes"]
    path.write_text(json.dumps({name: value for name, value in manifest.items() if name != "release"}))


def figures(data_dir: Path) -> dict[str, tuple[object, ...]]:
    """Number and digest of the rows of every mart but those on the build itself, without columns that the older version
    lacks."""
    rows = {}
    with duckdb.connect(str((data_dir / "published").resolve() / WAREHOUSE_FILE), read_only=True) as warehouse:
        columns = warehouse.execute(
            "select table_name, column_name from duckdb_columns() where schema_name = 'marts' order by all"
        ).fetchall()
        for table in {table for table, _ in columns} - OF_THE_BUILD:
            kept = ", ".join(f'"{column}"' for name, column in columns if name == table and column not in LEFT_OUT)
            digest = f"select count(*), sum(hash({kept})) from marts.{table}"
            rows[table] = warehouse.execute(digest).fetchall()[0]
    return rows
