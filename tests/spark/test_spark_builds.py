"""Versions that Spark computed have the rows that DuckDB computes of the same reports; published all or nothing."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests import two_tiers
from tests.pipeline.commands import PROJECT, environment, run, run_json
from tests.plan_pack import PROVINCE
from tests.spark.builds import ON_SPARK, Place, assert_published_whole, assert_same_rows, build
from warehouse.pipeline.spark_build import WORK_DIR

pytestmark = pytest.mark.build

FAILED = 1
WAIT_S = 300
# Two worker processes with a gigabyte each, as on a cluster, and the driver.
TWO_WORKERS = "--master local-cluster[2,1,1024] --conf spark.ui.enabled=false pyspark-shell"


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
        if time.monotonic() > until:
            # Spark ends with its build.
            process.kill()
            pytest.fail(str(process.communicate()))
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
