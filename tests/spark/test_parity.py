"""Versions that Spark computed have the rows of those that DuckDB computed of the same reports, and are published alike."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests import two_tiers
from tests.conftest import copy_for_writing
from tests.pipeline.commands import run_json, run_well
from tests.plan_pack import PROVINCE
from tests.same_rows import differing_rows, types_of
from warehouse.pipeline.spark_build import PARQUET_DIR, WORK_DIR
from warehouse.publish.versions import WAREHOUSE_FILE

pytestmark = pytest.mark.build

# Two worker processes with a gigabyte each, as on a cluster, and the driver.
TWO_WORKERS = "--master local-cluster[2,1,1024] --conf spark.ui.enabled=false pyspark-shell"
# Data folder, and surroundings of commands, by place.
PLACES: dict[str, tuple[str, dict[str, Any]]] = {
    "province_of_three_tiers": ("province_data_dir", PROVINCE),
    "city_of_two_tiers_on_two_workers": (
        "two_tiers_data_dir",
        two_tiers.surroundings() | {"PYSPARK_SUBMIT_ARGS": TWO_WORKERS},
    ),
    "city": ("published_data_dir", {}),
}
LEAST_MARTS = 34
# Of the version itself.
OF_A_VERSION = ("fct_quality_result", "publication")


@dataclass(frozen=True)
class Built:
    """A data folder whose published version Spark computed, and the DuckDB file of the version that DuckDB computed."""

    data_dir: Path
    duckdb_file: Path
    surroundings: dict[str, Any]

    @property
    def folder(self) -> Path:
        return self.data_dir / "published"


@pytest.fixture(scope="module")
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Built]:
    """Versions by place, built on Spark when first requested."""

    @cache
    def build(place: str) -> Built:
        fixture, surroundings = PLACES[place]
        before: Path = request.getfixturevalue(fixture)
        data_dir = copy_for_writing(before, tmp_path_factory.mktemp("spark") / "data", "landing", "cache")
        outcome = run_json(data_dir, "build", "--target", "spark", "--full-refresh", **surroundings)
        assert (outcome["outcome"], outcome["models"]) == ("published", "in_full")
        return Built(data_dir, before / "published" / WAREHOUSE_FILE, surroundings)

    return build


@pytest.mark.parametrize("place", PLACES)
def test_every_mart_has_the_same_rows_on_both_engines(built: Callable[[str], Built], place: str) -> None:
    version = built(place)
    with duckdb.connect() as connection:
        connection.execute("set enable_progress_bar = false")
        connection.execute(f"attach '{version.duckdb_file}' as warehouse (read_only)")
        connection.execute(f"attach '{version.folder / WAREHOUSE_FILE}' as spark (read_only)")
        names = [
            name
            for (name,) in connection.execute(
                "select distinct table_name from duckdb_columns() where database_name = 'warehouse' "
                "and schema_name = 'marts' order by table_name"
            ).fetchall()
            if name not in OF_A_VERSION
        ]
        types = {name: types_of(connection, name) for name in names}
        assert {name: types_of(connection, name, "spark") for name in names} == types
        different = {
            name: rows
            for name in names
            if (rows := differing_rows(connection, name, types[name], f'spark.marts."{name}"', "Spark"))
        }
        assert not different
        assert len(names) >= LEAST_MARTS


@pytest.mark.parametrize("place", PLACES)
def test_the_version_says_who_computed_it_and_has_its_marts_as_parquet_by_period(
    built: Callable[[str], Built], place: str
) -> None:
    version = built(place)
    stored = json.loads((version.folder / "manifest.json").read_text(encoding="utf-8"))
    assert stored["engine"] == "spark"
    newest, *older = run_well(version.data_dir, "versions", **version.surroundings).splitlines()
    assert "computed on Apache Spark" in newest
    assert "Spark" not in "".join(older)
    assert not (version.folder / WORK_DIR).exists()
    with duckdb.connect(str(version.folder / WAREHOUSE_FILE), read_only=True) as connection:
        periods = connection.execute("select distinct period_code from marts.fct_target_progress").fetchall()
        count = connection.execute("select count(*) from marts.fct_target_progress").fetchall()
        described = connection.execute(
            "select count(*) filter (where comment is null) from duckdb_columns() where schema_name = 'marts'"
        ).fetchall()
    facts = version.folder / PARQUET_DIR / "fct_target_progress"
    assert {f"period_code={period}" for (period,) in periods} == {path.name for path in facts.glob("period_code=*")}
    assert duckdb.sql(f"select count(*) from read_parquet('{facts}/*/*.parquet')").fetchall() == count
    assert described == [(0,)]
    assert run_json(version.data_dir, "verify", **version.surroundings)["findings"] == []
    assert run_json(version.data_dir, "build", **version.surroundings)["outcome"] == "unchanged"
