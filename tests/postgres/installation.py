"""A small province's installation on PostgreSQL: figures and registry in one database, originals in the data folder."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event, Thread
from typing import Any

import psycopg

from tests.pipeline.commands import PROJECT, run, run_json, run_well
from tests.plan_pack import PROVINCE
from tests.postgres.server import Server, programs
from warehouse.settings import Settings

# One statement that reads many marts: the publication counts the rows of each.
WHOLE = """
    select p.version, bool_and(counted.value::text::bigint = found.count)
    from marts.publication as p
    cross join json_each(p.row_counts::json) as counted
    inner join (
        select 'fct_target_progress' as name, count(*) from marts.fct_target_progress
        union all select 'fct_submission', count(*) from marts.fct_submission
        union all select 'fct_measure', count(*) from marts.fct_measure
        union all select 'dim_unit', count(*) from marts.dim_unit
    ) as found on counted.key = found.name
    group by p.version
"""


def with_roles(server: Server, name: str) -> str:
    """Create a database with the roles of the guide for operators, and return its name."""
    database = server.create_database(name)
    script = PROJECT / "deploy" / "postgres-roles.sql"
    psql = [programs() / "psql", "-qX", "-v", "ON_ERROR_STOP=1", "-d", server.url(database), "-f", script]
    subprocess.run(psql, check=True, capture_output=True)
    return database


@dataclass(frozen=True)
class Installation:
    """A data folder, and the database with its figures and registry."""

    data_dir: Path
    server: Server
    database: str

    @property
    def url(self) -> str:
        """Return the address for the settings."""
        return self.server.setting(self.database)

    @property
    def settings(self) -> Settings:
        """Return the settings of the installation."""
        settings = Settings.from_env({"KPI_DATA_DIR": str(self.data_dir)}, self.data_dir / "no.env")
        return replace(settings, warehouse_url=self.url, ops_url=self.url)

    @property
    def environment(self) -> dict[str, Any]:
        """Return the settings of commands."""
        return {**PROVINCE, "KPI_WAREHOUSE_URL": self.url, "KPI_OPS_URL": self.url}

    def run(self, *arguments: str | Path, **more: Any) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, however it ends."""
        return run(self.data_dir, *arguments, **self.environment | more)

    def run_well(self, *arguments: str | Path) -> str:
        """Run a command that must end well; return what it printed."""
        return run_well(self.data_dir, *arguments, **self.environment)

    def run_json(self, *arguments: str | Path) -> Any:
        """Run a command with `--json`; return what it says."""
        return run_json(self.data_dir, *arguments, **self.environment)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query by the server's superuser."""
        return self.server.rows(self.database, query)

    def execute(self, statement: str) -> None:
        """Run a statement as the server's superuser."""
        with psycopg.connect(self.server.url(self.database)) as connection:
            connection.execute(statement.encode())

    @contextmanager
    def reading_without_pause(self) -> Iterator[list[tuple[str, bool]]]:
        """Read many marts in one statement again and again during the block; give what was read."""
        seen: list[tuple[str, bool]] = []
        ended = Event()

        def read() -> None:
            with psycopg.connect(self.server.url(self.database), autocommit=True) as connection:
                while not ended.is_set():
                    seen.extend(connection.execute(WHOLE).fetchall())

        readers = [Thread(target=read) for _ in range(2)]
        for reader in readers:
            reader.start()
        try:
            yield seen
        finally:
            ended.set()
            for reader in readers:
                reader.join()


def moved(server: Server, data_dir: Path, database: str) -> Installation:
    """Move a data folder's installation to a new database, and take its own registry and versions away."""
    installation = Installation(data_dir, server, server.create_database(database))
    run_well(data_dir, "move", "--to", installation.url, **PROVINCE)
    (data_dir / "registry.sqlite").rename(data_dir / "registry-before.sqlite")
    shutil.rmtree(data_dir / "runs")
    (data_dir / "published").unlink()
    return installation
