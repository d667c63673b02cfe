"""dbt in a Spark session: a program with dbt's own arguments, run in the folder of a build.

The tables below `spark/raw` are the schema `raw`; each schema that dbt makes is a folder of Parquet files beside it.
Where Spark runs, and with how much memory, is Spark's own configuration. Needs the packages of
`requirements-spark.txt`.
"""

import json
import sys
from pathlib import Path

from dbt.cli.main import cli
from pyspark.sql import SparkSession

SPARK_DIR = "spark"
RAW_DIR = f"{SPARK_DIR}/raw"
# Types by dbt's variables, for the one spelling of the models.
VARIABLES = {"type_string": "string", "type_number": "double"}
# What figures depend on, whatever the cluster's configuration is. A catalogue of the cluster gets no entries.
# Codes are repeated in so many rows that a file has 3 bytes a row, of which memory needs 200. Spark takes the size of a
# file for that of its rows: with less than 10 MB it sent millions of rows to every worker, whose memory they filled.
SESSION: dict[str, bool | float | int | str | None] = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.sources.default": "parquet",
    "spark.sql.sources.fileCompressionFactor": 20,
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
}


def main() -> None:
    """Run dbt with the arguments of the command line; exits as dbt does."""
    folder = Path.cwd()
    builder = SparkSession.builder.appName("kpi-build").config("spark.sql.warehouse.dir", _url(folder / SPARK_DIR))
    session = builder.config(map=SESSION).getOrCreate()
    try:
        session.sql("create database raw")
        for table in sorted((folder / RAW_DIR).glob("*.parquet")):
            session.sql(f"create table raw.{table.stem} using parquet location '{_url(table)}'")
        cli([*sys.argv[1:], "--vars", json.dumps(VARIABLES)])
    finally:
        session.stop()


def _url(path: Path) -> str:
    """Return the address of a path: without its scheme it would be one in the cluster's own file system."""
    return f"file://{path}"


if __name__ == "__main__":
    main()
