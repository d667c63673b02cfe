"""The marts of one set of raw tables on PostgreSQL, and their comparison with those on DuckDB."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import psycopg
from psycopg import sql

from tests.pipeline.commands import PROJECT
from tests.postgres.server import Server
from tests.same_rows import differing_rows, types_of
from warehouse.pipeline.dbt_runner import PROJECT_LINKS, link_project
from warehouse.pipeline.server_build import send_raw
from warehouse.publish.server import environment
from warehouse.publish.server_versions import BUILDING, MARTS, building, schema_of
from warehouse.publish.versions import WAREHOUSE_FILE

# Is in no figure.
NULL = r"\N"
SCHEMA = schema_of(BUILDING, MARTS)


@dataclass(frozen=True)
class Marts:
    """The marts of one data folder on both engines: the DuckDB file, and the database on the server."""

    duckdb_file: Path
    server: Server
    database: str
    project_dir: Path
    work_dir: Path

    def dbt(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run dbt on PostgreSQL; artifacts go to `work_dir/target`."""
        target = self.work_dir / "target"
        database = environment(self.server.url(self.database))
        return subprocess.run(
            [
                sys.executable, "-m", "dbt.cli.main", *arguments, "--target", "postgres",
                "--project-dir", str(self.project_dir), "--profiles-dir", str(self.project_dir),
                "--target-path", str(target), "--log-path", str(target),
            ],
            cwd=self.work_dir, env={**os.environ, "DO_NOT_TRACK": "1", **database},
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    def names(self) -> list[str]:
        """Return the names of the marts that dbt built on PostgreSQL."""
        query = f"select table_name from information_schema.tables where table_schema = '{SCHEMA}' order by table_name"
        return [name for (name,) in self.rows(query)]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query on PostgreSQL."""
        return self.server.rows(self.database, query)


def build_marts(
    server: Server, data_dir: Path, database: str, work_dir: Path, left_out: Sequence[str]
) -> tuple[Marts, subprocess.CompletedProcess[str]]:
    """Build the marts of a published data folder's raw tables on PostgreSQL; return them and dbt's run with its tests.

    They replace those of another place in this database and folder. dbt's project has the seeds of the published
    version, those of a plan pack if it was built with one; resources of the types `left_out` are not run.
    """
    duckdb_file = data_dir / "published" / WAREHOUSE_FILE
    with building(server.url(database)) as holder:
        assert holder is None
    send_raw(server.url(database), duckdb_file, work_dir)
    seeds = PROJECT / "dbt_project" / "seeds"
    for pack in (data_dir / "cache").glob("plan-*"):
        seeds = pack / "seeds"
    shutil.rmtree(work_dir / PROJECT_LINKS, ignore_errors=True)
    marts = Marts(duckdb_file, server, database, link_project(work_dir, seeds), work_dir)
    return marts, marts.dbt("build", *(word for kind in left_out for word in ("--exclude-resource-type", kind)))


def differences(marts: Marts, table: str) -> list[str]:
    """Return what differs in a mart between DuckDB and PostgreSQL: columns, or at most 5 rows of one of them only."""
    with duckdb.connect() as connection:
        connection.execute("set enable_progress_bar = false")
        connection.execute(f"attach '{marts.duckdb_file}' as warehouse (read_only)")
        types = types_of(connection, table)
        columns = _copy_out(marts, table)
        if columns != list(types):
            return [f"columns: {list(types)} on DuckDB, {columns} on PostgreSQL"]
        kinds = ", ".join(f"'{name}': '{kind}'" for name, kind in types.items())
        connection.execute(
            f"create table other as from read_csv('{_file(marts, table)}', header = true, columns = {{{kinds}}}, "
            f"nullstr = '{NULL}', delim = ',', quote = '\"', escape = '\"', auto_detect = false)"
        )
        _file(marts, table).unlink()
        return differing_rows(connection, table, types, "other", "PostgreSQL")


def _file(marts: Marts, table: str) -> Path:
    return marts.work_dir / f"{table}.csv"


def _copy_out(marts: Marts, table: str) -> list[str]:
    """Write a mart of PostgreSQL to a CSV file; return its columns."""
    statement = sql.SQL("copy (select * from {}) to stdout (format csv, header, null {})").format(
        sql.Identifier(SCHEMA, table), sql.Literal(NULL)
    )
    with (
        psycopg.connect(marts.server.url(marts.database)) as connection,
        connection.cursor() as cursor,
        _file(marts, table).open("wb") as file,
        cursor.copy(statement) as copy,
    ):
        for part in copy:
            file.write(part)
    with _file(marts, table).open(encoding="utf-8") as file:
        return file.readline().strip().split(",")
