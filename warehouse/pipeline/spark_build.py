"""A build whose models run on Apache Spark: raw tables go there as Parquet files, and the marts come back as such.

Before and after the models, the build is as embedded: the marts are copied into the DuckDB file of the version, which
is checked and published. The Parquet files of the marts are part of the version.
"""

import os
import re
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import duckdb

from warehouse.errors import BuildError, SparkError, name_of
from warehouse.pipeline.comments import write_comments
from warehouse.pipeline.compiled_sql import nodes_of_type, read_nodes, relation_name
from warehouse.pipeline.dbt_runner import DbtFailure, run_dbt
from warehouse.publish.versions import WAREHOUSE_FILE
from warehouse.storage.duckdb_connection import quiet
from warehouse.storage.literals import quoted

PACKAGES = ("pyspark", "dbt-spark")
LEAST_JAVA = 17
# The folder of a version's marts as Parquet files, facts in a folder per period.
PARQUET_DIR = "marts"
# What Spark reads, writes and spills while it works, as `spark_dbt` expects it.
WORK_DIR = "spark"
_SCHEMA = "marts"
_JAVA_VERSION = re.compile(r'version "(?:1\.)?(\d+)')
# With any of these, where Spark runs is decided outside. Else it runs in this machine, and listens to no other.
_CONFIGURED = ("PYSPARK_GATEWAY_PORT", "PYSPARK_SUBMIT_ARGS", "SPARK_CONF_DIR", "SPARK_HOME")
_THIS_MACHINE = (
    "--master local[*] --driver-memory 4g --conf spark.ui.enabled=false --conf spark.driver.bindAddress=127.0.0.1 "
    "--conf spark.driver.host=127.0.0.1"
)
# Spark's 200 parts of each shuffle cost a small city a sixth of the CPU time.
_MANY_ROWS = "--conf spark.sql.shuffle.partitions=16"
# With few rows, compiling takes longest: Spark interprets its plans, and Java uses its first compiler alone, whose code
# by default has too little room, so that a fifth of the work went into throwing it away and compiling it again.
_JAVA_OF_FEW_ROWS = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m -XX:+UseSerialGC"
_FEW_ROWS = (
    "--conf spark.sql.shuffle.partitions=1 --conf spark.sql.codegen.wholeStage=false "
    f"--conf spark.sql.codegen.factoryMode=NO_CODEGEN --driver-java-options '{_JAVA_OF_FEW_ROWS}'"
)
# Bytes of raw tables as Parquet files that are few rows.
_FEW_BYTES = 100_000
# Parts of Spark's messages by the cause that is reported, the gravest first.
_CAUSES = {
    "spark_disk_full": ("No space left on device", "Disk quota exceeded"),
    "spark_memory": ("OutOfMemoryError", "Unable to acquire", "Could not allocate memory", "Not enough memory"),
    "spark_lost": (
        "Answer from Java side is empty",
        "Error while sending or receiving",
        "Connection refused",
        "Connection reset by peer",
        "SparkContext was shut down",
        "stopped SparkContext",
    ),
}


def check_spark() -> None:
    """Raise SparkError, which states what to install, unless the packages and Java are there."""
    try:
        for package in PACKAGES:
            version(package)
    except PackageNotFoundError as error:
        raise SparkError("spark_packages") from error
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    if java is None or not Path(java).is_file():
        raise SparkError("spark_no_java", least=LEAST_JAVA, place=f"JAVA_HOME={home}" if home else "PATH")
    shown = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr  # noqa: S603
    found = _JAVA_VERSION.search(shown)
    if found is None or int(found[1]) < LEAST_JAVA:
        raise SparkError("spark_java_old", least=LEAST_JAVA, java=java, version=found[1] if found else "?")


def run_models(folder: Path, kept_dir: Path, timeout_s: int) -> list[DbtFailure]:
    """Compute and test all models on Spark from the raw tables of `folder`, and put the marts there; return failures.

    The marts come as Parquet files in `marts/`, and as tables of the folder's DuckDB file. Raises SparkError, and
    BuildError like `run_dbt`.
    """
    work = folder / WORK_DIR
    try:
        _send_raw(folder / WAREHOUSE_FILE, work / "raw")
        try:
            failures = run_dbt(folder, kept_dir, timeout_s, "spark", _environment(work))
        except BuildError as error:
            raise _named(str(error)) or error from error
        lines = (f"{name_of(failed.node)}: {line}" for failed in failures for line in failed.message.splitlines())
        if cause := _named("\n".join(lines)):
            raise cause
        if not failures:
            (work / f"{_SCHEMA}.db").rename(folder / PARQUET_DIR)
            _take_marts(folder)
        return failures
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _environment(work: Path) -> dict[str, str]:
    """Return the variables that decide where and how Spark runs and where it spills, if nothing else does."""
    if any(map(os.environ.get, _CONFIGURED)):
        return {}
    size = sum(table.stat().st_size for table in (work / "raw").iterdir())
    arguments = f"{_THIS_MACHINE} {_FEW_ROWS if size <= _FEW_BYTES else _MANY_ROWS} pyspark-shell"
    return {"PYSPARK_SUBMIT_ARGS": arguments, "SPARK_LOCAL_DIRS": str(work / "spilled")}


def _named(output: str) -> SparkError | None:
    """Return the error of Spark by its cause; None for an error that is no fault of Spark or its machines."""
    for key, signs in _CAUSES.items():
        for line in output.splitlines():
            if any(sign in line for sign in signs):
                return SparkError(key, error=line.strip())
    return None


def _send_raw(warehouse: Path, raw: Path) -> None:
    """Write the raw tables of a DuckDB file as Parquet files, one per table."""
    raw.mkdir(parents=True)
    with quiet(duckdb.connect(str(warehouse), read_only=True)) as source:
        for (table,) in source.execute("select table_name from duckdb_tables() where schema_name = 'raw'").fetchall():
            source.execute(f'copy raw."{table}" to {quoted(str(raw / f"{table}.parquet"))} (format parquet)')


def _take_marts(folder: Path) -> None:
    """Copy the marts from their Parquet files to the DuckDB file, with the types and descriptions of their models."""
    marts = [node for node in nodes_of_type(read_nodes(folder), "model") if node["schema"] == _SCHEMA]
    with quiet(duckdb.connect(str(folder / WAREHOUSE_FILE))) as goal:
        goal.execute(f"create schema {_SCHEMA}")
        for node in marts:
            columns, relation = list(node["columns"].values()), relation_name(node)
            kinds = ", ".join(f'"{column["name"]}" {column["data_type"]}' for column in columns)
            goal.execute(f"create table {relation} ({kinds})")
            files = folder / PARQUET_DIR / node["alias"]
            # A fact without rows has no file.
            if any(files.rglob("*.parquet")):
                names = ", ".join(f'"{column["name"]}"' for column in columns)
                goal.execute(
                    f"insert into {relation} select {names} from read_parquet({quoted(f'{files}/**/*.parquet')}, "
                    "hive_partitioning = true, hive_types_autocast = false)"
                )
            described = [(column["name"], column["description"]) for column in columns]
            write_comments(goal, "table", relation, node["description"], described)
