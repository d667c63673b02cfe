"""Builds on Spark beside the version that DuckDB published of the same reports, and the comparison of both."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from tests.pipeline.commands import run_json, run_well
from tests.same_rows import differing_rows, types_of
from warehouse.pipeline.spark_build import PARQUET_DIR, WORK_DIR
from warehouse.publish.versions import WAREHOUSE_FILE

ON_SPARK = ("build", "--target", "spark", "--full-refresh")
LEAST_MARTS = 34
# Of the version itself.
OF_A_VERSION = ("fct_quality_result", "publication")


@dataclass(frozen=True)
class Place:
    """A copy of a data folder in which DuckDB published a version, and the surroundings of commands there."""

    data_dir: Path
    surroundings: dict[str, Any]
    duckdb_file: Path

    @property
    def published(self) -> Path:
        return (self.data_dir / "published").resolve()


def build(place: Place) -> None:
    """Publish a version that Spark computes."""
    outcome = run_json(place.data_dir, *ON_SPARK, **place.surroundings)
    assert (outcome["outcome"], outcome["models"]) == ("published", "in_full")


def assert_same_rows(place: Place) -> None:
    """Compare every mart of the published version, and its column types, with those that DuckDB computed."""
    with duckdb.connect() as connection:
        connection.execute("set enable_progress_bar = false")
        connection.execute(f"attach '{place.duckdb_file}' as warehouse (read_only)")
        connection.execute(f"attach '{place.published / WAREHOUSE_FILE}' as spark (read_only)")
        columns = "from duckdb_columns() select table_name where database_name = 'warehouse' and schema_name = 'marts'"
        names = {name for (name,) in connection.execute(columns).fetchall()} - set(OF_A_VERSION)
        types = {name: types_of(connection, name) for name in sorted(names)}
        assert len(types) >= LEAST_MARTS
        assert {name: types_of(connection, name, "spark") for name in types} == types
        theirs = {name: f'spark.marts."{name}"' for name in types}
        different = {name: differing_rows(connection, name, types[name], theirs[name], "Spark") for name in types}
        assert not {name: rows for name, rows in different.items() if rows}


def assert_published_whole(place: Place) -> None:
    """Check that the version names its engine, has its marts as Parquet files by period, and needs no other build."""
    assert json.loads((place.published / "manifest.json").read_text(encoding="utf-8"))["engine"] == "spark"
    newest, *older = run_well(place.data_dir, "versions", **place.surroundings).splitlines()
    assert "computed on Apache Spark" in newest
    assert "Spark" not in "".join(older)
    assert not (place.published / WORK_DIR).exists()
    with duckdb.connect(str(place.published / WAREHOUSE_FILE), read_only=True) as connection:
        counts = dict(connection.execute("select period_code, count(*) from marts.fct_measure group by all").fetchall())
        query = "select count(*) from duckdb_columns() where schema_name = 'marts' and comment is null"
        assert connection.execute(query).fetchall() == [(0,)]
    files = place.published / PARQUET_DIR / "fct_measure"
    assert counts == {
        folder.name.removeprefix("period_code="): duckdb.read_parquet(f"{folder}/*.parquet").shape[0]
        for folder in files.glob("period_code=*")
    }
    assert run_json(place.data_dir, "verify", **place.surroundings)["findings"] == []
    assert run_json(place.data_dir, "build", **place.surroundings)["outcome"] == "unchanged"
