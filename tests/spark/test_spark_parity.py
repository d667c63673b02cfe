"""Versions that Spark computed have the rows that DuckDB computes of the same reports; published all or nothing."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import psutil
import pytest

from tests import two_tiers
from tests.conftest import copy_for_writing
from tests.pipeline.commands import PROJECT, environment, run, run_json, run_well
from tests.plan_pack import PROVINCE
from tests.same_rows import differing_rows, types_of
from warehouse.pipeline.spark_build import PARQUET_DIR, WORK_DIR
from warehouse.publish.versions import WAREHOUSE_FILE

pytestmark = pytest.mark.build

FAILED = 1
WAIT_S = 300
ON_SPARK = ("build", "--target", "spark", "--full-refresh")
# Two worker processes with a gigabyte each, as on a cluster, and the driver.
TWO_WORKERS = "--master local-cluster[2,1,1024] --conf spark.ui.enabled=false pyspark-shell"
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


@pytest.fixture
def place_of(tmp_path: Path) -> Callable[..., Place]:
    """Copy a data folder for a build."""

    def copied(data_dir: Path, **surroundings: Any) -> Place:
        copy = copy_for_writing(data_dir, tmp_path / "data", "landing", "cache")
        return Place(copy, surroundings, data_dir / "published" / WAREHOUSE_FILE)

    return copied


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


def test_a_sample_city_has_the_same_rows(published_data_dir: Path, place_of: Callable[..., Place]) -> None:
    city = place_of(published_data_dir)
    build(city)
    assert_same_rows(city)
    assert_published_whole(city)


def test_a_city_has_the_same_rows_when_two_workers_share_the_work(
    two_tiers_data_dir: Path, place_of: Callable[..., Place]
) -> None:
    city = place_of(two_tiers_data_dir, PYSPARK_SUBMIT_ARGS=TWO_WORKERS, **two_tiers.surroundings())
    build(city)
    assert_same_rows(city)
    assert_published_whole(city)


def test_a_spark_or_build_that_is_killed_leaves_what_was_published_and_the_next_build_has_the_same_rows(
    province_data_dir: Path, place_of: Callable[..., Place]
) -> None:
    province = place_of(province_data_dir, **PROVINCE)
    before = province.published

    lost, spark = start(province)
    spark.kill()
    _, said = lost.communicate()
    assert lost.returncode == FAILED, said
    assert "Spark ended in the middle of its work" in said
    assert "Traceback" not in said

    killed, spark = start(province)
    killed.kill()
    killed.communicate()
    spark.wait(WAIT_S)

    assert province.published == before
    assert run_json(province.data_dir, "verify", **PROVINCE)["findings"] == []
    build(province)
    assert_same_rows(province)
    assert_published_whole(province)
    assert len(list((province.data_dir / "runs").iterdir())) == 2


def start(place: Place) -> tuple["subprocess.Popen[str]", psutil.Process]:
    """Start a build and wait until Spark fills intermediate tables; return it with the process of Spark."""
    process = subprocess.Popen(
        [sys.executable, "-m", "warehouse", *ON_SPARK],
        cwd=PROJECT, env=environment(place.data_dir, **place.surroundings),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    until = time.monotonic() + WAIT_S
    at_work = f"*/{WORK_DIR}/intermediate.db"
    while not any(any(folder.iterdir()) for folder in (place.data_dir / "runs").glob(at_work)):
        assert time.monotonic() < until
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.1)
            pytest.fail(str(process.communicate()))
    (spark,) = (child for child in psutil.Process(process.pid).children(recursive=True) if child.name() == "java")
    return process, spark


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of 64 kB; the test is skipped where one may not mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "disk", str(folder)]
    if os.geteuid() or not shutil.which("mount") or subprocess.run(mount, check=False).returncode:
        pytest.skip("no disk can be mounted")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_is_named_and_what_was_published_stays(
    two_tiers_data_dir: Path, place_of: Callable[..., Place], small_disk: Path
) -> None:
    arguments = "--master local[2] --conf spark.ui.enabled=false --conf spark.shuffle.compress=false pyspark-shell"
    spilling = {"PYSPARK_SUBMIT_ARGS": arguments, "SPARK_LOCAL_DIRS": str(small_disk)}
    city = place_of(two_tiers_data_dir, **spilling, **two_tiers.surroundings())
    before = city.published
    finished = run(city.data_dir, *ON_SPARK, **city.surroundings)
    assert finished.returncode == FAILED, finished.stdout + finished.stderr
    assert "the disk that Spark writes to is full" in finished.stderr
    assert city.published == before
