"""A PostgreSQL server of the tests' own: on a socket in a temporary folder, without a port, as an unprivileged user."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from alembic import command
from alembic.config import Config

from warehouse.db.connection import connect, writing
from warehouse.db.migration import SCRIPTS

PROGRAMS = Path("/usr/lib/postgresql")
BUILDER = "builder"
# A server is not started as root.
UNPRIVILEGED = "postgres"
# Memory as in the guide for operators; no test needs data to survive a power failure.
SETTINGS = {
    "listen_addresses": "",
    "work_mem": "128MB",
    "shared_buffers": "256MB",
    "fsync": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


@dataclass(frozen=True)
class Server:
    """A running server: the folder of its socket, and its superuser."""

    folder: Path

    def environment(self, database: str) -> dict[str, str]:
        """Return libpq's variables for a database."""
        return {"PGHOST": str(self.folder), "PGUSER": BUILDER, "PGDATABASE": database}

    def url(self, database: str) -> str:
        """Return the address of a database."""
        return f"postgresql://{BUILDER}@/{database}?host={self.folder}"

    def setting(self, database: str, role: str = BUILDER) -> str:
        """Return the address of a database for the settings of an installation, as a role."""
        return f"postgresql+psycopg://{role}@/{database}?host={self.folder}"

    def create_database(self, name: str, order: str = "locale 'C'") -> str:
        """Create a database as the guide for operators does, by default, and return its name."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            statement = f"create database \"{name}\" encoding 'UTF8' {order} template template0"
            connection.execute(statement.encode())
        return name

    def copy_database(self, source: str, name: str) -> str:
        """Create a database like another one that nobody uses, and return its name."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'create database "{name}" template "{source}"'.encode())
        return name

    def rows(self, database: str, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query by the superuser."""
        with psycopg.connect(self.url(database)) as connection:
            return connection.execute(query.encode()).fetchall()

    def cpu_s(self) -> float:
        """Return the CPU time, in seconds, of the server and of its sessions that have ended."""
        pid = (self.folder / "data" / "postmaster.pid").read_text(encoding="ascii").split()[0]
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def running_server() -> Iterator[Server]:
    """Start a server without data, and stop and remove it in the end. Raises FileNotFoundError if none is installed."""
    installed = programs()
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, UNPRIVILEGED)
        options = " ".join(f"-c {name}='{value}'" for name, value in _settings(folder).items())
        _run(
            installed / "initdb", "-D", folder / "data", "-U", BUILDER, "-A", "trust", "-N", "-E", "UTF8", "--locale=C"
        )
        _run(installed / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", options, "start")
        try:
            yield Server(folder)
        finally:
            _run(installed / "pg_ctl", "-D", folder / "data", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def _settings(folder: Path) -> dict[str, str]:
    return SETTINGS | {"unix_socket_directories": str(folder)}


def make_first_schema(url: str) -> None:
    """Make the registry of an empty database as the first release with numbered schemas did."""
    engine = connect(url)
    with writing(engine) as connection:
        config = Config()
        config.set_main_option("script_location", str(SCRIPTS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()


def programs() -> Path:
    """Return the folder of the newest installed server's programs."""
    versions = sorted(PROGRAMS.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    if not versions and not on_path:
        raise FileNotFoundError("No PostgreSQL server is installed: apt-get install postgresql")
    return versions[-1].parent if versions else Path(str(on_path)).parent


def _run(*command: str | Path) -> None:
    """Run a program of the server, unprivileged also where the tests run as root. Raises RuntimeError if it fails."""
    user = {}
    if os.geteuid() == 0:
        account = pwd.getpwnam(UNPRIVILEGED)
        user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    finished = subprocess.run(
        list(map(str, command)),
        cwd="/",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        **user,
    )
    if finished.returncode != 0:
        raise RuntimeError(f"{command[0]}: {finished.stdout}")
